"""Names for the shapes that cross a room's door.

Leading batch axes are written `*b`; `P` is the number of parameters, `n` the number of samples.
"""

from typing import TypeAlias

from jaxtyping import Float
from torch import Tensor

Vector: TypeAlias = Float[Tensor, " n"]
Matrix: TypeAlias = Float[Tensor, "n n"]

Points: TypeAlias = Float[Tensor, "*b P"]
Values: TypeAlias = Float[Tensor, "*b"]
Hessians: TypeAlias = Float[Tensor, "*b P P"]
