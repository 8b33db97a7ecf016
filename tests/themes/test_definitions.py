"""Texts of a codebook; the second set of rules goes with the embedded themes alone."""

import dataclasses

import pytest

from cio_topics.codebook import Codebook, Theme, match_items, read_codebook
from cio_topics.themes.definitions import definition_texts, read_definition_rules

EMBEDDED = read_codebook()


def test_every_theme_but_the_fallback_has_texts():
    texts = definition_texts(EMBEDDED)
    assert set(texts["theme"]) == set(EMBEDDED.ids) - {EMBEDDED.fallback}
    assert (texts["title"] == texts["title"].str.strip()).all()
    assert (texts["title"] != "").all()


def test_names_definitions_and_examples_by_hand(book):
    theme = dataclasses.replace(book.themes[0], include="花壇、 並木;(街路樹)。")
    texts = definition_texts(dataclasses.replace(book, themes=(theme, *book.themes[1:])))
    of_theme = texts.loc[texts["theme"] == "plants", "title"].tolist()
    assert of_theme == ["植物", "花と木", "花壇", "並木", "街路樹"]


@pytest.mark.parametrize("theme", [Theme("a", "", ""), Theme("a", " ", "", " ", include="、;")])
def test_themes_without_words_have_no_texts(theme):
    texts = definition_texts(Codebook("1", "1", "試験", "invented", (theme,)))
    assert texts.columns.tolist() == ["title", "theme"]
    assert texts.empty


@pytest.mark.parametrize(
    ("codebook", "has_rules"),
    [
        (EMBEDDED, True),
        (dataclasses.replace(EMBEDDED, rules_version="own"), True),  # the themes are the same
        (dataclasses.replace(EMBEDDED, version="own"), False),  # they may mean something else
        (dataclasses.replace(EMBEDDED, themes=EMBEDDED.themes[1:], fallback=""), False),
        (dataclasses.replace(EMBEDDED, themes=EMBEDDED.themes[::-1]), False),  # other columns
    ],
)
def test_definition_rules_go_with_the_embedded_themes_alone(codebook, has_rules):
    rules = read_definition_rules(codebook)
    assert (rules is not None) is has_rules
    if rules is not None:
        assert rules.ids == codebook.ids


def test_definition_rules_are_other_rules_that_find_much(fitted):
    rules = read_definition_rules(EMBEDDED)
    assert [t.rules for t in rules.themes] != [t.rules for t in EMBEDDED.themes]
    hits = match_items(fitted.items, rules)
    column = {theme: place for place, theme in enumerate(rules.ids)}
    right = [fitted.labels[hit.row, column[hit.theme]] for hit in hits]
    assert len(right) > 50
    assert sum(right) / len(right) > 0.5  # far above chance: items have 1.2 of 15 themes
