"""What is planted wrong is not proved complete."""

from dataclasses import replace

import numpy as np
import pytest
from torch import Generator

from lossatlas.critical import Tracking
from lossatlas.critical._homotopy import complex_roots
from lossatlas.critical._proved_roots import ProvedRoots, prove_roots
from lossatlas.critical._root_classes import RootClasses
from lossatlas.linalg import TensorRoots
from lossatlas.surfaces import SpinGlass


def prepared(size: int, order: int) -> tuple[TensorRoots, RootClasses]:
    generator = Generator().manual_seed(0)
    T = SpinGlass(order, size, generator=generator).couplings
    (found,) = complex_roots(T[None], generator, tracking=Tracking(), attempts=3)
    return TensorRoots(T.numpy()), found


@pytest.fixture(params=[(4, 3), (3, 4), (3, 5)], ids=str)
def case(request: pytest.FixtureRequest) -> tuple[TensorRoots, RootClasses]:
    return prepared(*request.param)


def test_everything_is_proved(case: tuple[TensorRoots, RootClasses]) -> None:
    equations, classes = case
    proved = prove_roots(equations, classes)
    assert proved.complete
    assert proved.classes.count == classes.count


def assert_incomplete(proved: ProvedRoots, words: str) -> None:
    assert not proved.complete
    assert words in proved.obstacle


def test_a_missing_solution_is_missed(case: tuple[TensorRoots, RootClasses]) -> None:
    equations, classes = case
    fewer = replace(classes, real=classes.real[1:], signs=classes.signs[1:])
    total = classes.count
    assert_incomplete(prove_roots(equations, fewer), f"{total - 1} of {total} complex solutions")
    fewer = replace(classes, complex=classes.complex[1:])
    assert_incomplete(prove_roots(equations, fewer), f"{total - 2} of {total} complex solutions")


def test_a_duplicate_in_the_place_of_another_is_found(
    case: tuple[TensorRoots, RootClasses],
) -> None:
    equations, classes = case
    real = classes.real.copy()
    real[0] = real[1] * (1 + 1e-7)
    twice = replace(classes, real=real, signs=np.r_[classes.signs[1], classes.signs[1:]])
    assert_incomplete(prove_roots(equations, twice), "complex solutions were found")
    Y = classes.complex.copy()
    Y[0] = Y[1].conj()
    # Not recognised as the same class before the balls are compared.
    assert_incomplete(prove_roots(equations, replace(classes, complex=Y)), "two solutions meet")


def test_a_wrong_point_is_not_counted(case: tuple[TensorRoots, RootClasses]) -> None:
    equations, classes = case
    real = classes.real.copy()
    real[0] = 1e-3 * real[0]  # Newton's method goes to the origin from there
    assert_incomplete(prove_roots(equations, replace(classes, real=real)), "solutions")


def test_a_real_solution_among_the_complex_ones_is_recognised() -> None:
    equations, classes = prepared(4, 3)
    moved = RootClasses(
        3,
        classes.real[1:],
        classes.signs[1:],
        np.r_[classes.complex, classes.real[:1] * (1 + 1e-9j)],
    )
    proved = prove_roots(equations, moved)
    assert proved.complete
    assert len(proved.classes.real) == len(classes.real)
