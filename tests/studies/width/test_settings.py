"""Settings say what is wrong with them; presets are what they promise."""

from typing import Any

import pytest
from pydantic import ValidationError

from lossatlas.studies.width import Width
from lossatlas.studies.width._claims import (
    BANDS_NEEDED,
    CURVATURES_NEEDED,
    HIDDEN_LAYERS,
    LINES_NEEDED,
    NETWORKS_NEEDED,
    WIDTHS_NEEDED,
)

STUDY = Width()
FAMILY = {"hidden_layers": 1, "widths": [4, 8], "networks": 4}


@pytest.mark.parametrize("preset", ["standard", "paper"])
def test_the_presets_that_judge_have_all_that_the_rules_ask_for(preset: str) -> None:
    settings = STUDY.settings(preset)
    assert {family.hidden_layers for family in settings.families} == set(HIDDEN_LAYERS)
    for family in settings.families:
        assert len(family.widths) >= WIDTHS_NEEDED
        assert family.networks >= NETWORKS_NEEDED
        assert family.curvatures >= CURVATURES_NEEDED
        assert family.lines >= LINES_NEEDED
    assert any(
        len(bands.widths) >= WIDTHS_NEEDED and bands.pairs >= BANDS_NEEDED
        for bands in settings.bands
    )


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"width": []}, "width"),
        ({"families": []}, "families"),
        ({"families": [{**FAMILY, "widths": [8, 4]}]}, "widths"),
        ({"families": [{**FAMILY, "widths": [0]}]}, "widths"),
        ({"families": [{**FAMILY, "curvatures": 5}]}, "curvatures"),
        ({"families": [{**FAMILY, "lines": 3}]}, "lines"),
        ({"families": [FAMILY, FAMILY]}, "families"),
        ({"bands": [{"hidden_layers": 1, "widths": [2, 2], "pairs": 1}]}, "widths"),
        ({"training": {"epochs": 3, "rate": 0}}, "rate"),
        ({"training": {"epochs": 3, "activation": "sine"}}, "activation"),
        ({"data": {"train": 0, "test": 5}}, "train"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


@pytest.mark.parametrize("preset", STUDY.presets)
def test_tasks_cover_every_network_once(preset: str) -> None:
    settings = STUDY.settings(preset)
    seen: dict[tuple[int, int], list[int]] = {}
    for task in STUDY.tasks(settings):
        told = task.settings
        if task.function.endswith(":train"):
            assert told["first"] % 2 == 0
            numbers = range(told["first"], told["first"] + told["number"])
            seen.setdefault((told["hidden_layers"], told["width"]), []).extend(numbers)
    for family in settings.families:
        for width in family.widths:
            assert sorted(seen[family.hidden_layers, width]) == list(range(family.networks))


def test_as_many_curvatures_and_lines_as_were_asked_for() -> None:
    settings = STUDY.settings("standard")
    tasks = [t.settings for t in STUDY.tasks(settings) if t.function.endswith(":train")]
    for family in settings.families:
        for width in family.widths:
            own = [
                t
                for t in tasks
                if (t["hidden_layers"], t["width"]) == (family.hidden_layers, width)
            ]
            assert sum(told["curvatures"] for told in own) == family.curvatures
            assert sum(told["lines"] for told in own) == family.lines


def test_networks_of_a_shape_do_not_change_with_what_else_is_asked_for() -> None:
    def bases(**fields: Any) -> dict[tuple[int, int], Any]:
        return {
            (t.settings["hidden_layers"], t.settings["width"]): t.settings["base"]
            for t in STUDY.tasks(STUDY.settings("quick", **fields))
            if t.function.endswith(":train")
        }

    more = {"families": [{**FAMILY, "widths": [5, 10, 13]}]}
    assert bases(**more)[1, 10] == bases()[1, 10]
