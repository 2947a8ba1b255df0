"""`lossatlas data`: the data sets that the studies use."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._app import AsJson, example
from ._datasets import NAMES, Centred, Classes, Components, Samples, load
from ._output import print_json, print_table
from ._usage import refuse

if TYPE_CHECKING:
    from lossatlas.data import Dataset

EXAMPLE = example(
    "lossatlas data",
    "lossatlas data digits --classes 0,1,2 --components 5 --json",
)


def data(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="digits, mnist10 or mnist28; or all three.")
    ] = None,
    classes: Classes = None,
    samples: Samples = None,
    components: Components = None,
    centred: Centred = False,
    as_json: AsJson = False,
) -> None:
    """Print the data sets: shapes, checksums, the theorem's assumptions.

    With a name: each assumption that Kawaguchi's theorem makes of the data, with the number that it
    is tested by. Every data set comes inside the wheel of a dependency: nothing is downloaded.
    """
    if name is None and (classes or samples or components or centred):
        refuse(f"choices need a data set. Name one of {', '.join(NAMES)}.", hint="NAME")
    chosen = {
        known: load(known, classes=classes, samples=samples, components=components, centred=centred)
        for known in ([name] if name else NAMES)
    }
    facts = [{"set": known, **dataset.to_dict()} for known, dataset in chosen.items()]
    if name is not None:
        facts[0]["assumptions"] = _assumptions(chosen[name])
    if as_json:
        print_json(facts if name is None else facts[0])
    elif name is None:
        _print_all(facts)
    else:
        _print_one(facts[0])


def _assumptions(dataset: "Dataset") -> list[dict[str, Any]]:
    from lossatlas.theory.deep_linear import check_assumptions

    return [asdict(one) for one in check_assumptions(dataset.inputs, dataset.targets)]


def _print_all(facts: list[dict[str, Any]]) -> None:
    rows = [
        [
            one["set"],
            one["samples"],
            one["features"],
            one["checksum"],
            one["classes"],
        ]
        for one in facts
    ]
    print_table(
        ["data set", "samples", "features", "checksum", "classes"],
        rows,
        caption="Name one to see how it meets the theorem's assumptions.",
    )


def _print_one(facts: dict[str, Any]) -> None:
    shown = {key: value for key, value in facts.items() if key not in ("assumptions", "set")}
    print_table(["", facts["set"]], shown.items())
    print_table(
        ["id", "assumption", "holds", "number", "threshold", "remark"],
        [
            [item[key] for key in ("id", "statement", "holds", "number", "threshold", "remark")]
            for item in facts["assumptions"]
        ],
        title="Assumptions of Kawaguchi 2016, Theorem 2.3",
    )
