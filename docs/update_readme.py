"""Put the ledger and the picture of a finished run into the README.

Run `make readme`: it makes the demo and then calls this, so that no number or picture in the README
is older or other than what the demo's command produced.
"""

import re
import shutil
import subprocess
import sys
from json import loads
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURE = "critical-values.png"
MARKS = {"holds": "✔ holds", "fails": "✘ fails", "undecided": "? undecided"}


def main(run: Path) -> None:
    """Replace what stands between the README's ledger marks."""
    done = subprocess.run(
        [sys.executable, "-m", "lossatlas", "claims", str(run), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    table = _table(loads(done.stdout))
    readme = ROOT / "README.md"
    text = readme.read_text()
    block = f"<!-- ledger -->\n{table}\n<!-- /ledger -->"
    readme.write_text(
        re.sub(r"<!-- ledger -->.*<!-- /ledger -->", lambda _: block, text, flags=re.DOTALL)
    )
    shutil.copyfile(run / "figures" / PICTURE, ROOT / "docs" / "_static" / PICTURE)


def _table(rows: list[dict[str, Any]]) -> str:
    head = ["| claim | statement | verdict | how | cases |", "|---|---|---|---|---|"]
    return "\n".join(head + [_row(row) for row in rows])


def _row(row: dict[str, Any]) -> str:
    verdict = MARKS.get(row["verdict"], row["verdict"])
    statement = row["statement"].replace("|", "\\|")
    return f"| {row['id']} | {statement} | {verdict} | {row['strength']} | {row['sample_size']:,} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
