"""Terms of titles and their explanation at the terminal. Titles here are invented."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import unicodedata

import click
import pytest
from click.testing import CliRunner

from cio_topics.cli import tokens as command
from cio_topics.cli.tokenizing import tokenizer_options
from cio_topics.tokens import DICTIONARIES, Tokenizer
from cio_topics.tokens.explain import Explained, explain

SCRIPT = "<script>alert(1)</script>計画"
HOSTILE = [
    SCRIPT,
    '=HYPERLINK("https://example.jp")計画',
    "\x1b[2J\x1b]0;owned\x07計画\u202e\x9b31m",  # clears a screen, names a window, turns text
    "{{ 7 * 7 }}計画",
]
FORMATS = ("table", "csv", "json", "jsonl")
KINDS = ((), ("--detail",), ("--explain",))


def rows(output_format: str, text: str) -> list[dict]:
    if output_format == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    if output_format == "json":
        return json.loads(text)["rows"]
    return [json.loads(line) for line in text.splitlines()]


# --- terms ----------------------------------------------------------------------------------


def test_terms_are_the_tokenizers(run):
    shown = rows(
        "jsonl", run("tokens", "--format", "jsonl", "資料1 電子行政計画(案)", "　計画").out
    )
    assert shown == [
        {"title": "資料1 電子行政計画(案)", "terms": ["電子行政計画", "電子行政", "計画"]},
        {"title": "計画", "terms": ["計画"]},
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl"])
def test_chunks_keep_order_and_identifiers(run, tmp_path, monkeypatch, kind, output_format):
    monkeypatch.setattr(command, "_CHUNK", 3)
    lines = "".join(f"i{n},計画{'の策定' * (n % 3)}\n" for n in range(8))
    (tmp_path / "t.csv").write_text("item_id,title\n" + lines, "utf-8")
    source = ("--from", tmp_path / "t.csv", "--format", output_format)
    shown = rows(output_format, run("tokens", *kind, *source).out)
    assert list(dict.fromkeys(row["item_id"] for row in shown)) == [f"i{n}" for n in range(8)]
    if kind:
        numbers = [int(row["number"]) for row in shown]
        assert sorted(set(numbers)) == list(range(1, 9))
        assert numbers == sorted(numbers)


def test_an_identifier_is_kept_where_the_first_row_has_one(run):
    stdin = '{"item_id":"a\u2028\x1b[31m","title":"計画"}\n{"title":"策定"}\n'
    words = ("tokens", "-", "--from-format", "jsonl", "--format", "jsonl")
    # Escaped in the file, as JSON asks for.
    shown = rows("jsonl", run(*words, stdin=stdin.replace("\x1b", "\\u001b").encode()).out)
    assert [row["item_id"] for row in shown] == ["a[31m", ""]


def test_the_manifest_names_the_dictionary_and_the_settings(run, tmp_path):
    words = ("--compounds", "long", "--dictionary", "ipadic")
    run("tokens", "計画", *words, "--format", "csv", "-o", tmp_path / "t.csv")
    manifest = json.loads((tmp_path / "t.csv.manifest.json").read_text("utf-8"))
    assert manifest["dictionary"].startswith("ipadic ")
    assert manifest["tokenizer"]["compounds"] == "long"
    assert manifest["tokenizer"]["dictionary"] == "ipadic"


# --- explanations ---------------------------------------------------------------------------


@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl"])
def test_explanations_have_every_column_in_both_languages(run, output_format):
    title = "資料1 各電子行政計画の策定(案)"
    words = ("--explain", "--compounds", "long", "--lang", "en", "--format", output_format)
    shown = rows(output_format, run("tokens", *words, title).out)
    expected = explain(title, Tokenizer(compounds="long"))
    assert [list(row) for row in shown] == [["number", "title", *Explained._fields]] * len(expected)
    for row, wanted in zip(shown, expected, strict=True):
        assert (row["title"], int(row["number"])) == (title, 1)
        told = {name: str(row[name]) for name in Explained._fields}
        assert told == {name: str(value) for name, value in wanted._asdict().items()}


def columns_of(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize(
    ("lang", "source", "reason"),
    [("ja", "用語集", "対象外の品詞"), ("en", "lexicon", "not wanted")],
)
def test_a_table_a_title_is_aligned_by_width(run, lang, source, reason):
    title = "e-Japan の個人番号カード"
    shown = run("tokens", "--explain", "--lang", lang, title, "計画").out
    first, second, note = (part for part in shown.split("\n\n") if part not in (title, "計画"))
    header, *lines = first.splitlines()
    assert len(lines) == len(explain(title, Tokenizer()))
    for column in ("語  ", "由来") if lang == "ja" else ("term", "source"):
        place = columns_of(header[: header.index(column)])
        for line in lines:
            left = next(
                n
                for n in range(len(line) + 1)
                if columns_of(line[:n]) >= min(place, columns_of(line))
            )
            assert not line[left - 2 : left].strip()
    assert any(source in line and "マイナンバー" in line for line in lines)
    assert any(line.endswith(reason) for line in lines) or lang == "en"
    assert reason in first
    # Columns that have nothing to tell are left out.
    assert ("表示形" in second, "display" in second) == (False, False)
    assert "unidic-lite" in note


def test_units_stand_under_their_compound(run):
    lines = run("tokens", "--explain", "電子行政計画").out.splitlines()
    assert [line.split()[1] for line in lines[3:6]] == ["電子行政計画", "電子行政", "計画"]
    assert lines[3].startswith("0-6   電子")
    assert lines[4].startswith("0-4     電子")


@pytest.mark.parametrize("kind", KINDS)
def test_titles_without_words(run, kind):
    assert run("tokens", *kind, "-", stdin=b"\n").out == "(no rows)\n"
    shown = run("tokens", *kind, "\u200b")
    assert shown.code == 0


def test_a_page_shows_so_many_titles_and_says_so(run, monkeypatch):
    monkeypatch.setattr(command, "_PAGE", 2)
    words = ("tokens", "--explain", "--format", "html", "--lang", "en")
    assert "Only the titles up to here" not in run(*words, "一", "二").out
    cut = run(*words, "計画", "策定", "評価").out
    assert "Only the titles up to here" in cut
    assert "<h2>策定</h2>" in cut
    assert "<h2>評価</h2>" not in cut


# --- untrusted titles -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("output_format", FORMATS)
def test_hostile_titles_are_texts(run, kind, output_format):
    stdin = "\n".join(HOSTILE).encode()
    shown = run("tokens", *kind, "--format", output_format, "-", stdin=stdin)
    assert shown.code == 0
    assert not [c for c in shown.out if not c.isprintable() and c != "\n"]
    if output_format == "csv":
        cells = [cell for row in csv.reader(io.StringIO(shown.out)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_lone_surrogate_is_refused(run):
    shown = run("tokens", "--explain", "計画\udcff")
    assert shown.code == 2
    assert "lone surrogate" in shown.err


# --- options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--explain", "--detail", "計画"], 2, "expected one of them"),
        (["--format", "html", "計画"], 2, "without --explain"),
        (["--explain"], 2, "no titles"),
        (["--dictionary", "unidick", "計画"], 2, "expected a folder or one of: unidic-lite"),
        (["--lexicon", "no-such-file.toml", "計画"], 3, "cannot read the lexicon"),
        (["--user-dictionary", "no-such-file.dic", "計画"], None, "no-such-file.dic"),
        (["--stop-words", "no-such-file.txt", "計画"], None, "no-such-file.txt"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, words, code, message):
    shown = run("tokens", *words)
    assert shown.code == code if code else shown.code in (2, 3, 5)
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_lexicon_of_ones_own(run, tmp_path):
    (tmp_path / "own.toml").write_text(
        'version = "9"\nnever_split = ["行政計画"]\nstop_words = ["策定"]\n', "utf-8"
    )
    own = ("--lexicon", tmp_path / "own.toml")
    (row,) = rows("jsonl", run("tokens", *own, "--format", "jsonl", "行政計画の策定").out)
    assert row["terms"] == ["行政計画"]
    assert "own 9" in run("tokens", *own, "--explain", "計画").out


def test_stop_words_of_ones_own_replace_the_lexicons(run, tmp_path):
    (tmp_path / "words.txt").write_text("策定\n", "utf-8")
    own = ("--stop-words", tmp_path / "words.txt")
    (row,) = rows("jsonl", run("tokens", *own, "--format", "jsonl", "平成の策定").out)
    assert row["terms"] == ["平成"]


def test_the_decorator_hands_over_a_tokenizer(tmp_path):
    @click.command()
    @click.option("--other")
    @tokenizer_options
    def show(tokenizer: Tokenizer, other: str | None) -> None:
        """Show."""
        click.echo(repr((tokenizer, other)))

    runner = CliRunner()
    assert runner.invoke(show, []).output == "(Tokenizer(), None)\n"
    words = ["--dictionary", "ipadic", "--user-dictionary", "a.dic", "--other", "x"]
    expected = "(Tokenizer(dictionary='ipadic', user_dictionary='a.dic'), 'x')\n"
    assert runner.invoke(show, words).output == expected
    listed = runner.invoke(show, ["--help"]).output
    assert all(name in listed for name in DICTIONARIES)


# --- a quick start --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("output_format", FORMATS)
def test_a_few_titles_need_nothing_heavy(kind, output_format):
    words = ["cio-topics", "tokens", *kind, "--format", output_format, "電子政府構築計画"]
    script = (
        f"import sys; sys.argv = {words!r}\n"
        "from cio_topics.cli.main import main\n"
        "try: main()\nexcept SystemExit as stopped: assert not stopped.code\n"
        "heavy = {'pandas', 'sklearn', 'scipy', 'pyarrow', 'jinja2', 'gensim'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
