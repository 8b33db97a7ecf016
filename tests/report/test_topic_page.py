"""The map of topics as a page: complete, safe, the same on every run."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import Corpus, read_example
from cio_topics.manifest import make_manifest
from cio_topics.report import write_report
from cio_topics.report.page import script_hash, template_text
from cio_topics.report.topic_page import render_topic_map
from tests.report.test_topic_map import found

MANIFEST = make_manifest(
    read_example(), read_codebook(), command="cio-topics topics --map m.html", settings={}
)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&{{ 7*7 }}"


def hostile_found() -> dict:
    # Invented topics whose every text is an attack.
    given = found([[3, 2, 0, 1], [0, 1, 4, 1]], [0.4, 0.6], [HOSTILE, "語", f"'{HOSTILE}", "項"])
    given["measures"]["name"] = [HOSTILE, "二"]
    given["top_items"]["title"] = HOSTILE
    given["top_items"]["item_id"] = HOSTILE
    return given


def hostile_topics_corpus() -> Corpus:
    # Invented titles, enough of them for topics.
    titles = [
        "<script>alert(1)</script>電子政府構築計画",
        '"><img src=x onerror=alert(2)>個人番号制度',
    ]
    titles += ["</script>統計の最適化", "{{ 7*7 }}公開鍵基盤"]
    n = 48
    items = pd.DataFrame(
        {
            "item_id": [f"a{i}" for i in range(n)],
            "meeting_id": [f"m{i % 24}" for i in range(n)],
            "title": [titles[i % 4] for i in range(n)],
        }
    )
    meetings = pd.DataFrame(
        {
            "meeting_id": [f"m{i}" for i in range(24)],
            "body": "試験会議",
            "date": [f"{2001 + i % 12}-04-01" for i in range(24)],
            "date_precision": "day",
        }
    )
    return Corpus({"meetings": meetings, "items": items})


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def count(self, name: str) -> int:
        return sum(tag == name for tag, _ in self.tags)


def data_of(page: str) -> dict:
    return json.loads(re.search(r'id="map-data">(.*?)</script>', page, re.DOTALL)[1])


def test_hostile_texts_stay_text():
    page = render_topic_map(hostile_found(), MANIFEST)
    tags = Tags(page)
    assert tags.count("script") == 2  # the data and the page's own
    assert tags.count("img") == 0
    assert not any("onerror" in attributes for _, attributes in tags.tags)
    assert "{{ 7*7 }}" in page
    assert HOSTILE in data_of(page)["terms"]


def test_the_policy_allows_the_pages_script_and_no_request():
    page = render_topic_map(hostile_found(), MANIFEST)
    (policy,) = [
        attributes["content"]
        for tag, attributes in Tags(page).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert f"script-src '{script_hash(template_text('topic_map.js'))}';" in policy
    for tag, attributes in Tags(page).tags:
        assert "src" not in attributes, tag
        assert attributes.get("href", "data:,") == "data:,", tag


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_everything_is_there_without_script(lang):
    given = found([[5, 3, 1, 0], [0, 1, 2, 6], [1, 1, 1, 1]])
    page = render_topic_map(given, MANIFEST, lang)
    tags = Tags(page)
    assert f'<html lang="{lang}"' in page
    assert tags.count("circle") == 3
    assert sum(attributes.get("type") == "radio" for _, attributes in tags.tags) == 3
    table = page[page.index('<details id="map-table">') :]
    for term in given["vocabulary"]["term"]:
        assert term in table
    assert "cio-topics topics --map m.html" in page
    assert MANIFEST["corpus"]["sha256"] in page


def test_same_input_same_bytes():
    assert render_topic_map(hostile_found(), MANIFEST) == render_topic_map(
        hostile_found(), MANIFEST
    )


def test_a_report_of_hostile_titles_with_topics(tmp_path):
    page = write_report(hostile_topics_corpus(), read_codebook(), tmp_path / "out")
    text = page.read_text("utf-8")
    tags = Tags(text)
    assert tags.count("script") == 4  # the items, the map, and the page's two
    assert tags.count("img") == 0
    assert not any("onerror" in attributes for _, attributes in tags.tags)
    section = text[text.index('<section id="topics">') : text.index('<section id="quality">')]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;電子政府構築計画" in section
    for name in ("topics_by_year.svg", "topics_by_year.png"):
        assert (page.parent / "figures" / name).stat().st_size > 1000
