"""Write docs/cli/reference.md from the commands' own help; `--check` fails when it is stale.

The help is the only place where an option is described, so that the page cannot say anything else.
"""

import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

from lossatlas.cli import app

PAGE = Path(__file__).parent / "cli" / "reference.md"
WIDTH = 100
HEAD = """# Every command

This page is made from the commands' own `--help` by `docs/make_cli_reference.py`.
"""


def sections(command: Any, context: Any) -> list[str]:
    """The help of a command, then of every command below it, a section each."""
    text = f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    parts = [text]
    for name, below in getattr(command, "commands", {}).items():
        inner = type(context)(below, info_name=name, parent=context, terminal_width=WIDTH)
        parts += sections(below, inner)
    return parts


def page() -> str:
    """The whole page."""
    command = get_command(app)
    context = command.make_context("lossatlas", [], resilient_parsing=True, terminal_width=WIDTH)
    return "\n".join([HEAD, *sections(command, context)])


def main() -> int:
    """Write the page, or with `--check` compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page())
        return 0
    if PAGE.is_file() and PAGE.read_text() == page():
        return 0
    print(f"{PAGE} is stale. Run: python docs/make_cli_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
