"""The attributes of a critical point's record: every one has them all, so that a table fits."""

from collections.abc import Mapping
from math import nan
from typing import Any

from jaxtyping import Float
from numpy import ndarray

from lossatlas.catalogue import Record

from ._judge import STUDY

_ATTRIBUTES: dict[str, Any] = {
    # where the point belongs and how it was had
    "network": 0,
    "data": "",
    "architecture": "",
    "hidden_layers": 0,
    "theorem": False,
    "reduced": False,
    "role": "",
    "method": "",
    "run": 0,
    "start_seed": "",
    "strength": "measured",
    # what was computed there
    "loss": nan,
    "gradient_norm": nan,
    "newton_step": nan,
    "status": "",
    "index": None,
    "undecided": None,
    "positive": None,
    "nullity": None,
    "eigenvalue_error": nan,
    "kind": "undetermined",
    "origin": False,
    "orbit_dimension": None,
    # what the theory says of it
    "subset": None,
    "rank": None,
    "arcs": None,
    "label": "",
    "unlabelled_reason": "",
    "gap": nan,
    "predicted_index": None,
    "predicted_nullity": None,
    "predicted_kind": None,
    "inner_rank": None,
    "inner_full": False,
    "index_bound": None,
    # how the two compare
    "value_error": nan,
    "resolved": True,
    "value_distance": nan,
    "global_distance": nan,
    "certified_minimum": False,
    "descent": nan,
}


def point_record(told: Mapping[str, Any], point: Float[ndarray, " P"] | None) -> Record:
    """The record of a critical point.

    Args:
        told: What is known; everything else says that it is not.
        point: The flat point.

    Returns:
        The record, of kind "point".

    Raises:
        KeyError: If something is told that a point's record does not have.
    """
    unknown = told.keys() - _ATTRIBUTES.keys()
    if unknown:
        raise KeyError(f"a point's record has no {sorted(unknown)}")
    return Record(STUDY, "point", {**_ATTRIBUTES, **told}, point)


def subset_name(subset: tuple[int, ...]) -> str:
    """A subset as a record keeps it: eigenvalues counted from 0, the largest first."""
    return " ".join(map(str, subset))
