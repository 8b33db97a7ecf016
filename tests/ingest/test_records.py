"""Records survive the way from one process to another."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.ingest.records import (
    AgendaLine,
    DecisionHead,
    FileRecord,
    Handout,
    Line,
    Link,
    MeetingRecord,
    Unread,
    from_json,
)

# JSON is written with escapes, so that not even a lone surrogate stops it.
TEXTS = st.text(st.characters(codec=None), max_size=8)
LINES = st.builds(AgendaLine, TEXTS, st.sampled_from(["agenda", "ceremony"]), TEXTS, st.integers())
HANDOUTS = st.builds(Handout, TEXTS, TEXTS, TEXTS, st.none() | st.integers())


def tuples(values: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(values, max_size=3).map(tuple)


MEETINGS = st.builds(
    MeetingRecord,
    body=TEXTS,
    number=st.none() | st.integers(),
    items=tuples(LINES),
    handouts=tuples(HANDOUTS),
)
RECORDS = st.builds(
    FileRecord,
    source=TEXTS,
    meetings=tuples(MEETINGS),
    decision=st.none() | st.builds(DecisionHead, TEXTS, TEXTS, tuples(TEXTS), TEXTS),
    text=TEXTS,
    links=tuples(st.builds(Link, TEXTS, TEXTS)),
    unread=tuples(st.builds(Unread, TEXTS, TEXTS)),
    remarks=tuples(TEXTS),
)


@given(RECORDS)
def test_json_and_back_is_the_same_record(record):
    back = from_json(json.loads(json.dumps(record)))
    assert back == record
    assert _types(back) == _types(record)  # a list equals no tuple, but a tuple equals a named one


def _types(value: object) -> object:
    if isinstance(value, tuple):
        return type(value), [_types(part) for part in value]
    return type(value)


def test_nothing_but_the_source_is_needed():
    record = FileRecord("x")
    assert (record.parser, record.meetings, record.decision, record.unread) == ("", (), None, ())
    assert from_json(["x"]) == record


def test_too_many_fields_are_refused():
    with pytest.raises(TypeError):
        from_json([*FileRecord("x"), "one more"])


def test_a_line_of_a_page_has_no_list_and_no_heading_unless_it_says_so():
    assert Line("議事") == Line("議事", (), (), "", 0, False)
