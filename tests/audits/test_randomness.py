"""What neighbours share: layers that meet in a unit, inputs of one sample; and the sphere."""

import numpy as np
import pytest
from numpy.random import Generator
from scipy import stats

from lossatlas.audits._jackknife import grouped
from lossatlas.audits._randomness import (
    _neighbour_part,
    _neighbours,
    _shared,
    audit_random_inputs,
    audit_random_weights,
)
from lossatlas.audits._sphere import audit_sphere
from lossatlas.evidence import Ruling


def test_layers_meet_in_their_units(rng: Generator) -> None:
    below, above = rng.standard_normal((30, 5)), rng.standard_normal((4, 30))
    incoming = [np.linalg.norm(row) for row in below]
    outgoing = [np.linalg.norm(column) for column in above.T]
    assert _neighbours(below, above) == pytest.approx(stats.spearmanr(incoming, outgoing).statistic)


def test_units_that_carry_through_what_they_receive_are_no_strangers(rng: Generator) -> None:
    sizes = rng.exponential(size=300)[:, None]
    below, above = sizes * rng.standard_normal((300, 9)), (sizes * rng.standard_normal((300, 9))).T
    found = audit_random_weights([below, above], chained=True, rng=rng)
    assert found.parts[2].verdict is Ruling.FAILS
    apart = audit_random_weights([below, above], chained=False, rng=rng)
    assert len(apart.parts) == 2


def test_equal_sizes_correlate_with_nothing() -> None:
    assert _neighbours(np.ones((5, 3)) / 3, np.arange(10.0).reshape(2, 5)) == 0


def test_the_interval_of_a_rank_correlation_covers_zero_when_nothing_is_related(
    rng: Generator,
) -> None:
    covered = 0
    for _ in range(300):
        r = _neighbours(rng.standard_normal((40, 6)), rng.standard_normal((6, 40)))
        part = _neighbour_part([r], [40])
        covered += part.low < 0 < part.high
    assert covered >= 273


def test_two_layers_pool_to_a_narrower_interval() -> None:
    one, two = _neighbour_part([0.3], [50]), _neighbour_part([0.3, 0.3], [50, 50])
    assert one.measured == pytest.approx(two.measured) == pytest.approx(0.3)
    assert two.high - two.low < 0.8 * (one.high - one.low)


def test_unrelated_inputs_share_nothing_on_average_however_few_samples(rng: Generator) -> None:
    """The plain squared correlation of 12 samples averages 1/11."""
    found = [_shared(rng.standard_normal((12, 6)), grouped(12, rng))[0] for _ in range(400)]
    assert abs(np.mean(found)) < 4 * np.std(found) / 20


def test_related_inputs_share_the_squared_correlation(rng: Generator) -> None:
    common = rng.standard_normal((5000, 1))
    Z = 0.8 * common + 0.6 * rng.standard_normal((5000, 4))
    value, low, high = _shared(Z, grouped(5000, rng))
    assert low < 0.64**2 < high
    off = np.corrcoef(Z.T)[~np.eye(4, dtype=bool)]
    assert value == pytest.approx(np.square(off).mean(), abs=1e-3)


def test_inputs_that_never_change_are_left_out(rng: Generator) -> None:
    X = rng.standard_normal((400, 12))
    padded = np.concatenate([X, np.full((400, 3), 0.1)], axis=1)
    groups = grouped(400, rng)
    plain, more = (audit_random_inputs(Z, groups, np.random.default_rng(0)) for Z in (X, padded))
    assert more.details["inputs that vary"] == 12
    assert more.measured == pytest.approx(plain.measured)


def test_the_sphere_is_measured_from_where_training_began(rng: Generator) -> None:
    start = rng.standard_normal(500)
    found = audit_sphere(1.5 * start, start, rng)
    assert found.measured == pytest.approx(2.25)
    assert found.verdict is Ruling.FAILS
    turned = rng.permutation(start)
    assert audit_sphere(turned, start, rng).measured == pytest.approx(1)
    assert audit_sphere(start, None, rng).verdict is Ruling.UNDECIDED
