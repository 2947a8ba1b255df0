"""From solutions to critical points: both signs, energies, indices, certificates, a verdict.

w with T w^{p-1} = s w is the pair of unit vectors +-w / |w| with mu = s |w|^{-(p-2)} and u = mu /
sqrt(N). J = (p-1) T w^{p-2} - s I has w as an eigenvector of eigenvalue (p-2) s and on the tangent
space the signs of the Hessian. For odd p, -w has the opposite energy and the index N - 1 - k.
"""

from math import sqrt

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from lossatlas.linalg import TensorRoots
from lossatlas.surfaces import SpinGlass

from ._certificate import Certificate
from ._certify import certify_batch
from ._disjoint import disjoint
from ._enumeration import Completeness, Enumeration
from ._multi_start import Arrivals
from ._proved_roots import ProvedRoots, corrected
from ._root_classes import RootClasses, united
from ._tensor_system import num_classes


def of_solutions(surface: SpinGlass, proved: ProvedRoots) -> Enumeration:
    """The critical points of solutions that are proved to be all."""
    points = _points(surface, proved.classes)
    uncertified = sum(proof is None for proof in points[-1])
    if uncertified:
        verdict = Completeness.SATURATED, f"the index of {uncertified} pairs is not certified"
    else:
        verdict = Completeness.PROVED, "every complex solution is proved and has a ball of its own"
    return _enumeration(surface, points, verdict, proved.classes)


def of_arrivals(
    surface: SpinGlass, proved: ProvedRoots, arrivals: Arrivals, equations: TensorRoots
) -> Enumeration:
    """The critical points of solutions that may not be all, and those that random starts met."""
    met = corrected(equations, _solutions(surface, arrivals))
    classes = united(proved.classes, met)
    points = _points(surface, classes)
    beyond = len(classes.real) - len(arrivals.points)
    unseen = 2 * max(0.0, arrivals.unseen - beyond)
    verdict = _verdict(surface, points, proved, arrivals, unseen)
    return _enumeration(surface, points, verdict, classes, unseen=unseen, starts=arrivals.starts)


def of_eigenvectors(surface: SpinGlass) -> Enumeration:
    """P = 2: the N pairs of eigenvectors, complete where each is certified and has its own ball."""
    T = surface.couplings.cpu()
    values, vectors = torch.linalg.eigh(T)
    w = vectors.T * sqrt(surface.size)
    proofs = _proofs(surface, w)
    points = w, values / sqrt(surface.size), torch.arange(surface.size), proofs
    radii = np.array([np.inf if proof is None else proof.radius for proof in proofs])
    complete = disjoint(torch.cat([w, -w]).numpy().astype(complex), np.tile(radii, 2))
    if complete:
        verdict = Completeness.PROVED, "N pairs of eigenvectors are certified, each in its own ball"
    else:
        verdict = Completeness.INCOMPLETE, "not all eigenvectors are certified to be different"
    return _enumeration(surface, points, verdict, RootClasses.none(3, surface.size))


Pairs = tuple[
    Float[Tensor, "R N"], Float[Tensor, " R"], Int[Tensor, " R"], tuple[Certificate | None, ...]
]


def _points(surface: SpinGlass, classes: RootClasses) -> Pairs:
    """One point of each pair, its energy, its index and its certificate."""
    w, signs = classes.real, classes.signs
    length = np.sqrt((w * w).sum(1, keepdims=True))
    points = torch.from_numpy(sqrt(surface.size) * (w / length))
    energy = signs * length[:, 0] ** -(surface.order - 2.0) / sqrt(surface.size)
    index = np.array(_indices(surface, w, signs), dtype=np.int64)
    proofs = _proofs(surface, points)
    for place, proof in enumerate(proofs):
        if proof is not None and proof.energy is not None:
            # The length has rounding errors that the proof's bounds may exclude.
            energy[place] = sum(proof.energy) / 2
            index[place] = proof.index
    return points, torch.from_numpy(energy), torch.from_numpy(index), proofs


def _proofs(surface: SpinGlass, points: Float[Tensor, "R N"]) -> tuple[Certificate | None, ...]:
    proofs = certify_batch(surface, points)
    return tuple(proof if isinstance(proof, Certificate) else None for proof in proofs)


def _indices(
    surface: SpinGlass, w: Float[np.ndarray, "R N"], signs: Int[np.ndarray, " R"]
) -> list[int]:
    """Eigenvalues of J below zero, without the radial one."""
    if not len(w):
        return []
    A = surface.euclidean_hessian(torch.from_numpy(w).to(surface.device)).cpu().numpy()
    scale = surface.size ** ((surface.order - 1) / 2) / surface.order
    J = scale * A - signs[:, None, None] * np.eye(surface.size)
    negative: list[int] = ((np.linalg.eigvalsh(J) < 0).sum(1) - (signs < 0)).tolist()
    return negative


def _solutions(surface: SpinGlass, arrivals: Arrivals) -> RootClasses:
    """W of each pair that random starts met; a pair with mu = 0 is at infinity and left out."""
    x, p = arrivals.points, surface.order
    points = torch.from_numpy(sqrt(surface.size) * x).to(surface.device)
    mu = sqrt(surface.size) * surface.energy(points).cpu().numpy()
    x, mu = x[mu != 0], mu[mu != 0]
    signs = np.sign(mu).astype(int)
    w = x * np.abs(mu)[:, None] ** (-1 / (p - 2))
    if p % 2:
        w, signs = w * signs[:, None], np.abs(signs)
    return RootClasses(p, w, signs, np.empty((0, surface.size), complex))


def _verdict(
    surface: SpinGlass, points: Pairs, proved: ProvedRoots, arrivals: Arrivals, unseen: float
) -> tuple[Completeness, str]:
    """Saturated only if Euler's characteristic is right and nothing new is expected."""
    euler = _euler(points[2], surface)
    expected = 2 if surface.size % 2 else 0
    missing = f"the next arrival is new with probability {arrivals.missing:.2g}"
    if euler != expected:
        reason = f"the Euler characteristic is {euler} and must be {expected}"
        return Completeness.INCOMPLETE, f"{proved.obstacle}; {reason}"
    if not arrivals.saturated:
        return Completeness.INCOMPLETE, f"{proved.obstacle}; {missing}, {unseen:.3g} are unseen"
    often = f"random starts met every pair {arrivals.least_hits} times or more"
    return Completeness.SATURATED, f"{proved.obstacle}; {often}"


def _euler(index: Int[Tensor, " R"], surface: SpinGlass) -> int:
    """The sum of (-1)^index over both points of every pair."""
    other = index if surface.order % 2 == 0 else surface.size - 1 - index
    return int((1 - 2 * (index % 2)).sum() + (1 - 2 * (other % 2)).sum())


def _enumeration(
    surface: SpinGlass,
    points: Pairs,
    verdict: tuple[Completeness, str],
    classes: RootClasses,
    *,
    unseen: float | None = None,
    starts: int = 0,
) -> Enumeration:
    """Both points of every pair, by ascending energy."""
    w, energy, index, proofs = points
    parity = -1 if surface.order % 2 else 1
    other = index if parity == 1 else surface.size - 1 - index
    antipodes = tuple(None if proof is None else proof.antipode() for proof in proofs)
    # Pairs stay neighbours where energies tie: w of each, then -w, in a stable order.
    both = [torch.stack(pair, 1).flatten(0, 1) for pair in ((w, -w), (energy, parity * energy))]
    indices = torch.stack([index, other], 1).flatten()
    certificates = [one for pair in zip(proofs, antipodes, strict=True) for one in pair]
    order = both[1].argsort(stable=True)
    expected = surface.size if surface.order == 2 else num_classes(surface.order, surface.size)
    return Enumeration(
        points=both[0][order],
        energy=both[1][order],
        index=indices[order],
        completeness=verdict[0],
        reason=verdict[1],
        expected_pairs=expected,
        found_pairs=len(w) + 2 * len(classes.complex),
        certificates=tuple(certificates[i] for i in order.tolist()),
        roots=torch.from_numpy(classes.complex),
        euler=_euler(index, surface),
        unseen=unseen,
        starts=starts,
    )
