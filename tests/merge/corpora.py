"""Invented corpora, whole and row by row."""

import pandas as pd
from hypothesis import strategies as st

from cio_topics.corpus import TABLES

KINDS = ("official", "archive_copy", "news", "blog", "paper", "")
KEYS = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}
# Two spellings of each of two bodies; five titles of which three are one title.
BODIES = ("甲連絡会議(CIO)", "甲 連絡会議〔CIO〕", "乙部会")
TITLES = ("新戦略(案)について", "資料1: 新戦略（案）", "新 戦略(案)", "新戦略", "開会")
DATES = (
    "",
    "2009",
    "2009-07",
    "2009-07-01",
    "2009-07-02",
    "2010-01-05",
    "2013-12-20",
    "2014-12-20",
)
PRECISION = {0: "unknown", 4: "year", 7: "month", 10: "day"}


def few(*values):
    return st.sampled_from(values)


@st.composite
def corpora(draw, name="", dates=DATES):
    """Return the tables of an invented corpus whose rows repeat, agree and contradict a lot."""

    def origin(url="source_url"):
        return {
            url: draw(few("", "http://a", "http://b")),
            "source_kind": draw(few(*KINDS)),
            "confidence": draw(few("verbatim", "paraphrase_of_source", "")),
            "parser": draw(few("", "page", "list")),
        }

    def maybe(*values):
        return draw(few("", *values))

    meetings, items, documents, decisions, labels, sources = [], [], [], [], [], []
    for m in range(draw(st.integers(0, 3))):
        date = draw(few(*dates))
        meetings.append(
            {
                "meeting_id": f"{name}m{m}",
                "body": draw(few(*BODIES)),
                "number": maybe("1", "2"),
                "date": date,
                "date_precision": PRECISION[len(date)],
                "format": draw(few("unknown", "in_person", "circulated", "online", "joint")),
                "start": maybe("09:00", "10:00"),
                "end": maybe("10:00", "11:00"),
                "place": maybe("官邸", "官 邸", "庁舎"),
                **origin("source"),
            }
        )
        for i in range(draw(st.integers(0, 3))):
            items.append(
                {
                    "item_id": f"{name}i{m}{i}",
                    "meeting_id": f"{name}m{m}",
                    "position": str(i + 1),
                    "kind": maybe("agenda", "handout", "ceremony"),
                    "label": maybe("(1)", "資料1"),
                    "title": draw(few(*TITLES)),
                    "status": maybe("決定", "報告"),
                    **origin(),
                }
            )
    for d in range(draw(st.integers(0, 2))):
        documents.append(
            {
                "document_id": f"{name}d{d}",
                "meeting_id": maybe(*(m["meeting_id"] for m in meetings)),
                "item_id": maybe(*(i["item_id"] for i in items)),
                "label": maybe("資料1"),
                "title": maybe("新戦略(案)", "新戦略"),
                "text": maybe("一\n二", "三"),
                "document_url": maybe("http://a/1.pdf", "http://b/1.pdf"),
                **origin(),
            }
        )
    for _ in range(draw(st.integers(0, 2))):
        decisions.append(
            {
                "title": draw(few(*TITLES)),
                "decided_on": maybe("2009", "2009-07-01", "2010;2011"),
                "revised_on": maybe("2011", "2011;2012", "2013"),
                "decided_by": maybe("甲連絡会議", "乙部会"),
                "document_id": maybe(*(d["document_id"] for d in documents)),
                **origin(),
            }
        )
    for item in items:
        if draw(st.booleans()):
            themes = {"themes": draw(few("x", "x;y", "z")), "coder_a": maybe("x"), "coder_b": ""}
            labels.append({"item_id": item["item_id"], **themes, "adjudicated": "0"})
    for row in meetings:
        if draw(st.booleans()):
            said = {"table": "meetings", "id": row["meeting_id"], "field": "place"}
            url = origin()
            del url["parser"]
            sources.append({**said, "value": draw(few("官邸", "庁舎", "会館")), **url})
    return {
        "meetings": meetings,
        "items": items,
        "documents": documents,
        "decisions": decisions,
        "theme_labels": labels,
        "sources": list({tuple(row.items()): row for row in sources}.values()),
    }


def same(first, second):
    """Tell whether two results have the same tables, cell by cell and in the same order."""
    assert first.keys() == second.keys()
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name])


def records(table):
    return table.to_dict("records")


def table(name, rows):
    columns = [column.name for column in TABLES[name]]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else columns, dtype="str")


URL = {"meetings": "source", "items": "source_url", "documents": "source_url"}


def meeting(name="m", body="試験会議", number="", date="", **more):
    row = {"meeting_id": name, "body": body, "number": number, "date": date}
    return {**row, "date_precision": PRECISION[len(date)], **more}


def item(name, title, meeting_id="m", **more):
    return {"item_id": name, "meeting_id": meeting_id, "title": title, **more}


def document(name, **more):
    return {"document_id": name, **more}


def ids(tables, name="meetings"):
    return tables[name][KEYS[name]].tolist()
