"""The value of a randomised trace estimate, with its own error."""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from ._operator import AbstractOperator


@final
@dataclass(frozen=True)
class TraceEstimate:
    """An unbiased estimate of a trace.

    Attributes:
        value: The estimate.
        standard_error: The estimated standard deviation of the value; 0 where nothing is left to
            sample.
        num_products: Products spent.
    """

    value: float
    standard_error: float
    num_products: int


def gaussian(
    operator: AbstractOperator, num_columns: int, generator: Generator
) -> Float[Tensor, "n k"]:
    """A standard Gaussian block in the operator's space."""
    return torch.randn(
        operator.size,
        num_columns,
        generator=generator,
        dtype=operator.dtype,
        device=generator.device,
    ).to(operator.device)
