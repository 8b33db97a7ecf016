"""Write ``cli.md``, the reference of the command line, from the commands themselves.

``python docs/make_cli.py`` writes it; with ``--check`` nothing is written, and the exit code is 1
if the file does not say what the commands say.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs in a checkout without installation

from cio_topics.cli.main import EXIT_CODES, cli  # noqa: E402

TARGET = ROOT / "docs" / "cli.md"
HELP = "Show this message and exit."
STALE = "docs/cli.md is not what the commands say. Run: python docs/make_cli.py"

INTRODUCTION = """\
# Command line (コマンド)

<!-- Made by docs/make_cli.py from the commands' own help. Change those, not this. -->

`cio-topics` and `python -m cio_topics` are the same command. Results go to standard output or,
with `-o`, to a file; messages go to standard error. Beside a file with a result lies
`FILE.manifest.json`, which says what it was made from. `check`, `codebook`, `label` and
`experiment list`, `show` and `compare` write none: the folder of an experiment has
`made_from.json`, and every row of labels says what it needs.
"""


def cell(text: str) -> str:
    """Return a text that is safe in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def option_row(parameter: click.Parameter) -> str:
    """Return one option or argument as a row: name, values, default, meaning."""
    if isinstance(parameter, click.Argument):
        return f"| `{parameter.human_readable_name}` | | | argument |"
    assert isinstance(parameter, click.Option)
    if isinstance(parameter.type, click.Choice):
        values = ", ".join(f"`{choice}`" for choice in parameter.type.choices)
    else:
        values = "" if parameter.is_flag else cell(parameter.metavar or parameter.type.name.upper())
    default = f"`{parameter.default}`" if parameter.show_default else ""
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    return f"| {names} | {values} | {default} | {cell(parameter.help or '')} |"


def section(command: click.Command, name: str) -> str:
    """Return the help of a command as Markdown; it does not depend on click's own layout."""
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    rows = [option_row(p) for p in command.params if getattr(p, "help", None) != HELP]
    table = ["| option | values | default | meaning |", "|---|---|---|---|", *rows]
    return "\n".join([f"\n## {name}\n", text, "", *table]) + "\n"


def cli_reference() -> str:
    """Return the whole page."""
    parts = [INTRODUCTION, section(cli, "cio-topics")]
    for name, command in cli.commands.items():
        parts.append(section(command, f"cio-topics {name}"))
        if isinstance(command, click.Group):
            parts += [section(c, f"cio-topics {name} {own}") for own, c in command.commands.items()]
    parts.append("\n## Exit codes\n\n| code | meaning |\n|---|---|\n")
    parts += [f"| {code} | {cell(meaning)} |\n" for code, meaning in EXIT_CODES.items()]
    return "".join(parts)


def is_stale() -> bool:
    """Tell whether the page is missing or says something else than the commands."""
    return not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != cli_reference()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    if not parser.parse_args(arguments).check:
        TARGET.write_text(cli_reference(), encoding="utf-8", newline="\n")
        return 0
    if is_stale():
        print(STALE, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
