"""`lossatlas claims`: the ledger of a run."""

from typing import TYPE_CHECKING, Annotated

import typer

from ._app import AsJson, RunFolder, example
from ._folder import run_in
from ._ledger import print_ledger
from ._output import print_json
from ._usage import unknown

if TYPE_CHECKING:
    from lossatlas.evidence import Verdict

EXAMPLE = example("lossatlas claims runs/demo", "lossatlas claims runs/demo --claim K2 --json")


def claims(
    run: RunFolder,
    claim: Annotated[
        list[str] | None,
        typer.Option("--claim", metavar="ID", help="Only this claim; may be given several times."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what a run says of each claim.

    One row a claim: the verdict (holds, fails, undecided, not applicable), whether it is proved or
    measured, the number of checks, the result and the reason. JSON adds the predicted and measured
    values, the tolerance, the sample size and the seed.
    """
    from lossatlas.evidence import Verdict, in_order

    opened = run_in(run)
    with opened.store(read_only=True) as store:
        stored = [Verdict.from_dict(values) for values in store.verdicts()]
    verdicts = in_order(stored, opened.studies)
    chosen = _chosen(verdicts, claim or [])
    if as_json:
        print_json([verdict.summary() for verdict in chosen])
    else:
        print_ledger(chosen)


def _chosen(verdicts: list["Verdict"], ids: list[str]) -> list["Verdict"]:
    known = {verdict.claim.id for verdict in verdicts}
    for name in ids:
        if name not in known:
            raise unknown("claim", name, known, hint="--claim")
    return [verdict for verdict in verdicts if not ids or verdict.claim.id in ids]
