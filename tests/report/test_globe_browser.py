"""The globe in a real browser: mouse, touch and keys turn it, and it shows what it should."""

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.report._devtools import Browser

from lossatlas.evidence import Figure, Globe, Line, Panel, directions
from lossatlas.report import Report, render_report
from lossatlas.report._palette import LIGHT

pytestmark = pytest.mark.browser

CASES = [(1280, "light"), (1280, "dark"), (400, "light"), (400, "dark")]
TURN = 6.0  # degrees an arrow key


def _globe() -> Globe:
    """x^2 + 2 y^2 + 4 z^2 on the sphere: six critical points, great circles between them."""
    energy = tuple(
        tuple(x**2 + 2 * y**2 + 4 * z**2 for x, y, z in row) for row in directions(31, 60)
    )
    axes = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    points = (*axes, *(tuple(-x for x in axis) for axis in axes))
    lines, starts, ends = [], [], []
    for start in (1, 4):
        for end in (0, 3, 2, 5):
            lines.append(tuple(_between(points[start], points[end], k / 20) for k in range(21)))
            starts.append(start)
            ends.append(end)
    return Globe(
        energy,
        points,
        (1.0, 2.0, 4.0) * 2,
        (0, 1, 2) * 2,
        hover=tuple(f"<b>remark {i}</b>" for i in range(6)),
        lines=tuple(lines),
        starts=tuple(starts),
        ends=tuple(ends),
        label="energy <per> spin",
    )


def _between(a: tuple[float, ...], b: tuple[float, ...], share: float) -> tuple[float, ...]:
    c, s = math.cos(math.pi / 2 * share), math.sin(math.pi / 2 * share)
    return tuple(c * x + s * y for x, y in zip(a, b, strict=True))


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two figures: a globe alone, and one beside axes."""
    globe, axes = (
        Panel("", "", "", (_globe(),)),
        Panel("a", "x", "y", (Line((0.0, 1.0), (1.0, 2.0)),)),
    )
    figures = (
        Figure("globe", "A globe", (), "shows", "cannot", (globe,)),
        Figure("two", "Two panels", (), "shows", "cannot", (globe, axes)),
    )
    path = tmp_path_factory.mktemp("globe") / "page.html"
    path.write_text(render_report(Report((), figures=figures)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on the path: the globe cannot be turned")
    opened = Browser(program, tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


class Face:
    """The first globe of the page."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        browser.until("document.documentElement.dataset.globes === '2'")
        browser.run(f"{_FACE}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        left, top, self.size, across, down = browser.run(
            f"(() => {{ const r = {_FACE}.getBoundingClientRect();"
            "return [r.x, r.y, r.width, scrollX, scrollY] })()"
        )
        self.middle = (left + self.size / 2, top + self.size / 2)
        self.box = {"x": left + across, "y": top + down, "width": self.size, "height": self.size}
        self.radius = 0.47 * self.size

    @property
    def centre(self) -> tuple[float, float]:
        latitude, longitude = self.browser.run(f"{_FACE}.dataset.centre").split()
        return float(latitude), float(longitude)

    @property
    def zoom(self) -> float:
        return float(self.browser.run(f"{_FACE}.dataset.zoom"))

    def rest(self) -> bytes:
        """The picture once the globe is drawn sharply again."""
        self.browser.run("new Promise((done) => setTimeout(done, 260))")
        self.browser.run(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        picture: bytes = self.browser.picture(self.box)
        return picture

    def focus(self) -> None:
        self.browser.run(f"{_FACE}.focus()")

    def status(self) -> str:
        said: str = self.browser.run("document.querySelector('.globe-status').textContent")
        return said


_FACE = "document.querySelector('.globe-face')"


def _apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The angle between two directions, in degrees."""
    (p, q), (r, s) = ([math.radians(x) for x in c] for c in (a, b))
    cosine = math.sin(p) * math.sin(r) + math.cos(p) * math.cos(r) * math.cos(q - s)
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


@pytest.mark.parametrize(("width", "scheme"), CASES)
def test_the_globe_is_drawn_and_fits(browser: Browser, page: Path, width: int, scheme: str) -> None:
    browser.open(page, width, scheme)
    face = Face(browser)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert 250 < face.size <= width
    # Many colours in the middle, the ground of the page in the corner.
    colours, corner = browser.run(
        f"""(() => {{ const c = {_FACE}.querySelector("canvas");
        const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        const seen = new Set();
        for (let k = 0; k < d.length; k += 4 * 37) seen.add(d.slice(k, k + 4).join());
        return [seen.size, d[3]] }})()"""
    )
    assert colours > 200
    assert corner == 0
    assert browser.complaints() == []


def test_dragging_turns_the_globe_with_the_pointer(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    start, before = face.centre, face.rest()
    by = 0.5 * face.radius
    browser.drag(face.middle, (by, 0))
    # The place that was grasped stays under the pointer: an angle with the sine 1/2.
    assert _apart(start, face.centre) == pytest.approx(30, abs=1)
    after = face.rest()
    assert after != before
    browser.drag((face.middle[0] + by, face.middle[1]), (-by, 0))
    assert _apart(start, face.centre) < 1
    assert browser.complaints() == []


def test_arrow_keys_turn_and_home_resets(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "dark")
    face = Face(browser)
    face.focus()
    start, pictures = face.centre, {face.rest()}
    for there, back in (("ArrowRight", "ArrowLeft"), ("ArrowUp", "ArrowDown")):
        browser.key(there)
        assert _apart(start, face.centre) == pytest.approx(TURN, abs=0.2)
        pictures.add(face.rest())
        browser.key(back)
        assert _apart(start, face.centre) < 0.2
    assert len(pictures) == 3
    browser.key("ArrowRight", shift=True)
    assert _apart(start, face.centre) == pytest.approx(1, abs=0.2)
    for _ in range(5):
        browser.key("ArrowDown")
    assert "Centre" in face.status()
    browser.key("Home")
    assert _apart(start, face.centre) < 0.2
    assert face.rest() in pictures
    assert browser.complaints() == []


def test_keys_and_buttons_zoom(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    face.focus()
    before = face.rest()
    browser.key("+")
    assert face.zoom == pytest.approx(1.25)
    assert face.rest() != before
    browser.key("-")
    assert face.zoom == pytest.approx(1)
    browser.run("document.querySelector('[data-act=in]').click()")
    face.rest()
    assert face.zoom == pytest.approx(1.25)
    browser.run("document.querySelector('[data-act=home]').click()")
    assert face.rest() == before
    assert browser.complaints() == []


def test_keys_go_from_point_to_point_and_say_what_each_is(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    face.focus()
    seen = []
    for _ in range(6):
        browser.key("n")
        seen.append((face.centre, face.status().split("\n")[0]))
    assert [said for _, said in seen] == [
        "minimum, index 0",
        "saddle, index 1",
        "maximum, index 2",
    ] * 2
    assert [_apart(seen[i][0], seen[i + 3][0]) for i in range(3)] == pytest.approx(
        [180] * 3, abs=0.2
    )
    browser.key("p")
    assert "index 1" in face.status()
    # The words of a point are words: no tag begins in them.
    tip = browser.run("document.querySelector('.globe-tip').textContent")
    assert "<b>remark 4</b>" in tip
    assert browser.run("document.querySelector('.globe-tip b')") is None
    assert browser.complaints() == []


def test_the_pointer_finds_points_in_front_and_none_behind(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    face.focus()
    browser.key("n")  # the first minimum is in the middle, its antipode behind it
    face.rest()
    hidden = "document.querySelector('.globe-tip').hidden"
    browser.mouse(
        "mouseMoved", face.middle[0] + 0.4 * face.radius, face.middle[1] + 0.3 * face.radius
    )
    browser.until(hidden)
    browser.mouse("mouseMoved", *face.middle)
    browser.until(f"!{hidden}")
    assert "remark 0" in browser.run("document.querySelector('.globe-tip').textContent")


def test_what_lies_behind_is_hidden(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    face.focus()
    browser.key("n")
    for _ in range(5):
        browser.key("ArrowRight")
    face.rest()
    # The minimum is 30 degrees to the right; its antipode, behind, would be as far to the left.
    right, left = browser.run(
        f"""(() => {{ const c = {_FACE}.querySelector("canvas"), half = c.width / 2;
        const row = c.getContext("2d").getImageData(0, half, c.width, 1).data;
        const at = (x) => [0, 1, 2].map((k) => row[4 * Math.round(half + x) + k]);
        return [at({face.radius / 2}), at({-face.radius / 2})] }})()"""
    )
    minimum = [int(LIGHT["c0"][k : k + 2], 16) for k in (1, 3, 5)]
    assert right == minimum
    assert left != minimum
    hidden = "document.querySelector('.globe-tip').hidden"
    x, y = face.middle
    browser.mouse("mouseMoved", x + face.radius / 2, y)
    browser.until(f"!{hidden}")
    browser.mouse("mouseMoved", x - face.radius / 2, y)
    browser.until(hidden)


def test_a_finger_turns_the_globe_sideways(browser: Browser, page: Path) -> None:
    browser.open(page, 400, "light", mobile=True)
    face = Face(browser)
    start, before = face.centre, face.rest()
    browser.touch(face.middle, (0.5 * face.radius, 0))
    assert _apart(start, face.centre) > 10
    assert face.rest() != before
    assert browser.complaints() == []


def test_the_tab_key_reaches_the_globe_and_shows_that_it_has(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    for _ in range(30):
        browser.key("Tab")
        if browser.run(f"document.activeElement === {_FACE}"):
            break
    assert browser.run(f"document.activeElement === {_FACE}")
    assert browser.run(f"getComputedStyle({_FACE}).outlineStyle") == "solid"
    label = browser.run(f"{_FACE}.getAttribute('aria-label')")
    assert "energy <per> spin on the sphere of directions; minimum, index 0: 2" in label
    browser.key("ArrowLeft")
    assert "Centre" in face.status()


def test_the_globe_follows_a_change_of_scheme(browser: Browser, page: Path) -> None:
    browser.open(page, 1280, "light")
    face = Face(browser)
    fill = "document.querySelector('.globe-key polygon').getAttribute('fill')"
    light = browser.run(fill)
    before = face.rest()
    colours = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.ask("Emulation.setEmulatedMedia", features=colours)
    browser.until(f"{fill} !== '{light}'")
    assert face.rest() != before
