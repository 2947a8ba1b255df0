"""N3: constructions of the literature, each proved, each beside its linear twin."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength, Table

from ._claims import VALUE_TOLERANCE
from ._rows import Row, Rows, by

_ROUNDING = 1e-20


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
    """The constructions, one kind a row, with their losses and source; no table of nothing."""
    if not rows.constructions:
        return ()
    kinds = by(
        lambda row: (*_split(row)[:1], row["architecture"], row["source"]), rows.constructions
    )
    return (
        Table(
            id="nonlinearity-constructions",
            title="Bad minima that can be written down",
            caption=(
                "Each is proved to be a local minimum in exact rationals or balls, and another point to lie "
                "lower. Where a minimum is not strict, some weights can move without a change of the loss, "
                "those of a dead unit for example, and none of these moves leads lower. The linear "
                "network's least loss is for the same shape and data, the value of all its minima by "
                "theorem."
            ),
            limits="Data and shapes were chosen so that the minimum exists: it says nothing about how often.",
            columns=(
                "construction", "with", "network", "proved", "strict", "loss", "a lower loss",
                "linear network's least", "source",
            ),
            rows=tuple(_row(name, own) for (name, _, _), own in kinds.items()),
        ),
    )  # fmt: skip


def _split(row: Row) -> tuple[str, str]:
    """A construction's name, and which of its kind it is."""
    name, _, variant = row["name"].partition(", ")
    return name, variant


def _row(name: str, own: Sequence[Row]) -> tuple[str, ...]:
    failed = [
        f"{row['name']}: {row['not_proved']}" for row in own if not (row["proved"] and row["bad"])
    ]
    strict = {bool(row["strict"]) for row in own}
    return (
        name,
        "; ".join(_split(row)[1] for row in own),
        own[0]["architecture"],
        f"{len(own) - len(failed)} of {len(own)}" + "".join(f"; {reason}" for reason in failed),
        "some" if len(strict) > 1 else ("yes" if True in strict else "no"),
        _losses(own, "loss_high"),
        _losses(own, "lower_loss_high"),
        _losses(own, "twin_least"),
        own[0]["source"],
    )


def _losses(rows: Sequence[Row], column: str) -> str:
    """From the least to the greatest; what rounding alone keeps above zero is called so."""
    values = sorted(row[column] for row in rows)
    told = [f"{x:.4g}" if x > _ROUNDING else f"< {_ROUNDING:g}" for x in (values[0], values[-1])]
    return " to ".join(dict.fromkeys(told))
