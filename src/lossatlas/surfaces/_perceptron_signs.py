"""About a point: which pre-activations of a perceptron all but vanish, and how far the others keep their sign."""

import numpy as np
from flint import arb, arb_mat

from lossatlas.linalg import lower_float

from ._passes_in_balls import followed
from ._pattern import Array
from ._perceptron_bounds import Sizes, largest_radius, margin
from ._perceptron_data import PerceptronData, row_norms
from ._perceptron_in_balls import Rows

# A pre-activation of at most this share of its terms' sizes is tried on its kink first.
ON_KINK = 1e-9


def almost_zero(data: PerceptronData, w: list[arb], below: float) -> tuple[Array, ...] | None:
    """Which hidden pre-activations are zero to rounding, (n, d_k) each; None for none."""
    if below == 1:
        return None
    found, x = [], data.features
    follows = np.zeros(len(x), dtype=bool)
    for W in data.matrices(w)[:-1]:
        rows = np.array([[float(entry.mid()) for entry in row] for row in W.tolist()])
        z = x @ rows.T
        sizes = np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(rows, axis=1))
        held = (np.abs(z) <= ON_KINK * sizes) & (sizes > 0) & ~follows[:, None]
        x = np.where(z > 0, z, below * z) * ~held
        alone = followed(x, held, biases=data.biases)
        x[alone] = held[alone]
        follows = follows | alone
        if data.biases:
            x = np.concatenate([x, np.ones_like(x[:, :1])], axis=1)
        found.append(held)
    return tuple(found) if any(bool(held.any()) for held in found) else None


def neighbourhood(
    data: PerceptronData,
    W: list[arb_mat],
    read: list[Rows],
    zs: list[Rows],
    below: float,
    held: tuple[Array, ...] | None,
) -> tuple[float, float]:
    """Half the largest radius on which the pattern is kept, and the margin left there."""
    mids = [np.array([[float(x.mid()) for x in row] for row in M.tolist()]) for M in W[:-1]]
    if data.biases:
        mids = [M[:, :-1] for M in mids]
    out = 1 + 1e-9
    about = Sizes(
        [float(np.linalg.norm(M, 2)) * out for M in mids],
        [np.linalg.norm(M, axis=1) * out for M in mids],
        [row_norms(x) for x in read[:-1]],
        np.zeros(len(data.inputs)),
    )
    distances = [np.array([[_far(z, below) for z in row] for row in rows]) for rows in zs]
    for far, on_kinks in zip(distances, held or (), strict=False):
        far[on_kinks] = np.inf
    radius = largest_radius(distances, about, data.slopes) / 2
    return radius, margin(distances, about, data.slopes, radius) if radius < np.inf else np.inf


def _far(z: arb, below: float) -> float:
    """|z|, at most; infinite where the sign does not matter or z is zero for every weight near."""
    return np.inf if below == 1 or z == 0 else lower_float(z.abs_lower())
