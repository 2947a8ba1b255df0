"""Labels of points that a search found, on small networks and on real digits."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lossatlas.theory.deep_linear import (
    check_assumptions,
    critical_point,
    critical_value,
    draw_normal_form,
    label,
    label_on,
    predict,
    random_arcs,
    spectrum,
)


def unpack(w: Any, widths: tuple[int, ...]) -> Any:
    shapes = list(zip(widths[1:], widths[:-1], strict=True))
    parts = np.split(w, np.cumsum([a * b for a, b in shapes])[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def find(oracle: Any, w: Any, widths: tuple[int, ...], X: Any, Y: Any) -> Any:
    """Levenberg-Marquardt on the squared gradient norm: stops at saddles as at minima."""
    damping, gradient = 1e-2, oracle.gradient(unpack(w, widths), X, Y)
    for _ in range(400):
        values, vectors = np.linalg.eigh(oracle.hessian(unpack(w, widths), X, Y))
        for _ in range(12):
            factors = values / (values**2 + damping * values[-1] ** 2)
            step = -vectors @ (factors * (vectors.T @ gradient))
            trial = oracle.gradient(unpack(w + step, widths), X, Y)
            if trial @ trial < gradient @ gradient:
                break
            damping *= 4
        else:
            break
        w, gradient, damping = w + step, trial, max(damping / 8, 1e-20)
    return unpack(w, widths), float(np.linalg.norm(gradient))


@pytest.mark.parametrize("widths", [(3, 2, 2), (3, 2, 3, 2), (3, 2, 2, 2, 2)])
def test_points_found_by_a_search_are_labelled(
    make_data: Any, oracle: Any, widths: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    X, Y = make_data(rng, widths[0], widths[-1])
    parameters = sum(a * b for a, b in zip(widths[1:], widths[:-1], strict=True))
    found = labelled = 0
    for _ in range(25):
        start = 0.6 * rng.standard_normal(parameters)
        weights, norm = find(oracle, start, widths, X, Y)
        if norm > 1e-13:
            continue
        found += 1
        values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
        named = label(weights, X, Y, hessian_eigenvalues=values)
        if named:
            labelled += 1
            loss = critical_value(X, Y, named.subset)
            assert oracle.loss(weights, X, Y) == pytest.approx(loss, rel=1e-8)
    assert found >= 15
    assert labelled >= found - 1


def test_raw_digits_are_reduced_and_every_point_is_named(oracle: Any) -> None:
    digits = load_digits()
    X, Y = digits.data[:200], np.eye(10)[digits.target[:200]]
    broken = {a.id for a in check_assumptions(X, Y) if not a.holds}
    assert broken == {"HA1"}
    data = spectrum(X, Y)
    assert 50 < data.input_rank < 64
    rng = np.random.default_rng(1)
    ranks = {"target_rank": data.target_rank, "input_rank": data.input_rank}
    for widths, rank in [((64, 4, 3, 10), 2), ((64, 3, 10), 2), ((64, 4, 4, 4, 10), 1)]:
        subset = tuple(sorted(rng.choice(10, rank, replace=False).tolist()))
        arcs = random_arcs(widths, rank, rng, **ranks)
        weights = critical_point(X, Y, widths, subset, arcs=arcs, rng=rng)
        true = predict(widths, data.eigenvalues, subset, arcs, **ranks)
        values = np.linalg.eigvalsh(oracle.hessian(weights, X, Y))
        found = label_on(data, weights, hessian_eigenvalues=values)
        assert (found.subset, found.arcs) == (subset, arcs)
        assert (found.index, found.nullity, found.kind) == (true.index, true.nullity, true.kind)


def test_a_normal_form_keeps_its_integers() -> None:
    data = spectrum(np.eye(3), np.diag([3.0, 2.0, 1.0]))
    form = draw_normal_form(data, (3, 3, 3), (2, 0), rng=np.random.default_rng(0))
    assert form.subset == (0, 2)
    assert [g.shape for g in form.gauges] == [(3, 3)]
