"""The flat manifold."""

import pytest
import torch

from lossatlas.surfaces import Flat


def test_every_direction_is_tangent_and_steps_are_sums() -> None:
    flat = Flat(3)
    w, v = torch.ones(2, 3).double(), torch.arange(6).double().reshape(2, 3)
    assert torch.equal(flat.project(w, v), v)
    assert torch.equal(flat.retract(w, v), w + v)
    assert torch.equal(flat.tangent_basis(w), torch.eye(3).double().expand(2, 3, 3))


def test_no_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="`dimension` should be at least 1"):
        Flat(0)
