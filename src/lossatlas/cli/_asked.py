"""What `lossatlas study` was asked for, checked before anything is touched."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._usage import judging, refuse, unknown

if TYPE_CHECKING:
    from lossatlas.execution import Task

_ADDRESS = re.compile(
    r"(tcp|tls|ucx|ws|wss)://[^\s/:]+:[0-9]+|(tcp|tls)://\[[0-9a-fA-F:]+\]:[0-9]+"
)


def chosen_studies(names: Sequence[str]) -> list[str]:
    """The studies named, each once, in the order in which they run; `all` means all."""
    from lossatlas.studies import STUDIES

    for name in names:
        if name != "all" and name not in STUDIES:
            raise unknown("study", name, [*STUDIES, "all"], hint="NAME")
    return [name for name in STUDIES if name in names or "all" in names]


def read_settings(file: Path, studies: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The fields that replace a preset's, study by study.

    The file has a table for each study; where one study is asked for, its fields may stand alone.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        refuse(f"{file} is not TOML: {error}.", hint="--settings")
    if len(studies) == 1 and not any(name in studies for name in content):
        return {studies[0]: content}
    for name, table in content.items():
        if name not in studies or not isinstance(table, dict):
            raise unknown("study asked for", name, studies, hint="--settings")
    return content


def check_scheduler(address: str | None) -> None:
    """What is no address would keep Dask trying for a minute before it says so at length."""
    if address is not None and not _ADDRESS.fullmatch(address):
        refuse(f"{address!r} is no address. Write it as tcp://host:8786.", hint="--scheduler")


def planned_tasks(
    studies: Sequence[str], preset: str, own: Mapping[str, Mapping[str, Any]], seed: int
) -> dict[str, list["Task"]]:
    """The work of each study; an unknown preset or a setting that cannot be is bad usage."""
    from lossatlas.studies import STUDIES

    planned = {}
    for name in studies:
        study = STUDIES[name]
        if preset not in study.presets:
            known = ", ".join(study.presets)
            refuse(f"{name} has no preset {preset!r}. Known: {known}.", hint="--preset")
        with judging("--settings"):
            settings = study.settings(preset, **{"seed": seed, **own.get(name, {})})
            planned[name] = study.tasks(settings)
    return planned
