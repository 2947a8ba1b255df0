"""What all losses of a gated network share: their points, which are a deep linear network's.

Gates stand on the paths and are averaged over, so that the parameters are the matrices alone.
"""

from abc import abstractmethod
from collections.abc import Sequence

import torch
from torch import Generator, Tensor

from lossatlas._types import Points

from ._deep_linear import DeepLinear
from ._manifold import Flat
from ._surface import AbstractSurface


class AbstractGatedSurface(AbstractSurface):
    """A loss on the points of a deep linear network."""

    @property
    @abstractmethod
    def _ungated(self) -> DeepLinear:
        """The network of the same matrices, without gates."""

    @property
    def dimension(self) -> int:
        return self._ungated.dimension

    @property
    def dtype(self) -> torch.dtype:
        return self._ungated.dtype

    @property
    def device(self) -> torch.device:
        return self._ungated.device

    @property
    def manifold(self) -> Flat:
        return self._ungated.manifold

    def weights(self, w: Points) -> list[Tensor]:
        """The matrices of a point: W_k of shape `(*batch, d_k, d_{k-1})`, as views."""
        return self._ungated.weights(w)

    def point(self, weights: Sequence[Tensor]) -> Tensor:
        """The flat point of the matrices W_1, ..., W_L; leading batch axes broadcast."""
        return self._ungated.point(weights)

    def random_point(self, generator: Generator, batch: tuple[int, ...] = ()) -> Points:
        return self._ungated.random_point(generator, batch)
