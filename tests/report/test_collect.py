"""The report of a catalogue says what the catalogue holds."""

from math import nan
from pathlib import Path

import pytest

from lossatlas.catalogue import AbstractStore, MemoryStore, Record, SqliteStore
from lossatlas.report import Report, collect_report, write_report

KINDS = ("global minimum", "strict saddle", "bad saddle")


def _fill(store: AbstractStore, outcome: Report) -> AbstractStore:
    for task in range(3):
        records = [
            Record("kawaguchi2016", "point", {"kind": KINDS[i % 3], "index": i, "loss": nan})
            for i in range(7)
        ]
        spectrum = Record("kawaguchi2016", "spectrum", {"place": task})
        provenance = {"cpu": "A type", "started": 1.0e9 + task, "seconds": 2.25, "seed": [task]}
        store.commit(f"key{task}", "{}", [*records, spectrum], provenance=provenance)
    verdicts = [verdict.to_dict() for verdict in outcome.verdicts]
    figures = [figure.to_dict() for figure in outcome.figures]
    store.save_outcome("kawaguchi2016", verdicts, figures)
    return store


@pytest.fixture
def store(outcome: Report) -> AbstractStore:
    return _fill(MemoryStore(), outcome)


def test_verdicts_and_figures_come_back_as_they_were(store: AbstractStore, outcome: Report) -> None:
    report = collect_report(store)
    assert report.verdicts == outcome.verdicts
    # Compared by their text: a gap is not equal to itself.
    assert repr(report.figures) == repr(outcome.figures)


def test_every_record_is_counted_under_its_kind(store: AbstractStore) -> None:
    assert collect_report(store).counts == {
        "point: bad saddle": 6,
        "point: global minimum": 9,
        "point: strict saddle": 6,
        "spectrum": 3,
    }


def test_the_sample_shows_every_kind_that_has_a_loss(store: AbstractStore) -> None:
    points = collect_report(store).points
    assert [list(point) for point in points] == [["record", "kind", "index", "loss"]] * 9
    assert {point["kind"] for point in points} == set(KINDS)


def test_provenance_is_told_once_for_all_tasks(store: AbstractStore) -> None:
    assert collect_report(store).provenance == {
        "cpu": "A type",
        "tasks started": "2001-09-09 01:46:40 UTC to 2001-09-09 01:46:42 UTC",
        "seconds of work": 6.8,
        "task seeds": "[0]; [1]; [2]",
    }


def test_settings_and_commands_come_from_the_run_folder(
    tmp_path: Path, store: AbstractStore
) -> None:
    text = '[settings]\npreset = "quick"\n[settings.studies.kawaguchi2016]\nseed = 3\nbatch = 128\n'
    (tmp_path / "settings.toml").write_text(text)
    page = write_report(store, tmp_path / "report.html").read_text("utf-8")
    assert "<dt>preset</dt><dd>quick</dd>" in page
    assert "<h4>studies: kawaguchi2016</h4>" in page
    assert "<dt>batch</dt><dd>128</dd>" in page
    again = f"lossatlas study kawaguchi2016 --preset quick --seed 3 --out {tmp_path}"
    assert again in page


def test_damaged_settings_are_told_and_do_not_hide_the_verdicts(
    tmp_path: Path, store: AbstractStore
) -> None:
    (tmp_path / "settings.toml").write_text("= broken")
    page = write_report(store, tmp_path / "report.html").read_text("utf-8")
    assert "<dt>settings.toml</dt><dd>cannot be read" in page
    assert 'id="claim-K7"' in page


def test_what_is_given_goes_before_what_is_found(tmp_path: Path, store: AbstractStore) -> None:
    (tmp_path / "settings.toml").write_text("preset = 'quick'")
    page = write_report(
        store,
        tmp_path / "report.html",
        settings={"preset": "paper"},
        repeat=("make it again",),
        title="A title",
    ).read_text("utf-8")
    assert "<h1>A title</h1>" in page
    assert "<dd>paper</dd>" in page
    assert "<dd>quick</dd>" not in page
    assert "<code>make it again\n</code>" in page


def test_both_stores_give_the_same_page(
    tmp_path: Path, store: AbstractStore, outcome: Report
) -> None:
    plain = write_report(store, tmp_path / "report.html").read_text("utf-8")
    with SqliteStore(tmp_path / "atlas.db") as kept:
        _fill(kept, outcome)
        assert write_report(kept, tmp_path / "report.html").read_text("utf-8") == plain


def test_an_empty_catalogue_has_a_page(tmp_path: Path) -> None:
    page = write_report(MemoryStore(), tmp_path / "report.html").read_text("utf-8")
    assert "No claim was judged." in page
