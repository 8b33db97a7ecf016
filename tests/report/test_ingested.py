"""The account of an ingestion as JSON and as a page: complete, escaped, silent."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from cio_topics.corpus import Corpus, read_corpus
from cio_topics.errors import OutputError
from cio_topics.ingest import Ingested
from cio_topics.report.ingested import (
    account_of,
    account_of_nothing,
    render_account,
    write_ingested,
)
from tests.report.watched import Watched

# Invented, and hostile.
SCRIPT = "<script>alert('題')</script>"
QUOTES = "\"'><img src=x onerror=alert(1)>"


def file(name: str, outcome: str = "read", **fields) -> dict:
    base = {"file": name, "address": "", "outcome": outcome, "reason": "", "sha256": "", "bytes": 9}
    if outcome == "read":
        base |= {"medium": "html", "charset": "utf-8", "parser": "page", "title": name}
        base |= {"meetings": 1, "items": 2, "ceremonies": 1, "handouts": 1, "decision": False}
        base |= {"remarks": [], "unread": [], "read": [sample()]}
    return base | fields


def sample(**fields) -> dict:
    meeting = {"body": "試験会議", "number": 3, "date": "2009-07-01", "date_precision": "day"}
    meeting |= {
        "format": "in_person",
        "start": "10:00",
        "end": "11:00",
        "place": "本館",
        "note": "",
    }
    return meeting | {"items": ["1. 電子政府の計画"], "handouts": ["資料1 計画"]} | fields


HOSTILE = [
    file(SCRIPT, address="javascript:alert(1)", read=[sample(body=SCRIPT, place=QUOTES, items=[SCRIPT, QUOTES], handouts=[QUOTES])]),
    file("a.html", address='https://council.example.jp/" onmouseover="alert(1)'),
    file("b.html", address="JAVASCRIPT:alert(1)"),
    file("c.html", address="data:text/html,<script>alert(1)</script>"),
    file("d.html", address=" https://council.example.jp/"),
    file("e.html", remarks=[SCRIPT], unread=[{"reason": QUOTES, "lines": 5, "sample": [SCRIPT]}]),
    file("f.html", "not understood", reason=SCRIPT, unread=[{"reason": "x", "lines": 1, "sample": [QUOTES]}]),
    file("{{ 7 * 7 }}{% raw %}", "left out", reason=QUOTES),
]  # fmt: skip


def ingested(files: list[dict], remarks: tuple[str, ...] = (), **tables: pd.DataFrame) -> Ingested:
    meetings = pd.DataFrame(
        {
            "meeting_id": ["m1"],
            "body": ["試験会議"],
            "date": ["2009-07-01"],
            "date_precision": ["day"],
        }
    )
    items = pd.DataFrame(
        {
            "item_id": ["a1", "a2"],
            "meeting_id": ["m1", "m1"],
            "title": ["計画", "開会"],
            "kind": ["agenda", "ceremony"],
        }
    )
    totals: dict[str, int] = {}
    for one in files:
        totals[one["outcome"]] = totals.get(one["outcome"], 0) + 1
    return Ingested(Corpus({"meetings": meetings, "items": items} | tables), files, totals, remarks)


def rendered(files: list[dict], remarks: tuple[str, ...] = (), **options) -> str:
    options = {"command": "cio-topics ingest pages", "settings": {"source_kind": ""}} | options
    return render_account(account_of(ingested(files, remarks), **options))


class Seen(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_hostile_texts_are_shown_and_do_nothing():
    page = rendered(HOSTILE, (SCRIPT, QUOTES), command=SCRIPT, settings={QUOTES: SCRIPT})
    seen = Seen(page)
    assert {tag for tag, _ in seen.tags} & {"script", "img", "iframe", "object", "form"} == set()
    assert not [a for _, attributes in seen.tags for a in attributes if a.startswith("on")]
    assert seen.text.count(SCRIPT) >= 8  # as text, wherever it stood
    assert seen.text.count(QUOTES) >= 6
    assert "{{ 7 * 7 }}" in seen.text


def test_only_web_addresses_become_links():
    seen = Seen(rendered(HOSTILE))
    links = {attributes["href"] for tag, attributes in seen.tags if tag == "a"}
    assert links == {'https://council.example.jp/" onmouseover="alert(1)'}  # one attribute, escaped
    assert {a.get("rel") for tag, a in seen.tags if tag == "a"} == {"noreferrer"}


def test_the_page_asks_for_nothing():
    page = rendered(HOSTILE)
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


def test_the_page_is_in_both_languages():
    page = rendered(HOSTILE, ("a.html: date",))
    seen = Seen(page)
    assert seen.tags[0] == ("html", {"lang": "ja"})
    for words in (
        "取り込みの記録",
        "読み取れず / not understood",
        "対象外 / left out",
        "ファイルどうしの食い違い",
    ):
        assert words in seen.text
    for words in (
        "試験会議 第3回",
        "2009-07-01 10:00–11:00 (in_person)",
        "1. 電子政府の計画",
        "資料1 計画",
        "本館",
    ):
        assert words in seen.text


def test_what_needs_a_look_comes_first():
    files = [
        file("a.html"),
        file("b.png", "left out"),
        file("c.html", "not understood"),
        file("d.html"),
    ]
    body = rendered(files).partition("すべてのファイル")[2]
    places = [
        body.index(f'<td class="file">{name}') for name in ("c.html", "b.png", "a.html", "d.html")
    ]
    assert places == sorted(places)


def test_lines_left_unread_stand_with_their_number():
    unread = [
        {"reason": "navigation", "lines": 2, "sample": ["前", "次"]},
        {"reason": "minutes", "lines": 900, "sample": ["○議長"]},
    ]
    text = Seen(rendered([file("a.html", unread=unread)])).text
    assert "902 行を読まず / lines left unread" in text
    assert "(900)" in text
    assert "○議長…" in text.replace("\n", "")  # more than is shown
    assert "次…" not in text


def test_a_long_account_is_cut_and_says_so():
    text = Seen(rendered([file(f"{n}.html", "left out") for n in range(2_005)])).text
    assert "5 more files in ingest_report.json" in text
    assert "2004.html" not in text
    text = Seen(rendered([file("a.html")], tuple(f"remark {n}." for n in range(203)))).text
    assert "remark 199." in text
    assert "remark 200." not in text
    assert "3 more in ingest_report.json" in text


@pytest.mark.parametrize(
    "n",
    [
        1,
        12,
        23,
        240,
    ],
)
def test_the_sample_is_spread_over_all_files(n):
    page = rendered([file(f"p{k:03}.html") for k in range(n)])
    shown = re.findall(r"<h3>p(\d+)", page)
    assert len(shown) == min(n, 12)
    assert int(shown[-1]) >= n * 11 // 12 - 1


def test_files_without_a_meeting_are_no_sample():
    assert "目で確かめるための見本" not in rendered([file("a.pdf", read=[]), file("b", "left out")])


# --- written --------------------------------------------------------------------------------


def test_both_reports_stand_beside_a_corpus_that_can_be_read(tmp_path):
    made = ingested(HOSTILE, ("remark",))
    write_ingested(made, tmp_path / "out", command="cio-topics ingest x", settings={"a": 1})
    said = json.loads((tmp_path / "out" / "ingest_report.json").read_text("utf-8"))
    assert said["files"] == HOSTILE  # all of it, as it was
    assert said["corpus"] == {
        "sha256": made.corpus.hash,
        "n_meetings": 1,
        "n_items": 1,  # 開会 is kept and not counted
        "n_documents": 0,
        "n_decisions": 0,
    }
    assert (said["command"], said["settings"], said["remarks"]) == (
        "cio-topics ingest x",
        {"a": 1},
        ["remark"],
    )
    assert read_corpus(tmp_path / "out").hash == made.corpus.hash


def test_the_same_account_is_the_same_bytes(tmp_path):
    for name in "ab":
        write_ingested(ingested(HOSTILE), tmp_path / name)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_lone_surrogates_of_file_names_are_written(tmp_path):
    write_ingested(ingested([file("\udc8bc.html")]), tmp_path / "out")
    text = (tmp_path / "out" / "ingest_report.json").read_text("utf-8")
    assert json.loads(text)["files"][0]["file"] == "\udc8bc.html"
    assert "\\udc8bc.html" in (tmp_path / "out" / "ingest_report.html").read_text("utf-8")


def test_a_fault_leaves_what_was_there(tmp_path):
    folder = tmp_path / "out"
    write_ingested(ingested([file("a.html")]), folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(KeyError):
        write_ingested(ingested([file("b.html", "an outcome that is none")]), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(KeyError):
        write_ingested(ingested([file("b.html", "an outcome that is none")]), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_place_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="a file of this name exists"):
        write_ingested(ingested([file("a.html")]), tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8") == "mine"


@pytest.mark.parametrize("second", ["jsonl", "parquet"])
def test_a_second_format_takes_the_place_of_the_first(tmp_path, second):
    folder = tmp_path / "out"
    write_ingested(ingested([file("a.html")]), folder)
    bodies = pd.DataFrame(
        {
            "meeting_id": ["m1"],
            "body": ["別の会議"],
            "date": ["2010-07-01"],
            "date_precision": ["day"],
        }
    )
    later = ingested([file("a.html")], meetings=bodies)
    write_ingested(later, folder, file_format=second)
    assert read_corpus(folder).hash == later.corpus.hash


# --- in a browser ---------------------------------------------------------------------------


@pytest.mark.browser
def test_in_a_browser_nothing_runs_and_lines_open(browser, tmp_path):
    write_ingested(ingested(HOSTILE, (SCRIPT,)), tmp_path / "out")
    watched = Watched(browser, (tmp_path / "out" / "ingest_report.html").as_uri())
    page = watched.page
    assert "取り込みの記録" in page.locator("h1").inner_text()
    details = page.locator("table details").first
    assert not details.locator("p").first.is_visible()
    details.locator("summary").click()
    assert details.locator("p").first.is_visible()
    assert (
        page.locator("a").count() == page.locator('a[href^="https://council.example.jp/"]').count()
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.check_silent()
    page.close()


def test_a_file_that_was_left_out_has_empty_cells():
    files = [{"file": "a.png", "address": "", "outcome": "left out", "reason": "no page"}]
    page = render_account(account_of_nothing(files, command="", settings={}))
    assert "built-in" not in page
    assert "a.png" in page
