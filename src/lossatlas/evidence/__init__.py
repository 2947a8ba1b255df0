"""Claims, verdicts and figures as data: the narrow waist between studies and the report.

A `Check` compares one predicted number with one measured number and says in words what came out.
A `Verdict` on a claim is the conjunction of its checks: it fails when one fails, is undecided when
none fails and one is undecided, and holds otherwise; its sentence is computed from its checks.
Figures and tables are data too: a renderer draws them, a study never does.
"""

from ._check import Check as Check, Strength as Strength
from ._claim import Claim as Claim
from ._figure import (
    Band as Band,
    Bars as Bars,
    Figure as Figure,
    Heatmap as Heatmap,
    Levels as Levels,
    Line as Line,
    Mark as Mark,
    Panel as Panel,
    Scatter as Scatter,
)
from ._globe import Globe as Globe, directions as directions
from ._order import in_order as in_order
from ._outcome import Outcome as Outcome
from ._plain import numbers as numbers
from ._ruling import Ruling as Ruling
from ._summary import summarise as summarise
from ._table import Cell as Cell, Table as Table
from ._verdict import Verdict as Verdict
