"""The audits at every checkpoint of a training, on the same samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, final

from jaxtyping import Real
from numpy import ndarray
from torch import Tensor, nn

from lossatlas.errors import misuse

from ._audit import Audit
from ._audited import MAX_SAMPLES, audit_all
from ._course_view import course_page, course_text
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
        return course_text(self.labels, self.reports)

    def _repr_html_(self) -> str:
        return course_page(self.labels, self.reports)


def along(
    networks: Sequence[Given],
    X: Real[ndarray, "n ..."] | Tensor,
    Y: ndarray | Tensor | None = None,
    *,
    labels: Sequence[str] | None = None,
    seed: int = 0,
    max_samples: int = MAX_SAMPLES,
) -> AuditCourse:
    """Audit the checkpoints of a training; the first is where it began.

    What the samples alone decide is computed once, and one permutation test serves all networks.

    Args:
        networks: The checkpoints in order, each as `audit` takes it and a copy of its own, for training
            changes a network in place: `copy.deepcopy(model)`. A7p compares with the first.
        X: The samples.
        Y: Their classes, as for `audit`.
        labels: What the checkpoints are called; by default their number.
        seed: As for `audit`: a report is the same here and there.
        max_samples: As for `audit`.

    Returns:
        The reports.

    Raises:
        ValueError: If there is no network, two are the same in memory, or `audit` refuses one.

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
    _check_apart(networks, names)
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


def _check_apart(networks: Sequence[Given], names: Sequence[str]) -> None:
    """Refuse checkpoints that are one network in memory, which the training went on changing."""
    seen: dict[tuple[int, ...], str] = {}
    for network, name in zip(networks, names, strict=True):
        places = tuple(_places(network))
        if places and places in seen:
            raise misuse(
                "networks",
                should="be copies, each as the network was at its checkpoint",
                got=f"the same weights in memory as {seen[places]!r} and as {name!r}",
                remedy="Keep `copy.deepcopy(model)` at each checkpoint: training changes weights in place.",
            )
        seen[places] = name


def _places(network: Given) -> Iterator[int]:
    """Where in memory a network's numbers begin."""
    if isinstance(network, nn.Module):
        yield from (p.data_ptr() for p in network.parameters())
    elif isinstance(network, Sequence) and not isinstance(network, str):
        for part in network:
            if isinstance(part, Tensor):
                yield part.data_ptr()
            elif isinstance(part, ndarray):
                yield part.ctypes.data
