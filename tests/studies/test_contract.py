"""What every study promises of its presets, settings and tasks."""

import pytest

from lossatlas.execution._task import resolve
from lossatlas.studies import STUDIES, AbstractStudy

PRESETS = [
    pytest.param(study, preset, id=f"{study.name}-{preset}")
    for study in STUDIES.values()
    for preset in study.presets
]


@pytest.fixture(params=STUDIES.values(), ids=STUDIES)
def study(request: pytest.FixtureRequest) -> AbstractStudy:
    found: AbstractStudy = request.param
    return found


def test_quick_comes_first_and_every_preset_has_its_time(study: AbstractStudy) -> None:
    assert study.presets[0] == "quick"
    assert set(study.durations) == set(study.presets)


def test_an_unknown_preset_is_refused_with_the_known_ones(study: AbstractStudy) -> None:
    with pytest.raises(ValueError, match=rf"`preset` should be one of {', '.join(study.presets)}"):
        study.settings("fast")


@pytest.mark.parametrize(("study", "preset"), PRESETS)
def test_settings_survive_json(study: AbstractStudy, preset: str) -> None:
    settings = study.settings(preset)
    assert study.settings(preset, **settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize(("study", "preset"), PRESETS)
def test_tasks_differ_in_key_and_seed_and_name_a_function(
    study: AbstractStudy, preset: str
) -> None:
    tasks = study.tasks(study.settings(preset))
    assert len({task.key for task in tasks}) == len({task.seed for task in tasks}) == len(tasks)
    for function in {task.function for task in tasks}:
        resolve(function)


def test_another_seed_changes_every_task(study: AbstractStudy) -> None:
    one, other = (study.tasks(study.settings("quick", seed=seed)) for seed in (0, 1))
    assert not {task.key for task in one} & {task.key for task in other}
