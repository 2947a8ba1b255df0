"""Networks that are made to obey an assumption, and to break that one only.

`synthetic(id, obeys=...)` returns a pair's one half. The two halves differ in the one respect that the
assumption speaks of, so that every other audit comes out the same: what an audit says of them shows
that it measures what it is for. Gates from outside stand for the coins of the model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from lossatlas.errors import misuse
from lossatlas.theory import relu_paths

_SAMPLES, _INPUTS, _HIDDEN, _OUTPUTS = 1000, 64, 128, 64


@final
@dataclass(frozen=True, eq=False)
class Synthetic:
    """A network with its samples, ready for `audit(weights, X, gates=gates, start=start)`.

    Attributes:
        weights: [W_1, W_2].
        X: The samples.
        gates: Gates from outside; None for the network's own.
        start: The matrices where training is said to have begun.
        made: How it was made, in words.
    """

    weights: list[Float[ndarray, "_ _"]]
    X: Float[ndarray, "n d"]
    gates: list[Bool[ndarray, "n _"]] | None
    start: list[Float[ndarray, "_ _"]]
    made: str


def synthetic(id: str, *, obeys: bool, seed: int = 0) -> Synthetic:
    """A network that obeys an assumption, or breaks that one only.

    Args:
        id: The assumption, one of `ASSUMPTIONS`.
        obeys: Which of the two.
        seed: Draws weights, samples and gates.

    Returns:
        The network, with 1000 samples.

    Raises:
        ValueError: If there is no such assumption.

    Example:
        >>> from lossatlas import audits
        >>> made = audits.synthetic("A7p", obeys=False)
        >>> report = audits.audit(made.weights, made.X, gates=made.gates, start=made.start)
        >>> report["A7p"].verdict.value, report["A1p-m"].verdict.value
        ('fails', 'holds')
    """
    if id not in _MAKERS:
        raise misuse(
            "id", should=f"be one of {', '.join(_MAKERS)}", got=id, remedy="See ASSUMPTIONS."
        )
    return _MAKERS[id](np.random.default_rng(seed), obeys)


def _model(rng: np.random.Generator) -> Synthetic:
    """What obeys all but A6u: random signs, Gaussian inputs, one fair coin a unit and sample."""
    X = rng.standard_normal((_SAMPLES, _INPUTS))
    gates = [rng.random((_SAMPLES, _HIDDEN)) < 0.5]
    made = "weights of +1 and -1 at random, independent Gaussian inputs, a fair coin for each gate"
    return Synthetic(_signs(rng), X, gates, _signs(rng), made)


def _signs(rng: np.random.Generator) -> list[ndarray]:
    shapes = ((_HIDDEN, _INPUTS), (_OUTPUTS, _HIDDEN))
    return [rng.choice([-1.0, 1.0], shape) for shape in shapes]


def _rates(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    rates = rng.permutation(np.linspace(0.1, 0.9, _HIDDEN))
    gates = [rng.random((_SAMPLES, _HIDDEN)) < rates]
    return replace(
        model, gates=gates, made="the units' coins come up between 10 % and 90 % of times"
    )


def _dependent(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    gates = list(relu_paths.gates(model.weights, model.X))
    return replace(model, gates=gates, made="the network's own gates: open where w.x > 0")


def _few_values(rng: np.random.Generator, obeys: bool) -> Synthetic:
    """A narrow network, 16-8-1, for which Lambda is 11: eight values, or a continuum about each.

    Each unit has every one of eight values equally often. Moved by a third of their distance they stay
    eight clusters, as full as before, of which eleven values can split three.
    """
    inputs, hidden, values = 16, 8, np.linspace(-1.0, 1.0, 8)
    rows = [rng.permutation(np.repeat(values, inputs // 8)) for _ in range(hidden)]
    weights = [np.stack(rows), rng.permutation(values)[None, :]]
    X = rng.standard_normal((_SAMPLES, inputs))
    gates = [rng.random((_SAMPLES, hidden)) < 0.5]
    made = "eight different weights, each equally often"
    if not obeys:
        reach = (values[1] - values[0]) / 3
        weights = [W + rng.uniform(-reach, reach, W.shape) for W in weights]
        made = "no two weights alike, and too many for eleven values"
    return Synthetic(weights, X, gates, weights, made)


def _uniform_tuples(rng: np.random.Generator, obeys: bool) -> Synthetic:
    """Of every 32 weights of a unit eight have each value; or one has each of the two large ones."""
    model = _model(rng)
    counts = np.array([8, 8, 8, 8] if obeys else [1, 15, 15, 1])
    values = np.repeat([-2.0, -1.0, 1.0, 2.0], counts)
    rows = [np.tile(values, (len(W), W.shape[1] // len(values))) for W in model.weights]
    weights = [rng.permuted(W, axis=1) for W in rows]
    made = "four values of weights, each equally often" if obeys else "two of the values are rare"
    return replace(model, weights=weights, start=weights, made=made)


def _gaussian_inputs(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    X = rng.choice([-1.0, 1.0], model.X.shape)
    return replace(model, X=X, made="inputs of +1 and -1")


def _own_inputs(rng: np.random.Generator, obeys: bool) -> Synthetic:
    """One connection for each input and unit; or two, so that units share inputs."""
    model = _model(rng)
    W = np.diag(rng.choice([-1.0, 1.0], _INPUTS))
    made = "one unit for each input, connected to it alone"
    if not obeys:
        W = W + np.roll(np.diag(rng.choice([-1.0, 1.0], _INPUTS)), 1, axis=1)
        made = "each unit is connected to two inputs, which it shares with its neighbours"
    weights = [W, rng.choice([-1.0, 1.0], (1, _INPUTS))]
    gates = [rng.random((_SAMPLES, _INPUTS)) < 0.5]
    return Synthetic(weights, model.X, gates, weights, made)


def _sphere(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    start = [W / 2 for W in model.start]
    return replace(model, start=start, made="the weights doubled in training")


def _gaussian_signals(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    coin = rng.random((_SAMPLES, 1)) < 0.5
    gates = [np.repeat(coin, _HIDDEN, axis=1)]
    return replace(
        model, gates=gates, made="one coin for all gates together: half the outputs are 0"
    )


def _random_weights(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    first, second = model.weights
    weights = [np.tile(first[: _HIDDEN // 8], (8, 1)), second]
    return replace(
        model, weights=weights, made="the hidden units come in eight copies of each other"
    )


def _random_inputs(rng: np.random.Generator, obeys: bool) -> Synthetic:
    model = _model(rng)
    if obeys:
        return model
    common = rng.standard_normal((_SAMPLES, 1))
    X = (model.X + common) / 2**0.5
    return replace(model, X=X, made="half of every input's variance is common to all of them")


_MAKERS: Mapping[str, Callable[[np.random.Generator, bool], Synthetic]] = {
    "A1p-m": _rates,
    "A2p": _few_values,
    "A3p": _uniform_tuples,
    "A4p": _gaussian_inputs,
    "A5u-m": _dependent,
    "A6u": _own_inputs,
    "A7p": _sphere,
    "Gaussian": _gaussian_signals,
    "random weights": _random_weights,
    "random inputs": _random_inputs,
}
