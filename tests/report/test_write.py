"""Files appear whole or not at all."""

import os
import stat
from math import inf, nan
from pathlib import Path

import pytest

from lossatlas.errors import RunError
from lossatlas.evidence import Bars, Figure, Heatmap, Levels, Line, Mark, Panel, Scatter
from lossatlas.report import Report, _write, render_report, save_figures, write_report

PNG = b"\x89PNG\r\n\x1a\n"


def _figure(*marks: Mark, log: bool = False, name: str = "a/b") -> Figure:
    panel = Panel("costs $1 $2", "x_1 $", "y^2", marks, log, log)
    return Figure(name, "title", ("K1",), "shows", "cannot", (panel,))


def test_the_file_is_the_page(tmp_path: Path, outcome: Report) -> None:
    path = write_report(outcome, tmp_path / "new" / "folder" / "report.html")
    assert path == tmp_path / "new" / "folder" / "report.html"
    assert path.read_bytes() == render_report(outcome).encode()
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]


def test_a_page_can_be_read_by_whom_the_mask_allows(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        path = write_report(Report(verdicts=()), tmp_path / "report.html")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_older_page_survives_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: Report
) -> None:
    path = write_report(Report(verdicts=()), tmp_path / "report.html")
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_write.os, "fsync", full)
    with pytest.raises(RunError, match=r"No space left on device\. Free space"):
        write_report(outcome, path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for attempt in (
        lambda: write_report(Report(verdicts=()), tmp_path / "file" / "report.html"),
        lambda: save_figures([_figure(Line((1.0,), (1.0,)))], tmp_path / "file" / "figures"),
    ):
        with pytest.raises(RunError) as told:
            attempt()
        assert "\n" not in str(told.value)
        assert str(tmp_path / "file") in str(told.value)


def test_figures_are_saved_twice_each_and_named_by_their_id(
    tmp_path: Path, outcome: Report
) -> None:
    paths = save_figures(outcome.figures[:1], tmp_path / "figures")
    assert [path.name for path in paths] == ["critical-values.svg", "critical-values.png"]
    assert paths[0].read_text().startswith("<?xml")
    assert paths[1].read_bytes().startswith(PNG)
    assert sorted(paths) == sorted((tmp_path / "figures").iterdir())


def test_every_figure_of_a_run_can_be_saved(tmp_path: Path, outcome: Report) -> None:
    assert len(save_figures(outcome.figures[1:], tmp_path)) == 2 * len(outcome.figures[1:])


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    figure = _figure(Scatter((1.0, 2.0), (1.0, 2.0), "points", (0, 1)), Levels((1.5,), ("S",)))
    one, other = (save_figures([figure], tmp_path / name) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]


def test_two_figures_of_the_same_id_do_not_overwrite_each_other(tmp_path: Path) -> None:
    paths = save_figures([_figure(), _figure()], tmp_path)
    assert [path.stem for path in paths] == ["a-b", "a-b", "a-b--2", "a-b--2"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "marks",
    [
        (),
        (Scatter((), ()),),
        (Scatter((nan,), (inf,)),),
        (Line((nan, 1.0), (-1.0, nan)), Levels((nan, -1.0), ("a", "b"))),
        (Heatmap((0.0, 1.0), (0.0, 1.0), ((nan, nan), (-inf, nan)), log=True),),
        (Heatmap((0.0, 1.0), (0.0, 1.0), ((2.0, 2.0), (2.0, 2.0))),),
        (Heatmap((0.0,), (0.0,), ((2.0,),)), Scatter((0.0,), (0.0,), "here")),
        (Bars(("a b", "c"), (nan, 2.0)),),
        (Scatter((1.0,) * 12, (1.0,) * 12, group=tuple(range(12)), group_label="index"),),
        (Scatter((1.0,), (1.0,), "rings", symbol="circle-open"),),
    ],
)
def test_poor_data_are_drawn_as_far_as_they_go(
    tmp_path: Path, marks: tuple[Mark, ...], log: bool
) -> None:
    assert len(save_figures([_figure(*marks, log=log)], tmp_path)) == 2
    assert render_report(Report(verdicts=(), figures=(_figure(*marks, log=log),)))
