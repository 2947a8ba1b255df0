"""A data choice made real: the arrays, the assumptions with their numbers, Sigma's order in balls."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from lossatlas.data import Dataset, digits, mnist
from lossatlas.linalg import eigenvalue_enclosures
from lossatlas.surfaces import sigma_enclosure
from lossatlas.theory.deep_linear import Assumptions, DataSpectrum, check_assumptions, spectrum

from ._settings import DataChoice

_MOST_PRODUCTS = 100_000_000


@final
@dataclass(frozen=True, eq=False)
class Instance:
    """Inputs and targets with what the theory says of them."""

    dataset: Dataset

    @property
    def inputs(self) -> Float[ndarray, "n d_x"]:
        return self.dataset.inputs

    @property
    def targets(self) -> Float[ndarray, "n d_y"]:
        return self.dataset.targets

    @cached_property
    def assumptions(self) -> Assumptions:
        """HA1 to HA4 with their numbers."""
        return check_assumptions(self.inputs, self.targets)

    @cached_property
    def spectrum(self) -> DataSpectrum:
        """The whitened problem."""
        return spectrum(self.inputs, self.targets)

    @cached_property
    def compact(self) -> tuple[Float[ndarray, "r d_x"], Float[ndarray, "r d_y"]]:
        """At most d_x + d_y samples with the same second moments, hence the same loss."""
        data = np.concatenate([self.inputs, self.targets], axis=1)
        factor = np.asarray(np.linalg.qr(data, mode="r")) if len(data) > data.shape[1] else data
        return factor[:, : self.inputs.shape[1]], factor[:, self.inputs.shape[1] :]

    @cached_property
    def scale(self) -> float:
        """1/2 ||Y||^2, the loss of the zero network: what distances of losses are relative to."""
        return 0.5 * float(np.sum(self.targets**2))

    @cached_property
    def smallest_gap(self) -> float:
        """A certified lower bound on the gaps between Sigma's eigenvalues, and to zero.

        Relative to the largest eigenvalue; zero where balls cannot separate them, or where that
        would take minutes (raw 28 x 28 pixels).
        """
        if self.inputs.size * self.inputs.shape[1] > _MOST_PRODUCTS:
            return 0.0
        X, Y = torch.from_numpy(self.inputs.copy()), torch.from_numpy(self.targets.copy())
        sigma = sigma_enclosure(X, Y)
        balls = None if sigma is None else eigenvalue_enclosures(sigma)
        if balls is None or len(balls) != Y.shape[1]:
            return 0.0
        # differences of balls: their signs are certain whatever the conversion to floats rounds
        gaps = [balls[0], *(upper - lower for lower, upper in pairwise(balls))]
        return max(0.0, min(float(gap.lower()) for gap in gaps) / float(balls[-1].upper()))

    @property
    def order_certified(self) -> bool:
        """Whether Sigma's eigenvalues are certified to be positive and distinct."""
        return self.smallest_gap > 0


@lru_cache(maxsize=8)
def load(choice: DataChoice) -> Instance:
    """The instance of a data choice; kept, since many tasks of a process share it."""
    options = choice.model_dump(exclude={"source", "whitened"})
    if choice.source == "digits":
        data = digits(**options)
    else:
        data = mnist(10 if choice.source == "mnist10" else 28, **options)
    return Instance(_whitened(data) if choice.whitened else data)


def _whitened(data: Dataset) -> Dataset:
    size = np.sqrt(np.mean(data.inputs**2, axis=0))
    words = "Each input divided by its root mean square."
    return replace(data, inputs=data.inputs / size, description=f"{data.description} {words}")
