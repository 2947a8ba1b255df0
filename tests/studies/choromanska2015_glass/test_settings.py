"""Settings say what is wrong with them; presets are what they promise."""

from typing import Any

import pytest
from pydantic import ValidationError

from lossatlas.studies.choromanska2015_glass import Choromanska2015Glass
from lossatlas.studies.choromanska2015_glass._claims import DISORDERS_NEEDED, RUNS_NEEDED

STUDY = Choromanska2015Glass()


def test_the_paper_preset_has_every_run_that_the_rule_of_c12_asks_for() -> None:
    sizes = {choice.size: choice for choice in STUDY.settings("paper").sizes}
    assert set(sizes) == set(DISORDERS_NEEDED)
    for size, choice in sizes.items():
        assert choice.disorders >= DISORDERS_NEEDED[size]
        assert choice.disorders * choice.runs >= RUNS_NEEDED
        assert ("annealing" in choice.methods) == (size <= 100)
        assert {"gradient descent", "stochastic descent", "Langevin"} <= set(choice.methods)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"size": []}, "size"),
        ({"sizes": []}, "sizes"),
        ({"sizes": [{"size": 1, "disorders": 1, "runs": 1}]}, "size"),
        ({"sizes": [{"size": 9, "disorders": 0, "runs": 1}]}, "disorders"),
        ({"sizes": [{"size": 9, "disorders": 1, "runs": 1, "methods": ["newton"]}]}, "methods"),
        ({"sizes": [{"size": 9, "disorders": 1, "runs": 1}] * 2}, "sizes"),
        ({"order": 1}, "order"),
        ({"schedules": {}}, "schedules"),
        ({"schedules": {"annealing": 5}}, "schedules"),
        ({"enumerations": [{"size": 6, "instances": 1}] * 2}, "enumerations"),
        ({"tolerance": 0}, "tolerance"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


def test_every_method_meets_the_same_couplings() -> None:
    tasks = STUDY.tasks(STUDY.settings("quick"))
    bases: dict[int, set[tuple[int, ...]]] = {}
    for task in tasks:
        if task.function.endswith(":descend"):
            base = tuple(task.settings["couplings"])
            bases.setdefault(task.settings["size"], set()).add(base)
    assert {len(own) for own in bases.values()} == {1}
    assert len(set().union(*bases.values())) == len(bases)
