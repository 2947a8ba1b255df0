"""What is stored of a proved minimum so that `lossatlas verify` can prove it again.

A record of kind "instance" holds the network with its data, one of kind "lower point" the point below
its bad minima, each record of a minimum its claim. Claims are a little weaker than what was proved:
the checker, which goes another way, need not find the minimum at the same distance.
"""

from typing import Any

import numpy as np
import torch

from lossatlas._types import Vector
from lossatlas.catalogue import Record
from lossatlas.critical import MinimumProof
from lossatlas.surfaces import (
    Identity,
    LeakyReLU,
    Perceptron,
    ReLU,
    Softplus,
    Tanh,
)

from ._words import STUDY

# The distance that is claimed: so much more than is proved, or so much of 1 + |w| if that is more.
_WIDER, _LEAST = 10.0, 1e-10


def instance_name(common: dict[str, Any]) -> str:
    """The network's name, from what all of its records say."""
    return f"{common['family']}, {common['architecture']}, {common['activation']}"


def instance_record(name: str, surface: Perceptron) -> Record:
    """The network and its data."""
    X, Y = (part.double().cpu().numpy() for part in (surface.inputs, surface.targets))
    told = {
        "instance": name,
        "surface": "perceptron",
        "widths": ",".join(map(str, surface.widths)),
        "samples": len(X),
        "biases": surface.biases,
        "reduction": surface.reduction,
        **_activation(surface),
    }
    return Record(STUDY, "instance", told, np.concatenate([X.ravel(), Y.ravel()]))


def lower_record(name: str, lower: Vector) -> Record:
    """The point that is proved to lie below the bad minima of a network."""
    return Record(STUDY, "lower point", {"instance": name}, lower.numpy())


def claim(name: str, surface: Perceptron, proof: MinimumProof) -> dict[str, Any]:
    """The attributes of a minimum's record that say what is certified.

    Args:
        name: The instance.
        surface: The network.
        proof: What is proved.
    """
    kinks = vanishing(surface, proof.point, proof.kinks)
    least = max(_WIDER * proof.within, _LEAST * (1 + float(proof.point.norm())))
    return {
        "instance": name,
        "certified": True,
        "claimed_within": max(proof.within, min(least, proof.radius / 2)),
        "claimed_strict": proof.strict and _units_share_no_kink(kinks),
        "vanishing": kinks,
    }


def _units_share_no_kink(kinks: str) -> bool:
    """Whether no two units of a layer vanish on one sample.

    Such units mix along their kinks, but off them each bends by itself: the checker proves a minimum
    there, not that it is strict but for the mixing.
    """
    places = [(layer, sample) for layer, _, sample in (k.split(".") for k in kinks.split())]
    return len(set(places)) == len(places)


def vanishing(surface: Perceptron, w: Vector, kinks: int) -> str:
    """Which pre-activations vanish at a minimum: "layer.unit.sample" each, from 1, 0 and 0.

    They are the smallest at the point beside what they are sums of.

    Args:
        surface: The network.
        w: The point.
        kinks: How many.
    """
    if not kinks:
        return ""
    places: list[tuple[float, str]] = []
    x = surface.inputs.double()
    for layer, M in enumerate(surface.columns.split(w.double())[:-1], start=1):
        if surface.biases:
            x = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
        z = x @ M.T
        sizes = x.norm(dim=1)[:, None] * M.norm(dim=1)
        shares = torch.where(sizes > 0, z.abs() / sizes, torch.inf)
        places += [
            (share, f"{layer}.{unit}.{sample}")
            for sample, row in enumerate(shares.tolist())
            for unit, share in enumerate(row)
        ]
        x = surface.activation.value(z)
    return " ".join(place for _, place in sorted(places)[:kinks])


def _activation(surface: Perceptron) -> dict[str, Any]:
    activation = surface.activation
    if isinstance(activation, Tanh | Softplus):
        return {"activation": "tanh" if isinstance(activation, Tanh) else "softplus"}
    below = {Identity: 1.0, ReLU: 0.0}.get(type(activation))
    if isinstance(activation, LeakyReLU):
        below = activation.slope
    return {"activation": "piecewise linear", "slope_below": below, "slope_above": 1.0}
