"""Conditions as a person writes them."""

import math
from typing import Any

import pytest

from lossatlas.catalogue import MemoryStore, Range, Record, parse_conditions


@pytest.mark.parametrize(
    ("texts", "where"),
    [
        ([], {}),
        (["index=0"], {"index": 0}),
        (["loss = 1.5"], {"loss": 1.5}),
        (["loss=-inf"], {"loss": -math.inf}),
        (["kind=bad saddle"], {"kind": "bad saddle"}),
        (["kind=a=b"], {"kind": "a=b"}),
        (["certified=true", "reason=none"], {"certified": True, "reason": None}),
        (['label="3"'], {"label": "3"}),
        (['label=""'], {"label": ""}),
        (["label="], {"label": ""}),
        (["loss<=2"], {"loss": Range(high=2)}),
        (["loss<2"], {"loss": Range(high=2, closed=False)}),
        (["loss>=-1e-3", "loss<=2"], {"loss": Range(-1e-3, 2)}),
        (["loss<2", "loss>1"], {"loss": Range(1, 2, closed=False)}),
    ],
)
def test_texts_mean_what_they_say(texts: list[str], where: dict[str, Any]) -> None:
    assert parse_conditions(texts) == where


def test_nan_finds_what_is_not_a_number() -> None:
    store = MemoryStore()
    store.commit("k", "{}", [Record("s", "x", {"loss": v}) for v in (1.0, math.nan)])
    assert store.count(where=parse_conditions(["loss=nan"])) == 1


@pytest.mark.parametrize("text", ["index", "=1", "in dex=1", "1=1", "a;b=1", "", "loss!1"])
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='For example "index=0"'):
        parse_conditions([text])


@pytest.mark.parametrize("text", ["loss<word", "loss>nan", "loss<=true", "loss>="])
def test_only_numbers_are_compared(text: str) -> None:
    with pytest.raises(ValueError, match="compare with a number"):
        parse_conditions([text])


@pytest.mark.parametrize("texts", [["a=1", "a=2"], ["a<1", "a<2"], ["a<1", "a=0"], ["a<1", "a>=0"]])
def test_conditions_that_do_not_go_together_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="name an attribute once"):
        parse_conditions(texts)
