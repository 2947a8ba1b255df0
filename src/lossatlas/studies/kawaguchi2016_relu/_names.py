"""Names that records bear."""

from ._pieces import CoursePiece

STUDY = "kawaguchi2016-relu"
START, BETWEEN, END = "start", "on the way", "end"


def stage(epoch: int, piece: CoursePiece) -> str:
    """Whether a checkpoint is the start, the end, or between."""
    if epoch == piece.checkpoints[0]:
        return START
    return END if epoch == piece.checkpoints[-1] else BETWEEN
