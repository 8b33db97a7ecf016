"""Hostile files are read in processes of their own, with limits of time and memory.

A worker is ``python -m cio_topics.ingest.workers``: it is asked through its standard input and
answers in JSON, never in a form that could run code. One that is too slow, too large or broken is
ended and replaced; its file is reported.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cio_topics.ingest.records import FileRecord, from_json

__all__ = ["Limits", "ReadResult", "Task", "read_all"]


class Limits(NamedTuple):
    """Limits of one file: seconds, and bytes of memory (not enforced on Windows)."""

    seconds: float = 60.0
    memory: int = 2 << 30


class Task(NamedTuple):
    """A file to be read: how to get its bytes, its address or name, its declared charset."""

    content: Callable[[], bytes]
    source: str
    charset: str = ""


class ReadResult(NamedTuple):
    """What a file told, or why it could not be read; the hash and size of its bytes."""

    record: FileRecord | None
    error: str = ""
    sha256: str = ""
    size: int = 0


_LENGTHS = struct.Struct(">IQ")
_START = 120.0  # seconds in which a worker must have started, also on a busy machine
_WINDOW = 4  # tasks in hand for each worker


def read_all(
    tasks: Iterable[Task | None], *, limits: Limits | None = None, n_jobs: int = 2
) -> Iterator[ReadResult]:
    r"""Read files in worker processes; yield results in the order of the tasks.

    At any time only a few files are held in memory.

    Parameters
    ----------
    tasks : iterable of Task
        None keeps a place in the order without any reading.
    limits : Limits, optional
    n_jobs : int, default 2
        How many workers.

    Yields
    ------
    ReadResult

    Examples
    --------
    >>> page = "第1回試験会議\n日時：2009年7月1日\n議題\n1. 計画".encode()
    >>> tasks = [Task(lambda: page, "a.txt")]
    >>> [result.record.meetings[0].date for result in read_all(tasks, n_jobs=1)]
    ['2009-07-01']
    """
    idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
    workers = [_Worker(limits or Limits()) for _ in range(n_jobs)]
    for worker in workers:
        idle.put(worker)

    def read(task: Task | None) -> ReadResult:
        if task is None:
            return ReadResult(None)
        worker = idle.get()
        try:
            return worker.read(task)
        finally:
            idle.put(worker)

    pending: deque[Future[ReadResult]] = deque()
    with ThreadPoolExecutor(n_jobs) as pool:
        try:
            for task in tasks:
                pending.append(pool.submit(read, task))
                if len(pending) >= _WINDOW * n_jobs:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
            for worker in workers:
                worker.close()


class _Worker:
    """A process that reads one file after another; started when first needed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def read(self, task: Task) -> ReadResult:
        try:
            content = task.content()
        except Exception as error:  # zipfile raises many kinds for a broken member
            said = getattr(error, "strerror", None) or str(error) or type(error).__name__
            return ReadResult(None, f"cannot be opened: {said}")
        digest, size = hashlib.sha256(content).hexdigest(), len(content)
        return self._answer(content, task)._replace(sha256=digest, size=size)

    def _answer(self, content: bytes, task: Task) -> ReadResult:
        try:
            answer = self._ask(content, task)
        except (BrokenPipeError, OSError):
            answer = None
        except queue.Empty:
            self.end()
            seconds = f"{self._limits.seconds:g}"
            return ReadResult(None, f"stopped after {seconds} s / {seconds} 秒で打ち切りました")
        if answer is None:
            self.end()
            return ReadResult(None, "the parser broke down / 解析器が異常終了しました")
        said = json.loads(answer)
        if "error" in said:
            return ReadResult(None, said["error"])
        return ReadResult(from_json(said["record"]))

    def _ask(self, content: bytes, task: Task) -> bytes | None:
        process = self._process or self._start()
        if process is None:
            return None
        assert process.stdin is not None
        head = json.dumps({"source": task.source, "charset": task.charset}).encode()
        process.stdin.write(_LENGTHS.pack(len(head), len(content)) + head)
        process.stdin.write(content)
        process.stdin.flush()
        return self._answers.get(timeout=self._limits.seconds)

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            self._process = self._open()
        return self._process if self._answers.get(timeout=_START) == b"ready" else None

    def close(self) -> None:
        """End the process, also one that is busy; start none any more."""
        with self._lock:
            self._closed = True
        self.end()

    def _open(self) -> subprocess.Popen[bytes]:
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        )
        self._answers = queue.SimpleQueue()
        assert process.stdout is not None
        threading.Thread(target=_collect, args=(process.stdout, self._answers), daemon=True).start()
        return process

    def end(self) -> None:
        """Kill the process; the next file starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # bytes that the dead process never took
                        continue


def _collect(stream: BinaryIO, answers: queue.SimpleQueue[bytes | None]) -> None:
    """Put each answer into the queue, then None when the process has gone."""
    try:
        while True:
            length = stream.read(8)
            if len(length) < 8:
                break
            size = int.from_bytes(length, "big")
            answer = stream.read(size)
            if len(answer) < size:  # it was killed while it answered
                break
            answers.put(answer)
    except (OSError, ValueError):  # the pipe was closed by end()
        pass
    answers.put(None)


def _serve(memory: int) -> None:
    """Answer until standard input ends."""
    _limit_memory(memory)
    from cio_topics.ingest.read_file import UnreadableFile, read_file

    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing a parser prints may stand between the answers
    _say(sink, b"ready")
    while len(lengths := source.read(_LENGTHS.size)) == _LENGTHS.size:
        head, size = _LENGTHS.unpack(lengths)
        asked = json.loads(source.read(head))
        content = source.read(size)
        answer: dict[str, object]
        try:
            answer = {"record": read_file(content, asked["source"], asked["charset"])}
        except UnreadableFile as error:
            answer = {"error": str(error)}
        except MemoryError:
            answer = {"error": "too large to read in memory / メモリに収まりません"}
        except Exception as error:  # a fault of ours or of a parser: the next file is read
            answer = {"error": f"error of the program: {type(error).__name__}: {error}"}
        _say(sink, json.dumps(answer).encode())


def _say(sink: BinaryIO, said: bytes) -> None:
    sink.write(len(said).to_bytes(8, "big") + said)
    sink.flush()


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (ValueError, OSError):  # a system that does not let a process limit itself
        return


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
