"""A copy is the published set when the files written from it have the published checksums."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lossatlas.data._original import FULL_MNIST, Original, check_original
from lossatlas.errors import DataError

from ._published import published

IMAGES, LABELS, ORIGINAL = published()


def check(images: np.ndarray, labels: np.ndarray, original: Original = ORIGINAL) -> None:
    check_original(images, labels, original, where="the copy", remedy="Get another.")


def test_the_published_arrays_are_accepted_however_they_lie_in_memory() -> None:
    check(IMAGES, LABELS)
    check(np.asfortranarray(IMAGES), np.repeat(LABELS, 2)[::2])


@given(row=st.integers(0, 49), pixel=st.integers(0, 783), change=st.integers(1, 255))
def test_one_changed_pixel_is_noticed_and_the_part_is_named(
    row: int, pixel: int, change: int
) -> None:
    spoilt = IMAGES.copy()
    spoilt[row, pixel] ^= np.uint8(change)
    with pytest.raises(
        DataError, match=f"The {'train' if row < 30 else 't10k'} images of the copy"
    ):
        check(spoilt, LABELS)


@given(row=st.integers(0, 49), change=st.integers(1, 255))
def test_one_changed_label_is_noticed_and_the_part_is_named(row: int, change: int) -> None:
    spoilt = LABELS.copy()
    spoilt[row] ^= np.uint8(change)
    with pytest.raises(
        DataError, match=f"The {'train' if row < 30 else 't10k'} labels of the copy"
    ):
        check(IMAGES, spoilt)


def test_another_order_of_the_same_digits_is_another_set() -> None:
    order = np.roll(np.arange(50), 1)
    with pytest.raises(DataError, match="not those that were published"):
        check(IMAGES[order], LABELS[order])


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES[:-1], LABELS, r"images of shape \(49, 784\)"),
        (IMAGES, LABELS[:, None], r"labels of shape \(50, 1\)"),
        (IMAGES.astype(np.int64), LABELS, "type int64"),
        (IMAGES, LABELS.astype(str), "type <U"),
    ],
)
def test_other_shapes_and_types_are_refused_with_what_they_should_be(
    images: np.ndarray, labels: np.ndarray, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        check(images, labels)
    assert "uint8. Get another." in str(caught.value)


def test_mnist_in_full_has_70000_digits_and_four_checksums_of_their_own() -> None:
    checksums = [c for part in FULL_MNIST.parts for c in (part.images, part.labels)]
    assert FULL_MNIST.samples == 70_000
    assert len(set(checksums)) == 4
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in checksums)
