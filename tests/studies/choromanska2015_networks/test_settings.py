"""Settings say what is wrong with them; presets are what they promise."""

from typing import Any

import pytest
from pydantic import ValidationError

from lossatlas.execution import Task
from lossatlas.studies.choromanska2015_networks import Choromanska2015Networks, _claims as claims

STUDY = Choromanska2015Networks()
WIDTH = {"width": 9, "networks": 2, "group": 1}


@pytest.mark.parametrize("preset", ["standard", "paper"])
def test_a_preset_that_judges_has_all_that_the_rules_ask_for(preset: str) -> None:
    settings = STUDY.settings(preset)
    widths = {choice.width: choice for choice in settings.widths}
    assert set(widths) == {10, *claims.PAPER_WIDTHS}
    assert all(widths[w].networks >= claims.NETWORKS_NEEDED for w in claims.PAPER_WIDTHS)
    assert all(widths[w].indexed >= claims.INDEXED_NEEDED for w in claims.INDEXED_WIDTHS)
    fought = settings.annealings
    assert all(len(choice.budgets) >= claims.BUDGETS_NEEDED for choice in fought)
    assert all(choice.networks >= claims.PAIRS_NEEDED for choice in fought)
    assert all(choice.samples >= claims.DIGITS_NEEDED and choice.few for choice in fought)
    # a gradient costs at least two evaluations
    assert all(2 * choice.budgets[-1] >= claims.EVALUATIONS_NEEDED for choice in fought)


def test_the_paper_preset_is_the_papers_protocol() -> None:
    settings = STUDY.settings("paper")
    assert all(choice.networks == claims.PAPER_NETWORKS for choice in settings.widths)
    protocol = settings.protocol
    assert (protocol.data, protocol.side, protocol.epochs) == ("mnist", 10, 200)
    assert (protocol.half_width, protocol.biases, protocol.slowdown > 1) == (1.0, False, True)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"width": []}, "width"),
        ({"widths": []}, "widths"),
        ({"widths": [WIDTH, WIDTH]}, "widths"),
        ({"widths": [{**WIDTH, "width": 0}]}, "width"),
        ({"widths": [{**WIDTH, "indexed": 3}]}, "indexed"),
        ({"widths": [{**WIDTH, "continued": 3}]}, "continued"),
        ({"protocol": {"rate": 0}}, "rate"),
        ({"protocol": {"slowdown": 0.5}}, "slowdown"),
        ({"protocol": {"criterion": "loss"}}, "criterion"),
        ({"protocol": {"data": "letters"}}, "data"),
        (
            {"annealings": [{"width": 3, "samples": 10, "networks": 2, "budgets": [4, 2]}]},
            "budgets",
        ),
        ({"annealings": [{"width": 3, "samples": 5000, "networks": 2, "budgets": [2]}]}, "samples"),
        ({"few_values": [1]}, "few_values"),
        ({"resamples": 5}, "resamples"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


@pytest.mark.parametrize("preset", STUDY.presets)
def test_every_network_is_trained_into_the_catalogue_once(preset: str) -> None:
    settings = STUDY.settings(preset)
    tasks = [t for t in STUDY.tasks(settings) if t.function.endswith("_networks:train")]
    numbers: dict[int, list[int]] = {}
    for task in tasks:
        numbers.setdefault(task.settings["width"], []).extend(_numbers(task))
    for choice in settings.widths:
        assert sorted(numbers[choice.width]) == list(range(choice.networks))


def _numbers(task: Task) -> range:
    first = int(task.settings["first"])
    return range(first, first + int(task.settings["number"]))
