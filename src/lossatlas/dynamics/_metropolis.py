"""A sweep of Metropolis moves on the sphere, the same pairs of coordinates in all replicas.

The spins are paired at random. In each pair (i, j) in turn every replica proposes to turn
(w_i, w_j) by its own angle, drawn symmetrically about zero, and accepts when the energy rises by
less than T times an exponential variable: Metropolis's rule for exp(-H / T), with respect to which
each move is reversible, and the pairing does not look at the state.
"""

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from ._circle import change, corners, restricted, turns


@final
@dataclass(frozen=True, eq=False)
class Proposals:
    """What a sweep will try.

    Attributes:
        pairs: The pairs of coordinates, no coordinate twice.
        turns: R(angle) - 1 for each pair and replica.
        slack: By how much the energy may rise.
    """

    pairs: Int[Tensor, "m 2"]
    turns: Float[Tensor, "m D 2 2 R"]
    slack: Float[Tensor, "m D R"]

    @classmethod
    def draw(
        cls,
        like: Float[Tensor, "D N R"],
        generator: Generator,
        *,
        width: Float[Tensor, " D"],
        temperature: float,
    ) -> "Proposals":
        """Draw for points given as columns: angles with standard deviation `width`."""
        count, size, replicas = like.shape
        order = torch.randperm(size, generator=generator, device=like.device)
        pairs = order[: size - size % 2].reshape(-1, 2)
        shape = (len(pairs), count, replicas)
        angles = width[:, None] * like.new_empty(shape).normal_(generator=generator)
        slack = temperature * like.new_empty(shape).exponential_(generator=generator)
        return cls(pairs, turns(angles), slack)


def sweep(
    T: Float[Tensor, "D ..."],
    scale: float,
    W: Float[Tensor, "D N R"],
    energy: Float[Tensor, "D R"],
    proposals: Proposals,
) -> Float[Tensor, "D R"]:
    """Make the moves of a sweep, in place.

    Args:
        T: Symmetric tensors; the energy is `scale` times T contracted with w in all indices.
        scale: That factor.
        W: The points, a column a replica; changed.
        energy: Their energies; changed by the exact difference of each accepted move.
        proposals: What to try.

    Returns:
        The share of its proposals that each replica accepted.
    """
    accepted = torch.zeros_like(energy)
    together = zip(
        proposals.pairs,
        corners(T, proposals.pairs),
        proposals.turns,
        proposals.slack,
        strict=True,
    )
    for pair, corner, turn, slack in together:
        d = (turn * W.index_select(1, pair)[:, None]).sum(2)
        rise = scale * change(restricted(T, corner, W, pair), d)
        taken = (rise <= slack).to(W.dtype)
        W.index_add_(1, pair, d * taken[:, None])
        energy += rise * taken
        accepted += taken
    return accepted / len(proposals.pairs)
