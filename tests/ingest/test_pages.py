"""What pages are read as: reference pages, generated pages, and a law of date and number."""

from __future__ import annotations

import json
import sys
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import HealthCheck, given, settings

from cio_topics.ingest import read_page
from cio_topics.ingest.records import FileRecord, MeetingRecord
from tests.ingest.pages import (
    LAYOUTS,
    PAPERS,
    SUBJECTS,
    random_page,
    score,
    squeeze,
)

PAGES = Path(__file__).parent.parent / "pages"
REFERENCES = sorted(path.stem for path in PAGES.glob("*.json"))
DOUBTS = ("weekday", "calendar")


def page_content(name: str, charset: str, cut: int = 0) -> bytes:
    """Encode a reference page, which is kept as UTF-8, as the council would have served it."""
    [path] = [path for path in PAGES.glob(f"{name}.*") if path.suffix != ".json"]
    content = path.read_bytes().decode("utf-8").replace("\r\n", "\n").encode(charset)
    return content[: len(content) - cut]


def expected_facts(page: dict[str, Any]) -> dict[str, Any]:
    """Flatten an expectation: one entry a field, texts in the form in which they are compared."""
    facts: dict[str, Any] = {"charset": page["charset"], "parser": page["parser"]}
    facts["meetings"] = len(page["meetings"])
    for place, meeting in enumerate(page["meetings"]):
        for field in ("number", "date", "date_precision", "format", "start", "end"):
            facts[f"meeting {place} {field}"] = meeting[field]
        for field in ("body", "place"):
            facts[f"meeting {place} {field}"] = squeeze(meeting[field])
        for kind in ("items", "handouts"):
            facts[f"meeting {place} n_{kind}"] = len(meeting[kind])
            for row, line in enumerate(meeting[kind]):
                facts[f"meeting {place} {kind} {row}"] = _fields(line)
    facts["decision"] = page["decision"] and _fields(page["decision"])
    return facts


def read_facts(record: FileRecord) -> dict[str, Any]:
    """Flatten a record in the same way."""
    return expected_facts(
        {
            "charset": record.charset,
            "parser": record.parser,
            "meetings": [_meeting(meeting) for meeting in record.meetings],
            "decision": record.decision and record.decision._asdict(),
        }
    )


def _meeting(meeting: MeetingRecord) -> dict[str, Any]:
    return {
        **meeting._asdict(),
        "items": [line._asdict() for line in meeting.items],
        "handouts": [line._asdict() for line in meeting.handouts],
    }


def _fields(line: dict[str, Any]) -> dict[str, Any]:
    return {key: _comparable(key, line[key]) for key in sorted(line)}


def _comparable(key: str, value: Any) -> Any:
    if isinstance(value, str) and key != "url":
        return squeeze(value)
    return list(value) if isinstance(value, tuple) else value


def differences(expected: dict[str, Any], read: dict[str, Any]) -> list[str]:
    """Name each field that is not as expected."""
    return [
        f"{key}\n      expected {expected.get(key, 'nothing')!r}\n      read     {read.get(key, 'nothing')!r}"
        for key in {**expected, **read}
        if expected.get(key) != read.get(key)
    ]


def missing(parts: list[str], texts: list[str]) -> list[str]:
    return [part for part in parts if not any(squeeze(part) in squeeze(text) for text in texts)]


def wrong(page: dict[str, Any], record: FileRecord) -> list[str]:
    """List everything about a record that a careful reader would not have written."""
    found = differences(expected_facts(page), read_facts(record))
    for meeting, read in zip(page["meetings"], record.meetings, strict=False):
        if squeeze(meeting.get("note", "")) not in squeeze(read.note):
            found.append(f"note: expected {meeting['note']!r} in {read.note!r}")
    found += [f"no remark has {part!r}" for part in missing(page["remarks"], [*record.remarks])]
    told = [word for word in DOUBTS if word not in page["remarks"]]
    found += [f"needless remark: {r}" for r in record.remarks for word in told if word in r]
    links = {urljoin(record.source, link.href) for link in record.links}
    found += [f"link not found: {url}" for url in page["links"] if url not in links]
    unread = [line.text for line in record.unread]
    found += [f"not in unread: {part!r}" for part in missing(page.get("unread", []), unread)]
    return found + [f"unread without a reason: {u.text!r}" for u in record.unread if not u.reason]


class TestReferencePages:
    def test_there_are_enough(self):
        assert len(REFERENCES) >= 44

    @pytest.mark.parametrize("name", REFERENCES)
    def test_read_as_a_careful_reader_would(self, name):
        page = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
        assert page["invented"] is True
        content = page_content(name, page["charset"], page.get("cut", 0))
        record = read_page(content, source=page["source"], charset=page["header_charset"])
        found = wrong(page, record)
        assert not found, f"{name} ({page['why']}):\n  " + "\n  ".join(found)


class TestGeneratedPages:
    def test_no_word_of_the_generator_contains_another(self):
        # else a handout could belong to two agenda lines and the truth would be a guess
        pairs = combinations(map(squeeze, SUBJECTS + PAPERS), 2)
        assert not [(a, b) for a, b in pairs if a in b or b in a]

    @pytest.mark.parametrize("layout", LAYOUTS)
    def test_read_back(self, layout):
        shares = score(layout, 60, read_page)
        line = f"{layout}: " + ", ".join(f"{k} {100 * v:.2f}" for k, v in shares.items())
        sys.stdout.write(f"\n{line}")  # seen with -s
        assert (shares["date"], shares["number"]) == (1, 1), line
        below = [name for name, share in shares.items() if share < 0.99]
        assert not below, f"{below} below 99 %: {line}"

    @given(random_page)
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def test_any_page_reads_back_to_its_own_dates_and_numbers(self, page):
        record = read_page(page["content"], source=page["source"], charset=page["header"])
        told = [(truth["date"], truth["number"]) for truth in page["truth"]]
        assert [(meeting.date, meeting.number) for meeting in record.meetings] == told
