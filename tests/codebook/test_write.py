"""What is written is read back, whatever it holds. Codebooks are invented, but for the embedded."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given

from cio_topics.codebook import Codebook, codebook_toml, read_codebook
from tests.codebook.books import codebooks


def read_back(text: str) -> Codebook:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.toml"
        file.write_bytes(text.encode("utf-8"))
        return read_codebook(file)


@given(codebooks())
def test_a_codebook_comes_back_equal(book):
    assert read_back(codebook_toml(book)) == book


def test_the_embedded_codebook_comes_back_equal_and_its_text_is_stable():
    book = read_codebook()
    text = codebook_toml(book)
    assert read_back(text) == book
    assert codebook_toml(read_back(text)) == text
