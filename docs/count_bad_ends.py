"""How often descents of students of an orthonormal teacher end at bad minima.

Run `python docs/count_bad_ends.py [K ...]`: it prints the table of docs/theory/bad_minima.md. All of it
takes some minutes; a K alone, seconds to minutes.
"""

import sys

import torch

from lossatlas import critical
from lossatlas.surfaces import StudentTeacher

SIZES = (6, 7, 8, 9, 10, 12)
DESCENTS, SEED = 500, 1
BAD, PROVED = 1e-6, 40


def main(sizes: tuple[int, ...]) -> None:
    """A line for k units and one for k + 1, at each k."""
    for k in sizes:
        for width in (k, k + 1):
            surface = StudentTeacher(torch.eye(k).double(), width)
            generator = torch.Generator().manual_seed(SEED)
            starts = surface.random_point(generator, (DESCENTS,))
            found = critical.find(surface, starts, method=critical.Descent())
            arrived = found.having(critical.Status.CRITICAL)
            bad = found.points[(found.loss > BAD) & arrived]
            proofs = [critical.prove_minimum(surface, w) for w in bad[:PROVED]]
            print(
                f"k = {k}, {width} units: {len(bad)} of {DESCENTS} end above {BAD:g}, of the first "
                f"{len(proofs)} of these {sum(map(bool, proofs))} proved minima; "
                f"{DESCENTS - int(arrived.sum())} did not arrive",
                flush=True,
            )


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
