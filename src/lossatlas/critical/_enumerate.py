"""All critical points of a spin glass: the front doors.

Up to a few thousand complex solutions, all of them are followed by a homotopy and proved. Beyond
that, and where the proof fails, random starts are made until they find nothing new. For p = 2 the
critical points are the eigenvectors.
"""

from collections.abc import Sequence

import torch
from torch import Generator

from lossatlas.errors import misuse
from lossatlas.linalg import TensorRoots
from lossatlas.surfaces import SpinGlass

from ._enumeration import Enumeration
from ._homotopy import complex_roots
from ._listed import of_arrivals, of_eigenvectors, of_solutions
from ._multi_start import MultiStart, multi_start
from ._proved_roots import prove_roots
from ._root_classes import RootClasses
from ._tensor_system import num_classes
from ._track import Tracking

MOST_PATHS = 5000


def enumerate_points(
    surface: SpinGlass,
    *,
    generator: Generator | None = None,
    tracking: Tracking | None = None,
    attempts: int = 3,
    most_paths: int = MOST_PATHS,
    starts: MultiStart | None = None,
) -> Enumeration:
    """Find every critical point of a spin glass, prove each, and prove that there are no others.

    Args:
        surface: The spin glass, in float64.
        generator: Draws the start of the homotopy, and random starts; without one they are the same
            in every call. What is proved does not depend on it, to the last bit.
        tracking: How carefully paths are followed at first.
        attempts: How often the paths are followed, from other starts and with more care, while
            solutions are missing.
        most_paths: No homotopy with more paths than this: 5000 lets N = 12 pass for p = 3.
        starts: How many random starts to make where the homotopy is not used or not enough.

    Returns:
        The points with energies, indices and certificates, and what is known of the rest.

    Raises:
        ValueError: If the surface is no spin glass in float64, or a number is below 1.

    Example:
        >>> import torch
        >>> from lossatlas import critical, surfaces
        >>> surface = surfaces.SpinGlass(3, 5, generator=torch.Generator().manual_seed(0))
        >>> found = critical.enumerate_points(surface)
        >>> found.completeness, found.counts
        (<Completeness.PROVED: 'proved complete'>, {0: 4, 1: 8, 2: 10, 3: 8, 4: 4})
    """
    return enumerate_points_batch(
        [surface],
        generator=generator,
        tracking=tracking,
        attempts=attempts,
        most_paths=most_paths,
        starts=starts,
    )[0]


def enumerate_points_batch(
    surfaces: Sequence[SpinGlass],
    *,
    generator: Generator | None = None,
    tracking: Tracking | None = None,
    attempts: int = 3,
    most_paths: int = MOST_PATHS,
    starts: MultiStart | None = None,
) -> list[Enumeration]:
    """Enumerate many spin glasses of one order and size; their paths move together.

    An enumeration that is proved is the same, to the last bit, in a batch of any size.

    Args:
        surfaces: The spin glasses, of one order and size.
        generator: As for `enumerate_points`.
        tracking: As for `enumerate_points`.
        attempts: As for `enumerate_points`.
        most_paths: As for `enumerate_points`.
        starts: As for `enumerate_points`.

    Returns:
        An enumeration each, in order.

    Raises:
        ValueError: As for `enumerate_points`, or if orders or sizes differ.
    """
    _check(surfaces, attempts, most_paths)
    if not surfaces:
        return []
    generator = generator or Generator().manual_seed(0)
    order, size = surfaces[0].order, surfaces[0].size
    if order == 2:
        return [of_eigenvectors(surface) for surface in surfaces]
    if num_classes(order, size) > most_paths:
        found = [RootClasses.none(order, size) for _ in surfaces]
    else:
        tensors = torch.stack([surface.couplings.cpu() for surface in surfaces])
        found = complex_roots(
            tensors, generator, tracking=tracking or Tracking(), attempts=attempts
        )
    seed = int(torch.randint(2**62, (), generator=generator))
    return [
        _enumeration(surface, classes, seed + place, starts or MultiStart())
        for place, (surface, classes) in enumerate(zip(surfaces, found, strict=True))
    ]


def _enumeration(
    surface: SpinGlass, classes: RootClasses, seed: int, starts: MultiStart
) -> Enumeration:
    """Prove what the homotopy found; search on where that is not everything."""
    equations = TensorRoots(surface.couplings.cpu().numpy())
    proved = prove_roots(equations, classes)
    if proved.complete:
        return of_solutions(surface, proved)
    arrivals = multi_start(surface, Generator().manual_seed(seed), starts)
    return of_arrivals(surface, proved, arrivals, equations)


def _check(surfaces: Sequence[SpinGlass], attempts: int, most_paths: int) -> None:
    for surface in surfaces:
        if not isinstance(surface, SpinGlass) or surface.dtype != torch.float64:
            raise misuse(
                "surface",
                should="be a spin glass in float64",
                got=f"{type(surface).__name__} in {surface.dtype}",
                remedy="`SpinGlass.from_couplings(J.double())` holds the same couplings.",
            )
    kinds = {(surface.order, surface.size) for surface in surfaces}
    if len(kinds) > 1:
        raise misuse(
            "surfaces",
            should="be of one order and one size",
            got=sorted(kinds),
            remedy="Enumerate those of each size in a call of their own.",
        )
    for name, number in (("attempts", attempts), ("most_paths", most_paths)):
        if number < 1:
            raise misuse(
                name, should="be at least 1", got=number, remedy="Leave it out for the default."
            )
