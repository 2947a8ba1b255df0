"""Real digits: loaded from installed wheels, or fetched once; checked, chosen, reduced and split.

NumPy in, NumPy out. Samples are rows and classes are one-hot. The room does not know what is
trained on them.
"""

from ._area import area_average as area_average, area_average_matrix as area_average_matrix
from ._components import (
    PrincipalComponents as PrincipalComponents,
    principal_components as principal_components,
)
from ._dataset import Dataset as Dataset
from ._describe import describe as describe
from ._digits import digits as digits, mnist as mnist
from ._full_mnist import fetch_full_mnist as fetch_full_mnist, full_mnist as full_mnist
from ._place import full_mnist_path as full_mnist_path
from ._prepare import prepare as prepare
from ._selection import stratified as stratified
from ._split import split as split
