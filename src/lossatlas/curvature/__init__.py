"""The Hessian of a surface at a point: as an operator, by its signs, by its spectrum.

What is small is factored or diagonalised, with bounds on every rounding error; what is large is
known by products, and its counts are intervals.
"""

from lossatlas.linalg import extremal as extremal, spectral_density as spectral_density

from ._hessian import hessian as hessian
from ._inertia import inertia as inertia
from ._spectrum import Spectrum as Spectrum, spectrum as spectrum
