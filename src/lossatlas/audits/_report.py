"""All audits of one network, as a table to read and as data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import nan
from textwrap import fill
from typing import Any, final

from lossatlas._frame import data_frame
from lossatlas.evidence import Cell, Ruling, Table

from ._audit import Audit

_COLUMNS = (
    "assumption",
    "kind",
    "number",
    "if true",
    "tolerance",
    "measured",
    "p",
    "verdict",
)


@final
@dataclass(frozen=True, repr=False)
class AuditReport:
    """What was found for each assumption.

    Attributes:
        audits: One for each assumption, in the order of `ASSUMPTIONS`.
        network: What was audited, in words.
        num_samples: The samples used.
        num_given: The samples given: more where the audits took a part of them.
        seed: The seed of what was drawn.
        remarks: What a reader should know beside the verdicts.
    """

    audits: tuple[Audit, ...]
    network: str
    num_samples: int
    num_given: int
    seed: int
    remarks: tuple[str, ...] = ()

    def __getitem__(self, id: str) -> Audit:
        found = {audit.assumption: audit for audit in self.audits}
        if id not in found:
            raise KeyError(f"no audit {id!r}; there are {', '.join(found)}")
        return found[id]

    def __iter__(self) -> Iterator[Audit]:
        return iter(self.audits)

    def __len__(self) -> int:
        return len(self.audits)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "network": self.network,
            "num_samples": self.num_samples,
            "num_given": self.num_given,
            "seed": self.seed,
            "remarks": list(self.remarks),
            "audits": [audit.to_dict() for audit in self.audits],
        }

    def to_frame(self) -> Any:
        """One row an audit, as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        left_out = ("parts", "details")
        rows = [a.to_dict() for a in self.audits]
        return data_frame([{k: v for k, v in r.items() if k not in left_out} for r in rows])

    def to_table(self, id: str = "audits", title: str = "What the theory assumes") -> Table:
        """The same as a table of a study's outcome, which the report draws."""
        return Table(
            id,
            title,
            f"{self.heading}. Each assumption with the number that decides, its value if the "
            "assumption were true, and what was measured with its 95 % interval.",
            "An assumption that fails does not make a theorem false, and one that holds on these "
            "samples need not hold on others.",
            ("assumption", "says", "kind", "number", "if true", "measured", "verdict", "in words"),
            tuple(_cells(audit) for audit in self.audits),
        )

    def __repr__(self) -> str:
        rows = [_COLUMNS, *(_row(audit) for audit in self.audits)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_COLUMNS))]
        lines = [
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        lines.insert(1, "-" * max(map(len, lines)))
        words = [wrapped(f"{a.about.label}: {a.sentence}") for a in self.audits]
        notes = [wrapped(remark) for remark in self.remarks]
        return "\n".join([f"{self.heading}:", *lines, "", *words, *notes])

    def _repr_html_(self) -> str:
        rows = [(*_row(audit), audit.sentence) for audit in self.audits]
        return page(self.heading, (*_COLUMNS, "in words"), rows, self.remarks)

    @property
    def heading(self) -> str:
        """What was audited, on how many samples."""
        part = "" if self.num_samples == self.num_given else f" of {self.num_given}"
        return f"{self.network} on {self.num_samples}{part} samples, seed {self.seed}"


def _row(audit: Audit) -> tuple[str, ...]:
    part = audit.deciding
    return (
        audit.about.label,
        audit.kind.value,
        audit.statistic,
        "" if part is None else f"{part.under:g}",
        "" if part is None else f"{part.tolerance:g}",
        "" if part is None else str(part),
        _chance(audit.p_value),
        audit.verdict.value,
    )


def _chance(p_value: float | None) -> str:
    if p_value is None:
        return ""
    return "< 1e-6" if p_value < 1e-6 else f"{p_value:.2g}"


def _cells(audit: Audit) -> tuple[Cell, ...]:
    part = audit.deciding
    return (
        audit.about.label,
        audit.about.plainly,
        audit.kind.value,
        audit.statistic,
        nan if part is None else part.under,
        "" if part is None else str(part),
        Ruling(audit.verdict),
        audit.sentence,
    )


def page(
    caption: str, titles: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]
) -> str:
    """A table for a notebook, which would set words to the right if it were not told."""
    left = ' style="text-align: left"'
    head = "".join(f"<th{left}>{escape(title)}</th>" for title in titles)
    body = "".join(
        f"<tr>{''.join(f'<td{left}>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    below = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{below}"
    )


def wrapped(text: str) -> str:
    """A paragraph of a printed report."""
    return fill(text, 100, subsequent_indent="  ")
