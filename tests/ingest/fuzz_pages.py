"""Break pages, texts and tables at random, guided by coverage, and keep what makes a parser fail.

Run by hand, with atheris (``pip install atheris``; Linux)::

    python tests/ingest/fuzz_pages.py pages --minutes 10
    python tests/ingest/fuzz_pages.py tables --minutes 10

Seeds are the invented reference pages, or small invented tables. A page may be read or refused
(``UnreadableFile``), a table read or refused (an error of the package); anything else, and anything
that takes longer than five seconds, is kept under ``tests/ingest/fuzz/`` and read by the tests.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
KEPT = HERE / "fuzz"
SLOW = 5.0
TABLES = (
    "会議名,回,開催日,議題\n試験会議,第3回,平成21年7月1日(水),電子政府について\n,,,閉会\n",
    "審議会\t開催日\t案件\n試験会議\tH21.7.1\t①甲 ②乙\n",
    '{"body": "試験会議", "date": "20090701", "title": "計画(案)"}\n',
)


def page(data: bytes) -> None:
    """Read bytes as a page; the first byte chooses the charset that a header declares."""
    from cio_topics.ingest.read_file import UnreadableFile, read_file

    charsets = ("", "utf-8", "Shift_JIS", "euc-jp", "iso-2022-jp")
    charset = charsets[data[0] % len(charsets)] if data else ""
    if b"%PDF-" in data[:1025]:
        return
    try:
        read_file(data[1:], "https://council.example.jp/dai1/", charset)
    except UnreadableFile:
        return


def table(data: bytes) -> None:
    """Read bytes as CSV or JSON lines."""
    from cio_topics.errors import CioTopicsError
    from cio_topics.ingest.tables import preview_table

    ending = ".jsonl" if data[:1] > b"\x7f" else ".csv"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"table{ending}")
        file.write_bytes(data[1:])
        try:
            preview_table(file)
        except CioTopicsError:
            return


def watched(name: str) -> Callable[[bytes], None]:
    """Return the target, keeping what fails or is slow."""
    target = page if name == "pages" else table

    def run(data: bytes) -> None:
        start = time.process_time()
        try:
            target(data)
        except Exception:
            keep(name, data)
            raise
        if time.process_time() - start > SLOW:
            keep(name, data)
            raise TimeoutError(f"{len(data)} bytes took longer than {SLOW} s")

    return run


def keep(name: str, data: bytes) -> None:
    """Store a case under a name of its own."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{hashlib.sha256(data).hexdigest()[:12]}.{name}").write_bytes(data)


def seeds(name: str, folder: Path) -> None:
    """Write the files to begin from."""
    if name == "tables":
        contents = [b"\x00" + text.encode(c) for text in TABLES for c in ("utf-8", "cp932")]
    else:
        files = sorted((HERE.parent / "pages").glob("*.*"))
        contents = [b"\x00" + f.read_bytes() for f in files if f.suffix in (".html", ".txt")]
    for place, content in enumerate(contents):
        (folder / str(place)).write_bytes(content)


def main() -> None:
    """Fuzz for some minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("pages", "tables"))
    parser.add_argument("--minutes", type=float, default=10)
    chosen = parser.parse_args()
    import atheris

    with atheris.instrument_imports(include=["cio_topics.ingest"]):
        import cio_topics.ingest.read_file
        import cio_topics.ingest.tables  # noqa: F401
    with tempfile.TemporaryDirectory() as folder:
        seeds(chosen.what, Path(folder))
        options = [f"-max_total_time={int(chosen.minutes * 60)}", "-max_len=20000", "-seed=1"]
        atheris.Setup([sys.argv[0], *options, "-timeout=20", folder], watched(chosen.what))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
