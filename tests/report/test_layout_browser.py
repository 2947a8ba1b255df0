"""What a reader meets around a figure: scales that are not cut, buttons out of the way, whole print."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report._devtools import Browser

from lossatlas.evidence import Bars, Figure, Heatmap, Line, Panel, Scatter, numbers
from lossatlas.report import Report, render_report

pytestmark = pytest.mark.browser

A4 = 718  # pixels between margins of a centimetre
CASES = [(1280, "light"), (400, "dark")]
# The boxes of everything that a selector finds, in the window.
BOXES = """[...document.querySelectorAll(%r)].map((e) => e.getBoundingClientRect())
  .filter((b) => b.width > 0).map((b) => ({left: b.left, right: b.right, top: b.top, bottom: b.bottom}))"""


def _named_and_logarithmic() -> Figure:
    """Named bars with points on them, stacked bars, and a logarithmic axis of less than two decades."""
    names = ("to -1.5", "between", "from 1.5")
    bars = Panel("bars", "window", "number", (Bars(names, (3.0, 5.0, 2.0), "exact"),
                 Scatter((0.0, 1.0, 2.0), (3.0, 5.0, 2.0), "counted")))  # fmt: skip
    parts = (Bars(names, (0.25, 0.5, 1.0), "low"), Bars(names, (0.75, 0.5, 0.0), "high"))
    stacked = Panel("stacked", "window", "share", parts, stacked=True)
    line = Line((16.0, 32.0, 64.0, 128.0), (0.011, 0.06, 0.3, 0.9), "law")
    log = Panel("log", "width", "spread", (line,), True, True)
    return Figure("mixed", "Bars and a law", ("K7",), "shows", "cannot", (bars, stacked, log))


def _pixels() -> Figure:
    """Two small fields of the same quantity, with numbers under their scale."""
    places = numbers(range(1, 9))
    panels = (
        Panel(name, "column", "row", (_field(places, high),))
        for name, high in (("at the start", 0.1), ("at the end", 0.12))
    )
    return Figure("pixels", "Pixels", ("K7",), "shows", "cannot", tuple(panels))


def _field(places: tuple[float, ...], high: float) -> Heatmap:
    rows = tuple(numbers(high * x * y / 64 for x in places) for y in places)
    return Heatmap(places, places, rows, "squared correlation")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, outcome: Report) -> Path:
    path = tmp_path_factory.mktemp("layout") / "page.html"
    figures = (*outcome.figures, _named_and_logarithmic(), _pixels())
    path.write_text(render_report(replace(outcome, figures=figures)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on the path: the page cannot be looked at")
    opened = Browser(program, tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


def _boxes(browser: Browser, selector: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = browser.run(BOXES % selector)
    return found


def _overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return across > 0.5 and down > 0.5


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_no_colour_scale_is_cut_by_its_field(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    browser.open(page, width, scheme)
    fields = _boxes(browser, ".heatmaplayer image")
    scales = _boxes(browser, ".cbaxis text, .cbtitle text, .cbfill")
    assert len(fields) == 5
    assert len(scales) > 8
    assert not any(_overlap(scale, field) for scale in scales for field in fields)


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_names_of_ticks_do_not_run_into_each_other(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    browser.open(page, width, scheme)
    for axis in ("x", "y"):
        names = _boxes(browser, f"#figure-mixed-panel-3 .{axis}tick text")
        assert len(names) >= 3
        pairs = [(a, b) for i, a in enumerate(names) for b in names[:i]]
        assert not any(_overlap(a, b) for a, b in pairs)
        assert all(box["bottom"] - box["top"] >= 10 for box in names)


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_every_bar_has_its_name(browser: Browser, page: Path, width: int, scheme: str) -> None:
    browser.open(page, width, scheme)
    kinds = "document.querySelectorAll('#figure-kinds-panel-1 .xtick text')"
    told = browser.run(
        f"[...{kinds}].map((e) => [...e.childNodes].map((n) => n.textContent).join(' '))"
    )
    assert told == ["global minimum", "strict saddle", "bad saddle", "undetermined"]


def test_points_and_stacked_bars_stand_where_their_names_are(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    bars = _boxes(browser, "#figure-mixed-panel-1 .barlayer .point path")
    points = _boxes(browser, "#figure-mixed-panel-1 .scatterlayer .point")
    for bar, point in zip(bars, points, strict=True):
        assert _middle(point) == pytest.approx(_middle(bar), abs=1)
        assert bar["top"] == pytest.approx((point["top"] + point["bottom"]) / 2, abs=1.5)
    low, high = (
        _boxes(browser, f"#figure-mixed-panel-2 .barlayer .trace:nth-child({k}) .point path")
        for k in (1, 2)
    )
    for below, above in zip(low, high, strict=False):
        assert (above["left"], above["right"]) == pytest.approx((below["left"], below["right"]))
        assert above["bottom"] == pytest.approx(below["top"], abs=1)


def _middle(box: dict[str, float]) -> float:
    return (box["left"] + box["right"]) / 2


def test_the_pointer_reads_the_part_of_a_stack_and_not_its_sum(
    browser: Browser, page: Path
) -> None:
    browser.open(page, 1280, "light")
    target = "#figure-mixed-panel-2"
    browser.run(
        f"document.querySelector('{target}').scrollIntoView({{behavior: 'instant', block: 'center'}})"
    )
    box = _boxes(browser, f"{target} .barlayer .trace:nth-child(2) .point path")[0]
    browser.mouse("mouseMoved", _middle(box), (box["top"] + box["bottom"]) / 2)
    browser.until(f"document.querySelector('{target} .hoverlayer .hovertext') !== null")
    told = browser.run(f"document.querySelector('{target} .hoverlayer').textContent")
    assert "share: 0.75" in told
    assert "1.5" in told
    assert "0.750" not in told


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_buttons_hide_neither_legend_nor_scale_nor_axes(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    browser.open(page, width, scheme)
    bars = _boxes(browser, ".plot .modebar")
    assert bars
    for selector in (".plot .legend", ".cbfill, .cbaxis text, .cbtitle text", ".plot .nsewdrag"):
        assert not any(_overlap(a, b) for a in bars for b in _boxes(browser, selector))


def test_the_buttons_of_a_plot_are_one_stop_and_arrows_go_on(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    plots = browser.run("document.querySelectorAll('.plot').length")
    stops = "[...document.querySelectorAll('.modebar-btn')].filter((b) => b.tabIndex === 0)"
    assert browser.run(f"{stops}.length") == plots
    browser.run(f"{stops}[0].focus()")
    first = browser.run("document.activeElement.ariaLabel")
    browser.key("ArrowRight")
    second = browser.run("document.activeElement.ariaLabel")
    browser.key("ArrowLeft")
    assert first == browser.run("document.activeElement.ariaLabel") != second
    assert browser.run(f"{stops}.length") == plots


def test_the_contents_mark_the_section_that_is_read(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    for anchor in ("claim-K3", "claim-K6"):
        browser.run(f"document.getElementById('{anchor}').scrollIntoView({{behavior: 'instant'}})")
        browser.until(
            "[...document.querySelectorAll('.contents [aria-current]')].map((a) => a.hash).join()"
            f" === '#{anchor}'"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_nothing_is_lost_at_the_edge_and_figures_are_light(
    browser: Browser, page: Path, scheme: str
) -> None:
    browser.open(page, 1280, scheme)
    try:
        browser.run("dispatchEvent(new Event('beforeprint'))")
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.ask("Emulation.setEmulatedMedia", media="print", features=features)
        _set_width(browser, A4)
        wide = browser.run(_TOO_WIDE)
        assert wide == []
        plots = _boxes(browser, ".plot svg.main-svg")
        assert len(plots) > 10
        assert all(0 <= box["left"] < box["right"] <= A4 for box in plots)
        ink = browser.run("getComputedStyle(document.querySelector('.xtitle')).fill")
        assert ink == browser.run("getComputedStyle(document.body).color") == "rgb(27, 35, 48)"
        browser.run("dispatchEvent(new Event('afterprint'))")
        assert not browser.run("document.documentElement.classList.contains('printing')")
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")


_TOO_WIDE = """[...document.querySelectorAll("main *, header *")]
  .filter((e) => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().right > innerWidth + 1)
  .filter((e) => !e.closest("svg, .aloud"))
  .map((e) => `${e.tagName}.${e.className}`)"""


def _set_width(browser: Browser, width: int) -> None:
    size: dict[str, Any] = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.ask("Emulation.setDeviceMetricsOverride", **size)
    browser.until(f"innerWidth === {width}")
