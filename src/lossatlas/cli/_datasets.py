"""Choosing real data on the command line: the same four options wherever data are asked for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ._usage import judging, numbers, unknown

if TYPE_CHECKING:
    from lossatlas.data import Dataset

EMBEDDED = ("digits", "mnist10", "mnist28")
FETCHED = ("full-mnist10", "full-mnist28")
NAMES = EMBEDDED + FETCHED

Classes: TypeAlias = Annotated[
    str | None, typer.Option(metavar="LIST", help="Only these digits, e.g. 0,1,2.")
]
Samples: TypeAlias = Annotated[
    int | None, typer.Option(metavar="N", help="Only so many samples, classes in proportion.")
]
Components: TypeAlias = Annotated[
    int | None, typer.Option(metavar="N", help="Reduce the inputs to so many principal axes.")
]
Centred: TypeAlias = Annotated[
    bool,
    typer.Option("--centred", help="Take the mean out before the principal axes; this breaks HA2."),
]


def load(
    name: str,
    *,
    classes: str | None = None,
    samples: int | None = None,
    components: int | None = None,
    centred: bool = False,
    folder: Path | None = None,
    hint: str = "NAME",
) -> "Dataset":
    """A data set by its name on the command line; an impossible choice is bad usage."""
    from lossatlas.data import digits, full_mnist, mnist

    if name not in NAMES:
        raise unknown("data set", name, NAMES, hint=hint)
    chosen = None if classes is None else numbers(classes, int, hint="--classes", example="0,1,2")
    with judging(hint):
        if name == "digits":
            return digits(classes=chosen, samples=samples, components=components, centred=centred)
        size = int(name[-2:])
        if name in FETCHED:
            return full_mnist(
                size,
                classes=chosen,
                samples=samples,
                components=components,
                centred=centred,
                folder=folder,
            )
        return mnist(size, classes=chosen, samples=samples, components=components, centred=centred)
