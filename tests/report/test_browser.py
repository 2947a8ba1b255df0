"""The page in a real browser: it fits, it draws, it follows the scheme, it asks for nothing."""

import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.report._devtools import SWITCHES

from lossatlas.report import Report, render_report

pytestmark = pytest.mark.browser

_FRAME = """<!doctype html><html><head><meta charset="utf-8"><style>
:root {{ color-scheme: light dark; }} iframe {{ width: {width}px; height: 900px; border: 0; }}
</style></head><body><pre id="told">nothing</pre><script>
addEventListener("message", (event) => {{
  document.getElementById("told").textContent = event.data;
}});
</script><iframe src="page.html"></iframe></body></html>"""

Look = Callable[[Report, int, str], dict[str, Any]]


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def _with_probe(page: str) -> str:
    """The page with a script that looks at it, which its policy is told to let run."""
    probe = Path(__file__).with_name("browser_probe.js").read_text()
    digest = b64encode(sha256(probe.encode()).digest()).decode()
    allowed = page.replace("script-src ", f"script-src &#39;sha256-{digest}&#39; ", 1)
    return allowed.replace("<title>", f"<script>{probe}</script><title>", 1)


@pytest.fixture(scope="session")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Opens a report at a width, in a scheme, and tells what a reader meets.

    The page lies in a frame of that width, because a window has a least width of 500.
    """
    browser = _chromium()
    if browser is None:
        pytest.skip("no chromium on the path: the page cannot be looked at")
    seen: dict[tuple[int, int, str], dict[str, Any]] = {}

    def opened(report: Report, width: int, scheme: str) -> dict[str, Any]:
        key = (id(report), width, scheme)
        if key not in seen:
            seen[key] = _open(browser, tmp_path_factory.mktemp("page"), report, width, scheme)
        return seen[key]

    return opened


def _open(browser: str, folder: Path, report: Report, width: int, scheme: str) -> dict[str, Any]:
    (folder / "page.html").write_text(_with_probe(render_report(report)), encoding="utf-8")
    frame = folder / "frame.html"
    frame.write_text(_FRAME.format(width=width), encoding="utf-8")
    command = [
        browser,
        *SWITCHES,
        f"--user-data-dir={folder / 'profile'}",
        f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}",
        "--virtual-time-budget=20000",
        f"--window-size={max(width, 500) + 100},1000",
        "--dump-dom",
        frame.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    told = re.search(r'<pre id="told">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told is not None, done.stderr[-2000:]
    assert told[1] != "nothing", done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(unescape(told[1]))
    return answer


CASES = [(1280, "light"), (1280, "dark"), (400, "light"), (400, "dark")]


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_the_page_fits_its_width(look: Look, outcome: Report, width: int, scheme: str) -> None:
    seen = look(outcome, width, scheme)
    assert seen["width"] == width
    assert seen["scrollWidth"] <= width
    assert seen["overflowing"] == []
    assert seen["clipped"] == []


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_every_panel_is_drawn_without_an_error(
    look: Look, outcome: Report, width: int, scheme: str
) -> None:
    seen = look(outcome, width, scheme)
    num_panels = sum(len(figure.panels) for figure in outcome.figures)
    assert seen["errors"] == []
    assert (seen["plots"], seen["drawn"]) == (num_panels, num_panels)
    assert seen["points"] > 500
    assert seen["fields"] == 3


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_page_and_figures_follow_the_scheme(
    look: Look, outcome: Report, width: int, scheme: str
) -> None:
    seen = look(outcome, width, scheme)
    assert seen["dark"] == (scheme == "dark")
    assert (_lightness(seen["ground"]) < 0.2) == (scheme == "dark")
    assert (_lightness(seen["ink"]) > 0.8) == (scheme == "dark")
    assert (_lightness(seen["figureInk"]) > 0.8) == (scheme == "dark")


def test_the_page_asks_for_nothing(look: Look, outcome: Report) -> None:
    assert look(outcome, 1280, "light")["requests"] == []


def test_the_contents_stay_in_sight_on_wide_screens_only(look: Look, outcome: Report) -> None:
    assert look(outcome, 1280, "light")["contentsSticky"] == "sticky"
    assert look(outcome, 400, "light")["contentsSticky"] == "static"


def test_the_ledger_comes_before_the_first_claim(look: Look, outcome: Report) -> None:
    for width, scheme in CASES:
        seen = look(outcome, width, scheme)
        assert 0 < seen["ledgerTop"] < seen["firstClaimTop"]


def test_a_script_in_a_claim_a_title_and_a_label_does_not_run(look: Look, hostile: Report) -> None:
    seen = look(hostile, 400, "dark")
    assert seen["hacked"] == "undefined"
    assert seen["errors"] == []
    assert "<script>" in seen["title"]
    assert seen["scrollWidth"] <= 400


def test_long_words_do_not_widen_the_page(look: Look, outcome: Report) -> None:
    word = "W_H" * 120
    first = outcome.verdicts[0]
    claim = replace(first.claim, plain=word, statement=word, rule=word, source=word)
    checks = tuple(
        replace(check, what=word, measured=word, sentence=word) for check in first.checks
    )
    verdict = replace(first, claim=claim, checks=checks, notes=(word,))
    figures = (replace(outcome.figures[0], title=word, caption=word),)
    seen = look(
        replace(
            outcome,
            title=word,
            verdicts=(verdict,),
            figures=figures,
            settings={word: word},
            repeat=(word,),
        ),
        400,
        "light",
    )
    assert seen["overflowing"] == []
    assert seen["scrollWidth"] <= 400


def _lightness(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return (red + green + blue) / 765
