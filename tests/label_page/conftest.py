"""An invented corpus, a session on it, and the browser of the other pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pandas as pd
import pytest

from cio_topics.codebook import Codebook, Rule, Theme
from cio_topics.corpus import Corpus
from cio_topics.label_page import Session, make_queue, make_session, make_suggestions
from cio_topics.labels import LabelLog
from cio_topics.themes import CodebookClassifier
from tests.report.conftest import browser  # noqa: F401 - a fixture

#: Invented titles: the first meeting has three items, the second five.
TITLES = (
    "番号制度の導入",
    "電子申請の推進",
    "<script>document.title='x'</script> & <b>太字</b>",
    "番号制度と電子申請",
    "会議の運営",
    "電子申請の利用",
    "番号制度の予算",
    "その他",
)
BOOK = Codebook(
    version="1",
    rules_version="1",
    name_ja="試験のテーマ",
    name_en="Themes of a test",
    themes=(
        Theme(
            "number", "番号", "numbers", "番号の話。", "Of numbers.", rules=(Rule("n", ("番号",)),)
        ),
        Theme("online", "電子申請", "online", rules=(Rule("o", ("電子申請",)),)),
        Theme("money", "予算", "money", rules=(Rule("m", ("予算",)),)),
        Theme("rest", "その他", "other"),
    ),
    fallback="rest",
)


def corpus() -> Corpus:
    meetings = pd.DataFrame(
        {
            "meeting_id": ["m1", "m2"],
            "body": ["試験会議", "試験会議"],
            "number": ["1", ""],
            "date": ["2009-07-01", "2010-02"],
            "date_precision": ["day", "month"],
        }
    )
    items = pd.DataFrame(
        {
            "item_id": [f"i{n}" for n in range(1, len(TITLES) + 1)],
            "meeting_id": ["m1"] * 3 + ["m2"] * (len(TITLES) - 3),
            "title": TITLES,
            "status": ["決定"] + [""] * (len(TITLES) - 1),
            "source_url": ["https://example.org/1", "javascript:alert(1)"]
            + [""] * (len(TITLES) - 2),
        }
    )
    return Corpus({"meetings": meetings, "items": items})


@pytest.fixture
def log(tmp_path) -> LabelLog:
    return LabelLog(tmp_path / "labels.csv")


@pytest.fixture
def session(log) -> Callable[..., Session]:
    """Make a session of a coder on the log of this test; its clock goes on by a second a row."""
    seconds = count()

    def make(
        coder: str = "青木", *, order: str = "uncertain", share: float = 0.25, **more
    ) -> Session:
        agenda = corpus().agenda()
        suggestions = make_suggestions(CodebookClassifier(BOOK).fit([]), agenda, BOOK)
        queue = make_queue(agenda, order, margins=suggestions.margins("rest"), random_share=share)
        made = make_session(agenda, BOOK, log, coder, suggestions, queue, **more)
        made._now = lambda: f"2026-01-05T10:{(n := next(seconds)) // 60:02}:{n % 60:02}+09:00"
        return made

    return make
