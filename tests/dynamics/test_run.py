"""The front door: what it refuses, what it tells on the way, what it keeps."""

from collections.abc import Callable

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from lossatlas.dynamics import GradientDescent, Progress, run
from lossatlas.surfaces import AbstractSurface

Seeded = Callable[[int], Generator]
SHORT = GradientDescent(step=0.05, tolerance=1e-9, max_steps=100)


def test_a_listener_hears_of_every_step(bowl: AbstractSurface, seeded: Seeded) -> None:
    heard: list[Progress] = []
    ends = run(bowl, bowl.random_point(seeded(0), (4,)), method=SHORT, progress=heard.append)
    assert [news.step for news in heard] == list(range(1, int(ends.steps.max()) + 1))
    assert {news.num_steps for news in heard} == {100}
    assert heard[0].moving == 4


def test_an_interruption_passes_and_the_starts_are_untouched(
    bowl: AbstractSurface, seeded: Seeded
) -> None:
    def stop(news: Progress) -> None:
        if news.step == 7:
            raise KeyboardInterrupt

    starts = bowl.random_point(seeded(1), (4,))
    before = starts.clone()
    with pytest.raises(KeyboardInterrupt):
        run(bowl, starts, method=SHORT, progress=stop)
    assert torch.equal(starts, before)


def test_the_history_begins_at_the_start_and_ends_at_the_end(
    bowl: AbstractSurface, seeded: Seeded
) -> None:
    starts = bowl.random_point(seeded(2), (6,))
    ends = run(bowl, starts, method=SHORT)
    steps, loss = ends.history.steps, ends.history.loss
    assert steps[0] == 0
    assert steps[-1] == ends.steps.max()
    assert (steps.diff() > 0).all()
    assert len(steps) <= 19
    assert_close(loss[0], bowl.loss(starts))
    assert torch.equal(loss[-1], ends.loss)
    assert (loss.diff(dim=0) <= 0).all()
    assert_close(ends.history.quantiles((0.5,))[0], loss.quantile(0.5, dim=1))


def test_more_records_are_kept_when_asked_for(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(2), (6,))
    every = run(bowl, starts, method=SHORT, num_records=1000).history
    assert every.steps.tolist() == list(range(101))
    few = run(bowl, starts, method=SHORT, num_records=2).history
    assert few.steps.tolist() == [0, 1, 100]
    assert torch.equal(few.loss, every.loss[few.steps])
    with pytest.raises(ValueError, match="`num_records` should"):
        run(bowl, starts, method=SHORT, num_records=1)


def test_no_steps_leave_everything_in_place(bowl: AbstractSurface, seeded: Seeded) -> None:
    starts = bowl.random_point(seeded(3), (2,))
    ends = run(bowl, starts, method=GradientDescent(max_steps=0))
    assert torch.equal(ends.points, starts)
    assert ends.history.steps.tolist() == [0]
    assert "0 converged" in repr(ends)


def test_a_result_gives_its_columns(bowl: AbstractSurface, seeded: Seeded) -> None:
    ends = run(bowl, bowl.random_point(seeded(4), (3,)), method=SHORT)
    columns = ends.to_dict(points=True)
    assert {len(column) for column in columns.values()} == {3}
    assert columns["point"] == ends.points.tolist()
    assert "<td>3</td>" in ends._repr_html_()


def test_a_frame_has_the_columns(bowl: AbstractSurface, seeded: Seeded) -> None:
    pytest.importorskip("pandas")
    ends = run(bowl, bowl.random_point(seeded(4), (3,)), method=SHORT)
    assert ends.to_frame()["loss"].tolist() == ends.loss.tolist()


def test_progress_can_be_a_flag(
    bowl: AbstractSurface,
    seeded: Seeded,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts = bowl.random_point(seeded(4), (3,))
    monkeypatch.setattr("lossatlas._progress._SECONDS", 0.0)
    run(bowl, starts, method=SHORT, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 100
    assert lines[0] == "step 1 of at most 100, 3 replicas move"
    run(bowl, starts, method=SHORT)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("shape", [(3,), (2, 4), (2, 2, 3)])
def test_starts_of_the_wrong_shape_are_refused(
    bowl: AbstractSurface, shape: tuple[int, ...]
) -> None:
    starts = torch.zeros(shape, dtype=torch.float64)
    with pytest.raises((ValueError, TypeError)):  # the shape checks may answer first
        run(bowl, starts, method=SHORT)


def test_starts_of_another_type_are_refused(bowl: AbstractSurface) -> None:
    with pytest.raises(ValueError, match=r"`starts` should be torch\.float64"):
        run(bowl, torch.zeros(2, 3), method=SHORT)
