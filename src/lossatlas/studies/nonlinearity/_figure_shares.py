"""How the searches of each network ended: the three shares, activation by activation."""

from collections.abc import Sequence

from lossatlas.evidence import Bars, Figure, Panel, numbers

from ._rows import Row, Rows, by, networks_of
from ._why import Share
from ._words import part


def shares_figure(rows: Rows) -> Figure | None:
    """A panel a network that was searched with two activations or more."""
    panels = tuple(
        _panel(f"{architecture}, {family}", by("activation", own))
        for (family, architecture), own in networks_of(rows.ends).items()
        if len(by("activation", own)) > 1
    )
    if not panels:
        return None
    return Figure(
        id="nonlinearity-shares",
        title="How the searches ended",
        claims=("N1", "N2"),
        caption=(
            "The same network, data and starts with each activation, from the identity over leaky ReLU, "
            "whose slope below zero is given, to ReLU, and smooth ones: the share of searches that ended at the best known value, in a bad minimum (a local minimum, proved, with a "
            "lower point, proved too), and elsewhere: on a plateau, at a kink or a minimum for which a "
            "proof failed, or still on their way."
        ),
        limits=(
            "The best known value is the lowest loss that any search of the same network found. Where the "
            "least value lies at infinity, as it may for softplus and tanh, searches drift there for ever: "
            "one of them went farthest and stands alone at the best known value."
        ),
        panels=panels,
    )


def _panel(title: str, activations: dict[str, list[Row]]) -> Panel:
    names = sorted(activations, key=lambda name: _place(activations[name][0]))
    return Panel(
        title,
        "activation",
        "share of searches",
        tuple(_bars(share, [activations[name] for name in names]) for share in Share),
        stacked=True,
    )


def _place(row: Row) -> tuple[bool, float]:
    """From the identity over leaky ReLU to ReLU, smooth activations last."""
    slope = row["slope"]
    return slope is None, 0.0 if slope is None else -slope


def _bars(share: Share, ends: Sequence[Sequence[Row]]) -> Bars:
    parts = [part(own, share) for own in ends]
    names = tuple(_name(own[0]) for own in ends)
    return Bars(names, numbers(own.count / own.total for own in parts), share.value)


def _name(row: Row) -> str:
    """Short enough to stand under a bar."""
    return str(row["activation"]).replace("leaky ReLU", "slope")
