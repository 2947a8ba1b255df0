"""How all searches ended, as a table: a row for each network and activation."""

from collections.abc import Callable, Sequence

from lossatlas.evidence import Table

from ._rows import Row, Rows, by, networks_of
from ._why import Share, Why
from ._words import part

_LIMITS = (
    "A share is one of searches, from starts of one law, and not of the landscape. The third share may "
    "hold bad minima that could not be proved."
)


def shares_table(
    rows: Rows, *, id: str, title: str, kept: Callable[[Row], bool] = lambda _: True
) -> Table | None:
    """The three shares of each network that is kept, with 95 % intervals; None where there is none.

    Args:
        rows: The study's records.
        id: The table's name in links.
        title: Its heading.
        kept: Whether a row of ends belongs into the table.
    """
    cells = tuple(
        _row(family, architecture, activation, ends)
        for (family, architecture), own in networks_of(filter(kept, rows.ends)).items()
        for activation, ends in by("activation", own).items()
    )
    if not cells:
        return None
    return Table(
        id=id,
        title=title,
        caption=(
            "How many searches of each network ended at the best known value, in a bad minimum, or "
            "elsewhere, with 95 % intervals after Wilson; the three add up. Activations of the same "
            "network have the same starts. Only a bad minimum is bad for certain; the last column says "
            "what the third share is made of."
        ),
        limits=_LIMITS,
        columns=("network", "activation", *(share.value for share in Share), "elsewhere: where"),
        rows=cells,
    )


def _row(family: str, architecture: str, activation: str, ends: Sequence[Row]) -> tuple[str, ...]:
    reasons = by("why", (row for row in ends if row["share"] == Share.REST.value))
    order = [why.value for why in Why if why.value in reasons]
    words = ", ".join(f"{len(reasons[why])} {why}" for why in order)
    shares = (str(part(ends, share)) for share in Share)
    return f"{architecture}, {family}", activation, *shares, words
