"""The page as text: nothing is loaded, nothing is run, everything is said."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from math import inf, nan

import pytest
from hypothesis import given, strategies as st

from lossatlas.evidence import Check, Line, Panel, Ruling, Strength, Verdict
from lossatlas.report import Report, render_report
from lossatlas.report._page import safe_json
from lossatlas.report._text import told

LOADING = {"src", "srcset", "href", "data", "action", "poster", "formaction", "xlink:href"}


class _Reader(HTMLParser):
    """Collects elements, attributes and the text outside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.texts.append(data)
        elif self._inside[-1] == "script":
            self.scripts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts))

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.elements if "id" in attrs]

    def links(self) -> Iterator[tuple[str, str]]:
        for _, attrs in self.elements:
            for name in LOADING & set(attrs):
                yield name, attrs[name] or ""


@pytest.fixture(scope="module")
def page(outcome: Report) -> str:
    return render_report(outcome)


@pytest.fixture(scope="module")
def reader(page: str) -> _Reader:
    return _Reader(page)


def test_no_element_points_outside_the_page(reader: _Reader) -> None:
    targets = [target for _, target in reader.links()]
    assert len(targets) > 30
    assert all(target.startswith("#") or target == "data:," for target in targets)


def test_the_style_loads_nothing(page: str) -> None:
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_forbids_connections_and_names_every_script(reader: _Reader) -> None:
    policy = next(
        attrs["content"] or ""
        for tag, attrs in reader.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    running = [attrs for tag, attrs in reader.elements if tag == "script" and "type" not in attrs]
    assert policy.count("'sha256-") == len(running) == 2


def test_every_link_within_the_page_arrives(reader: _Reader) -> None:
    ids = reader.ids()
    assert len(ids) == len(set(ids))
    for _, target in reader.links():
        assert not target.startswith("#") or target[1:] in ids


def test_the_drawing_library_stands_in_the_page_once(page: str) -> None:
    assert len(re.findall(r"plotly\.js v\d", page)) == 1


def test_a_page_without_figures_carries_no_script(outcome: Report) -> None:
    page = render_report(replace(outcome, figures=()))
    assert "<script" not in page
    assert len(page) < 100_000


def _signs(text: str) -> str:
    """A text without what printing changes: spaces, minus signs, how powers and indices are set."""
    plain = told(text).translate(_FLAT)
    return re.sub(r"[\s_^{}`\u202f]+", "", plain)


_FLAT = str.maketrans("\N{MINUS SIGN}", "-")


def test_everything_that_a_claim_has_is_said(outcome: Report, reader: _Reader) -> None:
    text = _signs(reader.text)
    for verdict in outcome.verdicts:
        claim = verdict.claim
        words = [claim.id, claim.statement, claim.plain, claim.source, claim.rule, *verdict.notes]
        checks = [part for c in verdict.checks for part in (c.what, c.predicted, c.measured)]
        for part in (*words, *checks, verdict.sentence, verdict.ruling.value):
            assert _signs(part) in text


def test_every_figure_says_what_it_shows_and_what_it_cannot(
    outcome: Report, reader: _Reader
) -> None:
    for figure in outcome.figures:
        assert f"What it shows. {figure.caption}" in reader.text
        assert f"What it cannot show. {figure.limits}" in reader.text


def test_settings_origin_points_and_commands_are_said(outcome: Report, reader: _Reader) -> None:
    for part in ("components", "torch", "2.13.0", "20161", *outcome.repeat):
        assert part in reader.text
    for kind in outcome.counts:
        assert kind in reader.text
    assert "64-8-4-10" in reader.text


def test_the_ledger_comes_first(page: str, outcome: Report) -> None:
    places = [page.index(f'<section id="{name}"') for name in ("ledger", "claim-K1", "claim-K7")]
    assert places == sorted(places)
    ledger = page[places[0] : places[1]]
    for verdict in outcome.verdicts:
        assert f'href="#claim-{verdict.claim.id}"' in ledger
        assert f"<span>{verdict.ruling.value}</span>" in ledger


def test_a_ruling_is_told_by_a_word_and_an_icon_besides_its_colour(page: str) -> None:
    badges = re.findall(r'<span class="badge (\w+)">(.*?)</span></span>', page)
    assert len(badges) > 14
    for kind, content in badges:
        assert f'href="#icon-{kind}"' in content
        assert re.search(r"<span>(holds|fails|undecided|not applicable)$", content)


@pytest.mark.parametrize("claim_id", ["K1", "K2", "K3", "K4", "K5"])
def test_a_planted_violation_changes_the_page(outcome: Report, claim_id: str) -> None:
    honest = next(v for v in outcome.verdicts if v.claim.id == claim_id)
    planted = Check.no_exception(
        "Planted points", exceptions=1, sample_size=77, strength=Strength.MEASURED
    )
    turned = Verdict.judge(honest.claim, honest.study, [*honest.checks, planted], seed=0)
    verdicts = tuple(turned if v is honest else v for v in outcome.verdicts)
    before, after = (
        _section(render_report(replace(outcome, verdicts=v, figures=())), claim_id)
        for v in (outcome.verdicts, verdicts)
    )
    assert honest.ruling is Ruling.HOLDS
    assert '<div class="verdict holds">' in before
    assert '<div class="verdict fails">' in after
    assert re.search(
        r"<p class=\"label\">Verdict</p>\s*<p>Planted points: 1 of 77 does not.</p>", after
    )
    assert "<p>Planted points" not in before


def _section(page: str, claim_id: str) -> str:
    start = page.index(f'<section id="claim-{claim_id}"')
    return page[start : page.index("</section>", start)]


def test_hostile_text_is_shown_and_never_becomes_an_element(hostile: Report) -> None:
    page = render_report(hostile)
    reader = _Reader(page)
    assert not any(tag in {"img", "b"} for tag, _ in reader.elements)
    assert not any(name.startswith("on") for _, attrs in reader.elements for name in attrs)
    assert len([tag for tag, _ in reader.elements if tag == "script"]) == 3
    assert "<script>window.hacked = 1</script></script><img src=x" in reader.text
    assert "49" not in reader.text.replace("{{ 7*7 }}", "")


def test_hostile_data_keep_their_meaning(hostile: Report) -> None:
    data = _figure_data(render_report(hostile))
    names = [
        trace["name"] for panel in data["panels"] for trace in panel["data"] if "name" in trace
    ]
    assert all("<" not in name for name in names)
    assert any("&lt;script&gt;" in name for name in names)
    templates = [
        t["hovertemplate"] for p in data["panels"] for t in p["data"] if "hovertemplate" in t
    ]
    assert all("%{x}" not in template for template in templates)


def _figure_data(page: str) -> dict[str, list[dict[str, list[dict[str, str]]]]]:
    start = page.index('id="figure-data">') + len('id="figure-data">')
    return json.loads(page[start : page.index("</script>", start)])


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_embedded_json_says_the_same_and_holds_no_tag(data: object) -> None:
    text = str(safe_json(data))
    assert json.loads(text) == data
    assert not set(text) & set("<>&\u2028\u2029")


def test_numbers_that_are_none_become_gaps_that_the_page_tells(outcome: Report) -> None:
    line = Line((1.0, 2.0, 3.0, 4.0), (1.0, nan, inf, -2.0), "the path")
    figure = replace(outcome.figures[0], panels=(Panel("", "x", "y", (line,), y_log=True),))
    page = render_report(replace(outcome, figures=(figure,)))
    drawn = _figure_data(page)["panels"][0]["data"][0]
    assert drawn["y"] == [1.0, None, None, None]
    told = _Reader(page).text
    assert "3 values of \u201cthe path\u201d cannot be drawn and stay a gap" in told
    for reason in ("1 infinite", "1 not a number", "1 not positive on a logarithmic scale"):
        assert reason in told


def test_a_figure_is_drawn_once_and_linked_from_its_other_claims(page: str) -> None:
    assert page.count('<figure class="card figure" id="figure-critical-values"') == 1
    assert '<figure class="card figure" id="figure-critical-values"' in _section(page, "K6")
    assert 'href="#figure-critical-values"' in _section(page, "K2")


def test_a_figure_of_no_claim_stands_at_the_end(outcome: Report) -> None:
    stray = replace(outcome.figures[0], id="stray", claims=("Z9",))
    page = render_report(replace(outcome, figures=(stray, *outcome.figures)))
    assert (
        page.index('id="claim-K7"') < page.index('id="further"') < page.index('id="figure-stray"')
    )


def test_figures_are_numbered_in_the_order_of_the_page(page: str) -> None:
    numbers = re.findall(r'<span class="number">Figure (\d+)</span>', page)
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]


def test_claims_of_the_same_name_have_their_own_anchors(outcome: Report) -> None:
    twice = replace(outcome, verdicts=(outcome.verdicts[0],) * 2)
    reader = _Reader(render_report(twice))
    assert {"claim-K1", "claim-K1--2"} <= set(reader.ids())
    assert len(reader.ids()) == len(set(reader.ids()))


def test_the_page_has_its_landmarks_and_one_first_heading(reader: _Reader) -> None:
    tags = [tag for tag, _ in reader.elements]
    assert [tags.count(tag) for tag in ("main", "nav", "h1", "footer")] == [1, 1, 1, 1]
    headings = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(b - a <= 1 for a, b in pairwise(headings))


def test_every_plot_is_described_and_every_scrolling_box_can_be_reached(
    reader: _Reader,
) -> None:
    for _, attrs in reader.elements:
        classes = (attrs.get("class") or "").split()
        if "plot" in classes:
            assert attrs["role"] == "img"
            assert len(attrs["aria-label"] or "") > 20
        if "scroll" in classes:
            assert attrs["tabindex"] == "0"
            assert attrs["aria-label"]


def test_the_same_report_gives_the_same_page(outcome: Report, page: str) -> None:
    assert render_report(outcome) == page
