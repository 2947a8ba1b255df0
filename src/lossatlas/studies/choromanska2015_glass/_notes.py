"""Remarks that enter no ruling: the bulk at minima, saddles by index, networks as spin glasses."""

from collections.abc import Sequence

import numpy as np

from ._rows import Row, Rows, by, by_size

MAPPING_CAVEATS = (
    "Caveats of this mapping: one hidden layer is H = 2, a 2-spin, where the theory (p ≥ 3) does not "
    "speak; it takes a single output, where ten digits have ten; it varies width at a fixed depth; "
    "it speaks of the training loss, the paper's experiments of the test loss; and the paper "
    "simulated a 3-spin beside networks with one hidden layer."
)


def bulk_notes(rows: Rows) -> list[str]:
    """How far spectra at minima are from the shifted semicircle."""
    return [
        f"Λ = {size}: the Hessian's spectrum at {len(own)} minima is at a Kolmogorov-Smirnov "
        f"distance of {_median(own, 'distance'):.3f} (median) from the semicircle with centre -p u "
        "and radius 2 √(p (p - 1) (Λ - 1) / Λ)."
        for size, own in by_size(rows.spectra).items()
    ]


def saddle_notes(rows: Rows) -> list[str]:
    """How near the index of saddles found by targeted searches is to the law given their energy."""
    found = [row for row in rows.saddles if row["status"] == "critical"]
    return [_indices(size, own) for size, own in by_size(found).items()]


def _indices(size: int, rows: Sequence[Row]) -> str:
    exact = [row["index"] - row["expected_index"] for row in rows]
    limit = [row["index"] / (size - 1) - row["predicted_fraction"] for row in rows]
    hit = sum(row["index"] == row["target"] for row in rows)
    return (
        f"Λ = {size}: {len(rows)} critical points by searches for an index ({hit} with the index "
        f"asked for); the index is {np.mean(exact):+.2f} from its exact mean given the energy on "
        f"average (root mean square {np.sqrt(np.mean(np.square(exact))):.2f}), the fraction "
        f"{np.mean(limit):+.3f} from its limit."
    )


def mapping_notes(rows: Rows) -> list[str]:
    """Networks as the paper maps them, Lambda and H, with what the mapping leaves out."""
    words = [
        ", ".join(f"{row['widths']} to Λ = {row['spins']:.4g}" for row in own) + f" (H = {order})"
        for order, own in by(lambda row: row["order"], rows.mappings).items()
    ]
    return [f"Networks as spin glasses: {'; '.join(words)}. {MAPPING_CAVEATS}"] if words else []


def _median(rows: Sequence[Row], column: str) -> float:
    return float(np.median([row[column] for row in rows]))
