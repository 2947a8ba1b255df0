"""Text and marks stand out from their ground, in the light and in the dark (WCAG 2.2)."""

import re

import pytest

from lossatlas.report import Report, render_report
from lossatlas.report._palette import DARK, LIGHT


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(Report(verdicts=()))


def _variables(page: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of the page in the light and in the dark."""
    blocks = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks)
    return light, light | dark


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dim, bright = sorted([_luminance(one), _luminance(other)])
    return (bright + 0.05) / (dim + 0.05)


TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "muted", "link") for ground in ("page", "card")],
    *[(kind, f"{kind}-ground") for kind in ("holds", "fails", "undecided", "silent")],
    *[("ink", f"{kind}-ground") for kind in ("holds", "fails", "undecided", "silent")],
    *[(kind, g) for kind in ("proved", "measured", "undecided") for g in ("page", "card")],
    ("ink", "code"),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(page: str, ink: str, ground: str, scheme: int) -> None:
    colours = _variables(page)[scheme]
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_and_labels_of_figures_stand_out(theme: dict[str, str]) -> None:
    assert LIGHT.keys() == DARK.keys()
    assert min(_contrast(theme[role], theme["ground"]) for role in ("ink", "muted")) >= 4.5
    # 3 is what WCAG 2.2 asks of graphical objects.
    assert min(_contrast(theme[f"c{slot}"], theme["ground"]) for slot in range(8)) >= 3
