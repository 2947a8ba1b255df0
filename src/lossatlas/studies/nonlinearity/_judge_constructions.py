"""N3: constructions of the literature, each proved, each beside its linear twin."""

from lossatlas.evidence import Check, Strength, Table

from ._claims import VALUE_TOLERANCE
from ._rows import Row, Rows


def check_constructions(rows: Rows) -> list[Check]:
    """N3: every construction is a proved bad minimum, and its linear twin has none."""
    built = rows.constructions
    if not built:
        return []
    twins = [row for row in built if row["twin_searches"]]
    return [
        Check.no_exception(
            "Constructions that are proved to be local minima",
            exceptions=sum(not row["proved"] for row in built),
            sample_size=len(built),
            strength=Strength.PROVED,
        ),
        Check.no_exception(
            "Constructions with a point that is proved to lie lower",
            exceptions=sum(not row["bad"] for row in built),
            sample_size=len(built),
            strength=Strength.PROVED,
        ),
        Check.no_exception(
            "Searches of the linear networks of the same shapes that end in minima have the global "
            "value",
            exceptions=sum(row["twin_above"] for row in twins),
            sample_size=sum(row["twin_minima"] for row in twins),
            strength=Strength.MEASURED,
            tolerance=VALUE_TOLERANCE,
        ),
    ]


def constructions_table(rows: Rows) -> tuple[Table, ...]:
    """Each construction with its losses and its source; no table of nothing."""
    if not rows.constructions:
        return ()
    return (
        Table(
            id="nonlinearity-constructions",
            title="Bad minima that can be written down",
            caption=(
                "Each is proved to be a local minimum in exact rationals or balls, and has a lower point. "
                "The last column is the least loss of the linear network of the same shape on the same "
                "data, the value of all its minima by theorem; where its searches were counted, all that "
                "ended in minima ended there."
            ),
            limits="Data and shapes were chosen so that the minimum exists: it says nothing about how often.",
            columns=(
                "construction", "network", "proved", "strict but for symmetry", "loss", "lower loss",
                "linear network's least", "source",
            ),
            rows=tuple(_row(row) for row in rows.constructions),
        ),
    )  # fmt: skip


def _row(row: Row) -> tuple[str | float, ...]:
    return (
        row["name"],
        row["architecture"],
        "yes" if row["proved"] and row["bad"] else f"no: {row['not_proved']}",
        "yes" if row["strict"] else "no",
        row["loss_high"],
        row["lower_loss_high"],
        row["twin_least"],
        row["source"],
    )
