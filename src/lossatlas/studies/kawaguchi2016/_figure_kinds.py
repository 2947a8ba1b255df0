"""Which kinds of critical points there are, shallow and deep; and what cross-entropy shows."""

from collections.abc import Sequence

from lossatlas.evidence import Bars, Figure, Panel, Scatter

from ._rows import BAD, GLOBAL, STRICT, Row, Rows, by, critical, network_of

_KINDS = (GLOBAL, "local minimum", STRICT, BAD, "undetermined")


def kinds_figure(rows: Rows) -> Figure | None:
    """Counts by kind: found and constructed, one hidden layer and more."""
    groups = {"found by search": critical(rows.searched), "constructed": list(rows.built)}
    panels = tuple(_counts(name, own) for name, own in groups.items() if own)
    if not panels:
        return None
    return Figure(
        id="kinds",
        title="Kinds of critical points, shallow and deep",
        claims=("K2", "K5"),
        caption=(
            "Critical points by kind, for networks with one hidden layer and with more. The column "
            "of bad saddles is empty for one hidden layer; the column of local minima that are not "
            "global is empty throughout where K2 holds."
        ),
        limits=(
            "Constructed points are drawn evenly over subsets and arcs, found ones as the searches "
            "go: neither count is the share of a kind among all critical points, of which there are "
            "infinitely many."
        ),
        panels=panels,
    )


def _counts(name: str, rows: Sequence[Row]) -> Panel:
    bars = tuple(
        Bars(_KINDS, _heights([row for row in rows if (row["hidden_layers"] > 1) == deep]), label)
        for label, deep in (("one hidden layer", False), ("more", True))
    )
    return Panel(name, "kind", "points", bars)


def _heights(rows: Sequence[Row]) -> tuple[float, ...]:
    return tuple(float(sum(row["kind"] == kind for row in rows)) for kind in _KINDS)


def cross_entropy_figure(rows: Rows) -> Figure | None:
    """Where descents on the cross-entropy end: loss against gradient, coloured by index."""
    seen = [row for row in rows.observations if row["criterion"] == "cross-entropy"]
    if not seen:
        return None
    return Figure(
        id="cross-entropy",
        title="Cross-entropy in place of the squared error",
        claims=("K2",),
        caption=(
            f"Where {len(seen)} descents on the cross-entropy of the same networks ended: the loss "
            "against the norm of the gradient, coloured by the number of negative eigenvalues."
        ),
        limits=(
            "The theorem speaks of the squared error only: this picture enters no verdict. Where the "
            "classes can be separated, the infimum lies at infinity and no run reaches a critical "
            "point."
        ),
        panels=tuple(_ends(name, own) for name, own in by(network_of, seen).items()),
    )


def _ends(name: str, rows: Sequence[Row]) -> Panel:
    dots = Scatter(
        x=tuple(row["gradient_norm"] for row in rows),
        y=tuple(row["loss"] for row in rows),
        label="ends of descents",
        group=tuple(int(row["index"]) for row in rows),
        group_label="negative eigenvalues",
        hover=tuple(row["status"] for row in rows),
    )
    return Panel(name, "norm of the gradient", "loss", (dots,), x_log=True)
