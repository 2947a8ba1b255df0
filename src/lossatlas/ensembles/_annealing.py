"""Simulated annealing on the weights, as a learner: Metropolis moves while it cools.

An epoch is a sweep: every weight is proposed once. The loss that decides is the whole training loss,
and it is exact: each move carries the change of one unit through the kept passes of all samples
(`_metropolis_passes.py`), and each sweep begins with a full pass, so that rounding does not pile up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt64
from numpy import ndarray
from torch import Tensor

from lossatlas.dynamics import AbstractCooling
from lossatlas.surfaces import Perceptron

from ._annealing_settings import check_settings, scales_for, snapped
from ._annealing_temperatures import temperatures
from ._engine import AbstractEngine
from ._learner import AbstractLearner, AbstractState
from ._metropolis import kept_bytes, net_of, num_moves, sweep_evaluations
from ._threads import Work, share_out
from ._validate import check_count

if TYPE_CHECKING:
    from ._metropolis_passes import Net

# Multiplications after which a call of the kernel returns, so that an interrupt is heard soon.
_CALL = 2e8
# The scale's logarithm moves by this times (accepted - target): it settles within some 50 moves.
_GAIN = 0.05


@final
@dataclass(frozen=True, eq=False)
class Annealed(AbstractState):
    """Networks that anneal; the arrays are written in place.

    Attributes:
        networks: Where they are.
        seeds: Their seeds.
        net: The architecture and its data, for the kernel.
        num_moves: The moves of a sweep in each layer.
        idle: The inputs whose weights stay: those that are zero in every sample.
        scales: The standard deviations of the steps, by layer.
        accepted: How many moves each took so far, by layer.
        proposed: How many it tried.
        loss: The mean loss that the moves of the last sweep arrived at; NaN before the first.
        drift: The largest rounding error that a full pass found in it.
    """

    networks: Float[Tensor, "M P"]
    seeds: UInt64[ndarray, " M"]
    net: "Net"
    num_moves: tuple[int, ...]
    idle: Bool[ndarray, " d_0"]
    scales: Float[ndarray, "M L"]
    accepted: Int[ndarray, "M L"]
    proposed: Int[ndarray, "M L"]
    loss: Float[ndarray, " M"]
    drift: Float[ndarray, " M"]

    @property
    def points(self) -> Float[Tensor, "M P"]:
        return self.networks

    @property
    def details(self) -> Mapping[str, Tensor]:
        """What a network did, by name.

        `proposals` (M,), each of which cost one value of the loss; `acceptance` (M, L), the share
        taken in each layer; `scales` (M, L), the last standard deviations of the steps; `drift`
        (M,), the largest rounding error of the running loss that a sweep's first pass found.
        """
        with np.errstate(invalid="ignore"):  # a network that never moved: 0 / 0
            share = self.accepted / self.proposed
        return {
            "proposals": torch.from_numpy(self.proposed.sum(1)),
            "acceptance": torch.from_numpy(share),
            "scales": torch.from_numpy(self.scales.copy()),
            "drift": torch.from_numpy(self.drift.copy()),
        }


@final
@dataclass(frozen=True, kw_only=True)
class Annealing(AbstractLearner[Annealed]):
    """Sweeps of Metropolis moves under a cooling schedule.

    A move changes `block` weights into one unit, by independent normal steps or, with `values`, each
    to another allowed value; it is taken if the objective (the mean loss plus weight_decay / 2 |w|^2)
    rises by less than the temperature times an exponential variable. Biases move like weights;
    weights behind an input that is zero in every sample stay, where there is no weight decay. By
    equipartition a temperature T holds the objective about T P / 2 above a minimum, so useful ones
    are far below the loss. The engine plays no part.

    Args:
        cooling: The temperature over the moves.
        sweeps: How often each weight is proposed; 2.5 ends after half of a third sweep's moves.
        block: The weights of a move, into one unit. Each costs one multiplication a sample; the
            layers above are paid once a move.
        scale: The first standard deviation of the steps, for all layers or one a layer.
        target: The share of a layer's moves to be accepted, between 0 and 1. After every move the
            scale of its layer is multiplied by exp(0.05 (accepted - target)), each network's for
            itself, within 1e-8 and 1000, unless the objective did not change at all; that is not
            exactly reversible. None keeps the scales.
        burn_in: The sweeps in which the scales follow the target; afterwards they stay, and at a
            fixed temperature each move is reversible. None for all sweeps.
        values: The values that weights may have, at least two; None for all real numbers. A weight
            that moves alone jumps to one of the others, several at once each to any. The starts are
            rounded to the nearest, the lower of two as near.
        weight_decay: The factor of |w|^2 / 2 in the objective.
        threads: The threads that share the networks out; they change no bit.

    Raises:
        ValueError: If one is out of range.

    Example:
        >>> from lossatlas import dynamics, ensembles
        >>> method = ensembles.Annealing(cooling=dynamics.Geometric(1e-3, 1e-6), sweeps=20)
        >>> method.num_epochs
        20
    """

    cooling: AbstractCooling
    sweeps: int | float
    block: int = 1
    scale: float | tuple[float, ...] = 0.1
    target: float | None = 0.3
    burn_in: int | None = None
    values: tuple[float, ...] | None = None
    weight_decay: float = 0.0
    threads: int = field(default=1, repr=False, compare=False)  # no part of what is learnt

    def __post_init__(self) -> None:
        if self.values is not None:
            object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        check_settings(
            cooling=self.cooling,
            sweeps=float(self.sweeps),
            block=self.block,
            scale=self.scale,
            target=self.target,
            burn_in=self.burn_in,
            values=self.values,
            weight_decay=self.weight_decay,
        )
        check_count("threads", self.threads, least=1)

    @property
    def num_epochs(self) -> int:
        return ceil(self.sweeps)

    def evaluations_per_epoch(self, surface: Perceptron) -> float:
        """The mean over the sweeps: of a last part of a sweep, the part is counted."""
        full_passes = self.num_epochs
        moves = sweep_evaluations(surface, self.block) - 1
        return (full_passes + self.sweeps * moves) / self.num_epochs

    def working_bytes(self, surface: Perceptron, num_networks: int, engine: AbstractEngine) -> int:  # noqa: ARG002
        copy = num_networks * surface.dimension * surface.inputs.element_size()
        return 2 * copy + kept_bytes(surface, min(self.threads, num_networks))

    def begin(
        self,
        surface: Perceptron,
        starts: Float[Tensor, "M P"],
        seeds: UInt64[ndarray, " M"],
        engine: AbstractEngine,  # noqa: ARG002
    ) -> Annealed:
        num_networks, moves = len(starts), num_moves(surface, self.block)
        networks = starts.detach().clone(memory_format=torch.contiguous_format)
        if self.values is not None:
            networks = snapped(networks, self.values)
        net = net_of(surface)
        silent = (net.inputs == 0).all(1)
        counts = np.zeros((num_networks, len(moves)), dtype=np.int64)
        return Annealed(
            networks=networks,
            seeds=seeds,
            net=net,
            num_moves=moves,
            idle=silent if self.weight_decay == 0 else np.zeros_like(silent),
            scales=np.tile(scales_for(self.scale, len(moves)), (num_networks, 1)),
            accepted=counts,
            proposed=counts.copy(),
            loss=np.full(num_networks, np.nan),
            drift=np.zeros(num_networks),
        )

    def epoch(self, state: Annealed, epoch: int) -> None:
        heats = self._temperatures(epoch, sum(state.num_moves))
        # About 10 multiplications for the functions of a sample; the layers above come on top.
        each = max(len(heats), 1) * state.net.inputs.shape[1] * (10 + int(state.net.widths[-1]))
        most = max(1, int(_CALL / each))

        def begin() -> Work:
            return lambda part: self._sweep(state, part, epoch, heats)

        share_out(len(state.networks), self.threads, begin, most=most)

    def _temperatures(self, epoch: int, moves: int) -> Float[ndarray, " S"]:
        """Of the moves of one sweep, all of them or what is left in the last."""
        total = round(self.sweeps * moves)
        first = epoch * moves
        return temperatures(
            self.cooling, first=first, num_steps=max(0, min(moves, total - first)), total=total
        )

    def _sweep(self, state: Annealed, part: slice, epoch: int, heats: ndarray) -> None:
        """The moves of a sweep, for some of the networks."""
        from ._metropolis_kernel import Rules, Tally, sweep  # numba comes with it

        adapting = self.target is not None and (self.burn_in is None or epoch < self.burn_in)
        networks = state.networks[part]
        points = networks.double()  # a copy only of single precision
        allowed = torch.tensor(self.values or (), dtype=networks.dtype).double().numpy()
        rules = Rules(
            block=self.block,
            values=allowed,
            single=networks.dtype == torch.float32,
            idle=state.idle,
            decay=float(self.weight_decay),
            target=float(self.target or 0.0),
            gain=_GAIN if adapting else 0.0,
        )
        shape = state.accepted[part].shape
        tally = Tally(
            begun=np.empty(len(points)),
            ended=np.empty(len(points)),
            accepted=np.zeros(shape, dtype=np.int64),
            proposed=np.zeros(shape, dtype=np.int64),
        )
        keys, scales = state.seeds[part], state.scales[part]
        sweep(state.net, rules, points.numpy(), keys, epoch, heats, scales, tally)
        networks.copy_(points)
        state.accepted[part] += tally.accepted
        state.proposed[part] += tally.proposed
        state.drift[part] = np.fmax(state.drift[part], abs(tally.begun - state.loss[part]))
        state.loss[part] = tally.ended
