"""Write a ledger: whole lines only, by one collector at a time."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cio_topics.errors import OutputError
from cio_topics.ingest.ledger import KEPT, LEDGER_NAME, Event, ledger_line, read_events

__all__ = ["PART", "Ledger", "open_ledger"]

#: Where a body lies until it is whole; never left in a folder.
PART = ".part"

_FAR = 2**30  # the byte that is locked, beyond every ledger: on Windows a locked byte is unreadable

if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Ledger:
    """A ledger open for writing; every line is on the disk before the next thing happens.

    `known` has what the unfinished run that goes on has noted, by address; `before` the latest
    kept line of each address from earlier runs.
    """

    def __init__(self, file: BinaryIO, events: list[Event]) -> None:
        self._file = file
        self._events = events
        self.known: dict[str, Event] = {}
        self.before: dict[str, Event] = {}

    def begin(self, started: Event) -> bool:
        """Go on with the last run if it was not finished and had the same settings.

        Otherwise a new run begins. Return whether the last one goes on.
        """
        starts = [place for place, e in enumerate(self._events) if e.get("event") == "started"]
        last = starts[-1] if starts else len(self._events)
        tail = self._events[last:]
        finished = any(event.get("event") == "finished" for event in tail)
        goes_on = bool(tail) and not finished and _settings(tail[0]) == _settings(started)
        earlier = self._events[:last] if goes_on else self._events
        self.before = {e["url"]: e for e in earlier if e.get("outcome") in KEPT}
        self.known = {e["url"]: e for e in tail if "outcome" in e} if goes_on else {}
        if not goes_on:
            self.write(started)
        return goes_on

    def write(self, event: Event) -> None:
        """Add one line and see that it is on the disk."""
        self._file.write(ledger_line(event))
        self._file.flush()
        os.fsync(self._file.fileno())


def _settings(started: Event) -> Event:
    return {k: v for k, v in started.items() if k not in ("time", "version")}


@contextlib.contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """Open the ledger of a folder; make both if they are not there.

    A last line that was not written to its end is taken away, and so is a body that is not whole,
    now and at the end.

    Raises
    ------
    OutputError
        Another collector writes there.
    CorpusError
        The ledger cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with open_ledger(Path(tempfile.mkdtemp())) as ledger:
    ...     ledger.begin({"event": "started", "url": "https://council.example.jp/"})
    False
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LEDGER_NAME).open("ab") as file:
        try:
            _lock(file)
        except OSError as error:
            raise OutputError(
                f"another collector writes to {str(folder)!r}.",
                "Wait until it has ended, or choose another folder with -o.",
                "終わるのを待つか、-o で別のフォルダを指定してください。",
            ) from error
        events, n_bytes = read_events(folder)
        file.truncate(n_bytes)
        try:
            _remove_parts(folder)
            yield Ledger(file, events)
        finally:
            _remove_parts(folder)


def _remove_parts(folder: Path) -> None:
    for name in (PART, f"{PART}.warc"):
        (folder / name).unlink(missing_ok=True)
