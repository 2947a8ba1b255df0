"""What is stored of a minimum says the same to whoever reads it, and no more than was proved."""

import numpy as np
import pytest
import torch

from lossatlas.critical import Argument, MinimumProof
from lossatlas.studies.nonlinearity import _certificates as certificates
from lossatlas.surfaces import Identity, LeakyReLU, Perceptron, ReLU, SquaredError, Tanh
from lossatlas.verification._network import MOST_DATA
from lossatlas.verification._nonlinear_network import MOST_WORK, NonlinearNetwork
from lossatlas.verification._read import Row
from lossatlas.verification._stored import stored_claim, stored_draw


def surface(samples: int = 5, **kinds: object) -> Perceptron:
    rng = torch.Generator().manual_seed(0)
    X = torch.randn(samples, 2, generator=rng, dtype=torch.float64)
    kinds = {"activation": ReLU(), **kinds}
    activation = kinds.pop("activation")
    return Perceptron((2, 3, 1), activation, SquaredError(), X, X[:, :1], **kinds)  # type: ignore[arg-type]


def proof(w: torch.Tensor, **changes: object) -> MinimumProof:
    told = {
        "point": w, "within": 1e-12, "radius": 1e-3, "margin": 1e-4, "kinks": 0, "dead_units": 0,
        "inert": 0, "symmetry": 3, "positive": 6, "strict": True, "argument": Argument.SLICE,
        "loss": (0.5, 0.6), "precision": 64,
    }  # fmt: skip
    return MinimumProof(**{**told, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("activation", [ReLU(), LeakyReLU(0.3), Identity(), Tanh()])
@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_checker_reads_the_network_that_was_stored(
    activation: object, biases: bool, reduction: str
) -> None:
    known = surface(activation=activation, biases=biases, reduction=reduction)
    record = certificates.instance_record("net", known)
    assert record.point is not None
    read = stored_draw(Row(dict(record.attributes), tuple(record.point.tolist())))
    assert isinstance(read, NonlinearNetwork)
    for w in known.random_point(torch.Generator().manual_seed(1), (4,)):
        loss = read.loss(read.matrices(read.entries(w.tolist())))
        assert float(loss.mid()) == pytest.approx(float(known.loss(w)), rel=1e-13)


def test_the_checker_reads_the_kinks_that_were_stored() -> None:
    w = torch.ones(9).double()
    told = certificates.claim("net", proof(w, kinks=2, places=((1, 1, 3), (2, 0, 0))))
    assert told["vanishing"] == "1.1.3 2.0.0"
    record = {
        **told,
        "radius": 1e-3,
        "loss_low": 0.5,
        "loss_high": 0.6,
        "bad": False,
        "strict": True,
    }
    assert stored_claim(record).kinks == ((0, 1, 3), (1, 0, 0))


def test_the_claim_is_never_narrower_than_the_proof_nor_wider_than_its_pattern() -> None:
    w = torch.ones(9).double()
    for within, radius in [
        (1e-15, np.inf),
        (1e-15, 1e-3),
        (1e-9, 1.5e-9),
        (1e-4, 1e-2),
        (0.0, 1e-9),
    ]:
        claimed = certificates.claim("net", proof(w, within=within, radius=radius))
        assert within <= claimed["claimed_within"] < radius


def test_a_network_too_large_for_the_checker_is_not_certified() -> None:
    assert (certificates._MOST_WORK, certificates._MOST_NUMBERS) == (MOST_WORK, MOST_DATA)
    assert certificates.is_checked(surface(MOST_WORK // 81))
    large = surface(MOST_WORK // 81 + 1)
    assert not certificates.is_checked(large)
    record = certificates.instance_record("net", large)
    assert record.point is not None
    read = stored_draw(Row(dict(record.attributes), tuple(record.point.tolist())))
    assert "too large" in str(read)
