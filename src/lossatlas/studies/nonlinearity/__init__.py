"""Where bad minima come from: the same network with and without a nonlinearity. Claims N1 to N4.

Small networks on the same data and from the same starts, with activations from the identity over leaky
ReLU to ReLU, and with tanh and softplus. Every search's end goes to one of three shares: at the best
known value, in a bad minimum that is proved to be one, or neither.
"""

from ._claims import CLAIMS as CLAIMS
from ._data import DigitsData as DigitsData, TeacherData as TeacherData
from ._settings import FamilyChoice as FamilyChoice, NonlinearitySettings as NonlinearitySettings
from ._study import Nonlinearity as Nonlinearity
