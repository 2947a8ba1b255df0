"""Classes of solutions do not depend on which of their members was given."""

import numpy as np
import pytest
import torch
from torch import Generator

from lossatlas.critical import Tracking
from lossatlas.critical._homotopy import complex_roots
from lossatlas.critical._root_classes import RootClasses, sort_roots, united
from lossatlas.critical._tensor_system import num_classes
from lossatlas.surfaces import SpinGlass


def classes_of(size: int, order: int, seed: int = 0) -> tuple[np.ndarray, RootClasses]:
    generator = Generator().manual_seed(seed)
    T = SpinGlass(order, size, generator=generator).couplings
    (found,) = complex_roots(T[None], generator, tracking=Tracking(), attempts=3)
    return T.numpy(), found


def contracted(T: np.ndarray, y: np.ndarray) -> np.ndarray:
    for _ in range(T.ndim - 1):
        T = T @ y
    return T


def same(a: RootClasses, b: RootClasses) -> bool:
    """Whether two hold the same solutions in any order, to rounding."""
    return (
        a.count == b.count
        and len(a.real) == len(b.real)
        and united(a, b).count == a.count
        and sorted(a.signs.tolist()) == sorted(b.signs.tolist())
    )


SHAPES = [(3, 3), (5, 3), (3, 4), (4, 4), (3, 5), (3, 6), (2, 7)]


@pytest.mark.parametrize(("size", "order"), SHAPES)
def test_members_of_every_class_are_solutions_and_all_different(size: int, order: int) -> None:
    T, found = classes_of(size, order)
    everything = found.everything()
    assert found.count == num_classes(order, size)
    assert len(everything) == (order - 1) ** size - 1
    for y in everything:
        assert np.abs(contracted(T, y) - y).max() < 1e-9 * (1 + np.abs(y).max()) ** (order - 1)
    apart = np.abs(everything[:, None] - everything).max(2) + np.eye(len(everything))
    assert apart.min() > 1e-8
    for w, sign in zip(found.real, found.signs, strict=True):
        assert np.abs(contracted(T, w) - sign * w).max() < 1e-9 * (1 + np.abs(w).max()) ** (
            order - 1
        )


@pytest.mark.parametrize(("size", "order"), SHAPES)
def test_rotations_conjugates_order_and_repetition_change_nothing(size: int, order: int) -> None:
    _, found = classes_of(size, order)
    everything = found.everything()
    rng = np.random.default_rng(0)
    assert same(sort_roots(everything, order), found)
    shuffled = rng.permutation(np.concatenate([everything, everything.conj()]))
    assert same(sort_roots(shuffled, order), found)
    assert same(sort_roots(shuffled * (1 + 1e-12 * rng.standard_normal()), order), found)


def test_the_origin_is_left_out_and_nothing_is_nothing() -> None:
    found = sort_roots(np.zeros((2, 3), complex), 3)
    assert found.count == 0
    assert same(found, RootClasses.none(3, 3))
    assert len(found.everything()) == 0


def test_odd_orders_have_one_sign() -> None:
    for order in (3, 5, 7):
        _, found = classes_of(2, order)
        assert set(found.signs.tolist()) == {1}


@pytest.mark.parametrize("tolerance", [0.5, 0.03, 1e-3])
def test_the_care_of_the_tracking_changes_no_class(tolerance: float) -> None:
    T, found = classes_of(4, 3)
    tracking = Tracking(tolerance=tolerance, contraction=0.5)
    (other,) = complex_roots(
        torch.from_numpy(T)[None], Generator().manual_seed(9), tracking=tracking, attempts=4
    )
    assert same(found, other)
