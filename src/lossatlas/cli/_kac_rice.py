"""`lossatlas theory kac-rice`: levels, mean numbers of critical points and laws of spin glasses."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import inf
from typing import Annotated, Any, final

import typer

from ._app import AsJson, example
from ._output import print_json, print_table
from ._provenance import print_facts, shown
from ._usage import numbers, refuse

EXAMPLE = example(
    "lossatlas theory kac-rice --order 3",
    "lossatlas theory kac-rice --order 3 --size 20 --index 0 --below -1.5",
    "lossatlas theory kac-rice --order 3 --size 8 --by-index --between -1.6,-1.2",
    "lossatlas theory kac-rice --order 3 --size 40 --energy -1.5",
    "lossatlas theory kac-rice --widths 100,25,25,10",
)
# the energies of minima take seconds beyond, and are a Python call away
LARGEST_MINIMA = 100
LARGEST_BY_INDEX = 60
# the arguments of theory, as they are called here
OPTIONS = {
    "order": "--order",
    "size": "--size",
    "index": "--index",
    "between": "--between",
    "energy": "--energy",
    "fraction": "--fraction",
    "samples": "--estimate",
    "widths": "--widths",
}


def kac_rice(
    order: Annotated[
        int | None, typer.Option(metavar="P", help="The order p of the spin glass, 2 or more.")
    ] = None,
    size: Annotated[
        int | None, typer.Option(metavar="N", help="The size N, 2 or more: exact numbers at it.")
    ] = None,
    index: Annotated[
        int | None, typer.Option(metavar="K", help="Critical points of this index, 0 to N-1.")
    ] = None,
    below: Annotated[
        float | None, typer.Option(metavar="U", help="Count those of energy per spin below U.")
    ] = None,
    between: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Count those of energy per spin between A and B."),
    ] = None,
    energy: Annotated[
        float | None,
        typer.Option(
            metavar="U", help="Rates, bulk and (with --size) the law of the index at this energy."
        ),
    ] = None,
    fraction: Annotated[
        float | None,
        typer.Option(metavar="A", help="The energy at which a share A of directions is negative."),
    ] = None,
    by_index: Annotated[
        bool,
        typer.Option(
            "--by-index",
            help="With --size: the mean number of every index (to 60: some 20 s there).",
        ),
    ] = False,
    estimate: Annotated[
        int | None,
        typer.Option(
            metavar="SAMPLES", help="With --size and --index: by Monte Carlo, for any size."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="SEED", min=0, help="Of the Monte Carlo.")] = 0,
    widths: Annotated[
        str | None,
        typer.Option(
            metavar="LIST", help="Order and size from a network's d_x, hidden widths, d_y."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Levels, mean numbers of critical points and laws of spherical spin glasses.

    H(w) = N^(-(p-1)/2) sum J w_i1 ... w_ip on the sphere |w|^2 = N, J of independent standard normal
    entries; an energy is per spin, u = H/N. Each number comes with its theorem, the method it was
    computed by, and how many of its digits are good.
    """
    given = {
        "--by-index": by_index,
        "--estimate": estimate is not None,
        "--below": below is not None,
        "--between": between is not None,
    }
    window = _window(below, between)
    with judging_options():
        answer = _network(widths, order, size) if widths is not None else {}
        order, size = answer.get("order", order), answer.get("size", size)
        asked = _checked(Asked(order, size, index, window, energy, fraction, estimate, seed), given)
        answer |= _answer(asked, by_index=by_index)
    if as_json:
        print_json(answer)
    else:
        _print(answer)


@final
@dataclass(frozen=True)
class Asked:
    """What was asked for; an order of None was not given."""

    order: int | None
    size: int | None
    index: int | None
    window: tuple[float, float]
    energy: float | None
    fraction: float | None
    samples: int | None
    seed: int


@contextmanager
def judging_options() -> Generator[None]:
    """Within this block a refusal of theory that names an argument is the user's option: exit 2."""
    try:
        yield
    except ValueError as error:
        named = re.match(r"`(\w+)` should ", str(error))
        if named is None or named[1] not in OPTIONS:
            raise
        message = " ".join(str(error).split())
        refuse(
            message.replace("Ask `mean_count_estimate`", "--estimate asks"), hint=OPTIONS[named[1]]
        )


def _window(below: float | None, between: str | None) -> tuple[float, float]:
    if below is not None and between is not None:
        refuse("give either --below or --between, not both.", hint="--between")
    if between is None:
        return -inf, inf if below is None else below
    ends = numbers(between, float, hint="--between", example="-1.6,-1.2")
    if len(ends) != 2:
        refuse(f"{between!r} is not two energies. Write it as -1.6,-1.2.", hint="--between")
    return ends[0], ends[1]


def _network(widths: str, order: int | None, size: int | None) -> dict[str, Any]:
    from lossatlas.theory.kac_rice import network_size

    if order is not None or size is not None:
        refuse("the widths say order and size. Leave out --order and --size.", hint="--widths")
    net = network_size(numbers(widths, int, hint="--widths", example="100,25,25,10"))
    return {"network": asdict(net), "order": net.depth, "size": max(round(net.size), 2)}


def _checked(asked: Asked, given: dict[str, bool]) -> Asked:
    """What does not fit together is refused before anything is computed."""
    from lossatlas.theory import kac_rice

    size, index = asked.size, asked.index
    if asked.order is None:
        refuse("the order is not known. Give --order, or --widths.", hint="--order")
    kac_rice.threshold(asked.order)
    for option, is_given in given.items():
        if is_given and size is None:
            refuse("a number of points needs a size. Add --size.", hint=option)
    if size is not None:
        kac_rice.bulk(0.0, asked.order, size)
    if index is not None:
        kac_rice.layer(asked.order, index)
        if size is not None and index >= size:
            refuse(f"{index} is none of 0 to {size - 1}, the indices at that size.", hint="--index")
    if asked.samples is not None and index is None:
        refuse("an estimate is of one index. Add --index.", hint="--estimate")
    if given["--by-index"] and size is not None and size > LARGEST_BY_INDEX:
        reason = f"{size} indices take too long, beyond {LARGEST_BY_INDEX}."
        refuse(f"{reason} Ask for single ones with --index.", hint="--by-index")
    return asked


def _answer(asked: Asked, *, by_index: bool) -> dict[str, Any]:
    from . import _counts, _levels

    order, size, index, window = asked.order or 0, asked.size, asked.index, asked.window
    rows, more = [], {}
    if size is not None:
        rows += _of_size(asked, order, size)
    if asked.energy is not None:
        rows += _levels.at_energy(order, asked.energy, index, size)
        if size is not None:
            more["index_law"] = _counts.index_law(size, order, asked.energy)
    if asked.fraction is not None:
        rows.append(_levels.at_fraction(order, asked.fraction))
    if by_index and size is not None:
        more["by_index"] = _counts.by_index(size, order, window)
    if not rows:
        rows = _levels.levels(order, index)
    told = {"order": order, "size": size, "index": index, "window": list(window)}
    return {**told, "results": rows, **more}


def _of_size(asked: Asked, order: int, size: int) -> list[dict[str, Any]]:
    from . import _counts

    index, window = asked.index, asked.window
    if asked.samples is not None and index is not None:
        return _counts.estimate(size, order, index, window, asked.samples, asked.seed)
    rows = _counts.counts(size, order, index, window)
    if index is None and window == (-inf, inf):
        rows += _counts.minima(size, order) if size <= LARGEST_MINIMA else []
        rows += _counts.ground_state(size, order)
    return rows


def _print(answer: dict[str, Any]) -> None:
    network, size = answer.get("network"), answer["size"]
    name = f"Spherical spin glass of order {answer['order']}"
    if size is not None:
        name += f", size {size}"
    if network is not None:
        name += f" (Lambda = {network['size']:.6g}) for the network {network['widths']}"
    caveats = " ".join(network["caveats"]) if network else ""
    print_facts(answer["results"], title=name, caption=caveats)
    if "index_law" in answer:
        _print_rows("Law of the index at that energy", answer["index_law"], "probability")
    if "by_index" in answer:
        _print_rows("Mean numbers by index", answer["by_index"], "mean_number")


def _print_rows(title: str, rows: list[dict[str, Any]], number: str) -> None:
    print_table(
        ["index", number.replace("_", " "), "good digits"],
        [
            [row["index"], shown(row[number], row["good_digits"]), row["good_digits"]]
            for row in rows
        ],
        title=title,
        caption=f"{rows[0]['theorem']}; {rows[0]['method']}." if rows else "",
    )
