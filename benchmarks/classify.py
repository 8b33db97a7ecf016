"""Classification: start, speed in bulk beside a plain scikit-learn pipeline, memory of a stream.

Run ``python benchmarks/classify.py``. The plain pipeline is of the same kind: TF-IDF of terms (our
tokenizer, a title at a time) and of one to three characters, and one logistic regression a theme,
learned from the same items. It has no rules, no calibration and no evidence; ours has. Titles are
those of the embedded corpus with invented endings, all different. Ways take turns in every round.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.themes import read_classifier, theme_indicator
from cio_topics.themes.train import labelled_items
from cio_topics.tokens import Tokenizer

ENDINGS = ("", "について", "(案)", "の改定", "の概要", "の進捗状況")
STREAM = (
    "import resource, sys\n"
    "from cio_topics.cli.main import cli\n"
    "cli.main(['classify', '--from', sys.argv[1], '--format', 'jsonl'], standalone_mode=False)\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)\n"
)


def titles(n: int) -> pd.DataFrame:
    """Return different titles with the bodies and dates of those they are made from."""
    agenda = read_example().agenda()[["title", "body", "date", "date_precision"]]
    agenda = agenda.assign(title=agenda["title"].str.replace("\n", " "))
    rng = random.Random(0)
    table = agenda.iloc[[rng.randrange(len(agenda)) for _ in range(n)]].reset_index(drop=True)
    ends = [f"{rng.choice(ENDINGS)} {k}" for k in range(n)]
    return table.assign(title=table["title"] + pd.Series(ends))


def plain_pipeline() -> Pipeline:
    """Return the plain pipeline, fitted on the labelled items."""
    words = TfidfVectorizer(tokenizer=Tokenizer(), token_pattern=None, lowercase=False)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    linear = OneVsRestClassifier(LogisticRegression(C=3.0, class_weight="balanced"))
    items = labelled_items(read_example())
    labels = theme_indicator(items["themes"], read_codebook().ids)
    known = labels.any(axis=0)
    pipeline = make_pipeline(make_union(words, characters), linear)
    return pipeline.fit(items["title"], labels[:, known])


def command(path: Path) -> None:
    """Classify a file with the command, everything it says thrown away."""
    words = [sys.executable, "-m", "cio_topics", "classify", "--from", str(path)]
    subprocess.run([*words, "--format", "jsonl"], check=True, stdout=subprocess.DEVNULL)


def cold() -> float:
    """Return the seconds of one title by the command, in a process of its own."""
    begun = time.perf_counter()
    words = [sys.executable, "-m", "cio_topics", "classify", "オープンデータの推進について"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def stream_peak(folder: Path, n: int) -> tuple[int, float]:
    """Return the peak in MiB and the lines a second of the command for so many lines."""
    path = folder / f"{n}.txt"
    base = titles(min(n, 100_000))["title"].tolist()
    with path.open("w", encoding="utf-8") as file:
        for k in range(n):
            file.write(f"{base[k % len(base)]} {k}\n")
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", STREAM, str(path)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    path.unlink()
    return int(done.stderr.split()[-1]), n / (time.perf_counter() - begun)


def main() -> None:
    """Run every way in turn and print tables and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, nargs="*", default=[50_000, 500_000])
    arguments = parser.parse_args()
    table = titles(arguments.titles)
    model, pipeline = read_classifier(), plain_pipeline()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / "titles.csv"
        table.to_csv(path, index=False)
        ways: dict[str, Callable[[], object]] = {
            "plain pipeline, predict": lambda: pipeline.predict(table["title"]),
            "predict": lambda: model.predict(table),
            "answer (evidence, novelty)": lambda: model.answer(table),
            "cio-topics classify, jsonl": lambda: command(path),
        }
        rounds: dict[str, list[float]] = {name: [] for name in ways}
        starts = []
        for _ in range(arguments.rounds):
            starts.append(cold())
            for name, call in ways.items():
                begun = time.perf_counter()
                call()
                rounds[name].append(time.perf_counter() - begun)
        streams = {n: stream_peak(folder, n) for n in arguments.lines}
    print(f"One title, cold: {min(starts):.2f} s (up to {max(starts):.2f} s)")
    first = next(iter(ways))
    print(f"\n{'way':28} {'titles/s':>9} {'of plain':>9} {'in the rounds':>14}")
    ratios = {}
    for name, seconds in rounds.items():
        of = [p / t for p, t in zip(rounds[first], seconds, strict=True)]
        ratios[name] = round(sorted(of)[len(of) // 2], 3)
        span = f"{min(of):.2f}-{max(of):.2f}"
        speed = len(table) / min(seconds)
        print(f"{name:28} {speed:9,.0f} {ratios[name]:9.2f} {span:>14}")
    print(f"\n{'lines streamed':>14} {'lines/s':>9} {'peak MiB':>9}")
    for n, (peak, speed) in streams.items():
        print(f"{n:14,} {speed:9,.0f} {peak:9,}")
    found = {
        "titles": len(table),
        "cold_seconds": round(min(starts), 2),
        "titles_per_second": {k: round(len(table) / min(v)) for k, v in rounds.items()},
        "of_plain": ratios,
        "peak_mib": {str(n): peak for n, (peak, _) in streams.items()},
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
