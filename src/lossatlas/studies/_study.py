"""What a study is: claims, presets, settings, tasks and a judgement.

A study fixes the pass rule of each claim before anything is measured. Its tasks are plain functions
named by import path, so that they run in any process; what they measure goes into the catalogue as
records; `judge` reads the records back and knows nothing of how they were made. A judgement can
therefore be repeated, and a doctored record turns it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from lossatlas.catalogue import AbstractStore
from lossatlas.errors import misuse
from lossatlas.evidence import Claim, Outcome
from lossatlas.execution import Task

Settings = TypeVar("Settings", bound=BaseModel)


class AbstractStudy(ABC):
    """A set of claims with the means to test them."""

    name: ClassVar[str]
    title: ClassVar[str]
    claims: ClassVar[tuple[Claim, ...]]
    presets: ClassVar[tuple[str, ...]]
    durations: ClassVar[Mapping[str, str]] = {}
    """How long a preset takes on two cores, in words, where that is known."""

    @abstractmethod
    def settings(self, preset: str = "quick", **overrides: Any) -> BaseModel:
        """The frozen settings of a preset.

        Args:
            preset: One of `presets`.
            **overrides: Fields that replace the preset's.

        Returns:
            The settings; `model_dump(mode="json")` gives the plain values that a run stores.

        Raises:
            ValueError: If the preset is unknown or a field is not what it should be.
        """

    @abstractmethod
    def tasks(self, settings: Any) -> list[Task]:
        """The work to be done, in pieces of at most a minute, each with its own seed."""

    @abstractmethod
    def judge(self, settings: Any, store: AbstractStore) -> Outcome:
        """The verdicts and figures that follow from the records in the store."""


def preset_settings(
    model: type[Settings],
    presets: Mapping[str, Mapping[str, Any]],
    preset: str,
    overrides: Mapping[str, Any],
    *,
    remedy: str,
) -> Settings:
    """The settings of a preset, some of its fields replaced.

    Raises:
        ValueError: If the preset is unknown, with the remedy, or a field is not what it should be.
    """
    if preset not in presets:
        raise misuse(
            "preset", should=f"be one of {', '.join(presets)}", got=repr(preset), remedy=remedy
        )
    return model.model_validate({**presets[preset], **overrides})
