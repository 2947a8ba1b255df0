"""What is stored of a proved minimum so that `lossatlas verify` can prove it again.

A record of kind "instance" holds the network with its data, one of kind "lower point" the point below
its bad minima, each record of a minimum its claim. Claims are a little weaker than what was proved:
the checker, which goes another way, need not find the minimum at the same distance.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from jaxtyping import Float

from lossatlas._types import Vector
from lossatlas.catalogue import Record
from lossatlas.critical import MinimumProof, ProvedConstruction
from lossatlas.surfaces import Identity, LeakyReLU, Perceptron, Softplus, Tanh
from lossatlas.theory.bad_minima import Construction, PiecewiseLinear

from ._words import STUDY

Told: TypeAlias = dict[str, Any]

# The distance that is claimed is this share of 1 + |w|, but not more than half of the pattern's radius.
_WITHIN = 1e-6
# The checker's limits: weights squared times samples, and numbers of the data.
_MOST_WORK, _MOST_NUMBERS = 20_000_000, 2_000_000


def instance_name(common: Told) -> str:
    """The network's name, from what all of its records say."""
    return f"{common['family']}, {common['architecture']}, {common['activation']}"


def instance_record(name: str, surface: Perceptron) -> Record:
    """The network and its data."""
    X, Y = (part.double().cpu().numpy() for part in (surface.inputs, surface.targets))
    told = {
        "widths": ",".join(map(str, surface.widths)),
        "biases": surface.biases,
        "reduction": surface.reduction,
        **_activation(surface),
    }
    return _instance(name, told, X, Y)


def construction_records(c: Construction, proof: ProvedConstruction) -> tuple[list[Record], Told]:
    """What is stored of a construction that is proved: other records, and attributes of its own.

    A smooth activation's is proved by an argument that the checker does not know: nothing is certified.

    Args:
        c: The construction.
        proof: What is proved of it.
    """
    h = c.activation
    if not isinstance(h, PiecewiseLinear):
        return [], {"certified": False}
    name = f"construction: {c.name}"
    told = {
        "widths": ",".join(map(str, c.widths)),
        "biases": c.biases,
        "reduction": "sum",
        **_slopes(h.negative, h.positive),
    }
    minimum, lower = (torch.from_numpy(flat(parts)) for parts in (c.minimum, c.lower))
    beside = [_instance(name, told, c.inputs, c.targets), lower_record(name, lower)]
    claimed = _claim(name, minimum, proof.within, proof.radius, "")
    return beside, {**claimed, "radius": proof.radius}


def flat(parts: Sequence[Float[np.ndarray, "..."]]) -> Float[np.ndarray, " P"]:
    """A point from its parts."""
    return np.concatenate([part.ravel() for part in parts])


def is_checked(surface: Perceptron) -> bool:
    """Whether the network is small enough for the checker: others are proved, but not certified."""
    n, P = len(surface.inputs), surface.dimension
    numbers = n * (surface.widths[0] + surface.widths[-1])
    return P * P * n <= _MOST_WORK and numbers <= _MOST_NUMBERS


def lower_record(name: str, lower: Vector) -> Record:
    """The point that is proved to lie below the bad minima of a network."""
    return Record(STUDY, "lower point", {"instance": name}, lower.numpy())


def claim(name: str, proof: MinimumProof) -> Told:
    """The attributes of a minimum's record that say what is certified.

    Args:
        name: The instance.
        proof: What is proved.
    """
    kinks = " ".join(f"{layer}.{unit}.{sample}" for layer, unit, sample in proof.places)
    return _claim(name, proof.point, proof.within, proof.radius, kinks)


def _claim(name: str, w: Vector, within: float, radius: float, kinks: str) -> Told:
    wider = min(_WITHIN * (1 + float(w.norm())), radius / 2)
    return {
        "instance": name,
        "certified": True,
        "claimed_within": max(within, wider),
        "vanishing": kinks,
    }


def _instance(
    name: str,
    told: Told,
    X: Float[np.ndarray, "n d_x"],
    Y: Float[np.ndarray, "n d_y"],
) -> Record:
    about = {"instance": name, "surface": "perceptron", "samples": len(X), **told}
    return Record(STUDY, "instance", about, np.concatenate([X.ravel(), Y.ravel()]))


def _activation(surface: Perceptron) -> Told:
    match surface.activation:
        case Tanh():
            return {"activation": "tanh"}
        case Softplus():
            return {"activation": "softplus"}
        case LeakyReLU(slope):
            return _slopes(slope, 1.0)
        case activation:
            return _slopes(1.0 if isinstance(activation, Identity) else 0.0, 1.0)


def _slopes(below: float, above: float) -> Told:
    return {
        "activation": "piecewise linear",
        "slope_below": float(below),
        "slope_above": float(above),
    }
