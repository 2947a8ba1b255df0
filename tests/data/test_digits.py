"""The data sets as studies take them."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest

from lossatlas.data import Dataset, area_average_matrix, describe, digits, mnist
from lossatlas.data._choice import check_size

Loader: TypeAlias = Callable[..., Dataset]
SETS: dict[str, Loader] = {
    "digits": digits,
    "mnist 28": lambda **kw: mnist(28, **kw),
    "mnist 10": lambda **kw: mnist(10, **kw),
}


@pytest.fixture(params=SETS, scope="module")
def load(request: pytest.FixtureRequest) -> Loader:
    return SETS[request.param]


def test_shapes_and_types_are_as_promised(load: Loader) -> None:
    data: Dataset = load()
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert len(data.inputs) == len(data.targets) == len(data.labels)
    assert data.targets.shape[1] == len(data.classes) == 10


def test_pixels_lie_in_the_unit_interval_and_reach_both_ends(load: Loader) -> None:
    inputs = load().inputs
    assert inputs.min() == 0
    assert inputs.max() == 1


def test_targets_are_one_hot_at_the_labels(load: Loader) -> None:
    data = load()
    assert (data.targets.sum(axis=1) == 1).all()
    assert np.array_equal(data.targets.argmax(axis=1), data.labels)


def test_chosen_classes_are_the_columns_in_the_order_asked_for(load: Loader) -> None:
    data = load(classes=(7, 1, 3))
    assert data.targets.shape[1] == 3
    assert np.array_equal(np.array([7, 1, 3])[data.targets.argmax(axis=1)], data.labels)
    assert set(data.labels.tolist()) == {1, 3, 7}
    assert len(data.inputs) == np.isin(load().labels, (1, 3, 7)).sum()


def test_samples_are_rows_of_the_whole_set_with_their_own_labels(load: Loader) -> None:
    whole, some = load(), load(samples=40, seed=3)
    rows = [np.flatnonzero((whole.inputs == x).all(axis=1)) for x in some.inputs]
    assert all(label in whole.labels[found] for found, label in zip(rows, some.labels, strict=True))


def test_components_are_centred_unless_asked_otherwise(load: Loader) -> None:
    centred = load(samples=200, components=5)
    raw = load(samples=200, components=5, centred=False)
    assert centred.inputs.shape == raw.inputs.shape == (200, 5)
    assert np.abs(centred.inputs.mean(axis=0)).max() < 1e-12
    assert np.abs(raw.inputs.mean(axis=0)).max() > 0.1
    assert "not centred" in raw.description


def test_mnist_at_ten_is_the_area_average_of_mnist_at_twenty_eight() -> None:
    A = area_average_matrix(28, 10)
    np.testing.assert_allclose(mnist(10).inputs, mnist(28).inputs @ A.T, atol=1e-14)


def test_area_averages_keep_the_mean_of_every_digit() -> None:
    np.testing.assert_allclose(
        mnist(10).inputs.mean(axis=1), mnist(28).inputs.mean(axis=1), rtol=1e-13
    )


def test_one_user_cannot_change_anothers_data(load: Loader) -> None:
    with pytest.raises(ValueError, match="read-only"):
        load().inputs[0, 0] = 2
    with pytest.raises(ValueError, match="read-only"):
        load(samples=20, components=2).inputs[0, 0] = 2


def test_the_checksum_tells_data_sets_apart() -> None:
    checksums = [
        digits().checksum,
        digits(samples=100).checksum,
        digits(samples=100, seed=1).checksum,
        digits(classes=(1, 2)).checksum,
        digits(classes=(2, 1)).checksum,
        mnist(10).checksum,
        mnist(28).checksum,
    ]
    assert len(set(checksums)) == len(checksums)
    assert digits(samples=100).checksum == digits(samples=100).checksum


@pytest.mark.parametrize("classes", [(), (1, 1), (10,), (-1, 2)])
def test_impossible_classes_are_refused(classes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`classes` should be different digits"):
        digits(classes=classes)


@pytest.mark.parametrize(("load", "side"), [(digits, 8), (mnist, 28)])
@pytest.mark.parametrize("size", [0, -1, 29, True])
def test_a_size_that_the_images_cannot_be_averaged_to_is_refused(
    load: Loader, side: int, size: int
) -> None:
    with pytest.raises(ValueError, match=rf"`size` should be a whole number in 1\.\.{side}"):
        load(size)


def test_a_size_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`size` should be a whole number in 1\.\.28. Got 9.5"):
        check_size(9.5, 28)


def test_the_description_says_what_a_reader_needs_to_choose() -> None:
    rows = {row["call"]: row for row in describe()}
    assert list(rows) == ["digits()", "mnist(28)", "mnist(10)"]
    assert [rows[c]["samples"] for c in rows] == [1797, 5000, 5000]
    assert [rows[c]["features"] for c in rows] == [64, 784, 100]
    # Pixels that are always 0 are why a rank is not full, but they are not the only reason.
    assert [rows[c]["zero_features"] for c in rows] == [3, 121, 4]
    assert [rows[c]["rank"] for c in rows] == [61, 653, 96]
    assert all(row["samples"] == sum(row["samples_per_class"]) for row in rows.values())
