"""`lossatlas theory deep-linear`: critical values, global minimum, index and nullity."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._app import AsJson, example
from ._datasets import Centred, Classes, Components, Samples, load
from ._output import cell, print_json, print_table
from ._usage import judging, numbers, refuse

if TYPE_CHECKING:
    from ._problem import Problem

EXAMPLE = example(
    "lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3",
    "lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3 --subset 0 --arcs all",
    "lossatlas theory deep-linear --data digits --classes 0,1,2 --components 5 --widths 5,4,3 "
    "--prove",
)
COLUMNS = (
    "value",
    "good_digits",
    "rank",
    "index",
    "nullity",
    "positive",
    "orbit_dimension",
    "kind",
    "subset",
    "arcs",
)


def deep_linear(
    widths: Annotated[
        str, typer.Option(metavar="LIST", help="d_x, the hidden widths, d_y, e.g. 64,8,4,10.")
    ],
    eigenvalues: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="The d_y eigenvalues of Sigma, largest first."),
    ] = None,
    data: Annotated[
        str | None, typer.Option(metavar="NAME", help="Or real data: digits, mnist10 or mnist28.")
    ] = None,
    classes: Classes = None,
    samples: Samples = None,
    components: Components = None,
    centred: Centred = False,
    subset: Annotated[
        str | None,
        typer.Option(
            metavar="LIST",
            help='Critical points that hold these eigenvalues, counted from 0; "" for none.',
        ),
    ] = None,
    arcs: Annotated[
        str | None,
        typer.Option(
            metavar="ARCS",
            help="With --subset: strings as start:length, e.g. 1:2,3:2; `all` lists every type "
            "(small widths). The simplest type if not given.",
        ),
    ] = None,
    prove: Annotated[
        bool,
        typer.Option("--prove", help="With --data: enclose the exact values in ball arithmetic."),
    ] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="At most so many critical values in a table.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Critical values, global minimum, index and nullity of deep linear networks.

    The loss is 1/2 sum |W_L ... W_1 x - y|^2. Everything follows from the eigenvalues of Sigma =
    S_yx S_xx^-1 S_xy, given as numbers or computed from real data. Each number comes with its
    theorem, the method it was computed by, and how many of its digits are good.
    """
    # numpy comes with these, and help should not wait for it
    from ._answers import landscape, named_points

    problem = _problem(widths, eigenvalues, data, classes, samples, components, centred, prove)
    if arcs is not None and subset is None:
        refuse("strings belong to a subset. Add --subset.", hint="--arcs")
    with judging("--widths"):
        answer = landscape(problem)
    if subset is not None:
        chosen = numbers(subset, int, hint="--subset", example="0,2")
        with judging("--arcs" if arcs else "--subset"):
            answer["critical_points"] = named_points(problem, chosen, arcs)
    if as_json:
        print_json(answer)
    else:
        _print(answer, limit)


def _problem(
    widths: str,
    eigenvalues: str | None,
    data: str | None,
    classes: str | None,
    samples: int | None,
    components: int | None,
    centred: bool,
    prove: bool,
) -> "Problem":
    from ._problem import from_data, from_eigenvalues, read_widths

    if (eigenvalues is None) == (data is None):
        refuse("give either --eigenvalues or --data, not both.", hint="--eigenvalues")
    read = read_widths(widths)
    if data is None:
        return from_eigenvalues(eigenvalues or "", read)
    dataset = load(
        data,
        classes=classes,
        samples=samples,
        components=components,
        centred=centred,
        hint="--data",
    )
    return from_data(dataset, read, prove=prove)


def _print(answer: dict[str, Any], limit: int) -> None:
    broken = [item["id"] for item in answer["assumptions"] if not item["holds"]]
    print_table(
        ["quantity", "number", "good digits", "from"],
        [
            [row["quantity"], _good(row["number"], row), row["good_digits"], _origin(row)]
            for row in answer["results"]
        ],
        title=f"Deep linear network {answer['widths']} on {answer['source']}",
        caption=f"Broken assumptions: {', '.join(broken)}." if broken else "",
    )
    if "critical_points" in answer:
        points = answer["critical_points"]
        subset = cell(points[0]["subset"])
        _print_points(f"Critical points that hold the eigenvalues {{{subset}}}", points, limit)
    else:
        title = "Critical values, each with its simplest critical point"
        _print_points(title, answer["critical_values"], limit)


def _good(value: object, row: dict[str, Any]) -> object:
    """A number with the digits that are good, no more; anything else as it is."""
    if isinstance(value, float) and row["good_digits"]:
        return f"{value:.{row['good_digits']}g}"
    return value


def _origin(row: dict[str, Any]) -> str:
    return f"{row['formula']}. {row['theorem']}; {row['method']}."


def _print_points(title: str, points: list[dict[str, Any]], limit: int) -> None:
    shown = points[:limit]
    columns = [name for name in COLUMNS if name in points[0]]
    more = (
        f"{len(shown)} of {len(points)}; --limit shows more. " if len(shown) < len(points) else ""
    )
    print_table(
        [name.replace("_", " ") for name in columns],
        [[_good(point[name], point) for name in columns] for point in shown],
        title=title,
        caption=f"{more}{points[0]['theorem']}; {points[0]['method']}.",
    )
