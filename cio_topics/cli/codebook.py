"""``cio-topics codebook``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    codebook_option,
    format_option,
    lang_option,
    load_codebook,
    load_crosswalk,
    plain_output_option,
)
from cio_topics.cli.output import (
    json_text,
    note_inputs,
    records,
    table_text,
    write_output,
    write_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook, Crosswalk

__all__ = ["codebook"]

#: Formats of a codebook, and the endings of their files.
FORMATS = {
    "toml": (".toml",),
    "cod": (".cod",),
    "quanteda": (".yml", ".yaml"),
    "yoshikoder": (".ykd",),
}
_SHOWN = 10  # problems of one kind that are printed; --problems has all
_TABLES = ("table", "csv", "json", "jsonl")

from_option = click.option(
    "--from",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="What the file is, if its ending does not say so: .toml, .cod (KH Coder), .yml or .yaml "
    "(quanteda), .ykd (Yoshikoder).",
)


@click.group(short_help="Show, check and convert codebooks and dictionaries.")
def codebook() -> None:
    """Show, check and convert codebooks; print a crosswalk.

    コードブックを表示・検査・変換します(KH Coder・quanteda・Yoshikoder の辞書とも)。
    別のコードブックとの対応表も表示します。
    """


@codebook.command(short_help="Convert between TOML, KH Coder, quanteda and Yoshikoder.")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, allow_dash=True))
@from_option
@click.option(
    "--to",
    "to_kind",
    type=click.Choice(list(FORMATS)),
    help="What is written, if the ending of OUT does not say so.",
)
@click.option(
    "--fallback",
    metavar="ID",
    help="Name the theme of items that nothing fits; it is added if it is not there. track and "
    "report need one, and dictionaries have none.",
)
@click.option(
    "--problems",
    "problems_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the list of what could not go over to a CSV file.",
)
@click.option(
    "--strict", is_flag=True, help="Write nothing, and exit with 3, if anything cannot go over."
)
def convert(
    source: Path,
    target: Path,
    kind: str | None,
    to_kind: str | None,
    fallback: str | None,
    problems_path: Path | None,
    strict: bool,
) -> None:
    """Convert the codebook or dictionary IN to OUT, and list what could not go over.

    コードブックや辞書 IN を OUT の形式に変換し、移せなかったものを一覧にします。

    Other programs compare words with words; a codebook looks for its terms anywhere in a title.
    docs/dictionaries.md says what that changes. OUT may be - for standard output.

    Example: cio-topics codebook convert policy.ykd policy.toml --fallback other
    """
    to_kind = _kind(target, to_kind, "--to")
    book, read_problems = _read(source, kind)
    if fallback is not None:
        book = _with_fallback(book, fallback)
    text, write_problems = _written(book, to_kind)

    import pandas as pd

    from cio_topics.errors import CodebookError
    from cio_topics.files import table_csv

    problems = pd.concat([read_problems, write_problems], ignore_index=True)
    if problems_path is not None:
        write_output(table_csv(problems), problems_path)
    click.echo(_problems_text(problems), err=True, nl=False)
    if strict and len(problems):
        things = "thing" if len(problems) == 1 else "things"
        raise CodebookError(
            f"{len(problems)} {things} of {source.name} cannot go over unchanged; nothing was "
            "written.",
            "Leave --strict out to write the rest.",
            "--strict を外すと、残りを書き出します。",
        )
    write_output(text, target)
    n_rules = sum(len(theme.rules) for theme in book.themes)
    click.echo(
        f"{len(book.themes)} themes and {n_rules} rules read, {len(problems)} remarks: {target} / "
        f"{len(book.themes)}テーマ・{n_rules}規則を読み、指摘は{len(problems)}件",
        err=True,
    )
    if to_kind == "toml" and not book.fallback:
        click.echo(
            "The codebook has no fallback, which track and report need: add --fallback other. / "
            "track や report には受け皿が必要です: --fallback other を付けてください。",
            err=True,
        )


@codebook.command(short_help="Print the themes of a codebook.")
@click.argument("source", metavar="[FILE]", required=False, type=click.Path(path_type=Path))
@from_option
@format_option(_TABLES)
@plain_output_option
def show(source: Path | None, kind: str | None, output_format: str, output: Path) -> None:
    """Print the themes of a codebook or dictionary: names, number of rules, version.

    テーマの一覧(名前・規則の数・版)を表示します。FILE がなければ内蔵のコードブックです。
    """
    book, problems = _read(source, kind)
    table = _themes(book)
    if output_format == "json":
        write_output(json_text({**_head(book), "rows": records(table)}), output)
    elif output_format == "table":
        head = "".join(f"{key}: {value}\n" for key, value in _head(book).items() if value)
        write_output(_printable(head) + "\n" + table_text(table), output)
    else:
        write_table(table, output_format, output)
    click.echo(_problems_text(problems), err=True, nl=False)


@codebook.command(short_help="Check a codebook or dictionary.")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@from_option
def check(source: Path, kind: str | None) -> None:
    """Check a codebook or dictionary, and say what is worth a look.

    コードブックや辞書の誤りを調べ、気づいた点を示します。

    An error is said with what was expected (exit code 3).
    """
    book, problems = _read(source, kind)
    n_rules = sum(len(theme.rules) for theme in book.themes)
    click.echo(
        f"No errors found: {len(book.themes)} themes, {n_rules} rules. / "
        f"誤りはありません: {len(book.themes)}テーマ、{n_rules}規則。"
    )
    for remark in _remarks(book):
        click.echo(f"- {_printable(remark)}")
    click.echo(_problems_text(problems), nl=False)


@codebook.command(short_help="Print a crosswalk to another codebook.")
@click.argument("named", metavar="[cap|FILE]", default="cap")
@codebook_option
@format_option(_TABLES)
@plain_output_option
@lang_option("ja")
def crosswalk(
    named: str, codebook_path: Path | None, output_format: str, output: Path, lang: str
) -> None:
    """Print a crosswalk: which theme of another codebook each theme leads to, and what is lost.

    テーマと別のコードブックとの対応表を、失われるものとともに表示します。

    cap is the embedded crosswalk to the major topics of the Comparative Agendas Project; FILE is
    one in TOML. exact: the two mean the same; coarse: the theme lies within something much wider;
    partial: only a part of the theme lies there.
    """
    book = load_codebook(codebook_path)
    walk = load_crosswalk(named, book)
    table = _links(walk, lang)
    note = walk.note_ja if lang == "ja" else walk.note_en
    if output_format == "json":
        head = {"version": walk.version, "name_ja": walk.name_ja, "name_en": walk.name_en}
        notes = {"note_ja": walk.note_ja, "note_en": walk.note_en}
        write_output(json_text({**head, **notes, "rows": records(table)}), output)
    elif output_format == "table":
        write_output(f"{table_text(table)}\n{_printable(note)}\n", output)
    else:
        write_table(table, output_format, output)


def _printable(text: str) -> str:
    """Return a text without what moves the cursor of a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def _kind(path: Path, given: str | None, option: str) -> str:
    from cio_topics.errors import SettingsError

    ending = path.suffix.lower()
    found = given or next((kind for kind, ends in FORMATS.items() if ending in ends), None)
    if found is None:
        known = ", ".join(end for ends in FORMATS.values() for end in ends)
        raise SettingsError(
            f"the ending of {str(path)!r} does not say what it is; expected one of: {known}.",
            f"Say it with {option}: {', '.join(FORMATS)}.",
            f"{option} で形式を指定してください: {', '.join(FORMATS)}",
        )
    return found


def _read(source: Path | None, kind: str | None) -> tuple[Codebook, pd.DataFrame]:
    """Read a codebook or dictionary, and what could not be read from it."""
    import pandas as pd

    from cio_topics.codebook import read_codebook, read_quanteda, read_yoshikoder

    note_inputs(source)
    if source is None:
        return read_codebook(), pd.DataFrame()
    kind = _kind(source, kind, "--from")
    if kind == "quanteda":
        return read_quanteda(source)
    if kind == "yoshikoder":
        return read_yoshikoder(source)
    if kind == "cod":
        from cio_topics.coding import codebook_from_rules, read_rules

        return codebook_from_rules(read_rules(source))
    return read_codebook(source), pd.DataFrame()


def _written(book: Codebook, kind: str) -> tuple[str, pd.DataFrame]:
    """Return a codebook as text in a format, and what could not be written."""
    import pandas as pd

    from cio_topics.codebook import codebook_toml, write_quanteda, write_yoshikoder

    if kind == "quanteda":
        return write_quanteda(book)
    if kind == "yoshikoder":
        return write_yoshikoder(book)
    if kind == "cod":
        from cio_topics.coding import rules_from_codebook

        return rules_from_codebook(book)
    return codebook_toml(book), pd.DataFrame()


def _with_fallback(book: Codebook, fallback: str) -> Codebook:
    from dataclasses import replace

    from cio_topics.codebook import Theme

    if fallback in book.ids:
        return replace(book, fallback=fallback)
    themes = (*book.themes, Theme(fallback, "その他", "other"))
    return replace(book, themes=themes, fallback=fallback)


def _problems_text(problems: pd.DataFrame) -> str:
    """Return problems for a terminal, those with one reason together."""
    if problems.empty:
        return ""
    parts = []
    for (outcome, reason), group in problems.groupby(["outcome", "reason"], sort=False):
        left = len(group) - _SHOWN
        shown = group.head(_SHOWN)[["where", "what"]]
        rows = table_text(shown).split("\n", 1)[1]
        more = f"… and {left} more; --problems FILE.csv has all\n" if left > 0 else ""
        reason_ja = group["reason_ja"].iloc[0]
        parts.append(f"{outcome}: {reason} / {reason_ja}\n{_indented(rows + more)}")
    return "".join(parts)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _head(book: Codebook) -> dict[str, Any]:
    keys = ("name_ja", "name_en", "version", "rules_version", "fallback", "unit")
    return {key: getattr(book, key) for key in keys}


def _themes(book: Codebook) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "id": [theme.id for theme in book.themes],
            "rules": [len(theme.rules) for theme in book.themes],
            "name_ja": [theme.name_ja for theme in book.themes],
            "name_en": [theme.name_en for theme in book.themes],
        }
    )


def _remarks(book: Codebook) -> list[str]:
    remarks = []
    if not book.fallback:
        remarks.append(
            "no fallback: track and report need one / 受け皿(fallback)がないと track や report "
            "に使えません"
        )
    empty = [theme.id for theme in book.themes if not theme.rules and theme.id != book.fallback]
    if empty:
        remarks.append(f"themes without rules / 規則のないテーマ: {', '.join(empty)}")
    unnamed = [theme.id for theme in book.themes if not (theme.name_ja and theme.name_en)]
    if unnamed:
        remarks.append(
            f"themes without a name in both languages / 日英の名前がそろわないテーマ: "
            f"{', '.join(unnamed)}"
        )
    if not book.version:
        remarks.append("no version: results cannot name it / 版(version)がありません")
    return remarks


def _links(walk: Crosswalk, lang: str) -> pd.DataFrame:
    import pandas as pd

    def name(book: Codebook, theme: str) -> str:
        found = book.theme(theme)
        return found.name_ja if lang == "ja" else found.name_en

    links = [link for theme in walk.source.ids for link in walk.links_of(theme)]
    return pd.DataFrame(
        {
            "theme": [link.theme for link in links],
            "name": [name(walk.source, link.theme) for link in links],
            "to": [link.to for link in links],
            "to_name": [name(walk.target, link.to) for link in links],
            "fit": [link.fit for link in links],
            "weight": [f"{link.weight:g}" for link in links],
            "primary": ["*" if walk.primary(link.theme) is link else "" for link in links],
            "subtopics": [" ".join(link.subtopics) for link in links],
            "note": [link.note_ja if lang == "ja" else link.note_en for link in links],
        }
    )
