"""Tokens and counts beside the ``mecab`` binary with the same dictionary, in one run.

Run ``python benchmarks/tokens.py`` (needs the program ``mecab``, Debian package ``mecab``). The
text is made of titles of the embedded corpus, drawn with a fixed seed, put together and cut to 49
characters a line. The binary prints its full output to a file. Ways are run in turn, round after
round, and the best round of each counts; ratios above one are faster than the binary. The naive
way reads ``node.feature.lemma`` of every node in Python. Memory is the peak of a process of its own
that counts terms of a million titles.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.corpus import read_example
from cio_topics.tokens import Tokenizer, dictionary_version
from cio_topics.tokens.dictionaries import find_dictionary
from cio_topics.vectors import make_vectorizer

WIDTH = 49


def lines(size: int | None = None, n: int | None = None) -> Iterator[str]:
    """Yield lines of agenda text: about `size` bytes, or `n` lines."""
    titles = sorted(set(read_example().items["title"]))
    draw = random.Random(0)
    done = count = 0
    while (size is None or done < size) and (n is None or count < n):
        line = "".join(draw.choice(titles) for _ in range(4))[draw.randrange(12) :][:WIDTH]
        yield line
        done += len(line.encode()) + 1
        count += 1


def naive(texts: list[str]) -> list[list[tuple[str, str]]]:
    """Return surfaces and lemmas as fugashi's nodes give them."""
    import fugashi
    import unidic_lite

    folder = unidic_lite.DICDIR
    tagger = fugashi.Tagger(f'-r "{folder}/mecabrc" -d "{folder}"')
    return [[(w.surface, w.feature.lemma) for w in tagger(text)] for text in texts]


def check(texts: list[str]) -> int:
    """Hold the columns against the naive way where the lexicon keeps nothing; count tokens."""
    from cio_topics.lexicon import Lexicon
    from cio_topics.text import normalize

    # ASCII words stay whole with any lexicon, and MeCab splits some: lines without them.
    plain = [t for t in map(normalize, texts) if not any(c.isascii() and c.isalpha() for c in t)]
    columns = Tokenizer(lexicon=Lexicon()).columns(plain)
    total = 0
    for place, expected in enumerate(naive(plain)):
        tokens = columns.tokens(place)
        found = [(token.surface, token.lemma) for token in tokens]
        if any(plain[place][t.start : t.end] != t.surface for t in tokens):
            raise SystemExit(f"a token is not where it should be: {plain[place]!r}")
        if found != [(surface, lemma or surface) for surface, lemma in expected]:
            raise SystemExit(f"other tokens than the naive way: {plain[place]!r}")
        total += len(found)
    return total


def timed(call: Callable[[], object]) -> float:
    """Return the seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def count(n: int) -> dict[str, float]:
    """Count terms of `n` titles in this process and return what memory it took, in MiB."""
    scale = 1024 if sys.platform != "darwin" else 1024**2
    texts = list(lines(n=n))
    make_vectorizer("count").fit(texts[:1000])  # imports and dictionary
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    start = time.perf_counter()
    vectorizer = make_vectorizer("count", min_df=2, max_df=1.0)
    matrix = vectorizer.fit_transform(texts)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    size = (matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes) / 2**20
    return {
        "titles": n,
        "terms": matrix.shape[1],
        "matrix_mib": round(size, 1),
        "input_mib": round(before, 1),
        "peak_mib": round(peak, 1),
        "above_matrix_mib": round(peak - size, 1),
        "seconds": round(seconds, 1),
    }


def main() -> None:
    """Run every way in turn and print a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=6.0, help="megabytes of text")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--titles", type=int, default=1_000_000, help="for memory; 0 leaves it out")
    parser.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.count:
        print(json.dumps(count(arguments.count)))
        return
    if shutil.which("mecab") is None:
        raise SystemExit("the program mecab is missing; Debian: apt-get install mecab")
    texts = list(lines(size=int(arguments.size * 1e6)))
    size = sum(len(text.encode()) + 1 for text in texts) / 1e6
    folder = find_dictionary("unidic-lite").folder
    tokenizer = Tokenizer()
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch) / "text.txt", Path(scratch) / "out.txt"
        source.write_text("\n".join([*texts, ""]), encoding="utf-8")
        command = ["mecab", "-r", f"{folder}/mecabrc", "-d", folder, "-o", str(target), str(source)]
        ways: dict[str, Callable[[], object]] = {
            "mecab, full output": lambda: subprocess.run(command, check=True),
            "mecab -Owakati": lambda: subprocess.run([*command, "-Owakati"], check=True),
            "naive feature.lemma": lambda: naive(texts),
            "columns": lambda: tokenizer.columns(texts),
            "columns, n_jobs=2": lambda: tokenizer.columns(texts, n_jobs=2),
            "CSR counts": lambda: make_vectorizer("count", min_df=1).fit_transform(texts),
        }
        first = timed(ways["columns, n_jobs=2"])  # starts the processes
        rounds = {name: [] for name in ways}
        for _ in range(arguments.rounds):
            for name, call in ways.items():
                rounds[name].append(timed(call))
    best = {name: min(times) for name, times in rounds.items()}
    binary = best["mecab, full output"]
    print(f"{size:.1f} MB in {len(texts):,} lines of {WIDTH} characters, {dictionary_version()}")
    print(f"{'way':22} {'MB/s':>6} {'of the binary':>14} {'in the rounds':>16}")
    for name, seconds in best.items():
        ratios = [b / t for b, t in zip(rounds["mecab, full output"], rounds[name], strict=True)]
        span = f"{min(ratios):.2f}-{max(ratios):.2f}"
        print(f"{name:22} {size / seconds:6.2f} {binary / seconds:14.2f} {span:>16}")
    print(f"{'n_jobs=2, first call':22} {size / first:6.2f} {binary / first:14.2f}")
    same = check(texts)
    print(f"{same:,} tokens are those of the naive way (lines without ASCII letters)")
    result = {
        "ratio_columns": round(binary / best["columns"], 3),
        "ratio_columns_2_jobs": round(binary / best["columns, n_jobs=2"], 3),
        "ratio_columns_2_jobs_first_call": round(binary / first, 3),
        "ratio_counts": round(binary / best["CSR counts"], 3),
        "ratio_naive": round(binary / best["naive feature.lemma"], 3),
        "megabytes": round(size, 2),
        "lines": len(texts),
        "tokens_checked": same,
    }
    if arguments.titles:
        own = [sys.executable, __file__, "--count", str(arguments.titles)]
        memory = json.loads(subprocess.run(own, check=True, capture_output=True).stdout)
        print(
            f"{memory['titles']:,} titles → {memory['terms']:,} terms in {memory['seconds']} s: "
            f"peak {memory['peak_mib']:,} MiB, of it {memory['matrix_mib']} the matrix and "
            f"{memory['input_mib']} before it began (titles and imports)"
        )
        result |= {f"memory_{name}": value for name, value in memory.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
