"""Auffinger, Ben Arous, Černý 2013, *Random matrices and complexity of spin glasses*, counted.

Claims C6, C8, C9, C10, C19 and C21: how many critical points of each index a spherical spin glass
has on average below each energy, exactly at finite size and in the limit. The exact means are held
against instances whose critical points are all found and proved to be all.
"""

from ._claims import CLAIMS as CLAIMS
from ._settings import (
    Auffinger2013Settings as Auffinger2013Settings,
    CountChoice as CountChoice,
    TableChoice as TableChoice,
)
from ._study import Auffinger2013 as Auffinger2013
