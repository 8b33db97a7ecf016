"""Long texts are read in pieces, and nobody can tell."""

import pytest

from cio_topics.corpus import read_example
from cio_topics.tokens import analyzers
from cio_topics.tokens.analyzers import open_analyzer

TEXT = "".join(read_example().items["title"])
ODD = " 　電子 政府 " * 300 + TEXT[:500] + "は" * 50 + " " * 50


@pytest.mark.parametrize("dictionary", ["unidic-lite", "ipadic", "sudachi-a", "sudachi-c"])
@pytest.mark.parametrize("text", [TEXT, ODD, "、".join(TEXT), "計画の、" * 900], ids=len)
@pytest.mark.parametrize("size", [300, 777])
def test_pieces_are_the_whole(dictionary, text, size, monkeypatch):
    monkeypatch.setattr(analyzers, "_OVERLAP", 100)
    whole = open_analyzer(dictionary, None)
    assert len(text) > 3 * size
    pieces = analyzers._in_pieces(whole, size)
    assert pieces.analyze(text) == whole.analyze(text)
    assert pieces.features(text) == whole.features(text)


@pytest.mark.parametrize("text", ["あ" * 3000, "漢" * 3000, "は" * 3000, "A" * 3000, " " * 3000])
@pytest.mark.parametrize("dictionary", ["unidic-lite", "sudachi-a"])
def test_nothing_is_lost_where_the_pieces_disagree(dictionary, text, monkeypatch):
    monkeypatch.setattr(analyzers, "_OVERLAP", 10)
    pieces = analyzers._in_pieces(open_analyzer(dictionary, None), 64)
    lines = [line.split("\t", 2) for line in pieces.analyze(text).split("\n") if line]
    assert "".join(space + surface for surface, space, _ in lines) == text.rstrip()
    assert len(pieces.features(text)) == len(lines)
