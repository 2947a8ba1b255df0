"""The seven assumptions as tables: what each says and who needs it, and how it is measured."""

from typing import TYPE_CHECKING

from lossatlas.evidence import Cell, Table

from ._assumption_words import MEASURES, SAYS, WITHOUT

if TYPE_CHECKING:
    from lossatlas.audits import Assumption


def meaning_tables() -> tuple[Table, ...]:
    """Both tables; they stand whatever was measured."""
    return _meanings(), _recipes()


def _meanings() -> Table:
    return Table(
        "seven-assumptions",
        "The seven assumptions of the two papers",
        "What each says of a network, what goes wrong without it, and which result needs it. Three reshape "
        "the network into a spin glass, two are about distributions and make the spin glass's second "
        "derivatives random, and two remain in Kawaguchi's paper of 2016, which does without the other five. "
        "In the labels p is for plausible, u for unrealistic, -m for modified. Labels with a star are our "
        "numbering: the content is that of Choromanska et al. 2015, the label could not be confirmed.",
        "Without an assumption a proof breaks down; what it proves may be true for another reason.",
        (
            "assumption",
            "what it says",
            "without it",
            "what it does",
            "who needs it",
            "Kawaguchi 2016",
        ),
        tuple(_meaning(assumption) for assumption in _seven()),
    )


def _seven() -> "tuple[Assumption, ...]":
    # Imported here: settings and claims are read before anything loads torch.
    from lossatlas.audits import ASSUMPTIONS

    return tuple(ASSUMPTIONS[id] for id in SAYS)


def _meaning(a: "Assumption") -> tuple[Cell, ...]:
    needed = "no longer needed" if a.droppable else "still needed"
    label = f"{a.id} *" if a.ours else a.id
    return (label, SAYS[a.id], WITHOUT[a.id], a.kind.value, a.theorem, needed)


def _recipes() -> Table:
    return Table(
        "how-measured",
        "How each assumption is measured, and how to read the number",
        "An audit gives one number, of A2p and A5u-m two. No assumption is exactly true, so what still counts "
        "as true is fixed beforehand. An audit holds if the number's whole 95 % interval, over the "
        "digits, lies within that; it fails if the whole interval lies outside, and is undecided else.",
        "The tolerances are ours. A number about the architecture or the digits says nothing of training, "
        "however many networks there are.",
        ("assumption and number", "is about", "how it is measured", "how to read it"),
        tuple(
            (f"{m.assumption}: {m.name}", m.subject.value, m.recipe, m.reading) for m in MEASURES
        ),
    )
