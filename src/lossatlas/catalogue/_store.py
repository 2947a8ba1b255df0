"""The store: what every catalogue can do, whatever it is kept in.

Tasks and their records come in together or not at all, and are known by the task's key and the
record's place in it, so the order in which tasks finish leaves no trace. Provenance (versions, CPU,
times) is kept apart from the content and does not enter the digest.
"""

import hashlib
import struct
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ._canonical import canonical_json
from ._condition import Where, is_nan
from ._record import Record, Scalar


class AbstractStore(ABC):
    """A place for the records, verdicts, figures and provenance of a run."""

    @abstractmethod
    def commit(
        self,
        task_key: str,
        task_json: str,
        records: Sequence[Record],
        *,
        provenance: Mapping[str, Any] | None = None,
    ) -> bool:
        """Keep a task as done, with its records, in one transaction.

        Args:
            task_key: The task's key.
            task_json: The task itself as canonical JSON, for the reader; never executed.
            records: What the task saw; the order matters and is kept.
            provenance: Where and when it was run, plain values.

        Returns:
            False when the task was there already; then nothing is changed.

        Raises:
            LossatlasError: If it cannot be kept; then nothing of it is.
        """

    @abstractmethod
    def completed(self) -> set[str]:
        """The keys of the tasks that are done."""

    @abstractmethod
    def tasks(self) -> Iterator[tuple[str, str]]:
        """The done tasks by key, each with its JSON text."""

    @abstractmethod
    def records(
        self,
        study: str | None = None,
        kind: str | None = None,
        *,
        where: Where | None = None,
        limit: int | None = None,
        points: bool = True,
    ) -> Iterator[Record]:
        """The records that meet every condition, ordered by task key and place.

        Args:
            study: Only this study's.
            kind: Only of this kind.
            where: For each attribute named a value, a list of values, or a `Range`.
            limit: At most so many.
            points: Whether to read the points too; False saves the time when they are long.

        Returns:
            An iterator that reads as it goes.

        Raises:
            ValueError: If a condition is not one.
            CatalogueError: If what is stored is not a record.
        """

    @abstractmethod
    def count(
        self, study: str | None = None, kind: str | None = None, *, where: Where | None = None
    ) -> int:
        """How many records meet every condition."""

    @abstractmethod
    def kinds(self) -> dict[tuple[str, str], int]:
        """The number of records of each study and kind."""

    @abstractmethod
    def save_outcome(
        self,
        study: str,
        verdicts: Sequence[Mapping[str, Any]],
        figures: Sequence[Mapping[str, Any]],
    ) -> None:
        """Keep a study's judgement; it replaces the one before.

        Args:
            study: The study's name.
            verdicts: Its verdicts as plain values (`Verdict.to_dict`).
            figures: Its figures as plain values (`Figure.to_dict`).
        """

    @abstractmethod
    def verdicts(self, study: str | None = None) -> list[dict[str, Any]]:
        """The verdicts as plain values, by study and in the study's order."""

    @abstractmethod
    def figures(self, study: str | None = None) -> list[dict[str, Any]]:
        """The figures as plain values, by study and in the study's order."""

    @abstractmethod
    def outcomes(self) -> list[str]:
        """The names of the studies that were judged."""

    @abstractmethod
    def provenance(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The provenance of each task that has one, by task key."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file, if there is one; nothing else may be called afterwards."""

    def digest(self) -> str:
        """A hash of everything but the provenance.

        Two runs of the same tasks have the same digest, however they were interrupted and however
        many workers they had.

        Returns:
            64 hexadecimal digits (SHA-256).
        """
        sha = hashlib.sha256(b"lossatlas catalogue 1")
        for key, task in self.tasks():
            _feed(sha, b"task", key.encode(), task.encode())
        for record in self.records():
            _feed(sha, b"record", *_content(record))
        for study in self.outcomes():
            outcome = [self.verdicts(study), self.figures(study)]
            _feed(sha, b"outcome", study.encode(), canonical_json(outcome).encode())
        return sha.hexdigest()

    # Not `Self`, which the shape checks of the tests cannot resolve in a method.
    def __enter__(self) -> "AbstractStore":  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _feed(sha: Any, *parts: bytes) -> None:
    """Lengths go first: no two lists of parts give the same stream."""
    for part in (struct.pack("<q", len(parts)), *parts):
        sha.update(struct.pack("<q", len(part)))
        sha.update(part)


def _content(record: Record) -> Iterator[bytes]:
    key, ordinal = record.origin or ("", 0)
    yield from (key.encode(), struct.pack("<q", ordinal))
    yield from (record.study.encode(), record.kind.encode())
    for name in sorted(record.attributes):
        yield name.encode()
        yield _scalar_bytes(record.attributes[name])
    yield b"" if record.point is None else b"point" + record.point.astype("<f8").tobytes()


def _scalar_bytes(value: Scalar) -> bytes:
    """Type and bits, so that 1, 1.0 and True differ, and one not-a-number is like another."""
    if is_nan(value):
        return b"nan"
    if isinstance(value, float):
        return b"float" + struct.pack("<d", value)
    return type(value).__name__.encode() + str(value).encode()
