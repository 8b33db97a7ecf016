"""Explained titles as a page: complete, escaped, silent. Titles here are invented."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from cio_topics.report.explained import render_explained
from cio_topics.tokens import Tokenizer
from cio_topics.tokens.explain import explain
from tests.report.test_ingested import QUOTES, SCRIPT, Seen
from tests.report.watched import Watched

TITLE = "資料1 各電子行政計画におけるゔぇにゅ及び e-Japan の個人番号カード2枚(案)"
HOSTILE = [f"計画{SCRIPT}", QUOTES, "{{ 7 * 7 }}", "javascript:alert(1)"]


def rendered(*titles: str, lang: str = "ja", is_cut: bool = False, **settings) -> str:
    tokenizer = Tokenizer(**settings)
    manifest = {
        "command": f"cio-topics tokens {titles}",
        "dictionary": "unidic-lite",
        "tokenizer": tokenizer.settings(),
    }
    rows = [(title, explain(title, tokenizer)) for title in titles]
    return render_explained(rows, manifest, lang=lang, is_cut=is_cut)


def shown(page: str) -> str:
    """Return the texts of a page, lines joined."""
    return " ".join(Seen(page).text.split())


def test_hostile_titles_are_shown_and_do_nothing():
    page = rendered(*HOSTILE)
    seen = Seen(page)
    assert {tag for tag, _ in seen.tags} & {"script", "img", "iframe", "a", "form"} == set()
    assert not [a for _, attributes in seen.tags for a in attributes if a.startswith("on")]
    for title in HOSTILE:
        assert seen.text.count(title) >= 1
    assert "49" not in seen.text


def test_the_page_asks_for_nothing():
    page = rendered(TITLE)
    seen = Seen(page)
    (policy,) = [
        a["content"] for t, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not [a for tag, a in seen.tags if "src" in a]
    assert [a["href"] for tag, a in seen.tags if tag == "link"] == ["data:,"]
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("compounds", ["both", "long", "short"])
def test_every_row_stands_there_with_its_term_or_reason(lang, compounds):
    page = rendered(TITLE, lang=lang, compounds=compounds)
    boxes = page[page.index('<ol class="words">') : page.index("<details>")]
    rows = explain(TITLE, Tokenizer(compounds=compounds))
    units = [row for row in rows if row.source != "compound"]
    assert re.findall(r'class="surface">(.*?)<', boxes) == [row.surface for row in units]
    assert boxes.count("✓") == sum(bool(row.term) for row in rows)
    told = shown(boxes)
    for row in rows:
        assert row.term in told
        assert (row.reason_ja if lang == "ja" else row.reason) in told
    assert len(re.findall(r'class="units compound"', boxes)) == len(rows) - len(units)
    assert page.count('<td class="form">') == len(rows)


def test_what_colour_tells_is_told_in_words_and_by_a_sign():
    page = rendered(TITLE)
    for source, words in (
        ("lexicon", "◆ 用語集"),
        ("latin", "▲ 英字"),
        ("unknown", "? 未知語"),
    ):
        boxes = re.findall(rf'<li class="unit {source} .*?</li>', page, re.S)
        assert boxes
        assert all(words in box for box in boxes)
    dictionary = re.findall(r'<li class="unit dictionary .*?</li>', page, re.S)
    assert not [box for box in dictionary if 'class="tag"' in box]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ja", ["題名から語へ", "資料番号「資料1」", "数の後の助数詞", "対象の品詞"]),
        ("en", ["From titles to terms", "label 資料1", "counter after a number", "Made with"]),
    ],
)
def test_the_page_is_in_one_language(lang, words):
    page = rendered(TITLE, lang=lang, is_cut=True)
    assert Seen(page).tags[0] == ("html", {"lang": lang, "data-lang": lang})
    for text in words:
        assert text in shown(page)
    assert ("From titles" in page) == (lang == "en")


def test_titles_without_characters_and_no_titles():
    assert "(文字のない題名)" in rendered("")
    assert "<details>" not in rendered("")
    assert "題名がありません。" in rendered()


# --- in a browser ---------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_nothing_runs_and_nothing_is_cut_off(browser, tmp_path, width):
    file = tmp_path / "page.html"
    long = "電子行政" * 40 + "a" * 200
    file.write_text(rendered(TITLE, *HOSTILE, long), "utf-8")
    watched = Watched(browser, file.as_uri())
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    assert page.locator("h1").inner_text() == "題名から語へ"
    for details in page.locator("details").all():
        assert not details.locator("table").is_visible()
        details.locator("summary").click()
        assert details.locator("table").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    outside = page.evaluate(
        "[...document.querySelectorAll('.unit, .caption, h2')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth)"
        ".map(e => e.textContent)"
    )
    assert outside == []
    watched.check_silent()
    page.close()


@pytest.mark.browser
def test_in_a_browser_terms_and_compounds_look_their_part(browser, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(rendered(TITLE), "utf-8")
    watched = Watched(browser, file.as_uri())
    page = watched.page

    def style(selector: str, name: str) -> str:
        return page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}")

    assert style(".word .unit.term", "borderTopStyle") == "solid"
    assert style(".word .unit.none", "borderTopStyle") == "dashed"
    assert style(".word .compound", "borderBottomStyle") == "solid"
    assert style(".word .lexicon", "backgroundColor") != style(
        ".word .term.dictionary", "backgroundColor"
    )
    # Boxes stand in the order of the title.
    places = page.locator(".word .unit").evaluate_all(
        "boxes => boxes.map(b => b.getBoundingClientRect()).map(r => [r.bottom, r.left])"
    )
    for (bottom, left), (next_bottom, next_left) in pairwise(places):
        assert next_left > left or next_bottom > bottom
    watched.check_silent()
    page.close()
