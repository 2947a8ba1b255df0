"""Tables on the page: every cell is said, a ruling is a badge, every table has its own anchor."""

import re
from dataclasses import replace
from math import nan

import pytest

from lossatlas.evidence import Ruling
from lossatlas.report import Report, render_report


@pytest.fixture(scope="module")
def page(outcome: Report) -> str:
    return render_report(replace(outcome, figures=()))


def _table(page: str) -> str:
    start = page.index('id="table-assumptions"')
    return page[start : page.index("</table>", start)]


def test_a_table_stands_with_its_claim_between_the_statement_and_the_checks(page: str) -> None:
    section = page[page.index('<section id="claim-K2"') :]
    places = [
        section.index(part)
        for part in ("The statement", 'id="table-assumptions"', "Checks behind K2", "</section>")
    ]
    assert places == sorted(places)


def test_every_cell_of_a_table_names_its_column(page: str) -> None:
    table = _table(page)
    names = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
    for row in table.split("<tr")[2:]:
        assert re.findall(r'data-label="(.*?)"', row) == names[1:]


def test_rulings_are_badges_and_numbers_are_told_as_everywhere(page: str) -> None:
    table = _table(page)
    for kind, ruling in zip(("holds", "fails", "undecided", "silent"), Ruling, strict=True):
        found = rf'<span class="badge {kind}">.*?#icon-{kind}.*?<span>{ruling.value}</span>'
        assert re.search(found, table)
    assert "\u221210\u207b\u00b9\u2077" in table
    assert "+infinity" in table


def test_a_number_has_four_digits_and_keeps_the_others_in_reach(outcome: Report) -> None:
    verdict = next(verdict for verdict in outcome.verdicts if verdict.tables)
    table = replace(verdict.tables[0], rows=(("row", "", "0.123456", 1 / 3, 0.5, 123456),))
    bare = replace(outcome, verdicts=(replace(verdict, tables=(table,)),), figures=())
    found = _table(render_report(bare))
    assert re.findall(r'title="([^"]*)">([^<]*)<', found) == [("0.333333333", "0.3333")]
    assert all(f">{shown}</td>" in found for shown in ("0.123456", "0.5", "123\u202f456"))


def test_a_table_of_short_columns_stays_one_on_a_telephone(outcome: Report) -> None:
    verdict = next(verdict for verdict in outcome.verdicts if verdict.tables)
    heads = ("n", "1", "2", "3")
    for cells, compact in (((1.5, "0.2 of 3", 4), True), (("many words " * 9, 1, 1), False)):
        table = replace(verdict.tables[0], columns=heads, rows=(("row", *cells),))
        bare = replace(outcome, verdicts=(replace(verdict, tables=(table,)),), figures=())
        page = render_report(bare)
        assert ('class="checks cells compact"' in page) == compact
        assert ('class="wide"' in _table(page)) != compact


def test_contents_lead_to_every_table(page: str) -> None:
    contents = page[page.index('aria-label="Contents"') : page.index("<main>")]
    assert 'href="#table-assumptions"' in contents


def test_a_missing_number_is_named(outcome: Report) -> None:
    verdict = next(verdict for verdict in outcome.verdicts if verdict.tables)
    table = replace(verdict.tables[0], rows=(("row", "", "", nan, nan, ""),))
    bare = replace(outcome, verdicts=(replace(verdict, tables=(table,)),), figures=())
    assert _table(render_report(bare)).count("not a number") == 2


def test_caption_and_limits_of_a_table_are_said(page: str, outcome: Report) -> None:
    (table,) = (table for verdict in outcome.verdicts for table in verdict.tables)
    assert table.caption in page
    assert table.limits in page


def test_tables_of_the_same_name_have_their_own_anchors(outcome: Report) -> None:
    twice = replace(outcome, verdicts=outcome.verdicts * 2, figures=())
    anchors = re.findall(r'id="(table-assumptions[^"]*?)" role="group"', render_report(twice))
    assert anchors == ["table-assumptions", "table-assumptions--2"]


def test_a_page_whose_verdicts_have_no_table_draws_none(outcome: Report) -> None:
    bare = tuple(replace(verdict, tables=()) for verdict in outcome.verdicts)
    assert 'class="card told"' not in render_report(replace(outcome, verdicts=bare))
