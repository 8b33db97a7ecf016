"""Killed at any moment and started again, a collection ends with the same folder."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cio_topics.collect import crawl
from cio_topics.collect.crawl import collect
from cio_topics.collect.ledger import Ledger
from cio_topics.ingest.ledger import LEDGER_NAME, read_events
from tests.collect.site import Page, Site, moved, page, pdf

SETTINGS = {
    "contact": "test@council.example.jp",
    "delay": 0.0,
    "allow_private": True,
    "timeout": 5.0,
}


def small(site: Site) -> None:
    """A few pages with one of everything that can be noted."""
    site.link("a.html", "/content/1.pdf", "old.html", "gone.html", "private/x.html", "/other/")
    site.pages["/council/a.html"] = Page(page('<a href="b.html">b</a><a href="/c/">c</a>', "a"))
    site.pages["/council/b.html"] = Page(page('<a href="./">top</a>', "b"))
    site.pages["/council/old.html"] = moved("new.html")
    site.pages["/council/new.html"] = Page(b"<p>new")
    site.pages["/content/1.pdf"] = Page(pdf("1") * 40)


def state(folder: Path) -> tuple[dict[str, bytes], list[object]]:
    """Return all files, and the ledger without its times."""
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
    lines = files.pop(LEDGER_NAME).decode("ascii").splitlines()
    events = [{k: v for k, v in json.loads(line).items() if k != "time"} for line in lines]
    return {name: b"" if name.endswith(".warc.gz") else v for name, v in files.items()}, events


@pytest.fixture
def snapshots(monkeypatch, tmp_path):
    """Copy the folder before and after everything that changes it: what a kill would leave."""
    taken: list[Path] = []
    numbers = itertools.count()
    folder = tmp_path / "raw"

    def snap() -> None:
        if folder.exists():
            taken.append(tmp_path / f"killed{next(numbers)}")
            shutil.copytree(folder, taken[-1])

    def around(function):
        def wrapped(*arguments, **named):
            snap()
            result = function(*arguments, **named)
            snap()
            return result

        return wrapped

    monkeypatch.setattr(Ledger, "write", around(Ledger.write))
    monkeypatch.setattr(crawl._Run, "_move", around(crawl._Run._move))
    monkeypatch.setattr(os, "fsync", around(os.fsync))
    yield taken
    monkeypatch.undo()


@pytest.mark.parametrize("changed", [False, True], ids=["first run", "refresh"])
def test_every_moment_leads_to_the_same_folder(site, tmp_path, snapshots, monkeypatch, changed):
    small(site)
    folder = tmp_path / "raw"
    if changed:
        collect(site.url, folder, **SETTINGS, warc=True)
        site.pages["/council/a.html"] = Page(page('<a href="b.html">b</a><a href="d.pdf">', "a"))
        site.pages["/council/d.pdf"] = Page(pdf("d"))
        snapshots.clear()
    collect(site.url, folder, **SETTINGS, warc=True)
    reference = state(folder)
    moments = list(snapshots)
    monkeypatch.undo()
    assert len(moments) > 60
    seen: set[str] = set()
    for moment in moments:
        before = repr(state(moment)) if (moment / LEDGER_NAME).read_bytes().endswith(b"\n") else ""
        if before and before in seen:  # nothing happened in between
            continue
        seen.add(before)
        finished = (moment / LEDGER_NAME).read_bytes().rstrip().rpartition(b"\n")[2]
        if b'"finished"' in finished:
            continue
        collect(site.url, moment, **SETTINGS, warc=True)
        assert state(moment) == reference, moment.name
    assert len(seen) > 20


def test_a_line_torn_anywhere_is_written_again(site, tmp_path):
    small(site)
    folder = tmp_path / "raw"
    collect(site.url, folder, **SETTINGS)
    reference = state(folder)
    whole = (folder / LEDGER_NAME).read_bytes()
    for length in range(0, len(whole), 397):
        (folder / LEDGER_NAME).write_bytes(whole[:length])
        (folder / ".part").write_bytes(b"half a body")
        collect(site.url, folder, **SETTINGS)
        assert state(folder) == reference, length


def _has_finished(folder: Path) -> bool:
    events = read_events(folder)[0]
    return bool(events) and events[-1].get("event") == "finished"


def test_killed_processes_lead_to_the_same_folder(site, tmp_path):
    """SIGKILL (TerminateProcess on Windows) at moments of a request, until one run ends by itself."""
    small(site)
    collect(site.url, tmp_path / "reference", **SETTINGS)
    script = (
        "import sys\nfrom cio_topics.collect import collect\n"
        f"collect({site.url!r}, sys.argv[1], **{SETTINGS!r})\n"
    )
    folder = tmp_path / "raw"
    killed = 0
    for wait in (0.0, 0.002, 0.01, 0.0):
        reached = threading.Event()
        left = 2 + killed % 2  # robots.txt and one or two pages more

        def count(path: str, reached: threading.Event = reached) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                reached.set()

        site.on_request = count
        with subprocess.Popen([sys.executable, "-c", script, str(folder)]) as process:
            while process.poll() is None and not reached.wait(0.01):
                pass
            reached.wait(wait) and threading.Event().wait(wait)
            process.kill()
            process.wait()
            killed += process.returncode != 0
        site.on_request = None
        if _has_finished(folder):  # it was quicker than the kill; another run would be a refresh
            break
    assert killed >= 1
    if not _has_finished(folder):
        collect(site.url, folder, **SETTINGS)
    assert state(folder) == state(tmp_path / "reference")
