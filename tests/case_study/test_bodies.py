"""The bodies around the conference: invented corpora, hostile titles, the committed result."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from cio_topics.case_study.bodies import body_level, study_bodies
from cio_topics.codebook import Codebook, Theme
from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.report.bodies import bodies_readme, render_bodies
from cio_topics.themes import theme_table

COMMITTED = Path(__file__).parents[2] / "experiments" / "bodies_around_the_conference"
BOOK = Codebook(
    "1", "1", "試験", "invented", tuple(Theme(t, t, t) for t in ("a", "b", "rest")), "rest"
)
HOSTILE = '<script>alert(1)</script> "電子政府構築計画"'


def corpus_of(rows):
    """Return a corpus of (meeting, body, date, themes), one item a meeting. All is invented."""
    meetings = pd.DataFrame(
        [(m, body, date, "day" if date else "unknown", "unknown") for m, body, date, _ in rows],
        columns=["meeting_id", "body", "date", "date_precision", "format"],
    )
    ids = [f"i{m}" for m, *_ in rows]
    items = pd.DataFrame(
        {
            "item_id": ids,
            "meeting_id": meetings["meeting_id"],
            "title": HOSTILE,
            "source_url": "https://example.invalid/1 ; 紙の資料",
        }
    )
    labels = pd.DataFrame({"item_id": ids, "themes": [themes for *_, themes in rows]})
    return Corpus({"meetings": meetings, "items": items, "theme_labels": labels})


ROWS = [
    ("m1", "中央会議", "2004-01-01", "a"),
    ("m2", "中央会議", "2005-01-01", "b"),
    ("m3", "中央会議", "2006-01-01", "rest"),
    ("n1", "試験本部", "2004-02-01", "rest"),
    ("n2", "試験本部", "2005-03-01", "b"),
    ("o1", "中央会議幹事会", "", "a"),
]


def studied(rows=ROWS, **settings):
    corpus = corpus_of(rows)
    table = theme_table(corpus, BOOK)
    return study_bodies(corpus, BOOK, table, centre="中央会議", n_draws=20, **settings)


def test_by_hand():
    found = studied()
    bodies = found.bodies.set_index("body")
    assert bodies["level"].to_dict() == {
        "中央会議": "conference",
        "試験本部": "above",
        "中央会議幹事会": "below",
    }
    assert bodies["n_in_common"].to_dict() == {"中央会議": 3, "試験本部": 2, "中央会議幹事会": 0}
    shares = found.shares.set_index(["body", "theme"])
    assert shares.loc[("試験本部", "b"), ["n", "n_items", "n_meetings"]].tolist() == [1, 2, 2]
    assert shares["n"].sum() == 6
    first = found.first.set_index(["theme", "body"])["status"]
    assert first.to_dict() == {
        ("a", "中央会議"): "alone",
        ("a", "中央会議幹事会"): "undated",
        ("b", "中央会議"): "first",
        ("b", "試験本部"): "later",
    }
    leads = found.leads.set_index("theme")["verdict"]
    assert leads["b"] == "body_first"
    whole = found.passed[found.passed["theme"] == ""]
    assert set(whole["direction"]) == {"to_conference", "from_conference"}
    assert "rest" not in set(found.first["theme"])  # the fallback is no theme to be first with


def test_findings_say_what_cannot_be_told():
    findings = studied().findings.set_index("finding")
    assert not findings.loc["leads", "tells"]
    assert "分からない" in findings.loc["leads", "ja"]
    assert "cannot tell" in findings.loc["leads", "en"]
    assert "Of 2 themes" in findings.loc["first", "en"]


def test_without_dates_nobody_leads():
    undated = [(meeting, body, "", themes) for meeting, body, _, themes in ROWS]
    found = studied(undated)
    leads = found.findings.set_index("finding").loc["leads"]
    assert not leads["tells"]
    assert "Only 0 pairs" in leads["en"]


def test_what_is_always_taken_up_is_said():
    rows = [("n_", "試験本部", "2003-12-01", "rest"), ("n~", "試験本部", "2019-01-01", "rest")]
    for year in range(2004, 2018):
        for place, (themes, month) in enumerate((("a", 1), ("rest", 5), ("rest", 9))):
            key = f"{year}{place}"
            rows.append((f"m{key}", "中央会議", f"{year}-{month:02d}-01", themes))
            rows.append((f"n{key}", "試験本部", f"{year}-{month:02d}-20", themes))
    found = studied(rows, months=1).findings.set_index("finding")
    assert found.loc["passed_from_conference", "tells"]
    assert "14/14 = 100%" in found.loc["passed_from_conference", "en"]
    assert "偶然より多い。" in found.loc["passed_from_conference", "ja"]


def test_a_page_of_hostile_titles():
    study = studied()
    manifest = {
        "command": "cio-topics bodies",
        "corpus": {"sha256": "0" * 64},
        "codebook": {"version": "1", "sha256": "0" * 64},
    }
    names = {theme: theme for theme in BOOK.ids}
    figures = {"themes": "<svg></svg>", "first": "<svg></svg>"}
    for lang in ("ja", "en"):
        page = render_bodies(study, figures, manifest, names, lang=lang)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        anchors = set(re.findall(r'id="([^"]+)"', page))
        links = set(re.findall(r'href="#([^"]+)"', page))
        assert links <= anchors, links - anchors  # every number leads to its items
        assert page.count('href="https://example.invalid/1"') == 6
        assert "bound method" not in page
        assert "built-in" not in page
    assert "cannot tell" in bodies_readme(study, "cio-topics bodies", 12)


@pytest.mark.parametrize(
    ("name", "level"),
    [("IT戦略本部", "above"), ("IT戦略本部 企画委員会", "beside"), ("何とか閣僚会議", "above")],
)
def test_levels(name, level):
    assert body_level(name) == level


def test_refusals():
    corpus = corpus_of(ROWS[:3])
    table = theme_table(corpus, BOOK)
    with pytest.raises(TooSmallError, match="the corpus has one body"):
        study_bodies(corpus, BOOK, table, centre="中央会議")
    with pytest.raises(SettingsError, match="no meeting of the body '別の会議'"):
        study_bodies(corpus, BOOK, table, centre="別の会議")
    with pytest.raises(SettingsError, match="months is 0"):
        studied(months=0)


@pytest.mark.road
def test_the_committed_answer_is_what_the_command_gives(tmp_path):
    command = [sys.executable, "-m", "cio_topics", "bodies", "-o", str(tmp_path / "again")]
    subprocess.run(command, check=True, capture_output=True)
    files = sorted(COMMITTED.glob("*.csv"))
    assert len(files) == 9
    for file in files:
        old, new = pd.read_csv(file), pd.read_csv(tmp_path / "again" / file.name)
        pd.testing.assert_frame_equal(old, new, rtol=1e-6, obj=file.name)
    old, new = (
        json.loads((folder / "manifest.json").read_text("utf-8"))
        for folder in (COMMITTED, tmp_path / "again")
    )
    assert old["corpus"] == new["corpus"]
    assert (COMMITTED / "README.md").read_text("utf-8") == (
        tmp_path / "again" / "README.md"
    ).read_text("utf-8")
