"""The lexicon read by the tokenizer, beside the same lexicon as a user dictionary of MeCab.

Run ``python benchmarks/user_dictionary.py`` (``--dictionary ipadic`` for another dictionary). It
prints a table: F1 of long compounds on the gold table of terms, how many places of the lexicon's
terms are one token with ``compounds="short"``, and processor time (the best of three turns), as a
multiple of the first row's.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer
from cio_topics.tokens.user_dictionary import write_user_dictionary

GOLD = Path(__file__).resolve().parent.parent / "tests" / "tokens" / "gold_terms.csv"
TEXTS = 20_000


def f1(tokenizer: Tokenizer, rows: Sequence[dict[str, str]]) -> float:
    """Return the F1 of the terms of all rows, as multisets; spaces inside terms do not count."""
    hits = found = wanted = 0
    for row in rows:
        got = Counter(term.replace(" ", "") for term in tokenizer(row["title"]))
        gold = Counter(row["terms"].split())
        hits += (got & gold).total()
        found += got.total()
        wanted += gold.total()
    return 2 * hits / (found + wanted)


def whole(tokenizer: Tokenizer, titles: Sequence[str], lexicon: Lexicon) -> tuple[int, int]:
    """Return how many places of the lexicon's terms no token ends in, and how many there are."""
    n_whole = n_places = 0
    for title in map(normalize, titles):
        tokens = tokenizer.tokens(title)
        for start, end, name in lexicon.spans(title):
            if name:
                n_places += 1
                n_whole += any(token.start == start and token.end >= end for token in tokens)
    return n_whole, n_places


def seconds(tokenizer: Tokenizer, texts: Sequence[str]) -> float:
    """Return the processor time of reading the terms of some texts, the dictionary open."""
    tokenizer(texts[0])
    start = time.process_time()
    for _ in tokenizer.term_batches(texts):
        pass
    return time.process_time() - start


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionary", default="unidic-lite")
    name = parser.parse_args().dictionary
    with GOLD.open(encoding="utf-8", newline="") as file:
        gold = list(csv.DictReader(file))
    splits = {s: [row for row in gold if row["split"] == s] for s in ("tuned", "held-out")}
    titles = [row["title"] for row in gold]
    # Every text once: a title after another.
    texts = ["、".join(pair) for pair in islice(product(titles, titles), TEXTS)]
    lexicon = read_lexicon()
    stop_words = Lexicon(stop_words=lexicon.stop_words)
    heads = [f"{what}, {split}" for split in splits for what in ("F1", "whole")]
    print(f"| {' | '.join(['', *heads, 'time'])} |\n|---|{'--:|' * (len(heads) + 1)}")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        compiled = str(Path(folder) / "terms.dic")
        write_user_dictionary(lexicon, compiled, dictionary=name)
        ways = {
            "lexicon": (lexicon, None),
            "user dictionary": (stop_words, compiled),
            "both": (lexicon, compiled),
            "neither": (stop_words, None),
        }
        short, long = (
            {
                way: Tokenizer(
                    compounds=compounds,
                    form="surface",
                    lexicon=own,
                    dictionary=name,
                    user_dictionary=path,
                )
                for way, (own, path) in ways.items()
            }
            for compounds in ("short", "long")
        )
        turns = [{way: seconds(long[way], texts) for way in ways} for _ in range(3)]
        taken = {way: min(turn[way] for turn in turns) for way in ways}
        for way in ways:
            cells = [way]
            for rows in splits.values():
                n_whole, n_places = whole(short[way], [row["title"] for row in rows], lexicon)
                cells += [f"{f1(long[way], rows):.3f}", f"{n_whole} of {n_places}"]
            cells.append(f"{taken[way] / taken['lexicon']:.2f}")
            print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
