"""Ids of keys: stable, never the same, and keys come back from them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import Theme
from cio_topics.codebook.dictionaries.paths import path_name, theme_ids, theme_paths

keys = st.text("aB1_- +/電子", min_size=1, max_size=4).map(lambda t: " ".join(t.split()) or "x")
paths = st.lists(st.lists(keys, min_size=1, max_size=3).map(tuple), min_size=1, unique=True)


@given(paths)
def test_ids_are_ids_all_different_and_do_not_depend_on_the_order(found):
    ids = theme_ids(found)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9_-]+", name) for name in ids)
    backwards = theme_ids(found[::-1])
    assert dict(zip(found, ids, strict=True)) == dict(zip(found[::-1], backwards, strict=True))


@given(paths, st.booleans())
def test_keys_of_themes_give_their_ids_again(found, nest):
    themes = [
        Theme(name, path_name(path), path_name(path))
        for name, path in zip(theme_ids(found), found, strict=True)
    ]
    written = theme_paths(themes, nest=nest)
    assert len(set(written)) == len(written)
    assert theme_ids(written) == [theme.id for theme in themes]


@given(
    st.lists(st.tuples(st.text("ab_-1", min_size=1), keys, st.booleans()), unique_by=lambda t: t[0])
)
def test_themes_of_any_names_keep_their_ids(found):
    themes = [Theme(name, key, key if same else "") for name, key, same in found]
    assert theme_ids(theme_paths(themes, nest=True)) == [theme.id for theme in themes]


def test_examples():
    found = [("Economy", "+ State"), ("Economy", "- State"), ("a", "b"), ("a_b",), ("電子",)]
    ids = theme_ids(found)
    assert ids[1] == "Economy_-_State"
    assert ids[0] == "Economy_State"
    assert ids[3] == "a_b"  # a key that is an id is its own
    assert re.fullmatch("a_b_[0-9a-f]{6}", ids[2])
    assert re.fullmatch("theme_[0-9a-f]{6}", ids[4])


def test_a_key_with_patterns_of_its_own_has_no_keys_below_it_unless_it_can():
    themes = [Theme("a", "a", "a"), Theme("a_b", "a / b", "a / b")]
    assert theme_paths(themes, nest=True) == [("a",), ("a", "b")]
    assert theme_paths(themes, nest=False) == [("a",), ("a_b",)]
