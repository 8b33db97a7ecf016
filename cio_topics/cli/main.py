"""The command ``cio-topics``."""

from __future__ import annotations

import itertools
import os
import sys
import traceback
import warnings
from typing import TextIO

import click

from cio_topics import __version__
from cio_topics.cli.activity import activity
from cio_topics.cli.agreement import agreement
from cio_topics.cli.bodies import bodies
from cio_topics.cli.breaks import breaks
from cio_topics.cli.build import build
from cio_topics.cli.bursts import bursts
from cio_topics.cli.cache import cache
from cio_topics.cli.changes import changes
from cio_topics.cli.check import check
from cio_topics.cli.classify import classify
from cio_topics.cli.code import code
from cio_topics.cli.codebook import codebook
from cio_topics.cli.collect import collect
from cio_topics.cli.corrected import corrected
from cio_topics.cli.correspondence import correspondence
from cio_topics.cli.dictionary import dictionary
from cio_topics.cli.doctor import doctor
from cio_topics.cli.dynamic import dynamic
from cio_topics.cli.evaluate import evaluate
from cio_topics.cli.experiment import experiment
from cio_topics.cli.figure import figure
from cio_topics.cli.ingest import ingest
from cio_topics.cli.intrusion import intrusion
from cio_topics.cli.kwic import kwic
from cio_topics.cli.label import label
from cio_topics.cli.labels import labels
from cio_topics.cli.leads import leads
from cio_topics.cli.life import life
from cio_topics.cli.merge import merge
from cio_topics.cli.network import network
from cio_topics.cli.regress import regress
from cio_topics.cli.replicate import replicate
from cio_topics.cli.report import report
from cio_topics.cli.stop_words import stop_words
from cio_topics.cli.sweep import sweep
from cio_topics.cli.terms import terms
from cio_topics.cli.tokens import tokens
from cio_topics.cli.topic_shares import topic_shares
from cio_topics.cli.topics import topics
from cio_topics.cli.track import track
from cio_topics.cli.train import train
from cio_topics.cli.transitions import transitions
from cio_topics.cli.trends import trends
from cio_topics.cli.weights import weights
from cio_topics.errors import CioTopicsError

__all__ = ["EXIT_CODES", "cli", "main"]

#: Exit codes and their meaning.
EXIT_CODES = {
    0: "done",
    1: "nothing was collected, or every cell of an experiment failed; the reasons are listed",
    2: "an option or setting is not allowed",
    3: "the corpus, or another file that was given, has errors; they are listed",
    4: "the result cannot be written there",
    5: "a dictionary, font or package is missing; see cio-topics doctor",
    70: "an error of the program; run again with --debug and report it",
    130: "interrupted; nothing is left half-written",
}

_EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {k:>3}  {v}" for k, v in EXIT_CODES.items())


#: Commands by what they are for, in the order in which they are met.
_FAMILIES = {
    "Themes over time": (report, track, changes, trends, breaks, regress, activity, figure),
    "Order of themes, and who is first": (transitions, leads, network, correspondence, life),
    "The case study, and beyond": (replicate, bodies),
    "Titles and their themes": (classify, corrected, train, evaluate, label, labels, agreement),
    "Codebooks and coding rules": (codebook, code),
    "Topics": (topics, weights, topic_shares, dynamic, sweep, intrusion, experiment),
    "Terms": (terms, kwic, bursts, tokens, stop_words, dictionary),
    "A corpus of your own": (build, collect, ingest, merge, check),
    "This computer": (doctor, cache),
}


class _Families(click.Group):
    """A group whose help lists commands by family; guards that each is in one."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [str(command.name) for family in _FAMILIES.values() for command in family]

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(context)))
        limit = formatter.width - 6 - width
        for family, commands in _FAMILIES.items():
            with formatter.section(family):
                formatter.write_dl(
                    [
                        (f"{command.name:{width}}", command.get_short_help_str(limit))
                        for command in commands
                    ]
                )


@click.group(
    cls=_Families,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="cio-topics")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.", expose_value=False)
def cli() -> None:
    """Turn Japanese government agendas into themes over time.

    日本の会議体の議事次第から、テーマの推移を表と図にします。

    Without PATH, commands use the embedded corpus: 307 items of the CIO liaison conference
    (各府省情報化統括責任者(CIO)連絡会議) and 27 bodies around it. Begin with:

        cio-topics report
    """


for _command in itertools.chain(*_FAMILIES.values()):
    cli.add_command(_command)


_debug = False


def _fail(message: str, code: int) -> int:
    """Say what went wrong in one line, with --debug its traceback before it; return the code."""
    if _debug:
        traceback.print_exc()
    click.echo(f"cio-topics: {message}", err=True)
    return code


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Say a warning in one line, without a place in the code."""
    click.echo(f"cio-topics: warning: {message}", err=True)


def _run(arguments: list[str]) -> int:
    try:
        result = cli.main(arguments, prog_name="cio-topics", standalone_mode=False)
        return int(result or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = "cio-topics" if context is None else context.command_path
        return _fail(f"error: {error.format_message()} See {command} --help.", error.exit_code)
    except CioTopicsError as error:
        return _fail(f"error: {error}", error.exit_code)
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _fail("interrupted; nothing is left half-written.", 130)
    except BrokenPipeError:
        # The reader of our output has gone (… | head). Keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _fail(
            f"internal error: {type(error).__name__}: {error}. Run again with --debug and report "
            "it. / --debug を付けて実行し、報告してください。",
            70,
        )


def main() -> None:
    """Run the command line and exit with its code; --debug may stand anywhere."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = [word for word in sys.argv[1:] if word != "--debug"]
    warnings.showwarning = _warn
    global _debug
    _debug = len(arguments) < len(sys.argv) - 1
    sys.exit(_run(arguments))
