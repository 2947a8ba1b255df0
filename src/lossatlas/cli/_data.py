"""`lossatlas data`: the data sets that the studies use."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._app import AsJson, example
from ._datasets import (
    EMBEDDED,
    FETCHED,
    NAMES,
    Centred,
    Classes,
    Components,
    Samples,
    load,
)
from ._output import print_json, print_table, say
from ._usage import refuse

if TYPE_CHECKING:
    from lossatlas.data import Dataset

EXAMPLE = example(
    "lossatlas data",
    "lossatlas data digits --classes 0,1,2 --components 5 --json",
    "lossatlas data full-mnist10 --fetch",
)


def data(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="digits, mnist10, mnist28, full-mnist10 or full-mnist28; all of them without.",
        ),
    ] = None,
    classes: Classes = None,
    samples: Samples = None,
    components: Components = None,
    centred: Centred = False,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", help="First fetch MNIST in full over a network, if it is not here."
        ),
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where MNIST in full is kept; else scikit-learn's data home."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the data sets: shapes, checksums, the theorem's assumptions.

    With a name: each assumption that Kawaguchi's theorem makes of the data, with the number that it
    is tested by. The digits and 5000 of MNIST come inside the wheels of dependencies; all 70000 of
    MNIST are fetched from OpenML when --fetch asks for them, and compared with the published files.
    """
    if name is None and (classes or samples or components or centred):
        refuse(f"choices need a data set. Name one of {', '.join(NAMES)}.", hint="NAME")
    path = _full_mnist(fetch, folder)
    if name is None:
        facts = [*map(_embedded, EMBEDDED), *(_on_file(known, path) for known in FETCHED)]
        print_json(facts) if as_json else _print_all(facts, path)
        return
    dataset = load(
        name,
        classes=classes,
        samples=samples,
        components=components,
        centred=centred,
        folder=folder,
    )
    fact = {"set": name, **dataset.to_dict(), "assumptions": _assumptions(dataset)}
    print_json(fact) if as_json else _print_one(fact)


def _full_mnist(fetch: bool, folder: Path | None) -> Path:
    """Where MNIST in full is kept, fetched before if that is asked for."""
    from lossatlas.data import fetch_full_mnist, full_mnist_path

    path = full_mnist_path(folder)
    if fetch:
        if not path.is_file():
            say(f"Fetching 70000 digits, about 15 MB, from OpenML to {path}")
        fetch_full_mnist(folder=folder)
    return path


def _embedded(name: str) -> dict[str, Any]:
    return {"set": name, **load(name).to_dict(), "where": "installed"}


def _on_file(name: str, path: Path) -> dict[str, Any]:
    """A set that is large: only its name is read."""
    return {
        "set": name,
        "samples": 70_000,
        "features": int(name[-2:]) ** 2,
        "classes": list(range(10)),
        "checksum": None,
        "where": "fetched" if path.is_file() else "not fetched",
        "file": str(path),
    }


def _assumptions(dataset: "Dataset") -> list[dict[str, Any]]:
    from lossatlas.theory.deep_linear import check_assumptions

    return [asdict(one) for one in check_assumptions(dataset.inputs, dataset.targets)]


def _print_all(facts: list[dict[str, Any]], path: Path) -> None:
    columns = ("set", "samples", "features", "where", "checksum")
    full = f"MNIST in full is kept in {path}."
    if not path.is_file():
        full = "MNIST in full has not been fetched; lossatlas data --fetch does it, once."
    print_table(
        ["data set", *columns[1:]],
        [[one[column] for column in columns] for one in facts],
        caption=f"{full} Name a set to see how it meets the theorem's assumptions.",
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
