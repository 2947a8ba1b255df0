"""Real digits: loaded from installed wheels, checked, chosen and reduced. NumPy in, NumPy out.

Samples are rows and classes are one-hot. The room does not know what is trained on them.
"""

from ._area import area_average as area_average, area_average_matrix as area_average_matrix
from ._components import (
    PrincipalComponents as PrincipalComponents,
    principal_components as principal_components,
)
from ._dataset import Dataset as Dataset
from ._describe import describe as describe
from ._digits import digits as digits, mnist as mnist
from ._selection import stratified as stratified
from ._split import split as split
