"""The report as files: complete, the same on every run, safe, whole or not at all."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import OutputError, SettingsError
from cio_topics.report import ReportSettings, write_report
from cio_topics.report.labels import LABELS


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "out"
    write_report(read_example(), read_codebook(), folder, command="cio-topics report")
    return folder


def hostile_corpus() -> Corpus:
    # Invented rows, each an attack or an oddity of its own.
    titles = [
        "<script>alert(1)</script>オープンデータ",
        '"><img src=x onerror=alert(2)>マイナンバー',
        "=cmd|' /C calc'!A0",
        "</script><script>alert(3)</script>",
        "{{ 7*7 }}{% raw %}最適化",
        "絵文字😀とﾊﾝｶｸｶﾅ",
        "長い題名" * 5_000,
    ]
    n = len(titles)
    items = pd.DataFrame(
        {
            "item_id": [f"a{i}" for i in range(n)],
            "meeting_id": [f"m{i % 3}" for i in range(n)],
            "title": titles,
            "source_url": ["javascript:alert(4)"] * n,
        }
    )
    meetings = pd.DataFrame(
        {
            "meeting_id": ["m0", "m1", "m2"],
            "body": ["試験会議<b>", "試験会議&", "=試験会議"],
            "date": ["2010-01-01", "2011", ""],
            "date_precision": ["day", "year", "unknown"],
        }
    )
    return Corpus({"meetings": meetings, "items": items})


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_every_file_is_there(report):
    names = {str(p.relative_to(report)) for p in report.rglob("*") if p.is_file()}
    figures = ("themes_by_year", "themes_by_administration", "meetings")
    wanted = {"report.html", "manifest.json", "tables/tables.xlsx", "tables/items.csv"}
    wanted |= {
        f"figures/{f}.{lang}.{e}" for f in figures for lang in ("ja", "en") for e in ("svg", "png")
    }
    wanted |= {f"tables/themes_by_{by}.csv" for by in ("year", "administration", "government")}
    wanted |= {
        "tables/theme_trends.csv",
        "figures/topics_by_year.svg",
        "figures/topics_by_year.png",
    }
    topics = ("topics", "topic_terms", "topic_items", "topics_by_theme", "topics_by_year")
    pairs = ("topic_theme_pairs", "themes_without_topic", "topics_without_theme")
    wanted |= {f"tables/{name}.csv" for name in (*topics, *pairs)}
    assert wanted <= names


def test_same_input_same_bytes(report, tmp_path):
    write_report(read_example(), read_codebook(), tmp_path / "again", command="cio-topics report")
    for file in report.rglob("*"):
        if file.is_file():
            again = tmp_path / "again" / file.relative_to(report)
            assert again.read_bytes() == file.read_bytes(), file.name


def test_manifest_says_what_it_was_made_from(report):
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    assert manifest["corpus"]["sha256"] == read_example().hash
    assert manifest["settings"]["random_state"] == 0
    assert manifest["dictionary"].startswith("unidic-lite")
    assert manifest["versions"]["scikit-learn"]
    assert manifest["font"] == "IPAexGothic"


def test_page_asks_for_nothing_from_outside(report):
    page = (report / "report.html").read_text("utf-8")
    parser = _Tags()
    parser.feed(page)
    for tag, attributes in parser.tags:
        for name in ("src", "srcset", "data", "poster", "action"):
            assert name not in attributes, (tag, attributes)
        if tag == "link":
            assert attributes["href"] == "data:,"
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert not re.search(r"url\(\s*['\"]?https?:", page)


def test_every_word_is_in_both_languages():
    for key, (ja, en) in LABELS.items():
        assert ja, key
        assert en, key
        assert set(re.findall(r"{(\w+)}", ja)) == set(re.findall(r"{(\w+)}", en)), key


def test_table_cells_count_the_items_they_open(report):
    """The number in a cell equals the items whose themes and year say so."""
    items = pd.read_csv(report / "tables" / "items.csv", dtype=str, keep_default_na=False)
    shares = pd.read_csv(report / "tables" / "themes_by_year.csv", dtype={"period": str})
    page = (report / "report.html").read_text("utf-8")
    for row in shares[shares["n"] > 0].itertuples():
        has = items["themes"].str.split(";").map(lambda themes, t=row.theme: t in themes)
        assert (has & (items["year"] == row.period)).sum() == row.n
        link = f'<a href="#items?year={row.period}&amp;theme={row.theme}">{row.n}</a>'
        assert link in page


def test_workbook_holds_the_same_numbers(report):
    book = openpyxl.load_workbook(report / "tables" / "tables.xlsx")
    sheet = book["themes_by_year"]
    csv = pd.read_csv(report / "tables" / "themes_by_year.csv", dtype={"period": str})
    assert [c.value for c in sheet[1]] == list(csv.columns)
    assert [c.value for c in sheet["C"][1:]] == csv["n"].tolist()
    assert sheet.freeze_panes == "B2"
    assert "notes" in book.sheetnames


def test_hostile_titles_stay_text(tmp_path):
    page = write_report(hostile_corpus(), read_codebook(), tmp_path / "out").read_text("utf-8")
    parser = _Tags()
    parser.feed(page)
    assert sum(tag == "script" for tag, _ in parser.tags) == 2  # the data and the page's own
    assert not any(tag == "img" for tag, _ in parser.tags)
    assert not any("onerror" in attributes for _, attributes in parser.tags)
    hrefs = [a["href"] for tag, a in parser.tags if tag == "a" and "href" in a]
    assert all(str(href).startswith("#") for href in hrefs)
    assert "{{ 7*7 }}" in page  # a title is never a template
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])
    assert data["titles"] == hostile_corpus().items["title"].tolist()
    csv = (tmp_path / "out" / "tables" / "items.csv").read_text("utf-8-sig")
    assert "'=cmd" in csv


def test_tiny_corpus_says_what_cannot_be_computed(tmp_path):
    page = write_report(hostile_corpus(), read_codebook(), tmp_path / "out").read_text("utf-8")
    assert LABELS["no_topics"][0] in page
    assert LABELS["no_labels"][0] in page
    assert LABELS["no_case_study"][1] in page


def test_empty_corpus_is_refused(tmp_path):
    empty = read_example().filter(since="2100-01-01")
    with pytest.raises(SettingsError, match="no item that meets the conditions"):
        write_report(empty, read_codebook(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_interrupted_run_leaves_nothing_and_keeps_the_old(tmp_path, monkeypatch, error):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.html").write_text("old", "utf-8")

    def interrupted(*_args, **_kwargs):
        raise error

    monkeypatch.setattr("cio_topics.report.write.render", interrupted)
    with pytest.raises(error):
        write_report(read_example(), read_codebook(), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert [p.name for p in folder.iterdir()] == ["report.html"]
    assert (folder / "report.html").read_text("utf-8") == "old"


def test_output_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("a file, not a folder", "utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="cannot write"):
            write_report(read_example(), read_codebook(), place)


def test_without_a_font_figures_are_in_english_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("cio_topics.report.write.register_font", lambda: False)
    with pytest.warns(UserWarning, match="no Japanese font"):
        page = write_report(read_example(), read_codebook(), tmp_path / "out")
    assert not list((tmp_path / "out" / "figures").glob("*.ja.*"))
    assert LABELS["no_font"][1] in page.read_text("utf-8")


@pytest.mark.parametrize(
    "settings",
    [
        ReportSettings(source="coded", interval="clustered"),
        ReportSettings(source="rules", interval="bootstrap", pool="item"),
        ReportSettings(topic_model="lda", n_topics=4, pool="body_year"),
    ],
)
def test_settings(tmp_path, settings):
    write_report(read_example(), read_codebook(), tmp_path / "out", settings=settings)
    items = pd.read_csv(tmp_path / "out" / "tables" / "items.csv")
    expected = {"coded": {"coded"}, "rules": {"rules"}}.get(settings.source, {"coded", "rules"})
    assert set(items["theme_source"]) == expected
