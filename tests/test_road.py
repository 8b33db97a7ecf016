"""The whole road on the real corpus, as a newcomer walks it: in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

pytestmark = pytest.mark.road

REPORT = [sys.executable, "-m", "cio_topics", "report"]


def test_one_command_in_an_empty_folder(tmp_path):
    done = subprocess.run(REPORT, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    page = tmp_path / done.stdout.strip()
    assert page.name == "report.html"
    assert page.stat().st_size > 500_000
    items = pd.read_csv(tmp_path / "cio-topics-report" / "tables" / "items.csv")
    assert len(items) == 307
    assert items["source_url"].notna().all()  # each item leads to where it was read
    manifest = json.loads((page.parent / "manifest.json").read_text("utf-8"))
    assert manifest["command"] == "cio-topics report"


def test_what_the_case_study_saw_is_in_the_shares(tmp_path):
    """Themes that the case study found by hand are highest in the years it names."""
    out = tmp_path / "year.csv"
    track = [sys.executable, "-m", "cio_topics", "track", "--format", "csv", "-o", str(out)]
    body = "各府省情報化統括責任者(CIO)連絡会議"
    subprocess.run([*track, "--body", body], check=True)
    shares = pd.read_csv(out).query("period != 'unknown'").astype({"period": int})
    totals = shares.set_index(["theme", "period"])["n"]
    for theme, first, last in (
        ("egov_plan", 2002, 2003),
        ("optimization", 2004, 2011),
        ("open_data", 2013, 2014),
        ("digital_gov", 2017, 2018),
    ):
        by_year = totals[theme]
        inside = by_year.loc[first:last].sum() / (last - first + 1)
        outside = by_year.drop(range(first, last + 1)).mean()
        assert inside > outside, theme


@pytest.mark.skipif(os.name == "nt", reason="interrupts are sent differently on Windows")
@pytest.mark.parametrize("seconds", [0.8, 2.5, 5.0])
def test_interrupted_run_leaves_nothing_half_written(tmp_path, seconds):
    running = subprocess.Popen([*REPORT, "-o", "out"], cwd=tmp_path, stderr=subprocess.PIPE)
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    if running.returncode == 0:  # a fast machine had finished before
        assert (tmp_path / "out" / "report.html").exists()
    else:
        assert list(tmp_path.iterdir()) == []


def test_own_folder_in_every_format(tmp_path):
    from cio_topics import read_example, write_corpus

    corpus = read_example().filter(bodies=["デジタル社会構想会議"])
    hashes = set()
    for file_format in ("csv", "jsonl", "xlsx", "parquet"):
        place = tmp_path / (f"c.{file_format}" if file_format == "xlsx" else file_format)
        write_corpus(corpus, place, file_format)
        check = [sys.executable, "-m", "cio_topics", "check", str(place), "--format", "json"]
        done = subprocess.run(check, check=True, capture_output=True)
        hashes.add(json.loads(done.stdout)["sha256"])
    assert hashes == {corpus.hash}
