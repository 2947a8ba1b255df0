"""A task: a function of lossatlas by its import path, frozen settings, and a seed.

Its key is the SHA-256 of these three as canonical JSON, so the same task has the same key in every
process, and whatever changes the result (the batch included) belongs in the settings. A name found
in a file is never called unless it names a function that lossatlas itself defines.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from inspect import isfunction
from typing import Any, TypeAlias, final

from lossatlas.catalogue import Record, canonical_json
from lossatlas.errors import misuse

TaskFunction: TypeAlias = Callable[[dict[str, Any], tuple[int, ...]], list[Record]]

_PATH = re.compile(r"lossatlas(\.[A-Za-z_][A-Za-z0-9_]*)+:[A-Za-z_][A-Za-z0-9_]*")


@final
@dataclass(frozen=True, eq=False)
class Task:
    """A piece of work of at most a minute or so.

    Args:
        function: "lossatlas.room.module:name" of a function f(settings, seed) -> list of records.
        settings: Plain JSON values; copied, so that later changes do not reach the task.
        seed: The entropy of its generators, see `task_seed`.

    Raises:
        ValueError: If the function is not one of lossatlas, or the settings are not plain.

    Example:
        >>> from lossatlas.execution import Task
        >>> Task("lossatlas.execution._rehearsal:rehearse", {"size": 3}, (1, 2)).key[:12]
        'ca334ff87ba0'
    """

    function: str
    settings: Mapping[str, Any]
    seed: tuple[int, ...]

    def __post_init__(self) -> None:
        check_function(self.function)
        plain = json.loads(canonical_json(dict(self.settings), name="settings"))
        object.__setattr__(self, "settings", plain)
        seed = tuple(self.seed)
        if not all(isinstance(word, int) and word >= 0 for word in seed):
            raise misuse(
                "seed",
                should="be a tuple of integers that are not negative",
                got=seed,
                remedy="Make it with `task_seed`.",
            )
        object.__setattr__(self, "seed", seed)

    @cached_property
    def json(self) -> str:
        """The task as canonical JSON."""
        return canonical_json(
            {"function": self.function, "settings": self.settings, "seed": self.seed}
        )

    @cached_property
    def key(self) -> str:
        """SHA-256 of `json`, 64 hexadecimal digits."""
        return hashlib.sha256(self.json.encode()).hexdigest()


def check_function(path: str) -> str:
    """The path itself, if it has the form of one of lossatlas's functions.

    Raises:
        ValueError: If it has not.
    """
    if not _PATH.fullmatch(path):
        raise misuse(
            "function",
            should='name a function of lossatlas as "lossatlas.room.module:function"',
            got=repr(path)[:200],
            remedy="Only functions under `lossatlas.` are run as tasks.",
        )
    return path


def resolve(path: str) -> TaskFunction:
    """The function that a path names.

    Raises:
        ValueError: If there is none, or it is one that the module only imported from elsewhere.
    """
    module, _, name = check_function(path).partition(":")
    try:
        function = getattr(import_module(module), name, None)
    except ModuleNotFoundError:
        function = None
    if not isfunction(function) or not function.__module__.startswith("lossatlas."):
        raise misuse(
            "function",
            should="name a function that lossatlas defines",
            got=path,
            remedy="Check the spelling, and that every machine has the same version of lossatlas.",
        )
    found: TaskFunction = function
    return found
