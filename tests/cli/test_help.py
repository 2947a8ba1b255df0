"""Help: fast, complete, with an example, and the same as on the documentation's page."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from lossatlas.cli import app

Call = Callable[..., Any]
DOCS = Path(__file__).resolve().parents[2] / "docs"


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, (*path, name))


PATHS = list(_commands(get_command(app)))


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_help_ends_with_an_example_that_calls_the_command(
    path: tuple[str, ...], flag: str, lossatlas: Call
) -> None:
    answer = lossatlas(*path, flag)
    assert (answer.code, answer.err) == (0, "")
    _, _, examples = answer.out.partition("Example:\n")
    assert " ".join(["lossatlas", *path]) in examples
    assert answer.out.rstrip().endswith(examples.rstrip())


@pytest.mark.parametrize("path", PATHS[1:], ids=" ".join)
def test_every_option_of_every_command_says_what_it_does(path: tuple[str, ...]) -> None:
    command = get_command(app)
    for name in path:
        command = command.commands[name]  # type: ignore[attr-defined]
    for parameter in command.params:
        assert getattr(parameter, "help", None), (path, parameter.name)


@pytest.mark.parametrize("path", PATHS[1:], ids=" ".join)
def test_every_command_is_documented(path: tuple[str, ...]) -> None:
    pages = (DOCS / "cli" / "index.md").read_text(), (DOCS / "cli" / "reference.md").read_text()
    assert f"`lossatlas {' '.join(path)}" in pages[0]
    assert f"## lossatlas {' '.join(path)}\n" in pages[1]


def test_the_reference_page_is_not_stale() -> None:
    script = DOCS / "make_cli_reference.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_shown_in_the_documentation_exists() -> None:
    texts = [page.read_text() for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md"]]
    shown = {found for text in texts for found in re.findall(r"\$ lossatlas ([a-z-]+)", text)}
    assert shown
    assert shown <= {path[0] for path in PATHS if path} | {"--version"}


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from lossatlas.cli import main\n"
        "sys.argv = ['lossatlas', '--help']\n"
        "try: main()\n"
        "except SystemExit: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    heavy = {"torch", "numpy", "scipy", "plotly", "matplotlib", "pydantic", "flint", "sklearn"}
    assert not heavy & set(done.stderr.split())


def test_the_module_and_its_version_answer_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lossatlas", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, f"lossatlas {version('lossatlas')}\n")


def test_without_arguments_the_help_is_shown(lossatlas: Call) -> None:
    assert "Usage: lossatlas" in "".join(lossatlas().__dict__[k] for k in ("out", "err"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("stdy",), "Did you mean 'study'?"),
        (("nothing-like-it",), "No such command"),
        (("data", "--jsn"), "--json"),
        (("theory", "deep-liner"), "deep-linear"),
    ],
)
def test_an_unknown_command_or_option_exits_2_with_a_suggestion(
    arguments: tuple[str, ...], message: str, lossatlas: Call
) -> None:
    answer = lossatlas(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


@pytest.mark.parametrize("shown", ["theory deep-linear --eigenvalues 3,2,1 --widths 3,3,3 --json"])
def test_a_reader_who_leaves_is_no_trouble(shown: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "lossatlas", *shown.split()],
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.stderr == ""
    assert done.returncode == 1
