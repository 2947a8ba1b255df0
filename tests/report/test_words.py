"""What a newcomer needs: the study in the head, the result first, the background and every word once."""

import re
from dataclasses import replace

import pytest

from lossatlas.evidence import Verdict
from lossatlas.report import Report, render_report

WORDS = (("gate", "One or zero."), ("path", "From input to `output`."))


@pytest.fixture(scope="module")
def told(outcome: Report) -> Report:
    """Two claims with a result, a background and words in common, a third with a word of its own."""
    changes = (
        {"background": "Once upon a time.\n\nAnd then.", "words": WORDS},
        {"background": "Once upon a time.\n\nAnd then.", "words": (("Gate", "One or zero."),)},
        {"words": (("path", "Another meaning."), ("minimum", "No way down."))},
    )
    verdicts = [
        replace(
            verdict,
            claim=replace(verdict.claim, **change),
            headline=f"Result of {verdict.claim.id}.",
        )
        for verdict, change in zip(outcome.verdicts, changes, strict=False)
    ]
    return replace(outcome, verdicts=(*verdicts, *outcome.verdicts[3:]), figures=())


@pytest.fixture(scope="module")
def page(told: Report) -> str:
    return render_report(told)


def _section(page: str, anchor: str) -> str:
    start = page.index(f'<section id="{anchor}"')
    return page[start : page.index("</section>", start)]


def test_a_result_in_words_stands_first_in_its_verdict_and_in_the_ledger(page: str) -> None:
    section = _section(page, "claim-K1")
    order = (
        "Result of K1.",
        "Once upon a time.",
        "The statement",
        "When it holds here",
        "Checks behind",
    )
    places = [section.index(part) for part in order]
    assert places == sorted(places)
    assert "Result of K1." in _section(page, "ledger")


def test_a_background_that_claims_share_is_told_once_and_linked_from_the_others(page: str) -> None:
    assert page.count("<p>Once upon a time.</p><p>And then.</p>") == 1
    assert 'Background: see <a href="#claim-K1">K1</a>.' in _section(page, "claim-K2")
    assert "Background" not in _section(page, "claim-K3")


def test_a_glossary_holds_each_word_once_and_claims_link_to_their_words(page: str) -> None:
    glossary = _section(page, "words-kawaguchi2016")
    assert re.findall(r"<dt>(.*?)</dt>", glossary) == ["gate", "path", "minimum"]
    assert "From input to <code>output</code>. Also: Another meaning." in glossary
    links = re.findall(r'href="#(words-[^"]*word[^"]*)"', _section(page, "claim-K2"))
    assert links == ["words-kawaguchi2016-word-gate"]
    assert f'id="{links[0]}"' in glossary
    assert 'href="#words-kawaguchi2016"' in page[: page.index("<main>")]


def test_each_study_has_its_own_glossary_behind_its_last_claim(told: Report) -> None:
    other = tuple(replace(verdict, study="another") for verdict in told.verdicts[:3])
    page = render_report(replace(told, verdicts=(*told.verdicts, *other)))
    order = ("claim-K7", "words-kawaguchi2016", "claim-K1--2", "words-another")
    places = [page.index(f'<section id="{anchor}"') for anchor in order]
    assert places == sorted(places)


def test_claims_without_words_leave_no_trace_of_them(outcome: Report) -> None:
    page = render_report(replace(outcome, figures=()))
    assert "Words" not in page
    assert "Background" not in page
    assert 'class="headline"' not in page


def _head(report: Report) -> tuple[str, str, str]:
    page = render_report(report)
    title, tab = re.search(r"<h1>(.*?)</h1>", page), re.search(r"<title>(.*?)</title>", page)
    assert title
    assert tab
    return title[1], tab[1], page[page.index("<header") : page.index("</header>")]


def test_the_head_names_the_study_its_title_and_its_size(outcome: Report) -> None:
    named = replace(outcome, title="", titles={"kawaguchi2016": "No poor minima"}, figures=())
    title, tab, head = _head(replace(named, provenance={"seconds of work": 15.2}))
    assert title == "No poor minima"
    assert tab == "kawaguchi2016 (quick): No poor minima"
    for part in ("<code>kawaguchi2016</code>", "quick preset", "15 seconds of work"):
        assert part in head


def test_a_title_of_its_own_goes_before_that_of_the_study(outcome: Report) -> None:
    titled = replace(outcome, title="Mine", titles={"kawaguchi2016": "No poor minima"}, figures=())
    title, _, head = _head(titled)
    assert title == "Mine"
    assert "No poor minima" in head


def test_a_page_of_several_studies_lists_them(outcome: Report) -> None:
    other = tuple(replace(verdict, study="width") for verdict in outcome.verdicts[:2])
    verdicts: tuple[Verdict, ...] = (*outcome.verdicts, *other)
    titles = {"width": "Whether width helps"}
    title, tab, head = _head(
        replace(outcome, title="", titles=titles, verdicts=verdicts, figures=())
    )
    assert title == "What theory says of the loss surface, and what was found"
    assert tab.startswith("kawaguchi2016, width (quick): ")
    assert (
        "<li><code>kawaguchi2016</code></li><li><code>width</code> Whether width helps</li>" in head
    )


def test_no_number_sums_the_cases_of_checks_that_share_them(outcome: Report) -> None:
    _, _, head = _head(replace(outcome, figures=()))
    assert "cases" not in head


def test_without_scripts_every_figure_says_where_its_drawing_is(outcome: Report) -> None:
    page = render_report(outcome)
    for figure in outcome.figures:
        start = page.index(f'<figure class="card figure" id="figure-{figure.id}"')
        told = page[start : page.index("</noscript>", start)]
        assert f"<code>figures/{figure.id}.svg</code>" in told
