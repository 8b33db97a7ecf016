"""The ledger: torn lines, bad lines, what is read from it, one writer at a time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.collect.ledger import open_ledger
from cio_topics.errors import CorpusError, OutputError
from cio_topics.ingest.ledger import LEDGER_NAME, ledger_line, read_events, read_ledger

STARTED = {"event": "started", "time": "2025-01-06T00:00:00Z", "url": "https://council.example.jp/"}
KEPT = {
    "url": "https://council.example.jp/a.html",
    "outcome": "fetched",
    "file": "council.example.jp/a-00000000.html",
    "sha256": "00",
}


def write(folder, content: bytes):
    (folder / LEDGER_NAME).write_bytes(content)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_any_event_is_one_line_of_ascii(event):
    line = ledger_line(event)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert json.loads(line) == event


@pytest.mark.parametrize(
    "torn",
    [b'{"url": "https', b'{"event": "finished"}', b"\x00\x00\x00\n", b'"text"\n', b"\n"],
    ids=["middle", "no line end", "zeros after a power cut", "no object", "empty"],
)
def test_a_torn_last_line_is_left_out_and_then_taken_away(tmp_path, torn):
    whole = ledger_line(STARTED) + ledger_line(KEPT)
    write(tmp_path, whole + torn)
    assert read_events(tmp_path) == ([STARTED, KEPT], len(whole))
    with open_ledger(tmp_path):
        pass
    assert (tmp_path / LEDGER_NAME).read_bytes() == whole


def test_a_bad_line_in_the_middle_is_an_error(tmp_path):
    write(tmp_path, ledger_line(STARTED) + b"oops\n" + ledger_line(KEPT))
    with pytest.raises(CorpusError, match=r"ledger\.jsonl:2: got 'oops', expected a JSON object"):
        read_ledger(tmp_path)


def test_the_latest_line_of_each_file_is_read(tmp_path):
    later = {**KEPT, "outcome": "unchanged", "sha256": "01"}
    gone = {"url": KEPT["url"], "outcome": "not_found"}
    other = {**KEPT, "url": "https://council.example.jp/0.html", "file": "council.example.jp/0"}
    write(tmp_path, b"".join(map(ledger_line, (STARTED, KEPT, later, gone, other))))
    assert read_ledger(tmp_path) == [other, later]


@pytest.mark.parametrize(
    "file", ["../x", "/etc/passwd", "a//b", "a/../../x", "C:/x", "a\\..\\x", "a/.", 7]
)
def test_no_file_outside_the_folder_is_read(tmp_path, file):
    write(tmp_path, ledger_line({**KEPT, "file": file}))
    with pytest.raises(CorpusError, match="expected a path inside the folder"):
        read_ledger(tmp_path)


def test_two_collectors_do_not_write_to_one_folder(tmp_path):
    with (
        open_ledger(tmp_path),
        pytest.raises(OutputError, match="another collector writes"),
        open_ledger(tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("events", "started", "goes_on"),
    [
        ([], STARTED, False),
        ([STARTED], STARTED, True),
        ([STARTED], {**STARTED, "time": "2025-02-01T00:00:00Z", "version": "9"}, True),
        ([STARTED], {**STARTED, "depth": 9}, False),  # other settings: a new run
        ([STARTED, {"event": "finished"}], STARTED, False),
        ([STARTED, {"event": "finished"}, STARTED], STARTED, True),
    ],
)
def test_a_run_goes_on_unless_it_was_finished(tmp_path, events, started, goes_on):
    write(tmp_path, b"".join(map(ledger_line, [*events, *([KEPT] if events else [])])))
    # KEPT after "finished" cannot happen; it shows that only "started" opens a run.
    with open_ledger(tmp_path) as ledger:
        assert ledger.begin(started) is goes_on
        assert (KEPT["url"] in ledger.known) is goes_on
        assert (KEPT["url"] in ledger.before) is (bool(events) and not goes_on)
    assert len(read_events(tmp_path)[0]) == len(events) + bool(events) + (not goes_on)
