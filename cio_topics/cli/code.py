"""``cio-topics code``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import format_option, lang_option, output_option
from cio_topics.cli.output import (
    command_line,
    display_width,
    json_text,
    note_inputs,
    records,
    write_output,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.coding import Coded, CodingRules, CodingText, CrossTable, Variables

# As coding.units.UNITS, which imports pandas; a test holds them together.
UNITS = ("item", "h1", "h2", "h3", "h4", "h5", "paragraph", "sentence")

_UNIT_NAMES = {"item": "項目", "paragraph": "段落", "sentence": "文"}
_UNIT_NAMES |= {f"h{level}": f"H{level}" for level in range(1, 6)}
_WORDS = {
    "ja": {
        "code": "コード名",
        "frequency": "頻度",
        "percent": "パーセント",
        "interval": "95%区間",
        "no_code": "＃コード無し",
        "units": "文書数",
        "cases": "ケース数",
        "total": "合計",
        "chi": "カイ2乗値",
        "p": "p値",
    },
    "en": {
        "code": "code",
        "frequency": "frequency",
        "percent": "percent",
        "interval": "95% interval",
        "no_code": "#no code",
        "units": "units",
        "cases": "cases",
        "total": "total",
        "chi": "chi-squared",
        "p": "p",
    },
}
_FOOT = {
    "ja": "集計単位: {unit}。辞書: {dictionary}。区間: Wilson。",
    "en": "Unit: {unit}. Dictionary: {dictionary}. Intervals: Wilson.",
}
_CROSS_FOOT = {
    "ja": "集計単位: {unit}。辞書: {dictionary}。** p<.01、* p<.05。値のない{n}件を除く。",
    "en": "Unit: {unit}. Dictionary: {dictionary}. ** p<.01, * p<.05. Without a value: {n}.",
}
_ATTACHED = {
    "ja": "外部変数 {names}: {unit}({n}件)の値。",
    "en": "Variables {names}: values of units {unit} ({n}).",
}


@click.command(short_help="Apply coding rules of KH Coder to a text.")
@click.argument("rules", type=click.Path(path_type=Path))
@click.argument("text", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    help="What is coded; paragraph for a text, item for a table or corpus if left out.",
)
@click.option(
    "--variables",
    "variables_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Outside variables: a header, then a row for each of their units, in order. May be given "
    "several times, for variables of different units.",
)
@click.option(
    "--variable-unit",
    "variable_units",
    multiple=True,
    type=click.Choice(UNITS),
    help="Units the variables belong to, one for each --variables; the largest with as many units "
    "as there are rows if left out.",
)
@click.option(
    "--crosstab",
    metavar="VARIABLE",
    help="Frequencies by the value of a variable, or of a heading (h1, 見出し1).",
)
@click.option(
    "--units",
    "units_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write which unit has which codes, as CSV.",
)
@click.option(
    "--text-column",
    default="title",
    show_default=True,
    metavar="NAME",
    help="Column of a table that holds the texts; the others are variables of its items.",
)
@click.option(
    "--dictionary",
    default="unidic-lite",
    show_default=True,
    metavar="NAME",
    help="ipadic, as KH Coder has it; unidic-lite, unidic, sudachi-a, sudachi-b, sudachi-c, or "
    "the folder of a compiled dictionary of MeCab.",
)
@format_option(("table", "csv", "json"))
@output_option
@lang_option("ja")
def code(
    rules: Path,
    text: Path | None,
    unit: str | None,
    variables_paths: tuple[Path, ...],
    variable_units: tuple[str, ...],
    crosstab: str | None,
    units_path: Path | None,
    text_column: str,
    dictionary: str,
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Apply a coding-rule file of KH Coder to TEXT, and count the units each code holds for.

    KH Coder のコーディングルールをテキストに適用し、単純集計・クロス集計を出します。

    Example: cio-topics code rules.cod novel.txt --unit h2 --dictionary ipadic

    TEXT is a text file as KH Coder reads it (a line is a paragraph; headings <H1>…</H1> to
    <H5>…</H5>; UTF-8 or Shift_JIS; - is standard input), a table with an item a row (CSV, TSV,
    JSONL, XLSX), or the folder of a corpus; without it the embedded corpus is read.
    """
    note_inputs(rules, text, *variables_paths)

    from cio_topics.coding import code_units, read_rules

    read = read_rules(rules)
    source, variables = _read(text, dictionary, text_column)
    attached = _attached(source, variables_paths, variable_units)
    _check_names([*attached, *variables])
    given = [*attached, *variables]
    chosen = unit or ("paragraph" if source.items is None else "item")
    coded = code_units(read, source, chosen, given)
    manifest = _manifest(read, coded, given, crosstab)
    if units_path is not None:
        from cio_topics.files import table_csv

        write_output(table_csv(_units_table(coded)), units_path, manifest)
    if crosstab is None:
        content = _simple(coded, output_format, lang, manifest)
    else:
        content = _crossed(coded, given, crosstab, output_format, lang, manifest)
    notes = [_attached_note(one, lang) for one in attached]
    notes += [_printable(note.ja if lang == "ja" else note.en) for note in coded.notes]
    if output_format == "table":
        content += "".join(f"{note}\n" for note in notes)
    elif output_format == "csv":
        for note in notes:
            click.echo(f"cio-topics: {note}", err=True)
    write_output(content, output, manifest)


def _read(path: Path | None, dictionary: str, column: str) -> tuple[CodingText, list[Variables]]:
    from cio_topics.coding.read import corpus_text, read_coding_text, text_from_bytes

    if path is None:
        from cio_topics.corpus import read_example

        return corpus_text(read_example(), dictionary=dictionary, column=column)
    if str(path) == "-":
        with click.open_file("-", "rb") as file:
            content = file.read()
        return text_from_bytes(content, "standard input", dictionary=dictionary), []
    return read_coding_text(path, dictionary=dictionary, column=column)


def _attached(text: CodingText, paths: tuple[Path, ...], units: tuple[str, ...]) -> list[Variables]:
    from cio_topics.coding import attach_variables, read_variables
    from cio_topics.errors import SettingsError

    if units and len(units) != len(paths):
        raise SettingsError(
            f"--variable-unit is given {len(units)} times, --variables {len(paths)} times; "
            "expected a unit for each, or none.",
            "Give a unit for each table of variables, in their order, or leave the units out.",
            "--variables と同じ数だけ、同じ順に --variable-unit を指定するか、省いてください。",
        )
    pairs = zip(paths, units or (None,) * len(paths), strict=True)
    return [attach_variables(text, read_variables(path), unit) for path, unit in pairs]


def _check_names(variables: list[Variables]) -> None:
    """Refuse a variable that two tables have: it would be that of the first."""
    from cio_topics.coding.variables import variable_names
    from cio_topics.errors import SettingsError, shorten

    names = variable_names(variables)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingsError(
            f"two tables have a variable {shorten(twice)}; expected names that differ.",
            "Rename one of them.",
            "外部変数の名前が重複しています。どちらかの名前を変えてください。",
        )


def _attached_note(variables: Variables, lang: str) -> str:
    names = ", ".join(_printable(name) for name in variables.table.columns)
    unit = _unit_name(variables.unit, lang)
    return _ATTACHED[lang].format(names=names, unit=unit, n=len(variables.table))


def _unit_name(unit: str, lang: str) -> str:
    return _UNIT_NAMES[unit] if lang == "ja" else unit


def _printable(text: object) -> str:
    """Leave out what a terminal could obey."""
    return "".join(c for c in str(text) if c.isprintable() or c == "　")


def _manifest(
    rules: CodingRules,
    coded: Coded,
    variables: list[Variables],
    crosstab: str | None,
) -> dict[str, Any]:
    from cio_topics import __version__
    from cio_topics.coding import format_rules
    from cio_topics.manifest import package_versions
    from cio_topics.tokens import dictionary_version

    text = coded.text
    return {
        "cio_topics": __version__,
        "command": command_line(),
        "rules": {"n_codes": len(rules.rules), "sha256": _digest(format_rules(rules))},
        "text": {"n_characters": len(text.text), "sha256": _digest(text.text)},
        "unit": {"kind": coded.unit, "n": len(coded.codes)},
        "variables": [
            {"unit": one.unit, "n": len(one.table), "sha256": _digest(one.table.to_csv())}
            for one in variables
        ],
        "crosstab": crosstab,
        "dictionary": dictionary_version(text.dictionary),
        "versions": package_versions(),
    }


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _units_table(coded: Coded) -> pd.DataFrame:
    """Return units with their codes: all in one cell, and a column of 0 and 1 for each."""
    names = list(coded.codes.columns)
    rows = coded.codes.to_numpy()
    held = [";".join(names[place] for place in row.nonzero()[0]) for row in rows]
    table = coded.units.assign(codes=held)
    ones = coded.codes.astype("int8").add_prefix("＊")
    return table.join(ones)


def _simple(coded: Coded, output_format: str, lang: str, manifest: dict[str, Any]) -> str:
    import pandas as pd

    from cio_topics.coding import simple_tabulation
    from cio_topics.files import table_csv

    said = _WORDS[lang]
    table = simple_tabulation(coded.codes, said["no_code"])
    shares = ["percent", "percent_low", "percent_high"]
    if output_format == "json":
        return _json(coded, manifest, {"rows": records(table)})
    if output_format == "csv":
        last = pd.DataFrame({"code": [said["units"]], "frequency": [len(coded.codes)]})
        rounded = table.drop(columns="n_units").round(dict.fromkeys(shares, 2))
        return table_csv(pd.concat([rounded, last], ignore_index=True))
    rows = [
        [
            _printable(row.code),
            f"{row.frequency:,}",
            f"{row.percent:.2f}%",
            f"{row.percent_low:.2f}–{row.percent_high:.2f}",
        ]
        for row in table.itertuples()
    ]
    header = [said["code"], said["frequency"], said["percent"], said["interval"]]
    lines = _aligned([header, *rows, [said["units"], f"{len(coded.codes):,}", "", ""]])
    return lines + "\n" + _foot(_FOOT, coded, lang, manifest, 0)


def _foot(form: dict[str, str], coded: Coded, lang: str, manifest: dict[str, Any], n: int) -> str:
    unit = _unit_name(coded.unit, lang)
    return form[lang].format(unit=unit, dictionary=manifest["dictionary"], n=n) + "\n"


def _json(coded: Coded, manifest: dict[str, Any], tables: dict[str, Any]) -> str:
    notes = [{"en": note.en, "ja": note.ja} for note in coded.notes]
    head = {"manifest": manifest, "unit": coded.unit, "n_units": len(coded.codes)}
    return json_text({**head, **tables, "notes": notes})


def _aligned(rows: list[list[str]]) -> str:
    """Return rows for a terminal, the first column to the left and the others to the right."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            " " * (width - display_width(cell)) * (place > 0)
            + cell
            + " " * (width - display_width(cell)) * (place == 0)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _crossed(
    coded: Coded,
    variables: list[Variables],
    name: str,
    output_format: str,
    lang: str,
    manifest: dict[str, Any],
) -> str:
    from cio_topics.coding import cross_tabulation, unit_values
    from cio_topics.errors import SettingsError, shorten
    from cio_topics.files import table_csv

    values = unit_values(coded.text, coded.unit, variables, name)
    if values is None:
        raise SettingsError(
            f"--crosstab {shorten(name)}: the variable belongs to units smaller than {coded.unit}.",
            "Choose a smaller --unit.",
            "--unit に、より小さい集計単位を指定してください。",
        )
    crossed = cross_tabulation(coded.codes, values, _WORDS[lang]["total"])
    if output_format == "json":
        tables = {
            "variable": name,
            "rows": records(crossed.rows),
            "tests": records(crossed.tests),
            "n_without_value": crossed.n_without,
        }
        return _json(coded, manifest, tables)
    if output_format == "csv":
        return table_csv(_wide(crossed, name, lang))
    lines = _aligned(_cross_rows(crossed, name, lang))
    return lines + "\n" + _foot(_CROSS_FOOT, coded, lang, manifest, crossed.n_without)


def _cross_rows(crossed: CrossTable, name: str, lang: str) -> list[list[str]]:
    """Return the lines of a table for a terminal: a value each, then the tests."""
    said = _WORDS[lang]
    codes = crossed.tests["code"].tolist()
    rows = [[_printable(name), *map(_printable, codes), said["cases"]]]
    cells = [f"{row.frequency:,} ({row.percent:.2f}%)" for row in crossed.rows.itertuples()]
    sizes, values = crossed.rows["n_units"].tolist(), crossed.rows["value"].tolist()
    for first in range(0, len(cells), len(codes)):
        own = cells[first : first + len(codes)]
        rows.append([_printable(values[first]), *own, f"{sizes[first]:,}"])
    chis, ps = crossed.tests["chi_squared"].tolist(), crossed.tests["p"].tolist()
    rows.append([said["chi"], *map(_starred, chis, ps), ""])
    rows.append([said["p"], *[f"{p:.4f}" if p == p else "-" for p in ps], ""])
    return rows


def _starred(chi: float, p: float) -> str:
    stars = "**" if p < 0.01 else "*" if p < 0.05 else ""
    return f"{chi:.3f}{stars}" if chi == chi else "-"


def _wide(crossed: CrossTable, name: str, lang: str) -> pd.DataFrame:
    """Return a row a value, and for each code its frequency and percent; the tests last."""
    import pandas as pd

    said = _WORDS[lang]
    codes = crossed.tests["code"].tolist()
    n_values = len(crossed.rows) // len(codes)
    frequency = crossed.rows["frequency"].to_numpy().reshape(n_values, -1)
    percent = crossed.rows["percent"].round(2).to_numpy().reshape(n_values, -1)
    values = crossed.rows["value"].tolist()[:: len(codes)]
    header = f"<>{name}" if name in codes else name
    columns: list[tuple[str, list[Any]]] = [(header, [*values, said["chi"], said["p"]])]
    tests = crossed.tests.round({"chi_squared": 4, "p": 6})[["chi_squared", "p"]].to_numpy()
    for place, code in enumerate(codes):
        columns.append((code, [*map(str, frequency[:, place]), *map(_cell, tests[place])]))
        columns.append((f"{code} (%)", [*map(str, percent[:, place]), "", ""]))
    sizes = crossed.rows["n_units"].tolist()[:: len(codes)]
    columns.append((said["cases"], [*map(str, sizes), "", ""]))
    table = pd.DataFrame(dict(enumerate(values for _, values in columns)), dtype="str")
    return table.set_axis([header for header, _ in columns], axis=1)


def _cell(number: float) -> str:
    return "" if number != number else str(number)
