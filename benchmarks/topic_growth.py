"""Topics of 1,000 to a million titles: how time and memory of the default model grow.

Run ``python benchmarks/topic_growth.py``. Titles are made of those of the embedded corpus: the
beginning of one and the end of another, drawn with a fixed seed. Each size is a process of its own,
imports and compiling done before the clock starts; seconds are of the processor. ``count`` is
titles to a matrix, ``fit`` and ``transform`` are the model's. The growth exponent is the slope of
log time over log titles, between the last two sizes and over all. Memory is the peak of the process
with the titles.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.corpus import read_example
from cio_topics.topics.models import choose_kind, make_topic_model

STEPS = ("count", "fit", "transform")


def titles(n: int) -> Iterator[str]:
    """Yield `n` titles."""
    known = sorted(set(read_example().items["title"]))
    draw = random.Random(0)
    for _ in range(n):
        one, other = draw.choice(known), draw.choice(known)
        yield one[: draw.randrange(len(one) + 1)] + other[draw.randrange(len(other)) :]


def measure(n: int, n_topics: int) -> dict[str, float | str]:
    """Return seconds of each step and the peak of memory in this process."""
    texts = list(titles(n))
    kind = choose_kind(texts)
    pipeline = make_topic_model(kind, n_topics=n_topics)
    vectorizer, model = (step for _, step in pipeline.steps)
    warm = texts[:300]
    model.fit(vectorizer.fit_transform(warm)).transform(vectorizer.transform(warm))
    clock = [time.process_time()]
    counts = vectorizer.fit_transform(texts)
    clock.append(time.process_time())
    model.fit(counts)
    clock.append(time.process_time())
    model.transform(counts)
    clock.append(time.process_time())
    scale = 1024 if sys.platform != "darwin" else 1024**2
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    seconds = dict(zip(STEPS, (b - a for a, b in pairwise(clock)), strict=True))
    return {"titles": n, "kind": kind, "terms": counts.shape[1], **seconds, "mib": peak}


def exponent(rows: list[dict[str, float | str]], step: str) -> float:
    """Return the slope of log time over log titles between the first row and the last."""
    first, last = rows[0], rows[-1]
    return math.log(float(last[step]) / float(first[step])) / math.log(
        float(last["titles"]) / float(first["titles"])
    )


def main() -> None:
    """Measure every size, print a table and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--topics", type=int, default=12)
    arguments = parser.parse_args()
    rows: list[dict[str, float | str]] = []
    print(f"{'titles':>9}{'kind':>9}{'terms':>7}" + "".join(f"{s:>11}" for s in STEPS) + "     MiB")
    for size in arguments.sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(measure, size, arguments.topics).result()
        rows.append(row)
        steps = "".join(f"{float(row[step]):>11.3f}" for step in STEPS)
        print(f"{row['titles']:>9}{row['kind']:>9}{row['terms']:>7}{steps}{row['mib']:>8.0f}")
    result = {
        "titles": [row["titles"] for row in rows],
        "kind": rows[-1]["kind"],
        "peak_mib": round(float(rows[-1]["mib"])),
        **{f"{step}_exponent": round(exponent(rows, step), 3) for step in STEPS},
        **{f"{step}_exponent_last": round(exponent(rows[-2:], step), 3) for step in STEPS},
    }
    for step in STEPS:
        last, whole = result[f"{step}_exponent_last"], result[f"{step}_exponent"]
        print(f"growth exponent of {step}: {whole} over all, {last} in the last step")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
