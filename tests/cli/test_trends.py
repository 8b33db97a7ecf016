"""Commands trends, breaks and bursts: what they print, and how they refuse."""

import csv
import io
import json

import pytest


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_trends_table(run):
    shown = run("trends", "--theme", "digital_gov", "--theme", "e_records", "--lang", "en")
    assert shown.code == 0
    assert "digital government" in shown.out
    assert "307 items in 163 meetings" in shown.out
    assert "for 2 themes at once" in shown.out
    within = run("trends", "--theme", "e_records", "--within-body", "--dates", "month")
    assert "(同じ会議体の中で)" in within.out
    assert "14会議(18項目)は除いた" in within.out


def test_trends_data_and_curves(run, tmp_path):
    curves, output = tmp_path / "curves.csv", tmp_path / "trends.csv"
    shown = run(
        *("trends", "--theme", "open_data", "--format", "csv", "-o", output, "--curves", curves)
    )
    assert shown.code == 0
    row = rows_of(output.read_text("utf-8-sig"))[0]
    assert (row["theme"], row["n"], row["n_items"]) == ("open_data", "15", "307")
    assert abs(float(row["rise"])) < 0.1  # a fraction a year; percent only in print
    drawn = rows_of(curves.read_text("utf-8-sig"))
    assert len(drawn) == 100
    assert all(float(r["band_low"]) < float(r["share"]) < float(r["band_high"]) for r in drawn)
    manifest = json.loads((tmp_path / "trends.csv.manifest.json").read_text("utf-8"))
    assert manifest["settings"]["within_body"] is False


def test_breaks_table(run):
    shown = run("breaks", "--theme", "digital_gov", "--theme", "other", "--lang", "en")
    assert shown.code == 0
    assert "no change claimed" in shown.out
    assert "289 items in 149 meetings" in shown.out
    assert "14 meetings (18 items)" in shown.out


def test_breaks_data(run):
    shown = run("breaks", "--theme", "digital_gov", "--format", "csv", "--handovers", "government")
    (row,) = rows_of(shown.out.removeprefix("\ufeff"))
    assert row["result"] == "change"
    assert row["date_low"] < row["date"] < row["date_high"]
    assert row["n_handovers"] == "0"  # 2009 and 2012 lie before
    assert float(row["handovers_expected"]) > 0


def test_bursts_of_themes(run):
    shown = run("bursts", "--of", "themes", "--theme", "optimization", "--states", "3")
    assert shown.code == 0
    assert "2003–2011" in shown.out
    assert "状態3" in shown.out


def test_bursts_of_terms(run):
    shown = run("bursts", "--fewest", "20", "--format", "json", "--top", "2")
    result = json.loads(shown.out)
    found = result["rows"] if "rows" in result else next(v for v in result.values() if v)
    assert len(found) == 2


def test_nothing_bursts(run):
    shown = run("bursts", "--of", "themes", "--fewest", "1000", "--lang", "en")
    assert shown.code == 0
    assert "0 of 0 shown" in shown.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trends", "--curves", "a.svg"), "expected a name that ends in .csv"),
        (("trends", "--theme", "nothing"), "unknown theme 'nothing'"),
        (("trends", "--by", "government"), "'government' is not one of"),
        (("breaks", "--format", "xlsx"), "xlsx cannot be printed"),
        (("bursts", "--theme", "security"), "expected --of themes"),
        (("bursts", "--scaling", "1"), "1.0 is not in the range"),
    ],
)
def test_refused(run, words, message):
    shown = run(*words)
    assert shown.code == 2
    assert message in shown.err


@pytest.mark.parametrize(
    ("command", "ending"), [("trends", "tex"), ("breaks", "xlsx"), ("bursts", "doc.html")]
)
def test_formats(run, tmp_path, command, ending):
    names = {"tex": "latex", "doc.html": "word", "xlsx": "xlsx"}
    output = tmp_path / f"result.{ending}"
    of = ("--of", "themes", "--fewest", "40") if command == "bursts" else ("--theme", "e_records")
    shown = run(command, *of, "--format", names[ending], "-o", output)
    assert shown.code == 0
    assert output.stat().st_size > 500
