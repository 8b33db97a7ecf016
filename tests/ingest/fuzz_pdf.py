"""Feed broken PDFs to the reader and keep every file at which it crashes or hangs.

Run by hand: ``python tests/ingest/fuzz_pdf.py --minutes 10 --seed 0``. A case that neither returns
nor raises UnreadableFile within 20 seconds is written to ``tests/ingest/fuzz``, where the tests find
it.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import re
import sys
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.ingest import pdfs  # noqa: E402

FOLDER = Path(__file__).parent / "fuzz"
SECONDS = 20
MEMORY = 2 << 30
TOKENS = [b"0", b"-1", b"99999999999", b"1e400", b"null", b"<<", b">>", b"[", b"]", b"(", b")",
          b"3 0 R", b"4 0 R", b"/Pages", b"/Kids", b"/Filter", b"/FlateDecode", b"/LZWDecode",
          b"/ASCII85Decode", b"/ASCIIHexDecode", b"/RunLengthDecode", b"/Identity-V",
          b"/Prev 0", b"/XRefStm 9", b"endobj", b"endstream", b"stream\n"]  # fmt: skip


def flipped(content: bytearray, chance: random.Random) -> bytearray:
    for _ in range(chance.randint(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return content


def cut(content: bytearray, chance: random.Random) -> bytearray:
    return content[: chance.randrange(len(content))]


def number_changed(content: bytearray, chance: random.Random) -> bytearray:
    found = chance.choice(list(re.finditer(rb"\d+|/\w+", content)) or [None])
    if found:
        content[found.start() : found.end()] = chance.choice(TOKENS)
    return content


def token_put_in(content: bytearray, chance: random.Random) -> bytearray:
    place = chance.randrange(len(content))
    content[place:place] = chance.choice(TOKENS)
    return content


def objects_swapped(content: bytearray, chance: random.Random) -> bytearray:
    """Put the body of an object, of this file or another, in the place of another's."""
    other = chance.choice(SEEDS)
    taken = chance.choice(list(re.finditer(rb"(?s) obj(.*?)endobj", other)))[1]
    given = list(re.finditer(rb"(?s) obj(.*?)endobj", content))
    if given:
        start, end = chance.choice(given).span(1)
        content[start:end] = taken
    return content


SEEDS = list(pdfs.seeds().values())
CHANGES = [flipped, cut, number_changed, number_changed, token_put_in, objects_swapped]


def changed(chance: random.Random) -> bytes:
    content = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        if content:
            content = chance.choice(CHANGES)(content, chance)
    return bytes(content)


def reader(pipe: Connection) -> None:
    """Read what comes through the pipe and answer with the outcome."""
    from cio_topics.ingest.pdf import UnreadableFile, read_pdf_lines

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:
        pass  # Windows has no such limit
    while True:
        content = pipe.recv_bytes()
        try:
            read_pdf_lines(content)
            pipe.send("read")
        except UnreadableFile:
            pipe.send("refused")
        except BaseException as error:
            pipe.send(f"CRASH {type(error).__name__}: {str(error)[:200]}")


def start() -> tuple[multiprocessing.Process, Connection]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=reader, args=(there,), daemon=True
    )
    process.start()
    there.close()
    return process, here


def outcome(process: multiprocessing.Process, pipe: Connection, content: bytes) -> str:
    pipe.send_bytes(content)
    try:
        return pipe.recv() if pipe.poll(SECONDS) else "HANG"
    except EOFError:
        process.join()
        return f"CRASH: the process ended with {process.exitcode}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end, counts, slowest = time.monotonic() + 60 * options.minutes, Counter(), 0.0
    chance = random.Random(options.seed)
    process, pipe = start()
    while time.monotonic() < end:
        content = changed(chance)
        began = time.monotonic()
        said = outcome(process, pipe, content)
        slowest = max(slowest, time.monotonic() - began)
        counts[said.split(":")[0]] += 1
        if said not in ("read", "refused"):
            FOLDER.mkdir(exist_ok=True)
            name = hashlib.sha256(content).hexdigest()[:12] + ".pdf"
            (FOLDER / name).write_bytes(content)
            print(name, said, flush=True)  # noqa: T201
            process.kill()
            process.join()
            process, pipe = start()
    process.kill()
    print(dict(counts), f"slowest {slowest:.1f} s", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
