"""The front door: every audit of one network, or of several on the same samples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from jaxtyping import Float, Real
from numpy import ndarray
from torch import Tensor

from lossatlas.errors import misuse

from ._assumptions import ASSUMPTIONS
from ._audit import Audit, not_applicable
from ._gates import audit_gates
from ._gaussian import audit_gaussian_inputs, audit_gaussian_signals
from ._independence import (
    InputSide,
    audit_independence,
    input_side,
    part_kernel,
    with_p_values,
)
from ._network import Network
from ._paths_of import PathData
from ._randomness import audit_random_inputs, audit_random_weights
from ._read import Given, read
from ._redundancy import audit_redundancy
from ._report import AuditReport
from ._samples import Samples, drawn
from ._sharing import audit_sharing, participation
from ._sphere import audit_sphere
from ._uniformity import audit_uniformity

MAX_SAMPLES = 2000
"""What an audit takes of the samples by default: statistics of pairs cost their square."""


def audit(
    network: Given,
    X: Real[ndarray, "n ..."] | Tensor,
    Y: ndarray | Tensor | None = None,
    *,
    seed: int = 0,
    start: Given | None = None,
    gates: Sequence[ndarray] | None = None,
    max_samples: int = MAX_SAMPLES,
) -> AuditReport:
    """Say of each assumption how far it is from true of a network on samples.

    Args:
        network: The matrices [W_1, ..., W_H] of a bias-free ReLU network, W_k of shape (d_k, d_{k-1});
            or `(surface, point)` with a `surfaces.Perceptron`; or an `nn.Module`, which is not changed.
        X: The samples, one a row (or as the module takes them).
        Y: Their classes (n,), or one column a class: used to say what rounding the weights costs.
        seed: Decides which samples are taken, their groups, and the permutations.
        start: The network where training began, of the same kind: A7p compares with it.
        gates: Gates to use instead of the network's own, one boolean (n, d_k) a hidden layer: for
            networks that are made to obey an assumption.
        max_samples: At most so many samples are used, drawn without replacement.

    Returns:
        The report: one audit for each of `ASSUMPTIONS`.

    Raises:
        ValueError: If the network is of no known kind, does not fit the samples, changes from pass to
            pass, or something is not finite.

    Example:
        >>> import numpy as np
        >>> from lossatlas import audits
        >>> rng = np.random.default_rng(0)
        >>> weights = [rng.normal(size=(16, 8)), rng.normal(size=(2, 16))]
        >>> report = audits.audit(weights, rng.normal(size=(200, 8)))
        >>> report["A1p-m"].verdict.value, report["A5u-m"].verdict.value
        ('holds', 'fails')
    """
    return audit_all(
        [network], X, Y, seed=seed, starts=[start], gates=[gates], max_samples=max_samples
    )[0]


def audit_all(
    networks: Sequence[Given],
    X: Real[ndarray, "n ..."] | Tensor,
    Y: ndarray | Tensor | None,
    *,
    seed: int,
    starts: Sequence[Given | None],
    gates: Sequence[Sequence[ndarray] | None],
    max_samples: int,
) -> list[AuditReport]:
    """The reports of several networks: what the samples alone decide is computed once."""
    taken = drawn(X, Y, seed, max_samples)
    of_inputs = _of_inputs(taken, seed)
    reports, kernels = [], {}
    for k, (given, start, masks) in enumerate(zip(networks, starts, gates, strict=True)):
        chosen = None if masks is None else [a[taken.taken] for a in masks]
        network = read(given, taken.X, chosen)
        data = _paths(network, taken)
        found = _of_network(network, data, start, taken, of_inputs, seed)
        reports.append(_report(network, found, of_inputs, taken, seed))
        if data is not None and of_inputs.side is not None:
            kernels[k] = part_kernel(data, of_inputs.side)
    return _tested(reports, kernels, of_inputs.side)


def _tested(
    reports: list[AuditReport], kernels: dict[int, ndarray], side: InputSide | None
) -> list[AuditReport]:
    """The reports with the p-values of A5u-m, all networks in one permutation test."""
    if side is None:
        return reports
    audits = with_p_values([reports[k]["A5u-m"] for k in kernels], list(kernels.values()), side)
    done = dict(zip(kernels, audits, strict=True))
    return [
        replace(r, audits=tuple(done[k] if a.assumption == "A5u-m" else a for a in r.audits))
        if k in done
        else r
        for k, r in enumerate(reports)
    ]


@final
@dataclass(frozen=True, eq=False)
class _OfInputs:
    """What the samples alone decide."""

    side: InputSide | None
    independent: tuple[float, tuple[float, float] | None] | None
    audits: dict[str, Audit]


def _of_inputs(samples: Samples, seed: int) -> _OfInputs:
    # what is asked of the inputs alone does not depend on their scale, and their squares overflow
    rows, groups = samples.rows / (np.abs(samples.X).max() or 1.0), samples.groups
    rng = np.random.default_rng([seed, 1])
    return _OfInputs(
        input_side(rows, seed, rng),
        participation(rows, groups),
        {
            "A4p": audit_gaussian_inputs(rows, groups),
            "random inputs": audit_random_inputs(rows, groups, rng),
        },
    )


def _paths(network: Network, samples: Samples) -> PathData | None:
    if network.weights is None or network.gates is None:
        return None
    return PathData(network.weights, samples.rows, network.gates, samples.groups)


def _of_network(
    network: Network,
    data: PathData | None,
    start: Given | None,
    samples: Samples,
    of_inputs: _OfInputs,
    seed: int,
) -> dict[str, Audit]:
    """The audits that apply to this network."""
    rng = np.random.default_rng([seed, 2])
    began = None if start is None else _began(start, network, samples)
    found = {
        "A2p": audit_redundancy(network, samples.classes(network.outputs.shape[1]), samples.groups),
        "A7p": audit_sphere(network.parameters, began, rng),
        "Gaussian": audit_gaussian_signals(network.signals, network.outputs, samples.groups),
        "random weights": audit_random_weights(network.matrices, chained=network.chained, rng=rng),
    }
    if data is not None:
        found["A1p-m"] = audit_gates(data)
        found["A5u-m"] = audit_independence(data, of_inputs.side)
    if network.weights is not None and "A3p" not in network.obstacles:
        found["A3p"] = audit_uniformity(network.weights, rng)
    if network.weights is not None:
        found["A6u"] = audit_sharing(network.weights, of_inputs.independent)
    return found


def _began(start: Given, network: Network, samples: Samples) -> Float[ndarray, " N"]:
    flat = read(start, samples.X[:1]).parameters
    if len(flat) != len(network.parameters):
        raise misuse(
            "start",
            should=f"have the network's {len(network.parameters)} weights",
            got=f"{len(flat)} of them",
            remedy="It is the same network where training began.",
        )
    return flat


def _report(
    network: Network, found: dict[str, Audit], of_inputs: _OfInputs, samples: Samples, seed: int
) -> AuditReport:
    everything = {**of_inputs.audits, **found}
    audits = tuple(
        everything[id]
        if id in everything
        else not_applicable(about, network.obstacles.get(id, "the network has no such parts"))
        for id, about in ASSUMPTIONS.items()
    )
    return AuditReport(
        audits,
        network.name,
        len(samples.groups),
        samples.num_given,
        seed,
        network.remarks,
    )
