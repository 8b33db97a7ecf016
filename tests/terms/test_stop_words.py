"""Stop words: the rule, the effects, the list. Titles are invented unless of the embedded corpus."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.intervals import wilson_interval
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.terms.stop_words import (
    MIN_BODIES,
    MIN_ITEMS,
    joint_effect,
    stop_word_candidates,
    stop_word_list,
)
from cio_topics.tokens import Tokenizer

EXAMPLE = read_example().agenda()
COLUMNS = [
    *("word", "n_items", "share", "share_low", "share_high", "n_bodies", "entropy"),
    *("chosen", "in_list", "n_terms_lost", "n_compounds_changed", "items_without_terms"),
    *("n_terms", "example"),
]


def invented(n_bodies: int = 6, n_each: int = 20) -> pd.DataFrame:
    """Every body discusses its own subject, in every second item its state."""
    subjects = ["港湾", "年金", "森林", "道路", "博物館", "漁業"]
    rows = [
        (f"甲{body}会議", subjects[body] + "の状況" * (nth % 2))
        for body in range(n_bodies)
        for nth in range(n_each)
    ]
    table = pd.DataFrame(rows, columns=["body", "title"])
    names = [f"a{n:03}" for n in range(len(table))]
    return table.assign(item_id=names, meeting_id=names)


def by_word(items: pd.DataFrame, **settings) -> pd.DataFrame:
    return stop_word_candidates(items, **settings).set_index("word")


def test_columns_and_order():
    table = stop_word_candidates(EXAMPLE)
    assert list(table.columns) == COLUMNS
    keys = list(zip(~table["chosen"], -table["n_items"], table["word"], strict=True))
    assert keys == sorted(keys)
    assert table["word"].is_unique


def test_the_rule_of_the_embedded_corpus():
    table = stop_word_candidates(EXAMPLE)
    chosen = table[table["chosen"]]
    assert chosen["word"].tolist() == [
        *("デジタル", "推進", "方針", "取組", "検討", "ため", "状況", "実現")
    ]
    assert chosen["in_list"].sum() == 1  # ため is in the list already


def test_a_word_of_all_bodies_is_chosen_and_a_subject_of_one_is_not():
    table = by_word(invented(), tokenizer=Tokenizer(stop_words=()))
    assert table.index[table["chosen"]].tolist() == ["状況"]
    columns = ["n_items", "n_bodies", "share", "entropy"]
    assert table.loc["状況", columns].tolist() == [60, 6, 0.5, 1.0]
    assert table.loc["港湾", columns].tolist() == [20, 1, pytest.approx(1 / 6), 0.0]


@pytest.mark.parametrize(("n_each", "n_words"), [(9, 1), (10, 7)])
def test_words_of_few_items_are_no_candidates(n_each, n_words):
    table = by_word(invented(n_each=n_each), tokenizer=Tokenizer(stop_words=()))
    assert len(table) == n_words  # subjects have n_each items, 状況 has half of all


def test_share_and_interval():
    table = stop_word_candidates(EXAMPLE)
    low, high = wilson_interval(table["n_items"], np.full(len(table), len(EXAMPLE)))
    np.testing.assert_allclose(table["share"], table["n_items"] / len(EXAMPLE))
    np.testing.assert_allclose(table[["share_low", "share_high"]].T, [low, high])


@pytest.mark.parametrize(
    ("settings", "n_chosen"),
    [
        ({"min_entropy": 1.0}, 5),
        ({"min_entropy": 0.0}, 29),  # every frequent word
        ({"min_share": 0.0, "min_entropy": 0.0}, 44),  # every word of MIN_ITEMS items
        ({"min_share": 1.0}, 0),
    ],
)
def test_thresholds(settings, n_chosen):
    table = stop_word_candidates(EXAMPLE, **settings)
    assert table["chosen"].sum() == n_chosen
    chosen = table[table["chosen"]]
    assert (chosen["n_items"] >= MIN_ITEMS).all()
    assert (chosen["entropy"] >= settings.get("min_entropy", 0.9)).all()
    assert (chosen["share"] >= settings.get("min_share", 0.04)).all()


def test_the_whole_list_is_there_also_words_that_no_title_has():
    table = by_word(EXAMPLE)
    listed = read_lexicon().stop_words
    assert set(table.index[table["in_list"]]) == set(listed)
    absent = table.loc["上記"]
    assert (absent["n_items"], absent["n_terms_lost"], absent["example"]) == (0, 0, "")
    assert np.isnan(absent["entropy"])


@pytest.mark.parametrize(
    "tokenizer",
    [
        Tokenizer(stop_words=("状況", "状況", "計画")),
        Tokenizer(lexicon=Lexicon(stop_words=("状況", "計画"))),
    ],
)
def test_the_current_list_is_the_tokenizers(tokenizer):
    table = by_word(invented(), tokenizer=tokenizer)
    assert table["in_list"].to_dict() == {"状況": True, "計画": True} | dict.fromkeys(
        ["港湾", "年金", "森林", "道路", "博物館", "漁業"], False
    )
    # Listed words are counted, although they are no terms.
    assert table.loc["状況", ["n_items", "chosen"]].tolist() == [60, True]


def by_hand(word: str, listed: tuple[str, ...], items: pd.DataFrame, **settings) -> list[int]:
    """Terms of the whole corpus, without and with the word in the list."""
    others = tuple(w for w in listed if w != word)
    both = [Tokenizer(stop_words=s, **settings) for s in (others, (*others, word))]
    had, has = ([Counter(one(title)) for title in items["title"]] for one in both)
    vocabularies = [set().union(*terms) for terms in (had, has)]
    return [
        sum((a - b).total() for a, b in zip(had, has, strict=True)),
        sum(bool(a) and not b for a, b in zip(had, has, strict=True)),
        len(vocabularies[1]) - len(vocabularies[0]),
    ]


@pytest.mark.parametrize(
    "settings",
    [{}, {"compounds": "long"}, {"compounds": "short", "core_only": False}, {"form": "surface"}],
    ids=str,
)
def test_effects_are_those_of_tokenizing_the_whole_corpus(settings):
    listed = read_lexicon().stop_words
    table = by_word(EXAMPLE, tokenizer=Tokenizer(**settings), min_share=0.06)
    for word in ("戦略", "情報", "取組", "今後"):  # not in the list, and in it
        row = table.loc[word, ["n_terms_lost", "items_without_terms", "n_terms"]]
        assert row.tolist() == by_hand(word, listed, EXAMPLE, **settings), word


def test_a_listed_word_of_one_character_is_counted():
    table = by_word(EXAMPLE, tokenizer=Tokenizer(stop_words=("国",)))  # 我が国, 国等, 国・民間
    assert table.loc["国", "n_items"] == 3


def test_a_stop_word_that_is_no_term_trims_compounds_all_the_same():
    table = by_word(EXAMPLE, tokenizer=Tokenizer(stop_words=("新",)))  # a prefix
    row = table.loc["新"]
    assert (row["n_items"], row["example"]) == (0, "新重点計画 → 重点計画")
    effects = row[["n_terms_lost", "items_without_terms", "n_terms"]].tolist()
    assert effects == by_hand("新", ("新",), EXAMPLE)


@pytest.mark.parametrize(
    ("titles", "word", "n_changed", "example"),
    [
        (["検討状況", "進捗状況", "検討状況の整理"], "状況", 3, "検討状況 → 検討"),  # most often
        (["検討状況", "進捗状況"], "状況", 2, "検討状況 → 検討"),  # then the first by its letters
        (["状況の整理"], "状況", 0, "状況 → -"),
        (["状況整理計画"], "整理", 0, "整理 → -"),  # in the middle: a part goes, the compound stays
        (["情報政策推進計画"], "計画", 1, "情報政策推進計画 → 情報政策推進"),
        (["各状況"], "状況", 0, "状況 → -"),  # 各 is never part of a compound
        (["状況状況"], "状況", 1, "状況状況 → -"),
        (["計画の整理"], "状況", 0, ""),
    ],
)
def test_changed_compounds_and_the_example(titles, word, n_changed, example):
    effect = joint_effect(
        pd.DataFrame({"title": titles}), [word], tokenizer=Tokenizer(stop_words=())
    )
    assert (effect.n_compounds_changed, effect.example) == (n_changed, example)


def test_words_together_do_more_than_each():
    items = pd.DataFrame({"title": ["検討状況", "防災の検討"]})
    plain = Tokenizer(stop_words=())
    alone = [joint_effect(items, [word], tokenizer=plain) for word in ("検討", "状況")]
    together = joint_effect(items, ["検討", "状況"], tokenizer=plain)
    assert [e.items_without_terms for e in (*alone, together)] == [0, 0, 1]
    assert together.n_terms == -3  # 検討状況, 検討, 状況
    assert together.n_terms_lost == 4


def test_items_that_had_no_terms_before_do_not_count():
    items = pd.DataFrame({"title": ["第2回", "状況"]})
    effect = joint_effect(items, ["状況"], tokenizer=Tokenizer(stop_words=()))
    assert effect.items_without_terms == 1


def test_listed_words_change_nothing_when_added():
    items = pd.DataFrame({"title": ["今後の計画"]})
    assert joint_effect(items, ["今後"]) == joint_effect(items, []) == (0, 0, 0, 0, "")
    assert joint_effect(items, ["今後", "計画"]).n_terms_lost == 1


def test_order_of_items_does_not_matter():
    turned = EXAMPLE.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(stop_word_candidates(turned), stop_word_candidates(EXAMPLE))


def test_the_index_of_the_items_does_not_matter():
    moved = EXAMPLE.set_axis(range(1000, 1000 + len(EXAMPLE)))
    pd.testing.assert_frame_equal(stop_word_candidates(moved), stop_word_candidates(EXAMPLE))


@pytest.mark.parametrize(
    ("items", "settings", "error", "message"),
    [
        (invented(1), {}, TooSmallError, "of 1 body; expected 5 or more"),
        (invented(MIN_BODIES - 1), {}, TooSmallError, "of 4 bodies; expected 5 or more"),
        (invented().iloc[:0], {}, TooSmallError, "of 0 bodies"),
        (invented().drop(columns="body"), {}, SettingsError, "the items lack body"),
        (
            invented(),
            {"min_share": 1.2},
            SettingsError,
            "min_share is 1.2; expected a number from 0",
        ),
        (invented(), {"min_entropy": -0.1}, SettingsError, "min_entropy is -0.1"),
        (invented(), {"min_entropy": float("nan")}, SettingsError, "min_entropy is nan"),
    ],
)
def test_refusals(items, settings, error, message):
    with pytest.raises(error, match=message):
        stop_word_candidates(items, **settings)


def test_the_list_keeps_what_the_rule_chose_and_what_was_listed():
    candidates = stop_word_candidates(EXAMPLE)
    table = stop_word_list(candidates)
    assert list(table.columns) == ["word", "keep", "reason", *COLUMNS[1:]]
    rows = table.set_index("word")[["keep", "reason"]].apply(tuple, axis=1)
    assert rows[["取組", "計画", "ため", "上記"]].tolist() == [
        ("yes", "rule"),
        ("no", "rule"),
        ("yes", "hand"),
        ("yes", "hand"),
    ]
    assert list(candidates.columns) == COLUMNS  # not altered
