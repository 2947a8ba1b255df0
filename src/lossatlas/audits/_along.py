"""The audits at every checkpoint of a training, on the same samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, final

from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse

from ._audit import Audit
from ._audited import MAX_SAMPLES, audit_all
from ._read import Given
from ._report import AuditReport


@final
@dataclass(frozen=True, repr=False)
class AuditCourse:
    """The reports of a training's checkpoints, in their order.

    Attributes:
        labels: What each checkpoint is called.
        reports: Its report.
    """

    labels: tuple[str, ...]
    reports: tuple[AuditReport, ...]

    def __len__(self) -> int:
        return len(self.reports)

    def __iter__(self) -> Iterator[AuditReport]:
        return iter(self.reports)

    def __getitem__(self, id: str) -> tuple[Audit, ...]:
        """One assumption at every checkpoint."""
        return tuple(report[id] for report in self.reports)

    def measured(self, id: str, part: int = 0) -> list[float | None]:
        """One number of an audit at every checkpoint; None where it was not measured."""
        return [a.parts[part].measured if len(a.parts) > part else None for a in self[id]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        pairs = zip(self.labels, self.reports, strict=True)
        return {"checkpoints": [{"label": label, **r.to_dict()} for label, r in pairs]}

    def to_frame(self) -> Any:
        """One row an audit and checkpoint, as a pandas data frame.

        Raises:
            ImportError: If pandas is not installed.
        """
        frames = [
            report.to_frame().assign(checkpoint=label)
            for label, report in zip(self.labels, self.reports, strict=True)
        ]
        return import_module("pandas").concat(frames, ignore_index=True)

    def __repr__(self) -> str:
        ids = [a.assumption for a in self.reports[0]]
        rows = [
            (label, *(f"{_short(a)} {a.verdict.value}".strip() for a in report))
            for label, report in zip(self.labels, self.reports, strict=True)
        ]
        table = [("checkpoint", *ids), *rows]
        widths = [max(len(row[i]) for row in table) for i in range(len(ids) + 1)]
        return "\n".join(
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in table
        )


def along(
    networks: Sequence[Given],
    X: Float[ndarray, "n ..."] | Tensor,
    Y: ndarray | Tensor | None = None,
    *,
    labels: Sequence[str] | None = None,
    seed: int = 0,
    max_samples: int = MAX_SAMPLES,
) -> AuditCourse:
    """Audit the checkpoints of a training; the first is where it began.

    What the samples alone decide is computed once, and one permutation test serves all networks.

    Args:
        networks: The checkpoints in order, each as `audit` takes it. A7p compares with the first.
        X: The samples.
        Y: Their classes, as for `audit`.
        labels: What the checkpoints are called; by default their number.
        seed: As for `audit`: a report is the same here and there.
        max_samples: As for `audit`.

    Returns:
        The reports.

    Raises:
        ValueError: If there is no network, or one is refused by `audit`.

    Example:
        >>> import numpy as np
        >>> from lossatlas import audits
        >>> rng = np.random.default_rng(0)
        >>> weights = [rng.normal(size=(16, 8)), rng.normal(size=(2, 16))]
        >>> course = audits.along([weights, [2 * W for W in weights]], rng.normal(size=(200, 8)))
        >>> course.measured("A7p")
        [1.0, 4.0]
    """
    if not networks:
        raise misuse(
            "networks", should="hold a network", got="none", remedy="Pass the checkpoints in order."
        )
    names = tuple(map(str, range(len(networks)) if labels is None else labels))
    if len(names) != len(networks):
        raise misuse(
            "labels",
            should=f"name the {len(networks)} networks",
            got=f"{len(names)} of them",
            remedy="Give one for each, or leave them out.",
        )
    reports = audit_all(
        networks,
        X,
        Y,
        seed=seed,
        starts=[networks[0]] * len(networks),
        gates=[None] * len(networks),
        max_samples=max_samples,
    )
    return AuditCourse(names, tuple(reports))


def _short(audit: Audit) -> str:
    return "" if audit.measured is None else f"{audit.measured:.3g}"
