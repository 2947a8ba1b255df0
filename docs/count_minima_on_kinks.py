"""How many searches of a network with two hidden layers end where a minimum is proved.

Run `python docs/count_minima_on_kinks.py [SLOPE ...]`: it prints the table of docs/critical/minima.md, 60 searches
of the network of `nonlinearity` with two hidden layers, for 0 and 0.2 in two minutes. The digits are real.
"""

import sys

import torch

from lossatlas import critical
from lossatlas.studies.nonlinearity import Nonlinearity
from lossatlas.studies.nonlinearity._pieces import SearchPiece
from lossatlas.studies.nonlinearity._problem import problem

FAMILY, SEARCHES, SEED = "two digits, two hidden layers", 60, 1
STEPS = (150, 600)


def main(slopes: tuple[float, ...]) -> None:
    """A line for each slope and number of finishing steps."""
    settings = Nonlinearity().settings("standard")
    family = settings.families[FAMILY]
    for slope in slopes:
        piece = SearchPiece(
            family=FAMILY,
            data=family.data,
            hidden=family.hidden[0],
            slope=slope,
            smooth=None,
            sweep=False,
            base=(0,),
            searches=SEARCHES,
            plain_steps=settings.plain_steps,
            newton_steps=settings.newton_steps,
            finishing_steps=settings.finishing_steps,
            proofs=settings.proofs,
        )
        surface = problem(piece).surface
        starts = surface.random_point(torch.Generator().manual_seed(SEED), (SEARCHES,))
        method = critical.Descent(max_plain=settings.plain_steps, max_newton=settings.newton_steps)
        ends = critical.find(surface, starts, method=method).points
        for steps in STEPS:
            points = critical.polish_minima(surface, ends, max_steps=steps).points
            found = [critical.prove_minimum(surface, w) for w in points]
            proved = [p for p in found if isinstance(p, critical.MinimumProof)]
            print(
                f"slope {slope:g}, {steps} steps: {len(proved)} of {SEARCHES} proved, "
                f"{sum(p.kinks > 0 for p in proved)} of them on kinks",
                flush=True,
            )


if __name__ == "__main__":
    main(tuple(map(float, sys.argv[1:])) or (0.0, 0.2))
