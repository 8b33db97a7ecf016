"""Every item has one period; periods without items keep their place."""

import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.periods import GROUPINGS
from cio_topics.topics.dynamic import as_periods, item_periods
from tests.topics.dynamic.agendas import AGENDA, make_agenda

CASES = {  # by: (periods of the items, all periods)
    "year": (
        ["2009", "2009", "2009", "2011", "unknown"],
        ["2009", "2010", "2011", "unknown"],  # 2010 has no item
    ),
    "fiscal_year": (["2009", "2009", "2009", "unknown", "unknown"], ["2009", "unknown"]),
    "administration": (
        ["麻生内閣", "麻生内閣", "鳩山由紀夫内閣", "unknown", "unknown"],
        ["麻生内閣", "鳩山由紀夫内閣", "unknown"],
    ),
    "government": (
        ["ldp_led", "ldp_led", "democratic_led", "democratic_led", "unknown"],
        ["ldp_led", "democratic_led", "unknown"],
    ),
    "body": (["試験会議"] * 5, ["試験会議"]),
}


@pytest.mark.parametrize("by", CASES)
def test_by_hand(by):
    table = item_periods(pd.Index(AGENDA["item_id"]), AGENDA, period=by)
    periods, every = CASES[by]
    assert table["period"].tolist() == periods
    assert table["period"].cat.categories.tolist() == every
    assert table["meeting_id"].tolist() == ["m1", "m1", "m2", "m3", "m4"]


def test_rows_follow_the_items_not_the_agenda():
    table = item_periods(pd.Index(["i4", "i1"]), AGENDA)
    assert table.index.tolist() == ["i4", "i1"]
    assert table["period"].tolist() == ["2011", "2009"]
    assert table["period"].cat.categories.tolist() == ["2009", "2010", "2011"]


@pytest.mark.parametrize("by", GROUPINGS)
def test_the_corpus_says_the_same(by):
    corpus = read_example()
    agenda = corpus.agenda()
    table = item_periods(
        pd.Index(agenda["item_id"]), agenda, period=by, administrations=corpus.administrations
    )
    assert table["period"].astype(str).tolist() == agenda[by].tolist()


def test_administrations_of_ones_own():
    own = pd.DataFrame(
        {
            "administration": ["甲内閣", "乙内閣"],
            "prime_minister": ["甲", "乙"],
            "government": ["ldp_led", "ldp_led"],
            "start": ["2009-01-01", "2009-08-01"],
            "end": ["2009-08-01", "2012-01-01"],
        }
    )
    items = pd.Index(["i1", "i3", "i4"])
    table = item_periods(items, AGENDA, period="administration", administrations=own)
    assert table["period"].tolist() == ["甲内閣", "乙内閣", "乙内閣"]


@pytest.mark.parametrize(
    ("items", "agenda", "by", "match"),
    [
        (["i1"], AGENDA, "decade", "unknown period 'decade'; expected one of: year"),
        (["i1", "i9", "i8"], AGENDA, "year", "lacks 2 items of the weights, such as 'i9'"),
        (["i1", "i1"], AGENDA, "year", "'i1' stands twice in the weights"),
        (["i1"], make_agenda([("i1", "m1", "2009")] * 2), "year", "'i1' stands twice in the age"),
        (["i1"], AGENDA.drop(columns="body"), "body", "no column body; found: item_id"),
    ],
)
def test_refusals(items, agenda, by, match):
    with pytest.raises(SettingsError, match=match):
        item_periods(pd.Index(items), agenda, period=by)


@pytest.mark.parametrize(
    ("given", "categories"),
    [
        (["b", "unknown", "a"], ["a", "b", "unknown"]),
        (pd.Series(["b", "unknown", "a"], index=[9, 8, 7]), ["a", "b", "unknown"]),
        # A categorical keeps its order and what has no item; unknown goes last.
        (
            pd.Categorical(["b", "unknown", "a"], ["b", "unknown", "c", "a"]),
            ["b", "c", "a", "unknown"],
        ),
        ([2005, "unknown", 2004], ["2004", "2005", "unknown"]),
    ],
)
def test_as_periods(given, categories):
    periods = as_periods(given, 3)
    assert periods.categories.tolist() == categories
    assert periods.tolist() == [str(label) for label in pd.Series(given)]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (["a", None, "b"], "an item has no period; write 'unknown'"),
        (["a", "b"], "2 periods were given for 3 items"),
    ],
)
def test_as_periods_refuses(given, match):
    with pytest.raises(SettingsError, match=match):
        as_periods(given, 3)
