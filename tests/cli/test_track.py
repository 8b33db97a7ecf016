"""``track``: units, countings, intervals, own periods, and what the notes say of them."""

from __future__ import annotations

import csv
import io
import json

import pytest


def rows_of(shown):
    return list(csv.DictReader(io.StringIO(shown.out)))


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (("--interval", "jeffreys"), ("95% interval (Jeffreys)",)),
        (("--interval", "bca"), ("(bootstrap of meetings, BCa)",)),
        (("--level", "0.9"), ("90% interval (Wilson)",)),
        (
            ("--simultaneous",),
            ("Clopper-Pearson with the effective", "The 30 intervals of known periods hold"),
        ),
        (("--unit", "meetings"), ("(meetings)\n", "Democratic-led (n=15)", "at least one item")),
        (("--counting", "fractional"), ("An item is split among its themes",)),
        # two governments are too few to pool: said, and what stands there instead
        (("--interval", "pooled"), ("fewer than 3 periods with items): Wilson with",)),
        (("--interval", "bootstrap", "--by", "year"), ("[–]: too few meetings", "2000: 1 meeting")),
        (("--interval", "bca", "--by", "fiscal_year"), ("interval (FY2016: 1 meeting",)),
    ],
)
def test_notes_say_what_was_done(run, words, pieces):
    by = () if "--by" in words else ("--by", "government")
    shown = run("track", *by, *words, "--lang", "en")
    assert shown.code == 0
    assert "In all 307 items of 163 meetings." in shown.out
    assert "16 " in shown.out or "5 " in shown.out  # unknown dates, counted
    for piece in pieces:
        assert piece in shown.out


def test_pooled_shares_stand_beside_the_shares(run):
    shown = run("track", "--interval", "pooled", "--lang", "en", "--theme", "security")
    assert "partially pooled" in shown.out
    assert " → " in shown.out
    assert "drawn towards the theme's mean" in shown.out


def test_own_periods_and_themes(run):
    words = ("--period", "old=2000..2009-09-15", "--period", "new=2009-09-16..", "--theme", "other")
    rows = rows_of(run("track", *words, "--format", "csv"))
    assert [row["period"] for row in rows][:2] == ["old", "new"]
    assert {row["theme"] for row in rows} == {"other"}


def test_every_setting_stands_in_the_manifest(run):
    words = ("--interval", "bca", "--level", "0.8", "--unit", "meetings", "--by", "government")
    shown = json.loads(run("track", *words, "--seed", "3", "--format", "json").out)
    chosen = shown["manifest"]["settings"]
    expected = {"interval": "bca", "level": 0.8, "unit": "meetings", "by": "government", "seed": 3}
    assert {key: chosen[key] for key in expected} == expected
    assert {row["level"] for row in shown["rows"]} == {0.8}


def test_word(run, tmp_path):
    file = tmp_path / "shares.doc.html"
    assert run("track", "--by", "government", "--format", "word", "-o", file).code == 0
    page = file.read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "期間ごとのテーマの割合(項目)" in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--simultaneous", "--interval", "bca"), "expected one of: clustered, jeffreys"),
        (("--level", "95"), "level is 95"),
        (("--theme", "nothing"), "unknown theme 'nothing'; expected some of: egov_plan"),
        (("--unit", "handouts"), "no handout is tied"),
        (
            ("--crosswalk", "cap", "--theme", "cap_3"),
            "no theme leads to the code 'cap_3'; expected",
        ),
        (("--unit", "meetings", "--counting", "fractional"), "meetings cannot be split"),
        (("--period", "a=2010..2012", "--period", "b=2012..2014"), "'a' and 'b' overlap"),
    ],
)
def test_refusals(run, words, message):
    shown = run("track", *words)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err
