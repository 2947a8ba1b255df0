"""A task is known by its key, and only functions of lossatlas are tasks."""

import hashlib
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from lossatlas.execution import Task, rehearse
from lossatlas.execution._task import resolve

FUNCTION = "lossatlas.execution._rehearsal:rehearse"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
SETTINGS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4)


def test_the_key_is_the_sha_256_of_canonical_json() -> None:
    task = Task(FUNCTION, {"b": 1.5, "a": [1, None]}, (3, 4))
    text = f'{{"function":"{FUNCTION}","seed":[3,4],"settings":{{"a":[1,null],"b":1.5}}}}'
    assert task.json == text
    assert task.key == hashlib.sha256(text.encode()).hexdigest()


@given(settings=SETTINGS, data=st.data())
def test_the_key_does_not_depend_on_the_order_of_settings(
    settings: dict[str, Any], data: st.DataObject
) -> None:
    shuffled = {name: settings[name] for name in data.draw(st.permutations(list(settings)))}
    assert Task(FUNCTION, settings, (1,)).key == Task(FUNCTION, shuffled, (1,)).key


@given(settings=SETTINGS)
def test_tuples_and_lists_make_one_task_and_the_settings_are_plain(
    settings: dict[str, Any],
) -> None:
    one = Task(FUNCTION, {"x": [1, [2]], **settings}, (1,))
    other = Task(FUNCTION, {"x": (1, (2,)), **settings}, (1,))
    if "x" not in settings:
        assert one.key == other.key
    assert json.loads(json.dumps(other.settings)).keys() == other.settings.keys()


@pytest.mark.parametrize(
    "other",
    [
        Task(FUNCTION, {"size": 4}, (1, 2)),
        Task(FUNCTION, {"size": 3.0}, (1, 2)),
        Task(FUNCTION, {"size": "3"}, (1, 2)),
        Task(FUNCTION, {"size": 3, "more": None}, (1, 2)),
        Task(FUNCTION, {"size": 3}, (1, 3)),
        Task(FUNCTION, {"size": 3}, (1,)),
        Task("lossatlas.execution._rehearsal:other", {"size": 3}, (1, 2)),
    ],
)
def test_any_difference_makes_another_key(other: Task) -> None:
    assert other.key != Task(FUNCTION, {"size": 3}, (1, 2)).key


def test_the_key_is_the_same_in_another_process() -> None:
    program = (
        "from lossatlas.execution import Task\n"
        f"print(Task({FUNCTION!r}, {{'b': 0.1, 'a': 'ä'}}, (1, 2)).key)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert told.stdout.strip() == Task(FUNCTION, {"a": "ä", "b": 0.1}, (1, 2)).key


def test_later_changes_do_not_reach_the_task() -> None:
    settings: dict[str, Any] = {"a": [1]}
    task = Task(FUNCTION, settings, (1,))
    settings["a"].append(2)
    assert task.settings == {"a": [1]}


@pytest.mark.parametrize(
    "path",
    [
        "os:system",
        "lossatlas:inspect",
        "lossatlas_evil.x:f",
        "lossatlasx:f",
        "lossatlas.execution",
        "lossatlas.execution:",
        "lossatlas..x:f",
        "lossatlas.x:f.g",
        "lossatlas.x:f()",
        "lossatlas.x:f\n",
        " lossatlas.x:f",
        "../lossatlas.x:f",
        "",
    ],
)
def test_functions_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"Only functions under `lossatlas.` are run"):
        Task(path, {}, (1,))


@pytest.mark.parametrize(
    "path",
    [
        "lossatlas.execution._task:import_module",
        "lossatlas.execution._worker:suppress",
        "lossatlas.execution._worker:os",
        "lossatlas.execution._task:Task",
        "lossatlas.execution._task:absent",
        "lossatlas.absent:f",
        "lossatlas.execution.rehearsal.deeper:f",
    ],
)
def test_what_lossatlas_does_not_define_itself_is_not_called(path: str) -> None:
    with pytest.raises(ValueError, match="name a function that lossatlas defines"):
        resolve(path)


def test_a_function_of_lossatlas_is_found() -> None:
    assert resolve(FUNCTION) is rehearse


@pytest.mark.parametrize("settings", [{"a": object()}, {"a": {1: 2}}, {"a": {1, 2}}])
def test_settings_that_are_not_plain_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="`settings` should"):
        Task(FUNCTION, settings, (1,))


@pytest.mark.parametrize("seed", [(-1,), (1, -5)])
def test_negative_seeds_are_refused(seed: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`seed` should be"):
        Task(FUNCTION, {}, seed)
