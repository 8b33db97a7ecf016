"""``cio-topics doctor``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, NamedTuple

import click

from cio_topics import __version__
from cio_topics.cli.options import format_option
from cio_topics.cli.output import json_text

_SAMPLE = "電子政府構築計画"


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    ok: bool
    found: str
    remedy: str = ""


def _packages() -> list[Finding]:
    from importlib.metadata import PackageNotFoundError, requires, version

    findings = []
    for requirement in requires("cio-topics") or []:
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].split(">")[0].split("=")[0].split("<")[0].strip()
        try:
            findings.append(Finding(name, True, version(name)))
        except PackageNotFoundError:
            remedy = f'python -m pip install "{name}"'
            findings.append(Finding(name, False, "missing / なし", remedy))
    return findings


def _tokenization() -> Finding:
    try:
        from cio_topics.tokens import Tokenizer, dictionary_version

        terms = Tokenizer(compounds="short")(_SAMPLE)
        found = f"{_SAMPLE} → {' '.join(terms)} ({dictionary_version()})"
        return Finding("tokenization / 形態素解析", bool(terms), found)
    except Exception as error:
        remedy = 'python -m pip install --force-reinstall "fugashi" "unidic-lite"'
        return Finding("tokenization / 形態素解析", False, str(error), remedy)


def _corpus() -> Finding:
    try:
        from cio_topics.corpus import read_example

        return Finding("embedded corpus / 内蔵コーパス", True, repr(read_example()))
    except Exception as error:
        remedy = 'python -m pip install --force-reinstall "cio-topics"'
        return Finding("embedded corpus / 内蔵コーパス", False, str(error), remedy)


def _font() -> Finding:
    from cio_topics.report.fonts import FONT_NAME, font_folder

    if font_folder() is not None:
        return Finding("font of figures / 図のフォント", True, FONT_NAME)
    remedy = 'python -m pip install "matplotlib-fontja"'
    return Finding("font of figures / 図のフォント", False, "missing / なし", remedy)


def _extras() -> list[Finding]:
    known = {
        "ipadic": ("ipadic",),
        "sudachi": ("sudachipy", "sudachidict_core"),
        "unidic": ("unidic",),
        "test": ("pytest", "hypothesis", "playwright"),
        "docs": ("sphinx", "myst_parser"),
    }
    findings = []
    for extra, modules in known.items():
        missing = [name for name in modules if find_spec(name) is None]
        found = f"without {', '.join(missing)}" if missing else "installed"
        findings.append(Finding(f"extra [{extra}] (optional / 任意)", True, found))
    return findings


def examine() -> list[Finding]:
    """Look at everything the package needs."""
    import platform

    return [
        Finding("cio-topics", True, __version__),
        Finding("python", True, platform.python_version()),
        *_packages(),
        _tokenization(),
        _corpus(),
        _font(),
        *_extras(),
    ]


@click.command(short_help="Say what is installed and how to mend it.")
@format_option(("table", "json"))
def doctor(output_format: str) -> int:
    """Say what is installed, try one tokenization, and name the remedy for what is missing.

    インストールの状態を調べ、足りないものの直し方を一行で示します。
    """
    findings = examine()
    bad = [finding for finding in findings if not finding.ok]
    if output_format == "json":
        content: list[dict[str, Any]] = [finding._asdict() for finding in findings]
        click.echo(json_text(content), nl=False)
        return 5 if bad else 0
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.found}")
        if finding.remedy:
            click.echo(f"     → {finding.remedy}")
    missing = f"{len(bad)} missing; run the lines after →."
    missing_ja = f"{len(bad)} 件不足。→ の行を実行してください。"
    click.echo("All is well. / 問題ありません。" if not bad else f"{missing} / {missing_ja}")
    return 5 if bad else 0
