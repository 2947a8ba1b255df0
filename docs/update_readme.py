"""Put the ledger and the picture of a finished run into the README.

Run `make readme`: it makes the demo and then calls this, so that no number or picture in the README
is older or other than what the demo's command produced.
"""

import re
import shutil
import sys
from pathlib import Path

from lossatlas.evidence import Ruling, Verdict, in_order
from lossatlas.execution import read_run

ROOT = Path(__file__).resolve().parents[1]
PICTURE = "critical-values.png"
MARKS = {Ruling.HOLDS: "✔ holds", Ruling.FAILS: "✘ fails", Ruling.UNDECIDED: "? undecided"}


def main(run: Path) -> None:
    """Replace what stands between the README's ledger marks."""
    opened = read_run(run)
    with opened.store(read_only=True) as store:
        stored = [Verdict.from_dict(values) for values in store.verdicts()]
    table = _table(in_order(stored, opened.studies))
    readme = ROOT / "README.md"
    text = readme.read_text()
    block = f"<!-- ledger -->\n{table}\n<!-- /ledger -->"
    readme.write_text(
        re.sub(r"<!-- ledger -->.*<!-- /ledger -->", lambda _: block, text, flags=re.DOTALL)
    )
    shutil.copyfile(run / "figures" / PICTURE, ROOT / "docs" / "_static" / PICTURE)


def _table(verdicts: list[Verdict]) -> str:
    head = ["| claim | statement | verdict | checks |", "|---|---|---|---|"]
    return "\n".join(head + [_row(verdict) for verdict in verdicts])


def _row(verdict: Verdict) -> str:
    said = MARKS.get(verdict.ruling, verdict.ruling.value)
    statement = verdict.claim.statement.replace("|", "\\|")
    return f"| {verdict.claim.id} | {statement} | {said} | {verdict.basis} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
