"""What is called with news of long work."""

import pytest

from lossatlas import _progress
from lossatlas._progress import listener


def test_a_function_hears_of_it_itself() -> None:
    heard: list[str] = []
    assert listener(heard.append) == heard.append


def test_without_progress_there_is_nothing_to_call() -> None:
    assert listener(False) is None


def test_a_printer_says_a_line_when_its_seconds_are_over_and_not_before(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 10.0
    monkeypatch.setattr("lossatlas._progress.time.monotonic", lambda: now)
    tell = listener(True)
    assert tell is not None
    for step in range(101):
        now = 10.0 + step / 10
        tell(f"step {step}")
    seconds = round(10 * _progress._SECONDS)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [f"step {step}" for step in range(seconds, 101, seconds)]
