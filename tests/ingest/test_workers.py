"""Files are read in processes with limits; none of them can stop the rest."""

from __future__ import annotations

import hashlib
import io
import queue
import subprocess
import sys
import threading
import time
import zipfile
import zlib

import pytest

from cio_topics.ingest import workers
from cio_topics.ingest.workers import Limits, ReadResult, Task, read_all

# The server loop is the real one; only the parser is another, which does what it is told. The
# package's heavy imports are left out, so that a worker starts in a moment.
WORKER = """
import os, sys, time, types
import cio_topics

package = types.ModuleType("cio_topics.ingest")
package.__path__ = [os.path.join(os.path.dirname(cio_topics.__file__), "ingest")]
sys.modules["cio_topics.ingest"] = package
from cio_topics.ingest.records import FileRecord

parser = types.ModuleType("cio_topics.ingest.read_file")
sys.modules["cio_topics.ingest.read_file"] = parser
class UnreadableFile(ValueError): pass

def read_file(content, source="", charset=""):
    word, _, rest = content[:40].decode("latin-1").partition(" ")
    if word == "sleep": time.sleep(float(rest))
    if word == "die": os._exit(9)
    if word == "refuse": raise UnreadableFile("not this one")
    if word == "fail": raise KeyError("a fault")
    if word == "recurse": read_file(content)
    if word == "allocate": bytearray(int(rest))
    if word == "print": print("noise" * 10_000)
    if word == "answer": return FileRecord(source, text="x" * int(rest))
    return FileRecord(source, "page", charset=charset, title=f"{os.getpid()}")

parser.UnreadableFile, parser.read_file = UnreadableFile, read_file
from cio_topics.ingest import workers
time.sleep(float(os.environ.get("SLOW_START", "0")))
workers._serve(int(sys.argv[1]))
"""


@pytest.fixture
def started(monkeypatch, tmp_path) -> list[subprocess.Popen]:
    """Start workers that obey; give the processes that were started."""
    (tmp_path / "obedient_worker.py").write_text(WORKER, encoding="utf-8")
    monkeypatch.setattr(workers, "__name__", "obedient_worker")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes: list[subprocess.Popen] = []
    real = subprocess.Popen

    def start(*args, **kwargs):
        processes.append(real(*args, **kwargs))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return processes


def task(words: str, source: str = "") -> Task:
    return Task(words.encode, source or words)


def read(*words: str, seconds: float = 20, n_jobs: int = 1, memory: int = 2 << 30):
    return list(read_all(map(task, words), limits=Limits(seconds, memory), n_jobs=n_jobs))


def all_ended(processes: list[subprocess.Popen], within: float = 5) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if all(process.returncode is not None for process in processes):
            return True
        time.sleep(0.02)
    return False


def test_results_come_in_order_whatever_took_longer(started):
    words = ["sleep 0.6", *(f"page {n}" for n in range(20)), "sleep 0.2", "page last"]
    results = read(*words, n_jobs=3)
    assert [result.record.source for result in results] == words
    assert len(started) == 3
    assert all_ended(started)


def test_one_process_reads_many_files(started):
    results = read(*(f"page {n}" for n in range(30)))
    assert len({result.record.title for result in results}) == 1
    assert len(started) == 1


def test_no_files(started):
    assert read() == []
    assert started == []


def test_hash_and_size_are_those_of_the_bytes(started):
    for words in ("page 1", "refuse", "die"):
        (result,) = read(words)
        assert result.sha256 == hashlib.sha256(words.encode()).hexdigest()
        assert result.size == len(words)


def test_what_was_asked_reaches_the_parser(started):
    asked = Task(lambda: b"page", "第1回/議事.html", "EUC-JP")
    (result,) = read_all([asked], n_jobs=1)
    assert (result.record.source, result.record.charset) == ("第1回/議事.html", "EUC-JP")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("refuse", "not this one"),
        ("fail", "error of the program: KeyError: 'a fault'"),
        ("recurse", "error of the program: RecursionError"),
        ("die", "the parser broke down / 解析器が異常終了しました"),
    ],
)
def test_a_file_that_fails_is_said_and_the_next_is_read(started, words, error):
    failed, after = read(words, "page")
    assert failed.record is None
    assert failed.error.startswith(error)
    assert after.record.source == "page"
    assert len(started) == (2 if words == "die" else 1)  # only a dead worker is replaced
    assert all_ended(started)


def test_a_file_that_hangs_is_stopped_and_the_next_is_read(started):
    begin = time.monotonic()
    before, hung, after = read("page 1", "sleep 600", "page 2", seconds=2)
    assert time.monotonic() - begin < 30
    assert (before.error, after.error) == ("", "")
    assert hung == ReadResult(
        None,
        "stopped after 2 s / 2 秒で打ち切りました",
        hashlib.sha256(b"sleep 600").hexdigest(),
        len("sleep 600"),
    )
    assert before.record.title != after.record.title  # another process
    assert all_ended(started)


def test_every_worker_may_hang(started):
    results = read(*["sleep 600"] * 3, "page", seconds=2, n_jobs=3)
    assert [result.record is None for result in results] == [True] * 3 + [False]
    assert all_ended(started)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not enforce RLIMIT_AS")
def test_a_file_that_eats_memory_is_refused(started):
    eaten, after = read(f"allocate {4 << 30}", "page", memory=1 << 30)
    assert eaten.error == "too large to read in memory / メモリに収まりません"
    assert after.record.source == "page"


def test_what_a_parser_prints_disturbs_nothing(started):
    results = read("print", "page", "print")
    assert [result.error for result in results] == ["", "", ""]


def test_large_files_and_large_answers_pass(started):
    big = b"page " + b"x" * 20_000_000
    results = list(read_all([Task(lambda: big, "big"), task("answer 20000000")], n_jobs=1))
    assert results[0].size == len(big)
    assert len(results[1].record.text) == 20_000_000


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied"),
        FileNotFoundError(2, "No such file or directory"),
        OSError("larger than 10 bytes"),
    ],
)
def test_a_file_that_cannot_be_opened_is_said(started, error):
    def content() -> bytes:
        raise error

    failed, after = read_all([Task(content, "x"), task("page")], n_jobs=1)
    assert failed.error == f"cannot be opened: {error.strerror or error}"
    assert after.record is not None


@pytest.mark.parametrize(
    "error",
    [
        zipfile.BadZipFile("Bad CRC-32 for file 'x.html'"),
        RuntimeError("File 'x.html' is encrypted, password required for extraction"),
        NotImplementedError("That compression method is not supported"),
        zlib.error("Error -3 while decompressing data"),
        EOFError("Compressed file ended before the end-of-stream marker was reached"),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_member_of_a_broken_archive_is_said(started, error):
    def content() -> bytes:
        raise error

    failed, after = read_all([Task(content, "x"), task("page")], n_jobs=1)
    assert failed.error.startswith("cannot be opened")
    assert after.record is not None


def test_only_a_few_files_are_held(started):
    fetched = 0

    def content() -> bytes:
        nonlocal fetched
        fetched += 1
        return b"page"

    results = read_all((Task(content, str(n)) for n in range(1_000)), n_jobs=2)
    next(results)
    assert fetched <= 9
    results.close()
    assert fetched <= 12


def test_closing_early_ends_idle_workers(started):
    results = read_all((task(f"page {n}") for n in range(100)), n_jobs=2)
    next(results)
    time.sleep(1)  # all that was asked for is read
    results.close()
    assert all_ended(started)


def test_closing_early_ends_busy_workers_at_once(started):
    words = ["page", *["sleep 60"] * 7]
    results = read_all(map(task, words), limits=Limits(20), n_jobs=2)
    next(results)
    begin = time.monotonic()
    results.close()
    waited = time.monotonic() - begin
    ended = all_ended(started, within=10)
    for process in started:  # whatever the outcome, leave nothing behind
        process.kill()
    assert ended
    assert waited < 10


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ValueError])
def test_an_interrupt_ends_all_processes(started, error):
    words = ["page", *["sleep 60"] * 7]
    results = read_all(map(task, words), limits=Limits(20), n_jobs=2)
    next(results)
    with pytest.raises(error):
        results.throw(error)
    ended = all_ended(started, within=10)
    for process in started:
        process.kill()
    assert ended


def test_an_error_of_the_tasks_ends_all_processes(started):
    def tasks():
        yield from map(task, ["page"] * 10)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(read_all(tasks(), n_jobs=2))
    assert all_ended(started)


def test_the_start_of_a_worker_is_not_the_time_of_a_file(started, monkeypatch):
    monkeypatch.setenv("SLOW_START", "2.8")  # a busy machine, a cold disk, a virus scanner
    (result,) = read("page", seconds=2.5)
    assert result.error == ""


def test_half_an_answer_is_no_answer():
    answers: queue.SimpleQueue = queue.SimpleQueue()
    workers._collect(io.BytesIO((100).to_bytes(8, "big") + b'{"rec'), answers)
    assert answers.get(timeout=1) is None


def test_a_worker_killed_from_outside_is_replaced(started):
    """As the kernel does when memory runs out."""

    def killed_soon() -> bytes:
        threading.Timer(0.5, lambda: started[-1].kill()).start()
        return b"sleep 30"

    first, failed, after = read_all(
        [task("page 1"), Task(killed_soon, "x"), task("page 2")], limits=Limits(20), n_jobs=1
    )
    assert "broke down" in failed.error
    assert (first.error, after.error) == ("", "")
    assert all_ended(started)


def test_the_real_worker_reads_a_page_and_a_folder_named_in_japanese(tmp_path, monkeypatch):
    (tmp_path / "試験").mkdir()
    monkeypatch.chdir(tmp_path / "試験")  # a worker does not depend on where it is started
    page = "<h1>第1回試験会議</h1>日時：2009年7月1日<br>議事次第<ol><li>計画</ol>"
    (result,) = read_all([Task(page.encode, "議事.html")], n_jobs=1)
    assert result.record.meetings[0].date == "2009-07-01"
    assert result.record.source == "議事.html"
