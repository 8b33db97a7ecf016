"""What random changes once broke is read or refused, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.ingest.fuzz_pages import SLOW, TABLES, page, table

KEPT = Path(__file__).parent / "fuzz"
TARGETS = {".pages": page, ".tables": table}
CASES = sorted(path for path in KEPT.glob("*.*") if path.suffix in TARGETS)


def test_found_by_fuzzing():
    """None was found so far; the first one that is kept is read here."""
    for path in CASES:
        start = time.process_time()
        TARGETS[path.suffix](path.read_bytes())
        assert time.process_time() - start < SLOW, path.name


def test_every_kept_case_is_read_by_a_test():
    assert {path.suffix for path in KEPT.glob("*.*")} <= {".pdf", *TARGETS}


@pytest.mark.parametrize("text", TABLES)
def test_the_seeds_are_tables(text):
    table(b"\x00" + text.encode())


def test_a_page_is_a_target():
    page("\0第1回試験会議 議事次第".encode())
