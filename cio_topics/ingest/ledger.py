"""The ledger of a collection: one line of JSON for each thing that happened.

`cio_topics.collect` writes it; whoever reads a collected folder begins here.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from cio_topics.errors import CorpusError, Problem

__all__ = [
    "KEPT",
    "LEDGER_NAME",
    "OUTCOMES",
    "ledger_line",
    "read_events",
    "read_ledger",
    "read_redirects",
]

#: Name of the ledger in a collected folder.
LEDGER_NAME = "ledger.jsonl"

#: What can become of an address.
OUTCOMES = (
    "fetched",
    "unchanged",
    "redirected",
    "not_found",
    "refused_by_robots",
    "refused_address",
    "outside",
    "too_large",
    "cut",
    "timed_out",
    "redirect_loop",
    "failed",
    "robots",
)
#: Outcomes with a file.
KEPT = ("fetched", "unchanged")

_ESCAPE = re.compile(r"(^|/)\.{0,2}(/|$)|[\\:\x00]")

Event = dict[str, Any]


def ledger_line(event: Event) -> bytes:
    r"""Return one line of a ledger.

    Examples
    --------
    >>> ledger_line({"outcome": "fetched", "bytes": 12})
    b'{"outcome": "fetched", "bytes": 12}\n'
    """
    # ASCII only: no line of text inside can end the line, and no lone surrogate can stop it.
    return json.dumps(event, allow_nan=False).encode("ascii") + b"\n"


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def read_events(folder: str | os.PathLike[str]) -> tuple[list[Event], int]:
    r"""Return the events of a ledger, and the length in bytes of its whole lines.

    A last line that was not written to its end (the power failed) is left out.

    Parameters
    ----------
    folder : path
        A collected folder; without a ledger there are no events.

    Returns
    -------
    events : list of dict
        In the order in which they happened.
    n_bytes : int
        Where the next line belongs.

    Raises
    ------
    CorpusError
        A line other than the last is no JSON object.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> ledger = Path(folder, LEDGER_NAME)
    >>> _ = ledger.write_bytes(b'{"event": "started"}\n{"url": "https://coun')
    >>> read_events(folder)
    ([{'event': 'started'}], 21)
    >>> _ = ledger.write_bytes(b'oops\n{"event": "started"}\n')
    >>> read_events(folder)
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 1 bad value in the corpus:
      ledger.jsonl:1: got 'oops', expected a JSON object
    ...
    """
    path = Path(folder, LEDGER_NAME)
    if not path.exists():
        return [], 0
    lines = path.read_bytes().splitlines(keepends=True)
    if lines and (not lines[-1].endswith(b"\n") or _event(lines[-1]) is None):
        lines.pop()
    events = [_event(line) for line in lines]
    problems = [
        Problem(LEDGER_NAME, place, "", line.decode("ascii", "replace").strip(), "a JSON object")
        for place, (line, event) in enumerate(zip(lines, events, strict=True), start=1)
        if event is None
    ]
    if problems:
        raise CorpusError.from_problems(problems)
    return [event for event in events if event is not None], sum(map(len, lines))


def read_ledger(folder: str | os.PathLike[str]) -> list[Event]:
    """Return the latest line of every file that a collection kept.

    Parameters
    ----------
    folder : path
        A collected folder; any other folder gives an empty list.

    Returns
    -------
    list of dict
        Sorted by `file`, which is relative to `folder` with forward slashes. `url` is the address
        it was read from, `content_type` and `charset` what the header said, `kind` what its first
        bytes say (``html``, ``pdf``, ``text``, ``xlsx``, ``other``).

    Raises
    ------
    CorpusError
        The ledger cannot be read, or names a file outside the folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> read_ledger(folder)
    []
    >>> line = {"url": "https://council.example.jp/", "outcome": "fetched", "file": "../passwd"}
    >>> _ = Path(folder, LEDGER_NAME).write_bytes(ledger_line(line))
    >>> read_ledger(folder)
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 1 bad value in the corpus:
      ledger.jsonl: file: got '../passwd', expected a path inside the folder, ...
    """
    events, _ = read_events(folder)
    kept = {e["file"]: e for e in events if e.get("outcome") in KEPT and e.get("file")}
    problems = [
        Problem(LEDGER_NAME, 0, "file", str(file), "a path inside the folder, as host/page.html")
        for file in kept
        if not isinstance(file, str) or _ESCAPE.search(file)
    ]
    if problems:
        raise CorpusError.from_problems(problems)
    return [kept[file] for file in sorted(kept)]


def read_redirects(folder: str | os.PathLike[str]) -> dict[str, str]:
    """Return where addresses were redirected to in the end; handouts are linked by the old ones.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> hops = [{"outcome": "redirected", "url": "http://a/1", "final_url": "http://a/2"},
    ...         {"outcome": "redirected", "url": "http://a/2", "final_url": "http://a/3"}]
    >>> _ = Path(folder, LEDGER_NAME).write_bytes(b"".join(map(ledger_line, hops)))
    >>> read_redirects(folder)
    {'http://a/1': 'http://a/3', 'http://a/2': 'http://a/3'}
    """
    hops = {
        event["url"]: event["final_url"]
        for event in read_events(folder)[0]
        if event.get("outcome") == "redirected" and event.get("final_url")
    }
    return {address: _end(address, hops) for address in hops}


def _end(address: str, hops: dict[str, str]) -> str:
    seen = set()
    while address in hops and address not in seen:
        seen.add(address)
        address = hops[address]
    return address
