"""Put the ledger and the figures of a finished run into a study's page.

`python docs/update_study.py RUN docs/studies/width.md` replaces what stands between the page's
ledger marks, so that no number or figure there is other than what the run produced.
"""

import re
import shutil
import sys
from pathlib import Path

from update_readme import MARKS

from lossatlas.evidence import Verdict, in_order
from lossatlas.execution import read_run

STATIC = Path(__file__).resolve().parent / "_static" / "studies"


def main(run: Path, page: Path) -> None:
    """Replace what stands between the page's ledger marks, and the figures that it names."""
    opened = read_run(run)
    with opened.store(read_only=True) as store:
        verdicts = in_order([Verdict.from_dict(v) for v in store.verdicts()], opened.studies)
    block = f"<!-- ledger -->\n{_ledger(verdicts)}\n<!-- /ledger -->"
    text = page.read_text()
    if "<!-- ledger -->" not in text:
        raise SystemExit(f"{page}: no ledger marks")
    text = re.sub(r"<!-- ledger -->.*<!-- /ledger -->", lambda _: block, text, flags=re.DOTALL)
    page.write_text(text)
    for name in re.findall(r"\(\.\./_static/studies/([\w/-]+\.png)\)", text):
        target = STATIC / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run / "figures" / target.name, target)


def _ledger(verdicts: list[Verdict]) -> str:
    """A heading's worth a claim: the ruling, what decided it, and the remarks."""
    return "\n\n".join(_entry(verdict) for verdict in verdicts)


def _entry(verdict: Verdict) -> str:
    said = MARKS.get(verdict.ruling, verdict.ruling.value)
    checks = [f"- {_plain(check.sentence)}" for check in verdict.checks]
    notes = [f"- Remark: {_plain(note)}" for note in verdict.notes]
    head = f"**{verdict.claim.id} {said}** ({verdict.basis}, {verdict.sample_size:,} cases)"
    headline = [_plain(verdict.headline), ""] if verdict.headline else []
    return "\n".join([head, "", *headline, *checks, *notes])


def _plain(sentence: str) -> str:
    """Free of what Markdown would read as its own marks."""
    return re.sub(r"([*_\\`$<>])", r"\\\1", sentence)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
