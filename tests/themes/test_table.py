"""The theme table loses no item and says where each theme came from. Its rows are invented."""

import pandas as pd
import pytest

from cio_topics.codebook import Codebook, Rule, Theme
from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import CioTopicsError, SettingsError
from cio_topics.periods import PERIODS
from cio_topics.themes import SOURCES, theme_table

A = Theme("a", "甲", "a", rules=(Rule("a1", any=("甲",)),))
B = Theme("b", "乙", "b", rules=(Rule("b1", any=("乙",)),))
REST = Theme("rest", "他", "rest")
BOOK = Codebook("1", "1", "試験", "invented", (A, B, REST), "rest")

MEETINGS = pd.DataFrame(
    {
        "meeting_id": ["m1", "m2"],
        "body": "試験会議",
        "date": ["2009-07-01", ""],
        "date_precision": ["day", "unknown"],
    }
)
ITEMS = pd.DataFrame(
    {
        "item_id": ["i3", "i1", "i2", "i4"],  # the order of the file, not of the ids
        "meeting_id": ["m1", "m2", "m1", "m2"],
        "title": ["甲乙", "甲", "ほか", "乙"],
    }
)


def corpus(labels: dict[str, str] | None = None) -> Corpus:
    tables = {"meetings": MEETINGS, "items": ITEMS}
    if labels:
        rows = pd.DataFrame({"item_id": list(labels), "themes": list(labels.values())})
        tables["theme_labels"] = rows
    return Corpus(tables)


def rows(labels: dict[str, str] | None, source: str) -> list[tuple]:
    table = theme_table(corpus(labels), BOOK, source=source)
    columns = ["item_id", "theme", "weight", "theme_source"]
    return list(table[columns].itertuples(index=False, name=None))


LABELS = {"i1": "b;a", "i2": "b"}
RULES = [("i3", "a", 0.8, "rules"), ("i3", "b", 0.8, "rules")]


@pytest.mark.parametrize(
    ("labels", "source", "expected"),
    [
        (
            LABELS,
            "coded+rules",
            [
                *RULES,
                ("i1", "b", 1.0, "coded"),  # coders' order is kept where weights are equal
                ("i1", "a", 1.0, "coded"),
                ("i2", "b", 1.0, "coded"),  # no rule would give b to it
                ("i4", "b", 0.8, "rules"),
            ],
        ),
        (
            LABELS,
            "coded",
            [("i1", "b", 1.0, "coded"), ("i1", "a", 1.0, "coded"), ("i2", "b", 1.0, "coded")],
        ),
        (
            LABELS,
            "rules",
            [
                *RULES,
                ("i1", "a", 0.8, "rules"),
                ("i2", "rest", 1.0, "rules"),
                ("i4", "b", 0.8, "rules"),
            ],
        ),
        (
            None,
            "coded+rules",
            [
                *RULES,
                ("i1", "a", 0.8, "rules"),
                ("i2", "rest", 1.0, "rules"),
                ("i4", "b", 0.8, "rules"),
            ],
        ),
        ({"i3": "rest"}, "coded", [("i3", "rest", 1.0, "coded")]),
    ],
)
def test_by_hand(labels, source, expected):
    assert rows(labels, source) == expected


def test_what_dates_and_places_an_item_stands_in_each_row():
    table = theme_table(corpus(LABELS), BOOK)
    assert list(table) == [
        *("item_id", "theme", "weight", "theme_source", "meeting_id", "date", "date_precision"),
        *("body", "format", *PERIODS),
    ]
    first, last = table.iloc[0], table.iloc[-1]
    assert (first["year"], first["government"], first["format"]) == ("2009", "ldp_led", "unknown")
    assert (last["meeting_id"], last["year"], last["fiscal_year"]) == ("m2", "unknown", "unknown")
    assert list(table.index) == list(range(len(table)))


def test_labels_are_for_the_codebook_they_were_made_with():
    with pytest.raises(SettingsError, match=r"label 1 has the unknown theme 'c'.*a, b, rest"):
        theme_table(corpus({"i1": "c"}), BOOK, source="coded")
    with pytest.raises(SettingsError, match="unknown theme 'c'"):
        theme_table(corpus({"i1": "c"}), BOOK)


def test_coded_themes_need_labels():
    with pytest.raises(SettingsError, match="no item of this corpus is coded"):
        theme_table(corpus(), BOOK, source="coded")


def test_an_unknown_source():
    with pytest.raises(SettingsError, match=r"unknown source 'hand'; .*coded\+rules, coded, rules"):
        theme_table(corpus(), BOOK, source="hand")


def test_a_corpus_without_items_gives_no_rows():
    empty = Corpus({"meetings": MEETINGS, "items": ITEMS[:0]})
    assert theme_table(empty, BOOK).empty


@pytest.mark.parametrize("source", SOURCES)
def test_no_item_is_lost_and_none_is_new(source):
    """Law, on the embedded corpus: each item has at least one row, in the items' order."""
    whole = read_example()
    table = theme_table(whole, source=source)
    coded = set(whole.theme_labels["item_id"])
    ids = [i for i in whole.items["item_id"] if source != "coded" or i in coded]
    assert list(table["item_id"].unique()) == ids
    assert not table.duplicated(["item_id", "theme"]).any()
    assert table["weight"].between(0, 1).all()
    assert (table["theme"] != "").all()
    alone = table.groupby("item_id")["theme"].agg(set)
    assert (alone[alone.map(lambda themes: "other" in themes)].map(len) == 1).all()
    falling = table.groupby("item_id", sort=False)["weight"].agg(
        lambda w: w.is_monotonic_decreasing
    )
    assert falling.all()


def test_coded_items_keep_exactly_what_the_coders_gave():
    whole = read_example()
    table = theme_table(whole)
    coded = table[table["theme_source"] == "coded"].groupby("item_id")["theme"].agg(set)
    labels = whole.theme_labels.set_index("item_id")["themes"].str.split(";").map(set)
    assert coded.to_dict() == labels.to_dict()


def test_the_corpus_is_left_as_it_was():
    whole = corpus(LABELS)
    before = whole.hash
    table = theme_table(whole, BOOK)
    table.loc[:, "item_id"] = "x"
    assert Corpus(whole.tables).hash == before


def test_a_codebook_without_fallback_loses_no_item():
    """Either the table keeps the item or the codebook is refused: a denominator must not shrink."""
    no_fallback = Codebook("1", "1", "試験", "invented", (A, B))
    try:
        table = theme_table(corpus(), no_fallback)
    except CioTopicsError:
        return
    assert set(table["item_id"]) == set(ITEMS["item_id"])


@pytest.mark.parametrize("themes", ["a;a", "a;"])
def test_a_coded_theme_counts_once(themes):
    assert rows({"i1": themes}, "coded") == [("i1", "a", 1.0, "coded")]


def test_a_coded_fallback_stands_alone():
    with pytest.raises(SettingsError):
        theme_table(corpus({"i1": "a;rest"}), BOOK)
