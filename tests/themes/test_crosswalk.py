"""Crossed themes lose no item and count none twice. Small tables are invented."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Crosswalk, Link, Theme, read_crosswalk
from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.themes import cross_themes, theme_table
from cio_topics.tracking import theme_shares

A, B, C = (Theme(i, i, i) for i in "abc")
X, Y, NONE = (Theme(i, i, i) for i in ("x", "y", "none"))
SOURCE = Codebook("1", "1", "試験", "invented", (A, B, C))
TARGET = Codebook("1", "1", "試験", "invented", (X, Y, NONE), "none")
LINKS = (
    Link("a", "x", "coarse"),
    Link("b", "x", "partial", 0.6),
    Link("b", "y", "partial", 0.4),
    Link("c", "none", "exact"),
)
CROSSWALK = Crosswalk("1", SOURCE, TARGET, "1", "1", LINKS)


def table(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item_id", "theme", "weight"]).assign(year="2009")


def crossed(*rows: tuple[str, str, float], secondary: bool = False) -> list[tuple]:
    made = cross_themes(table(*rows), CROSSWALK, secondary=secondary)
    return list(made[["item_id", "theme", "weight"]].itertuples(index=False, name=None))


def test_an_item_with_two_themes_of_one_code_counts_once_with_the_greater_weight():
    assert crossed(("i", "b", 1.0), ("i", "a", 0.8)) == [("i", "x", 0.8)]
    assert crossed(("i", "b", 1.0), ("i", "a", 0.5)) == [("i", "x", 0.6)]


def test_secondary_links_are_followed_only_if_asked():
    assert crossed(("i", "b", 1.0)) == [("i", "x", 0.6)]
    assert crossed(("i", "b", 1.0), secondary=True) == [("i", "x", 0.6), ("i", "y", 0.4)]


def test_the_fallback_stands_alone():
    assert crossed(("i", "c", 1.0)) == [("i", "none", 1.0)]
    assert crossed(("i", "c", 1.0), ("i", "a", 0.2)) == [("i", "x", 0.2)]


def test_a_theme_without_links_is_refused():
    with pytest.raises(SettingsError, match="theme 'd', for which the crosswalk has no link"):
        crossed(("i", "d", 1.0))


@given(
    st.lists(
        st.tuples(st.sampled_from("ijkl"), st.sampled_from("abc"), st.sampled_from((0.5, 1.0))),
        min_size=1,
        unique_by=lambda row: row[:2],
    ),
    st.booleans(),
)
def test_every_item_is_kept_in_its_place_and_has_a_theme_once(rows, secondary):
    given_table = table(*rows)
    before = given_table.copy()
    made = cross_themes(given_table, CROSSWALK, secondary=secondary)
    assert list(made["item_id"].unique()) == list(given_table["item_id"].unique())
    assert not made.duplicated(["item_id", "theme"]).any()
    assert made["weight"].between(0, 1).all()
    assert list(made.columns) == list(given_table.columns)
    pd.testing.assert_frame_equal(given_table, before)


@pytest.mark.parametrize("secondary", [False, True])
def test_shares_of_the_embedded_corpus_keep_their_denominator(secondary):
    corpus, crosswalk = read_example(), read_crosswalk()
    themes = theme_table(corpus)
    made = cross_themes(themes, crosswalk, secondary=secondary)
    assert made["item_id"].nunique() == len(corpus)
    assert set(made["theme"]) == set(crosswalk.reached(secondary=secondary))
    shares = theme_shares(made, "year", themes=crosswalk.reached(secondary=secondary))
    own = theme_shares(themes, "year")
    sizes = [s.drop_duplicates("period").set_index("period")["n_items"] for s in (shares, own)]
    pd.testing.assert_series_equal(*sizes)
    assert (shares["n"] <= shares["n_items"]).all()
    # an item is technology if one of its themes leads there, counted here by hand
    ends = {theme: crosswalk.primary(theme).to for theme in crosswalk.source.ids}
    by_hand = themes[themes["theme"].map(ends) == "cap_17"]["item_id"].nunique()
    n = shares.loc[shares["theme"] == "cap_17", "n"].sum()
    assert (n == by_hand) if not secondary else (n > by_hand)


def test_all_codes_can_be_asked_for():
    crosswalk = read_crosswalk()
    made = cross_themes(theme_table(read_example()), crosswalk)
    assert set(theme_shares(made)["theme"]) == set(crosswalk.target.ids)
