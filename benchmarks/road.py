"""The main job, ``cio-topics report``: time and memory, and how they grow with the corpus.

Run ``python benchmarks/road.py`` (needs ``psutil``: ``pip install ".[benchmark]"``). The embedded
corpus is measured as it is, then repeated to 1k, 10k and 100k items under new identifiers. Each
run is a process of its own. The growth exponent is the slope of log time over log items.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pandas as pd
import psutil

from cio_topics.corpus import Corpus, read_example, write_corpus


def repeated(n_items: int) -> Corpus:
    """Return the embedded corpus repeated to at least `n_items` items, each copy with new ids."""
    corpus = read_example()
    copies = math.ceil(n_items / len(corpus))
    tables = {}
    for name in ("meetings", "items", "theme_labels"):
        table = corpus.tables[name]
        parts = []
        for copy in range(copies):
            keys = [key for key in ("meeting_id", "item_id") if key in table]
            parts.append(table.assign(**{key: table[key] + f"-{copy}" for key in keys}))
        tables[name] = pd.concat(parts, ignore_index=True)
    tables["decisions"], tables["administrations"] = corpus.decisions, corpus.administrations
    return Corpus(tables)


def measure(command: list[str]) -> tuple[float, float]:
    """Return seconds and peak resident MiB of a command and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        try:
            family = [watched, *watched.children(recursive=True)]
            peak = max(peak, sum(member.memory_info().rss for member in family))
        except psutil.Error:
            pass
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with exit code {process.returncode}")
    return seconds, peak / 2**20


def exponent(first: tuple[int, float], last: tuple[int, float]) -> float:
    """Return the slope of log time over log items between two runs."""
    return math.log(last[1] / first[1]) / math.log(last[0] / first[0])


def main() -> None:
    """Measure, print a table, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    sizes = parser.parse_args().sizes
    rows: list[tuple[str, int, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = [sys.executable, "-m", "cio_topics", "report", "-o", str(folder / "out")]
        measure(report)  # warm up the file cache
        rows.append(("embedded", len(read_example()), *measure(report)))
        for size in sizes:
            corpus = repeated(size)
            write_corpus(corpus, folder / f"corpus-{size}")
            command = [*report, str(folder / f"corpus-{size}")]
            rows.append((f"repeated to {size}", len(corpus), *measure(command)))
            page = (folder / "out" / "report.html").stat().st_size / 2**20
            print(f"# {size}: page {page:.1f} MiB", file=sys.stderr)
    print(f"{'corpus':<22}{'items':>9}{'seconds':>10}{'peak MiB':>10}")
    for label, n_items, seconds, peak in rows:
        print(f"{label:<22}{n_items:>9}{seconds:>10.1f}{peak:>10.0f}")
    points = [(n_items, seconds) for _, n_items, seconds, _ in rows]
    steps = {f"{a[0]}-{b[0]}": round(exponent(a, b), 3) for a, b in pairwise(points)}
    # What the embedded corpus costs is mostly start-up; without it only the growing part is left.
    beyond = [(n_items, seconds - points[0][1]) for n_items, seconds in points[-2:]]
    net = round(exponent(*beyond), 3) if all(seconds > 0 for _, seconds in beyond) else None
    result = {
        "embedded_seconds": round(rows[0][2], 2),
        "largest_items": rows[-1][1],
        "largest_peak_mib": round(rows[-1][3]),
        "growth_exponent": round(exponent(points[0], points[-1]), 3),
        "growth_exponent_by_step": steps,
        "growth_exponent_net_of_start": net,
    }
    print(f"growth exponent: {result['growth_exponent']} (by step: {steps}; net of start: {net})")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
