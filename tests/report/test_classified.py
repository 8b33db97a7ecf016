"""Classified titles as a page. Rows are invented."""

import re

import pytest

from cio_topics.report.classified import render_classified

MADE = {"command": "cio-topics <classify>"}


def row(title="電子<b>", weights=((0, 2, 3.0), (2, 5, -1.0)), doubtful=()):
    parts = [
        {"kind": "term", "text": title[a:b], "spans": [(a, b)], "weight": w} for a, b, w in weights
    ]
    log_odds = 1.0 + sum(weight for *_, weight in weights)
    items = [{"item_id": "x1", "title": "甲<i>", "themes": "a", "similarity": 0.5, "weight": 1.5}]
    reason = {
        "theme": "a",
        "base": 1.0,
        "log_odds": log_odds,
        "parts": parts,
        "items": items,
        "texts": log_odds - 2.5,
        "rules": 0.0,
    }
    theme = {"theme": "a", "name": "甲&乙", "weight": 0.9}
    found = {"normalized": title, "themes": [theme], "reasons": [reason], "set": ["a", "b"]}
    return found | {"doubtful": list(doubtful), "body": "会<議>", "date": "2010"}


def test_everything_untrusted_is_escaped():
    page = render_classified([row()], MADE)
    body = page.split("</style>")[1]
    assert not re.search(r"<(b|i|議|classify)>", body.replace("<b>⚠", ""))
    assert "甲&amp;乙" in body
    assert "会&lt;議&gt;" in body


def test_characters_are_marked_by_what_they_add():
    page = render_classified([row()], MADE)
    assert '<span class="u4">電子</span>' in page
    assert '<span class="d1">&lt;b&gt;</span>' in page  # a ninth of a character's share, rounded


@pytest.mark.parametrize(
    ("lang", "words"), [("ja", ["人の確認が必要", "合計"]), ("en", ["A person should", "sum"])]
)
def test_both_languages(lang, words):
    page = render_classified([row(doubtful=["novel", "set"])], MADE, lang=lang)
    assert all(word in page for word in words)


def test_no_titles_no_reasons_and_a_cut():
    assert "題名がありません" in render_classified([], MADE)
    bare = {"normalized": "", "themes": [{"theme": "other", "name": "その他", "weight": 1.0}]}
    page = render_classified([bare | {"reasons": [], "doubtful": [], "set": []}], MADE, is_cut=True)
    assert "(文字のない題名)" in page
    assert "確率の十分なテーマがない" in page
    assert "ここまでの題名だけ" in page
