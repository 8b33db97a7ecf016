"""Conditions that choose a group of items, and ``cio-topics terms --compare``."""

from __future__ import annotations

import json

import pytest

from cio_topics.cli.groups import read_group
from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.terms.comparison import keyness

CORPUS = read_example()
AGENDA = CORPUS.agenda()
EARLY, LATE = "year=2002-2006", "year=2013-2018"
COMPARE = ("--compare", EARLY, LATE)


@pytest.mark.parametrize(
    ("condition", "column", "values"),
    [
        ("year=2004", "year", ["2004"]),
        ("year=2003-2005", "year", ["2003", "2004", "2005"]),  # with both ends
        ("fiscal_year=1990-2000", "fiscal_year", ["2000"]),  # wider than the corpus
        ("fiscal_year=2015-2015", "fiscal_year", ["2015"]),
        ("body=IT戦略本部", "body", ["IT戦略本部"]),
        ("administration=麻生内閣", "administration", ["麻生内閣"]),
        ("administration=unknown", "administration", ["unknown"]),  # a value like any other
    ],
)
def test_a_group_is_all_items_that_meet_the_condition(condition, column, values):
    chosen = read_group(CORPUS, condition)
    assert chosen["item_id"].tolist() == AGENDA["item_id"][AGENDA[column].isin(values)].tolist()
    assert sorted(set(chosen[column])) == values


def test_a_value_may_hold_an_equals_sign():
    with pytest.raises(SettingsError, match="no item has body 'a=b'"):
        read_group(CORPUS, "body=a=b")


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("2003", "--compare got '2003'; expected COLUMN=VALUE"),
        ("", "expected COLUMN=VALUE with a column of: year, fiscal_year"),
        ("=2003", "expected COLUMN=VALUE"),
        ("title=計画", "expected COLUMN=VALUE"),  # no column to group by
        ("year=", "no item has year ''"),
        ("year=1999", "no item has year '1999'; the corpus has: 2000, 2001"),
        ("year=1980-1990", "no item has year '1980-1990'"),
        ("year=2006-2002", "year '2006-2002' ends before it begins"),
        ("year=２００３", "no item has year"),
        ("body=2002-2006", "no item has body '2002-2006'"),  # ranges are of years only
        ("body=本部", "no item has body '本部'; the corpus has:"),  # not by a part of a name
        (
            "administration=織田内閣",
            "no item has administration '織田内閣'; the corpus has: 第1次小泉内閣",
        ),
    ],
)
def test_what_no_item_meets_is_refused(condition, message):
    with pytest.raises(SettingsError, match=message):
        read_group(CORPUS, condition)


def test_an_empty_corpus_has_no_value_to_offer():
    with pytest.raises(SettingsError, match="the corpus has: no item"):
        read_group(CORPUS.filter(since="2030-01-01"), "year=2003")


# --- compared at the terminal -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EARLY, LATE),
        ("year=2004", "fiscal_year=2015-2016"),
        ("body=IT戦略本部", "body=IT総合戦略本部"),
    ],
)
def test_compared_groups_are_those_asked_for(run, one, other):
    out = run("terms", "--compare", one, other, "--format", "jsonl").out
    shown = [json.loads(line) for line in out.splitlines()]
    expected = keyness(read_group(CORPUS, one), read_group(CORPUS, other))
    assert [row["term"] for row in shown] == expected["term"].tolist()
    assert [row["g2"] for row in shown] == pytest.approx(expected["g2"].tolist())


def test_a_printed_comparison_names_its_groups_and_warns(run):
    out = run("terms", *COMPARE, "--lang", "en", "--top", "3").out
    header, *lines = out.splitlines()
    assert header.split("  ")[0] == "term"
    assert [line.split()[1] for line in lines[:3]] == ["A", "A", "B"]
    assert "+4.46" in lines[0]
    assert f"A: {EARLY}, 50 items, 31 meetings." in out
    assert f"B: {LATE}, 70 items, 42 meetings." in out
    assert "of 34 terms: fewer than 5 expected" in out
    assert lines[-1].startswith("G2 takes occurrences as independent")


def test_a_group_of_one_meeting_is_told(run):
    day = AGENDA.groupby("body")["meeting_id"].nunique().eq(1).idxmax()
    out = run("terms", "--compare", f"body={day}", LATE, "--lang", "en", "--min-count", "1").out
    assert "A is one meeting: this tells nothing about a period or a body." in out


def test_too_high_a_count_is_told(run):
    shown = run("terms", *COMPARE, "--min-count", "999", "--lang", "en")
    assert shown.code == 0
    assert "No term occurs 999 times in both groups together" in shown.out
