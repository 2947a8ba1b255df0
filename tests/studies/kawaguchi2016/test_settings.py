"""Settings say what is wrong with them; presets are what they promise."""

from typing import Any

import pytest
from pydantic import ValidationError

from lossatlas.studies.kawaguchi2016 import Kawaguchi2016, NetworkChoice

STUDY = Kawaguchi2016()


@pytest.mark.parametrize("preset", STUDY.presets)
def test_every_preset_has_shallow_and_deep_wide_and_bottlenecked_networks(preset: str) -> None:
    settings = STUDY.settings(preset)
    searched = [network for network in settings.networks if network.runs is None]
    outputs = {name: len(c.classes or range(10)) for name, c in settings.data.items()}
    shapes = {
        (len(network.hidden) > 1, min(network.hidden) < outputs[network.data])
        for network in searched
    }
    assert shapes == {(deep, narrow) for deep in (False, True) for narrow in (False, True)}
    assert min(settings.searches, settings.descents) >= 500


@pytest.mark.parametrize("preset", STUDY.presets)
def test_every_preset_meets_the_assumptions_and_breaks_them(preset: str) -> None:
    settings = STUDY.settings(preset)
    sources = {choice.source for choice in settings.data.values()}
    assert {"digits", "mnist10", "mnist28"} <= sources
    assert any(choice.components is None for choice in settings.data.values())
    assert any(choice.centred and choice.components for choice in settings.data.values())
    assert any(not choice.centred and choice.components for choice in settings.data.values())


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"searchs": 10}, "searchs"),
        ({"searches": -1}, "searches"),
        ({"networks": []}, "networks"),
        ({"networks": [{"data": "digits", "hidden": [0]}]}, "hidden"),
        ({"networks": [{"data": "digit", "hidden": [2]}]}, "digit"),
        ({"data": {"digits": {"source": "letters"}}}, "source"),
        ({"data": {"digits": {"source": "digits", "classes": [11]}}}, "classes"),
        ({"slice_cells": 2}, "slice_cells"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        STUDY.settings("quick", **fields)


def test_a_network_without_runs_has_no_search() -> None:
    network = NetworkChoice(data="digits", hidden=(2,), runs=0)
    settings = STUDY.settings("quick", networks=[network.model_dump()])
    assert not [task for task in STUDY.tasks(settings) if task.function.endswith(":search")]
