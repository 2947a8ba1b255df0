"""What the report says of the verdicts: headlines, tables and figures, for a reader of neither paper."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from math import nan
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom
from tests.studies._performed import doctored

from lossatlas import audits
from lossatlas.catalogue import MemoryStore, Record
from lossatlas.evidence import Figure, Line, Outcome, Ruling, Table, Verdict
from lossatlas.studies.kawaguchi2016_relu import CLAIMS, Kawaguchi2016Relu
from lossatlas.studies.kawaguchi2016_relu._assumption_words import MEASURES, SAYS, WITHOUT
from lossatlas.studies.kawaguchi2016_relu._numbers import medians, middle_and_range, shares

STUDY = Kawaguchi2016Relu()
STARRED = ("A2p", "A3p", "A4p", "A7p")


def outcome(records: Iterable[Record]) -> Outcome:
    store = MemoryStore()
    store.commit("planted", "{}", list(records))
    return STUDY.judge(STUDY.settings("quick"), store)


def judge(records: Iterable[Record]) -> dict[str, Verdict]:
    return {verdict.claim.id: verdict for verdict in outcome(records).verdicts}


def tables(records: Iterable[Record]) -> dict[str, Table]:
    return {table.id: table for verdict in judge(records).values() for table in verdict.tables}


def texts(value: Any) -> Iterator[str]:
    """Every string in a nest of plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)


def test_a_path_is_called_a_path_everywhere_and_a_digit_a_digit(records: list[Record]) -> None:
    found = outcome(records)
    said = [*texts([v.to_dict() for v in found.verdicts])]
    said += [text for f in found.figures for text in (f.title, f.caption, f.limits)]
    others = ("route", "tuple", "pictures")
    assert [text for text in said if any(word in text for word in others)] == []


def test_every_claim_has_a_background_and_explains_the_words_that_it_uses() -> None:
    for claim in CLAIMS:
        assert claim.background.endswith((".", "?"))
        assert claim.words
    known = {word: meaning for claim in CLAIMS for word, meaning in claim.words}
    for word in ("path", "gate", "rho", "spin glass", "reduced model", "index", "nullity", "audit"):
        assert known[word].endswith(".")


def test_no_claim_in_plain_words_says_more_than_its_condition() -> None:
    plain = {claim.id: claim.plain for claim in CLAIMS}
    assert plain["C3"].startswith("If ")
    assert plain["C4"].startswith("If ")
    assert "Before training" in plain["G2"]
    assert "not" not in plain["K9"].split()


def test_a_headline_of_each_claim_has_its_numbers(records: list[Record]) -> None:
    told = {id: verdict.headline for id, verdict in judge(records).items()}
    assert all(any(sign.isdigit() for sign in headline) for headline in told.values())
    assert "12 of 12" in told["K8"]
    assert "1000 of 1000" in told["C2"]
    assert "With ten outputs" in told["C2"]
    assert "1152 of 1152" in told["C3"]
    assert "50 of 50" in told["C4"]
    assert "3 of 3 layers" in told["G1"]


def test_the_headline_of_k9_says_that_the_assumptions_fail_and_what_the_ruling_hangs_on(
    records: list[Record], few_records: list[Record]
) -> None:
    holds, few = (judge(r)["K9"].headline for r in (records, few_records))
    assert holds.startswith("Both assumptions fail in all 96 networks")
    assert "far from the model in all 5 numbers" in holds
    assert few.startswith("Both assumptions fail in all 16 networks")
    assert "at most 2 networks" in few


def test_where_k9_fails_by_the_gates_alone_the_headline_says_that_they_test_no_assumption(
    records: list[Record],
) -> None:
    turned = doctored(records, "checkpoint", {"kappa": 0.001}, hidden_layers=2)
    found = judge(turned)["K9"]
    assert found.ruling is Ruling.FAILS
    assert "Both assumptions fail in all 96 networks" in found.headline
    assert "belongs to neither assumption, reaches 0.01 in 72 of 96" in found.headline
    other = judge(doctored(turned, "checkpoint", {"explained": 0.99}, hidden_layers=2))["K9"]
    assert "near the model in 2 of the rule's 5 numbers" in other.headline


def test_an_assumption_that_does_not_fail_everywhere_is_counted(records: list[Record]) -> None:
    turned = doctored(records, "audit", {"verdict": "holds"}, assumption="A1p-m", network=3)
    assert "A1p-m fails in 88 of 96 and A5u-m fails in 96 of 96" in judge(turned)["K9"].headline


def test_the_first_table_says_how_well_the_networks_are_trained(records: list[Record]) -> None:
    lost = doctored(records, "checkpoint", {"finite": False, "train_loss": nan, "train_right": nan},
                    family="8x8 digits", hidden_layers=4, network=5)  # fmt: skip
    first = judge(lost)["K9"].tables[0]
    assert first.id == "trained-networks"
    rows = {str(row[0]): row[1:] for row in first.rows}
    assert rows["8x8 digits: best linear network"] == ("\N{EN DASH}", "0.1", "97%", "90%")
    assert rows["8x8 digits: answering 0"][1] == "0.5"
    last = next(name for name in rows if name.startswith("8x8 digits, 4 hidden layers"))
    assert "12 networks on 300 digits; 1 became infinite" in last
    assert rows[last] == ("0.5", "0.05", "90%", "80%")


def test_the_tables_say_of_each_of_the_seven_what_it_is_for_and_how_it_is_measured(
    records: list[Record],
) -> None:
    meaning, recipes = (tables(records)[id] for id in ("seven-assumptions", "how-measured"))
    labels = [f"{id} *" if id in STARRED else id for id in SAYS]
    assert [row[0] for row in meaning.rows] == labels
    purposes = [row[3] for row in meaning.rows]
    counts = {purpose: purposes.count(purpose) for purpose in purposes}
    assert counts == {"remaining": 2, "reshaping": 3, "distributional": 2}
    needed = [row[0] for row in meaning.rows if row[5] == "still needed"]
    assert needed == ["A1p-m", "A5u-m"]
    assert set(SAYS) == set(WITHOUT) == {measure.assumption for measure in MEASURES}
    assert len(recipes.rows) == len(MEASURES)
    assert {str(row[1]).partition(":")[0] for row in recipes.rows} == {
        "trained networks", "digits", "architecture",
    }  # fmt: skip


def test_what_does_not_change_is_told_once_and_what_is_its_own_measure_not_at_the_start(
    records: list[Record],
) -> None:
    table = tables(records)["audits-8x8 digits"]
    rows = {str(row[0]).partition(":")[0]: row for row in table.rows}
    for id in ("A4p", "A6u"):
        assert rows[id][3] == "0.3"
        assert rows[id][4] is Ruling.FAILS
        assert rows[id][5:] == ("\N{EN DASH}", "\N{EN DASH}")
    assert rows["A7p"][3:5] == ("\N{EN DASH}", "\N{EN DASH}")
    assert rows["A7p"][6] is Ruling.FAILS


def test_a_verdict_of_most_networks_is_a_badge_and_of_no_majority_is_mixed(
    records: list[Record],
) -> None:
    def row(depths: tuple[int, ...]) -> tuple[Any, ...]:
        turned = records
        for depth in depths:
            turned = doctored(turned, "audit", {"verdict_1": "holds"}, assumption="A7p",
                              hidden_layers=depth, stage="end")  # fmt: skip
        return tables(turned)["audits-8x8 digits"].rows[-1]

    assert row((1, 2, 3))[5:] == ("0.3; 36 of 48", Ruling.HOLDS)
    assert row((1, 2))[6] == "mixed: 24 hold, 24 fail"
    assert row(())[5:] == ("0.3", Ruling.FAILS)


def test_two_networks_that_agree_are_no_majority(few_records: list[Record]) -> None:
    kept = [r for r in few_records if r.kind != "audit" or r.attributes["hidden_layers"] == 1]
    assert tables(kept)["audits-8x8 digits"].rows[0][6] == "2 of 2 fail"


def test_the_table_of_the_rule_counts_what_its_checks_count(records: list[Record]) -> None:
    turned = doctored(records, "checkpoint", {"kappa": 0.001}, hidden_layers=2, network=3)
    rows = {str(row[0]): row for row in tables(turned)["five-numbers"].rows}
    assert rows["8x8 digits, 2 hidden layers"][4] == "0.05 (0.001 to 0.05); far in 11 of 12"
    assert rows["8x8 digits, 1 hidden layer"][1:3] == ("12 of 12", "12 of 12")


def test_the_tables_hold_the_model_against_the_networks(records: list[Record]) -> None:
    found = tables(records)
    numbers, losses = found["reduced-model"], found["linear-theory"]
    assert len(numbers.rows) == 2 * 2 * 4
    assert all(row[1:] == ("0.3", "0.25", "0.833", "0.4", "0.5") for row in numbers.rows)
    assert len(losses.rows) == 2 * 4
    assert {row[1:] for row in losses.rows} == {
        ("0.1", "0.05 to 0.05", "12 of 12", "0", "0.2 to 0.2")
    }


def test_networks_without_gates_that_became_infinite_are_counted(records: list[Record]) -> None:
    turned = doctored(records, "checkpoint", {"linear_loss": nan}, network=3, hidden_layers=4)
    last = tables(turned)["linear-theory"].rows[-1][-1]
    assert last == "0.2 to 0.2; 1 became infinite"
    figure = _figure(turned, "linear-theory")
    titles = [panel.title for panel in figure.panels]
    assert "8x8 digits, 4 hidden layers (1 of 12 without gates became infinite)" in titles
    lines = [mark for panel in figure.panels for mark in panel.marks if isinstance(mark, Line)]
    assert all(np.isfinite(line.y).all() for line in lines)


def _figure(records: Iterable[Record], id: str) -> Figure:
    return next(figure for figure in outcome(records).figures if figure.id == id)


def test_each_figure_is_drawn_and_names_a_claim_of_the_study(records: list[Record]) -> None:
    figures = outcome(records).figures
    assert [figure.id for figure in figures] == [
        "path-rates", "gate-dependence-10x10 MNIST", "gate-dependence-8x8 digits", "reduced-model",
        "linear-theory", "kurtosis",
    ]  # fmt: skip
    ids = [claim.id for claim in CLAIMS]
    assert all(set(figure.claims) <= set(ids) and figure.panels for figure in figures)


def test_the_rates_of_paths_are_drawn_as_shares_beside_those_of_coins(
    records: list[Record],
) -> None:
    panel = _figure(records, "path-rates").panels[0]
    found, coins, *_ = panel.marks
    assert isinstance(found, Line)
    assert isinstance(coins, Line)
    assert found.y[0] == coins.y[0] == 0
    assert found.y[-1] == 1
    assert list(found.y) == sorted(found.y)
    rates = np.linspace(0, 0.6, 100)
    for x, y in list(zip(found.x, found.y, strict=True))[1::2]:
        assert y == pytest.approx(np.mean(np.rint(rates * 60) <= round(60 * x)))
    for x, y in list(zip(coins.x, coins.y, strict=True))[1::2]:
        assert y == pytest.approx(binom.cdf(round(60 * x), 60, 0.3))


def test_crosses_are_told_of_where_they_are_drawn(records: list[Record]) -> None:
    untrained = [r for r in records if r.kind != "signals" or r.attributes["stage"] == "start"]
    assert "Crosses" in _figure(records, "kurtosis").caption
    assert "Crosses" not in _figure(untrained, "kurtosis").caption
    assert "ks-end" in tables(records)
    assert "ks-end" not in tables(untrained)


def test_the_words_are_of_numbers_that_the_audits_have() -> None:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(12, 8)), rng.normal(size=(12, 12)), rng.normal(size=(3, 12))]
    report = audits.audit(weights, rng.normal(size=(60, 8)), start=weights)
    for measure in MEASURES:
        parts = [part.statistic for part in report[measure.assumption].parts]
        assert measure.statistic in parts
    told = {(measure.assumption, measure.statistic) for measure in MEASURES}
    audited = {(id, part.statistic) for id in SAYS for part in report[id].parts}
    assert told == audited


def test_the_spread_of_rates_takes_out_what_chance_scatters_over_few_digits() -> None:
    """Coins of one small probability: the plain number is far from 0 by chance, the audit's is not."""
    digits, units, p = 200, 64, 0.04
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(units, 8)), rng.normal(size=(3, units))]
    plain, audited = [], []
    for _ in range(40):
        gates = [rng.random((digits, units)) < p]
        X = rng.normal(size=(digits, 8))
        rates = gates[0].mean(0)
        plain.append(rates.var() / rates.mean() ** 2)
        found = audits.audit(weights, X, gates=gates)["A1p-m"].measured
        assert found is not None
        audited.append(found)
    floor = (1 - p) / (digits * p)
    assert np.mean(plain) == pytest.approx(floor, rel=0.15)
    assert abs(np.mean(audited)) <= 4 * np.std(audited, ddof=1) / len(audited) ** 0.5 + 1e-3
    assert abs(np.mean(audited)) < floor / 10


def test_numbers_of_several_networks_are_told_by_those_that_are_finite() -> None:
    assert middle_and_range([1.0, nan, 3.0]) == "2 (1 to 3)"
    assert middle_and_range([nan]) == "not measured"
    assert shares([0.31, 0.308]) == "31%"
    assert shares([0.0, 0.15]) == "0 to 15%"
    assert medians([[1.0, nan, 3.0], [nan]])[0] == 2
    assert np.isnan(medians([[nan]])[0])


def test_an_outcome_survives_json(records: list[Record]) -> None:
    found = outcome(records)
    assert [Verdict.from_dict(v.to_dict()) for v in found.verdicts] == list(found.verdicts)
    assert all(asdict(Figure.from_dict(f.to_dict())) for f in found.figures)
