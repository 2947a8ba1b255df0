"""Which storage for which couplings, by shapes alone: the same instance, the same bits."""

from jaxtyping import Float
from torch import Tensor

from ._couplings import AbstractCouplings
from ._matrix_couplings import MatrixCouplings
from ._monomial_couplings import MonomialCouplings
from ._pair_couplings import PairCouplings


def choose_couplings(
    entries: Float[Tensor, " K"], *, order: int, size: int, replicas: int | None
) -> AbstractCouplings:
    """The storage that is fastest for about so many points a call."""
    del replicas
    if order == 2:
        return MatrixCouplings.of(entries, size)
    if order == 3:
        return PairCouplings.of(entries, size)
    return MonomialCouplings.of(entries, order, size)
