"""The samples of an audit, whatever they come as, and the part of them that is used."""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse

from ._jackknife import grouped


@final
@dataclass(frozen=True, eq=False)
class Samples:
    """The samples that are used, of those given.

    Attributes:
        X: The samples.
        labels: What was given as their classes, whole numbers; None where nothing was.
        taken: Their places among those given.
        groups: Their groups for intervals.
        num_given: How many were given.
    """

    X: Float[ndarray, "n ..."]
    labels: Int[ndarray, " n"] | None
    taken: Int[ndarray, " n"]
    groups: Int[ndarray, " n"]
    num_given: int

    @property
    def rows(self) -> Float[ndarray, "n _"]:
        """One sample a row."""
        return self.X.reshape(len(self.X), -1)

    def classes(self, num_outputs: int) -> Int[ndarray, " n"] | None:
        """The labels as the classes of a network, which are 0 and 1 where it has one output.

        Raises:
            ValueError: If there are other classes than outputs.
        """
        if self.labels is None or num_outputs == 1:
            return None if self.labels is None else (self.labels > 0).astype(int)
        low, high = int(self.labels.min()), int(self.labels.max())
        if low < 0 or high >= num_outputs:
            raise misuse(
                "Y",
                should=f"be classes from 0 to {num_outputs - 1}, one for each output",
                got=f"classes from {low} to {high}",
                remedy="Number them as the network does, or leave them out.",
            )
        return self.labels


def drawn(X: ndarray | Tensor, Y: ndarray | Tensor | None, seed: int, max_samples: int) -> Samples:
    """Check the samples, and take a part of them where there are more than wanted.

    Raises:
        ValueError: If they are no rows of finite numbers, or the classes do not go with them.
    """
    X = _numbers(X, "X", "be samples as rows, at least one, all finite")
    if X.ndim < 2 or X.size == 0 or not np.isfinite(X).all():
        raise misuse(
            "X",
            should="be samples as rows, at least one, all finite",
            got=f"shape {X.shape}" if np.isfinite(X).all() else "NaN or infinite entries",
            remedy="Give an array (n, d), and drop or repair what is not finite.",
        )
    if max_samples < 1:
        raise misuse(
            "max_samples", should="be positive", got=max_samples, remedy="Leave it out for 2000."
        )
    labels = None if Y is None else _labels(Y, len(X))
    rng = np.random.default_rng([seed, 0])
    taken = np.arange(len(X))
    if len(X) > max_samples:
        taken = np.sort(rng.permutation(len(X))[:max_samples])
    groups = grouped(len(taken), rng)
    chosen = None if labels is None else labels[taken]
    return Samples(X[taken], chosen, taken, groups, len(X))


def _labels(given: ndarray | Tensor, n: int) -> Int[ndarray, " n"]:
    should = f"be classes ({n},) or one column a class ({n}, d)"
    Y = _numbers(given, "Y", should)
    if Y.ndim not in (1, 2) or len(Y) != n or Y.size == 0:
        raise misuse(
            "Y",
            should=should,
            got=f"shape {Y.shape}",
            remedy="Give one row a sample, or leave it out.",
        )
    if not np.isfinite(Y).all() or (Y.ndim == 1 and (np.round(Y) != Y).any()):
        raise misuse(
            "Y",
            should=should,
            got="numbers that are not whole" if np.isfinite(Y).all() else "NaN or infinite entries",
            remedy="Leave it out where the samples have no classes.",
        )
    if Y.ndim == 2:
        return (Y[:, 0] > 0).astype(int) if Y.shape[1] == 1 else Y.argmax(1)
    return Y.astype(int)


def _numbers(values: ndarray | Tensor, name: str, should: str) -> Float[ndarray, "..."]:
    try:
        if isinstance(values, Tensor):
            values = values.detach().cpu().resolve_conj()
            values = values.numpy() if values.is_complex() else values.double().numpy()
        if np.iscomplexobj(values):
            raise TypeError("complex numbers")
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise misuse(
            name,
            should=should,
            got=type(values).__name__,
            remedy="Give an array or a tensor of real numbers; a loader's batches can be put together "
            "with `torch.cat`.",
        ) from error
