"""A report as a table, as data, and the same for the same seed."""

import copy
import json
from html import escape

import numpy as np
import pytest
from numpy.random import Generator
from scipy.stats import kurtosis
from torch import nn

from lossatlas.audits import ASSUMPTIONS, AuditCourse, AuditReport, along, audit, gaussian_limit
from lossatlas.evidence import Table


@pytest.fixture(scope="module")
def report() -> AuditReport:
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((6, 4)), rng.standard_normal((2, 6))]
    return audit(weights, rng.standard_normal((300, 4)), max_samples=200)


def test_every_assumption_has_its_row_and_its_sentence(report: AuditReport) -> None:
    assert [a.assumption for a in report] == list(ASSUMPTIONS)
    printed = repr(report)
    assert "4-6-2 network on 200 of 300 samples, seed 0" in printed
    for a in report:
        assert f"\n{a.about.label}: " in printed
        assert a.sentence.endswith(".")


def test_the_dictionary_is_json_and_has_the_promised_fields(report: AuditReport) -> None:
    rows = json.loads(json.dumps(report.to_dict()))["audits"]
    fields = {"assumption", "kind", "statistic", "under", "measured", "interval", "test"}
    fields |= {"p_value", "verdict", "sentence", "theorem", "droppable", "ours"}
    assert all(fields <= row.keys() for row in rows)


def test_the_frame_has_a_row_an_audit(report: AuditReport) -> None:
    pytest.importorskip("pandas")
    assert list(report.to_frame()["assumption"]) == list(ASSUMPTIONS)


def test_the_table_of_a_study_survives_json(report: AuditReport) -> None:
    table = report.to_table()
    assert len(table.rows) == len(report)
    assert Table.from_dict(table.to_dict()).columns == table.columns


def test_the_page_escapes_and_holds_every_sentence(report: AuditReport) -> None:
    page = report._repr_html_()
    assert page.count("<tr>") == len(report) + 1
    assert "<table>" in page


def test_the_same_seed_gives_the_same_report(rng: Generator) -> None:
    weights = [rng.standard_normal((6, 4)), rng.standard_normal((2, 6))]
    X = rng.standard_normal((300, 4))
    one, other, third = (audit(weights, X, seed=s, max_samples=100) for s in (1, 1, 2))
    assert one.to_dict() == other.to_dict()
    assert one.to_dict() != third.to_dict()


def test_a_checkpoint_has_the_report_that_it_has_alone(rng: Generator) -> None:
    weights = [rng.standard_normal((6, 4)), rng.standard_normal((2, 6))]
    later = [W + 0.5 for W in weights]
    X = rng.standard_normal((80, 4))
    course = along([weights, later], X, labels=["start", "end"])
    assert course.labels == ("start", "end")
    assert course.reports[1].to_dict() == audit(later, X, start=weights).to_dict()
    assert course.measured("A7p")[0] == 1
    assert [a.assumption for a in course["A6u"]] == ["A6u", "A6u"]
    json.dumps(course.to_dict())


def _course(number: int) -> AuditCourse:
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((6, 4)), rng.standard_normal((2, 6))]
    stages = [[(1 + k) * W for W in weights] for k in range(number)]
    return along(stages, rng.standard_normal((80, 4)), labels=[f"<{k}>" for k in range(number)])


def test_a_course_puts_checkpoints_side_by_side_and_says_what_became_of_each_verdict() -> None:
    course = _course(3)
    lines = repr(course).splitlines()
    assert lines[0] == "4-6-2 network on 80 samples, seed 0, 3 checkpoints:"
    assert lines[1].split() == ["assumption", "<0>", "<1>", "<2>"]
    row = next(line for line in lines if line.startswith("A7p "))
    assert row.split() == ["A7p", "1", "holds", "4", "fails", "9", "fails"]
    words = repr(course).replace("\n  ", " ")
    assert "(1 if true): holds from <0>, then fails from <1>. The weights' mean square" in words
    assert "A6u, independent inputs a path (1 if true): fails throughout." in words
    assert max(map(len, lines)) <= 100
    for a in course.reports[-1]:
        assert a.sentence in words


def test_a_long_course_shows_its_ends_and_says_that_there_is_more() -> None:
    course = _course(9)
    assert repr(course).splitlines()[1].split()[1:] == ["<0>", "<2>", "<4>", "<6>", "<8>"]
    assert repr(course).endswith("5 of 9 checkpoints are shown; `to_frame()` has all.")
    assert "throughout" not in repr(_course(1))


def test_a_courses_page_escapes_and_holds_every_sentence() -> None:
    course = _course(2)
    page = course._repr_html_()
    assert page.count("<tr>") == len(course.reports[0]) + 1
    assert ">&lt;1&gt;</th>" in page
    assert "A7p (our numbering)" in page
    assert all(escape(a.sentence) in page for a in course.reports[-1])


def test_a_network_that_was_not_copied_is_refused() -> None:
    """A list of one model holds its last state many times."""
    X = np.random.default_rng(0).standard_normal((20, 4))
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    weights = [np.ones((3, 4)), np.ones((2, 3))]
    same = ([model, model], [model, copy.copy(model)], [weights, list(weights)])
    for networks in same:
        with pytest.raises(ValueError, match=r"copies.*'start' and as 'end'. Keep `copy.deepcopy"):
            along(networks, X, labels=["start", "end"])
    along([model, copy.deepcopy(model)], X)
    along([weights, [weights[0], 2 * weights[1]]], X)  # a layer that is not trained


def test_an_unknown_audit_is_answered_with_the_known_ones(report: AuditReport) -> None:
    with pytest.raises(KeyError, match="no audit 'A8'; there are A1p-m, A2p"):
        report["A8"]


def test_along_refuses_no_network_and_wrong_labels(rng: Generator) -> None:
    with pytest.raises(ValueError, match="hold a network"):
        along([], rng.standard_normal((5, 2)))
    with pytest.raises(ValueError, match="name the 1 networks"):
        along([[np.ones((1, 2)), np.ones((1, 1))]], rng.standard_normal((5, 2)), labels=["a", "b"])


@pytest.mark.parametrize("width", [4, 16])
def test_the_kurtosis_of_a_random_network_is_15_over_its_width(width: int, rng: Generator) -> None:
    many = [rng.standard_normal((20_000, width, 5)), rng.standard_normal((20_000, 1, width))]
    found = gaussian_limit(many, rng.standard_normal((1, 5)))
    assert found.low[0] < 0 < found.high[0]
    assert found.low[1] < 15 / width < found.high[1]
    assert found.widths == (5, width, 1)


def test_the_kurtosis_is_about_the_mean(rng: Generator) -> None:
    """One layer, weights with a mean: what enters a unit is a sum of exponentials, not centred."""
    many = rng.exponential(size=(3000, 1, 4))
    found = gaussian_limit([many], np.ones((1, 4)))
    assert found.kurtosis[0] == pytest.approx(kurtosis(many.sum(2).ravel()))
    assert found.low[0] < 6 / 4 < found.high[0]


def test_the_limit_refuses_what_is_no_ensemble() -> None:
    with pytest.raises(ValueError, match="at least 8 networks"):
        gaussian_limit([np.ones((7, 2, 3)), np.ones((7, 1, 2))], np.ones((1, 3)))
    with pytest.raises(ValueError, match="fit the samples"):
        gaussian_limit([np.ones((9, 2, 3)), np.ones((9, 1, 4))], np.ones((1, 3)))


def test_networks_of_zeros_are_constant() -> None:
    found = gaussian_limit([np.zeros((9, 2, 3)), np.zeros((9, 1, 2))], np.ones((1, 3)))
    assert found.kurtosis.tolist() == [0.0, 0.0]
    assert found.share.tolist() == [1.0, 1.0]
