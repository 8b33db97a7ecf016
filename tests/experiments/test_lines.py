"""Lines of keys in TOML."""

from __future__ import annotations

import pytest

from cio_topics.experiments.lines import KeyLines

SOURCE = '''# seeds = 1
question = """
seeds = 2
[model]
"""
seeds = [
  1, # metrics = 3
  2,
]
'quoted' = 1
metrics = ["a = b", '[model]']
search.metric = "nmi"
[ corpus ]   # [tokens]
path = "x"
[tokens]
compounds = "both"
[[model]]
kind = "nmf"

[[model]]
n_topics = {low = 3, high = 9}
  kind = 'lda'
[a.b]
c = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("question",), 2),
        (("seeds",), 6),  # neither the comment nor the text
        (("quoted",), 10),
        (("metrics",), 11),
        (("search", "metric"), 12),
        (("search", "trials"), 12),  # where its table is first named
        (("corpus",), 13),
        (("corpus", "path"), 14),
        (("corpus", "bodies"), 13),  # its table
        (("tokens", "compounds"), 16),
        (("model",), 17),
        (("model", 0, "kind"), 18),
        (("model", 1), 20),
        (("model", 1, "n_topics"), 21),
        (("model", 1, "n_topics", "low"), 21),  # inside an inline table
        (("model", 1, "kind"), 22),
        (("a", "b", "c"), 24),
        (("nothing",), 0),
    ],
)
def test_line(path, line):
    assert KeyLines(SOURCE).line(*path) == line


def test_windows_line_ends():
    assert KeyLines("a = 1\r\n[b]\r\nc = 2\r\n").line("b", "c") == 3
