"""Constructed points as records: what is predicted of each, and what its Hessian shows."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from numpy import ndarray

from lossatlas.catalogue import Record
from lossatlas.critical import Newton, Polish, find
from lossatlas.theory.deep_linear import Label, index_lower_bound

from ._counts import Counts, count_signs
from ._escape_paths import descend
from ._form import inner_rank
from ._network import Network
from ._point_record import point_record, subset_name
from ._rows import kind_by_counts


def measure_points(
    network: Network,
    weights: Sequence[Sequence[ndarray]],
    labels: Sequence[Label],
    told: Sequence[Mapping[str, Any]],
) -> list[Record]:
    """Records of constructed points.

    Args:
        network: The network.
        weights: W_1, ..., W_L of each point.
        labels: What the theory says of each.
        told: What else is known of each.

    Returns:
        One record a point.
    """
    points = torch.stack([network.point(W) for W in weights])
    exact = torch.zeros(len(points), dtype=points.dtype)
    counts = count_signs(network.surface, points, distance=exact, cut=exact)
    # no iteration and no finishing step: only the numbers at the points themselves
    judged = find(
        network.surface, points, method=Newton(max_iterations=0, polish=Polish(max_steps=0))
    )
    return [
        point_record(
            {
                **network.attributes(),
                **measured(network, counts, i),
                **predicted(labels[i]),
                **inner_condition(network, labels[i]),
                "newton_step": judged.newton_step[i].item(),
                "status": judged.status[i].value,
                **_kind(network, weights[i], counts, i),
                **told[i],
            },
            points[i].numpy(),
        )
        for i in range(len(points))
    ]


def measured(network: Network, counts: Counts, i: int) -> dict[str, Any]:
    """What was computed at the i-th point, and how it compares with the values allowed."""
    loss = counts.loss[i : i + 1].numpy()
    undecided = int(counts.undecided[i])
    return {
        "loss": float(loss[0]),
        "gradient_norm": counts.gradient_norm[i].item(),
        "index": int(counts.negative[i]),
        "undecided": undecided,
        "positive": int(counts.positive[i]),
        "nullity": undecided,
        "eigenvalue_error": counts.error[i].item(),
        "value_distance": float(network.distance_to_values(loss)[0]),
        "global_distance": float(network.above_global(loss)[0]),
    }


def predicted(label: Label) -> dict[str, Any]:
    """What the theory says of a point with this label."""
    return {
        "subset": subset_name(label.subset),
        "rank": label.rank,
        "arcs": " ".join(f"{arc.start}+{arc.length}" for arc in label.arcs),
        "label": "labelled",
        "gap": label.gap,
        "orbit_dimension": label.orbit_dimension,
        "predicted_index": label.index,
        "predicted_nullity": label.nullity,
        "predicted_kind": label.kind.value,
    }


def inner_condition(network: Network, label: Label) -> dict[str, Any]:
    """Kawaguchi's condition on the inner matrices, and the index that it demands."""
    rank = inner_rank(network.widths, label.arcs, label.rank)
    return {
        "inner_rank": rank,
        "inner_full": rank == min(network.hidden),
        "index_bound": index_lower_bound(network.widths, network.instance.spectrum, label.subset),
    }


def _kind(network: Network, weights: Sequence[ndarray], counts: Counts, i: int) -> dict[str, Any]:
    """The kind that counts, loss and an exhibited descent show."""
    index, above = int(counts.negative[i]), measured(network, counts, i)["global_distance"]
    shown = drop(network, weights) if index == 0 and above > 0 else float("nan")
    return {"kind": kind_by_counts(index, above, shown), "descent": shown}


def drop(network: Network, weights: Sequence[ndarray]) -> float:
    """The change of the loss at the end of the best step down, in units of 1/2 ||Y||^2; or NaN."""
    descent = descend(network, weights)
    return float("nan") if descent is None else -descent.largest / network.instance.scale
