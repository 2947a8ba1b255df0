"""The words for how a search ended, and the share that each belongs to."""

from enum import StrEnum


class Share(StrEnum):
    """The three shares."""

    BEST = "at the best known value"
    BAD = "in a bad minimum"
    REST = "elsewhere"


class Why(StrEnum):
    """How a search ended.

    `BEST`: its loss is the best known value. `BAD_MINIMUM`: of a class that is proved to be a local
    minimum with a lower point. `NOT_PROVED`, `NOT_LOWER`, `NOT_TRIED`: it passes for a minimum, but one
    of the proofs failed or was not tried. `KINK`: a pre-activation is zero to rounding, and it is not
    known to be a minimum. `SADDLE`: critical, with a negative eigenvalue. `PLATEAU`: critical, and the
    second order does not decide. `DRIFTING`: a small gradient and a long Newton step, as towards a least
    value at infinity. `ON_ITS_WAY`: not critical.
    """

    BEST = "at the best known value"
    BAD_MINIMUM = "bad minimum"
    NOT_PROVED = "minimum that is not proved"
    NOT_LOWER = "minimum with no proved lower point"
    NOT_TRIED = "minimum for which no proof was tried"
    SADDLE = "saddle"
    PLATEAU = "plateau"
    KINK = "at a kink"
    DRIFTING = "drifting"
    ON_ITS_WAY = "on its way"

    @property
    def share(self) -> Share:
        """The share that it belongs to."""
        return {Why.BEST: Share.BEST, Why.BAD_MINIMUM: Share.BAD}.get(self, Share.REST)


PASSES_FOR_A_MINIMUM = (Why.BAD_MINIMUM, Why.NOT_PROVED, Why.NOT_LOWER, Why.NOT_TRIED)
