"""The typer application and the options that several commands share."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
RunFolder: TypeAlias = Annotated[
    Path,
    typer.Argument(metavar="RUN", help="The folder of a run, as given to `study --out`."),
]


def application(summary: str, *examples: str) -> typer.Typer:
    """An application or group of commands in the house's manner: plain help, `-h`, an example."""
    return typer.Typer(
        help=summary,
        epilog=example(*examples),
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=HELP,
    )


def example(*lines: str) -> str:
    """The example at the end of a help page, its lines kept as they are."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def print_version(wanted: bool) -> bool:
    """Print the version and leave, when `--version` is given."""
    if wanted:
        typer.echo(f"lossatlas {version('lossatlas')}")
        raise typer.Exit
    return wanted
