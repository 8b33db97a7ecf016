"""The command ``cio-topics figure``."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from cio_topics.files import write_bytes


def svg_texts(path) -> list[str]:
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("shares", (), "項目の最も多い4テーマ。"),
        ("heatmap", ("--by", "government"), "自民党中心の政権"),
        ("stream", ("--since", "2010-01-01"), "複数のテーマをもつ項目は等分して数え"),
        ("multiples", ("--theme", "open_data"), "オープンデータ"),
        ("multiples", ("--by", "fiscal_year"), "2010年度"),
        ("shares", ("--period", "前=2001..2009", "--period", "後=2010.."), "前"),
        ("activity", ("--body", "各府省情報化統括責任者(CIO)連絡会議"), "事例研究 表1"),
        ("activity", (), "開催"),
        ("timeline", (), "電子政府構築計画"),
        ("network", ("--min-n", "4"), "IT国家戦略"),
        ("forest", ("--by", "government", "--compare", "democratic_led", "ldp_led"), "n = 22 → 269項目。"),
    ],
)  # fmt: skip
def test_kinds_say_what_they_show_and_from_what(run, tmp_path, kind, words, expected):
    path = tmp_path / "f.svg"
    done = run("figure", kind, *words, "-o", path)
    assert (done.code, done.out, done.err) == (0, "", "")
    shown = svg_texts(path)
    assert any(expected in text for text in shown), shown[-8:]
    assert any(text.startswith("出典: cio-topics、コーパス") for text in shown)
    manifest = json.loads((tmp_path / "f.svg.manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["figure"] == kind


def test_a_table_of_another_command_is_drawn(run, tmp_path):
    table, one, other = tmp_path / "shares.csv", tmp_path / "one.svg", tmp_path / "other.svg"
    run("track", "--theme", "open_data", "--format", "csv", "-o", table)
    done = run("figure", "multiples", "--table", table, "--lang", "en", "-o", one)
    assert (done.code, done.err) == (0, "")
    run("figure", "multiples", "--theme", "open_data", "--lang", "en", "-o", other)
    assert svg_texts(one)[:-1] == svg_texts(other)[:-1]  # all but the source
    assert svg_texts(one)[-1].startswith("Source: cio-topics, table shares.csv (")


def test_without_caption_and_with_title(run, tmp_path):
    path = tmp_path / "f.svg"
    run("figure", "activity", "--no-caption", "--title", "題<b>", "--width", "85", "-o", path)
    shown = svg_texts(path)
    assert "題<b>" in shown
    assert not any("出典" in text for text in shown)
    assert 'width="85.000mm"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("shares", "-o", "f.jpg"), "'f.jpg' has no ending of a figure; expected one of: .svg, .png, .pdf, .html."),
        (("shares",), "Missing option '-o' / '--output'."),
        (("forest", "-o", "f.svg"), "forest without --compare and --table; expected one of them."),
        (("network", "--table", "t.csv", "-o", "f.svg"), "network with --table; expected the corpus itself."),
        (("shares", "--table", "t.csv", "-o", "f.svg"), "the table has no column period, theme, n"),
        (("shares", "--table", "empty.csv", "-o", "f.svg"), "'empty.csv' cannot be read as CSV"),
        (("shares", "--theme", "nope", "-o", "f.svg"), "unknown theme 'nope'; expected some of: "),
        (("shares", "--width", "9", "-o", "f.svg"), "width is 9 mm; expected 60 to 400."),
        (("shares", "--table", "t.csv", "-o", "t.csv.svg"), "no column"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_and_nothing_is_written(
    run, tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    write_bytes(tmp_path / "t.csv", b"a,b\n1,2\n")
    write_bytes(tmp_path / "empty.csv", b"")
    done = run("figure", *words)
    assert done.code == 2
    assert message in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.csv", "t.csv"]
