"""Area averaging is linear, keeps the mean, and is exact on integers."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp

from lossatlas.data import area_average, area_average_matrix

SIDES = st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


def _by_fine_grid(image: np.ndarray, size: int) -> np.ndarray:
    """Witness: repeat every pixel `size` times, then take plain block means."""
    side = len(image)
    fine = image.repeat(size, axis=0).repeat(size, axis=1)
    return fine.reshape(size, side, size, side).mean(axis=(1, 3))


@given(sides=SIDES, data=st.data())
def test_it_is_the_block_mean_of_the_image_repeated_finely(
    sides: tuple[int, int], data: st.DataObject
) -> None:
    side, size = sides
    image = data.draw(hnp.arrays(np.float64, (side, side), elements=st.integers(0, 255)))
    found = area_average(image.reshape(1, -1), size).reshape(size, size)
    np.testing.assert_allclose(found, _by_fine_grid(image, size), rtol=1e-13)


@given(sides=SIDES, level=st.integers(-1000, 1000))
def test_a_constant_image_stays_that_constant(sides: tuple[int, int], level: int) -> None:
    side, size = sides
    found = area_average(np.full((1, side**2), float(level)), size)
    assert (found == level).all()


@given(data=st.data())
def test_the_total_mass_of_a_mnist_image_is_scaled_by_exactly_100_in_784(
    data: st.DataObject,
) -> None:
    pixels = data.draw(hnp.arrays(np.float64, (2, 784), elements=st.integers(0, 255)))
    sums = area_average(pixels, 10) * 784
    whole = np.rint(sums)
    # Each cell is an integer over 784, rounded once: the integer is recovered without a doubt.
    np.testing.assert_allclose(sums, whole, atol=1e-7)
    for image, cells in zip(pixels, whole, strict=True):
        assert Fraction(int(cells.sum()), 784) == Fraction(int(image.sum()) * 100, 784)


@given(sides=SIDES)
def test_rows_of_the_matrix_sum_to_one_and_columns_to_the_ratio_of_areas(
    sides: tuple[int, int],
) -> None:
    side, size = sides
    A = area_average_matrix(side, size)
    np.testing.assert_allclose(A.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(A.sum(axis=0), (size / side) ** 2, rtol=1e-13)


@given(sides=SIDES, data=st.data())
def test_the_matrix_and_the_function_are_one_map(
    sides: tuple[int, int], data: st.DataObject
) -> None:
    side, size = sides
    images = data.draw(hnp.arrays(np.float64, (3, side**2), elements=st.floats(-1, 1, width=32)))
    expected = images @ area_average_matrix(side, size).T
    np.testing.assert_allclose(area_average(images, size), expected, atol=1e-14)


def test_the_corner_cell_of_ten_in_twenty_eight_weighs_its_pixels_by_the_area_covered() -> None:
    side = [Fraction(10, 28), Fraction(10, 28), Fraction(8, 28)]
    expected = np.array([[float(a * b) for b in side] for a in side])
    corner = area_average_matrix(28, 10)[0].reshape(28, 28)
    np.testing.assert_allclose(corner[:3, :3], expected, rtol=1e-15)
    assert np.count_nonzero(corner) == 9


@pytest.mark.parametrize("size", [0, 29, -1])
def test_a_size_that_is_not_smaller_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"`size` should be in 1\.\.28"):
        area_average(np.zeros((1, 784)), size)


def test_images_that_are_not_square_are_refused() -> None:
    with pytest.raises(ValueError, match="should be square"):
        area_average(np.zeros((1, 785)), 10)
