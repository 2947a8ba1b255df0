"""The catalogue: what a run saw, kept with where it came from, and asked for again.

A `Record` is one thing seen: named scalars and, where there is one, a point. A store keeps the
records of each task in one transaction, under the task's key, so a run that was interrupted and
resumed holds the same as one that was not (`digest`). The catalogue does not know what a record
means.
"""

from ._canonical import canonical_json as canonical_json
from ._condition import Range as Range
from ._memory import MemoryStore as MemoryStore
from ._parse import parse_conditions as parse_conditions
from ._provenance import environment as environment
from ._record import Record as Record
from ._sqlite import SqliteStore as SqliteStore
from ._store import AbstractStore as AbstractStore
from ._table import (
    to_csv as to_csv,
    to_frame as to_frame,
    to_json as to_json,
    to_rows as to_rows,
)
