"""Lists of stop words are read as they were edited, or refused with line numbers."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import StopWordsError
from cio_topics.files import table_csv
from cio_topics.terms.stop_words import read_stop_words, stop_word_candidates, stop_word_list
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer


@pytest.fixture
def write(tmp_path):
    def write_file(content: str | bytes, name: str = "s.csv"):
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write_file


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("word,keep\n状況,yes\nデジタル,no\n検討,yes\n", "s.csv", ("状況", "検討")),
        (
            "keep,reason,word\nno,rule,状況\n YES ,hand,検討\n",
            "s.CSV",
            ("検討",),
        ),  # as Excel has it
        ("word\n状況\n", "s.csv", ("状況",)),  # no column keep: all are kept
        ("\ufeffword,keep\r\n状況,yes\r\n", "s.csv", ("状況",)),
        ("word,keep\n状況,yes\n".encode("cp932"), "s.csv", ("状況",)),
        ('word,keep,note\n状況,yes,"two\nlines"\n検討,yes,\n', "s.csv", ("状況", "検討")),
        ("word,keep\n状況,no\n", "s.csv", ()),
        ("状況\n検討\n", "s.txt", ("状況", "検討")),
        ("状況\n\n 検討 \n", "words", ("状況", "検討")),  # empty lines are skipped
        ("ﾃﾞｼﾞﾀﾙ\n", "s.txt", ("デジタル",)),  # normalized, as titles are
        ("", "s.txt", ()),
    ],
)
def test_files_that_are_read(write, content, name, expected):
    assert read_stop_words(write(content, name)) == expected


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("word,keep\n状況,yes\n,yes\n", "s.csv", "s.csv:3: word: got '', expected a word"),
        ("word,keep\n状況,yes\n　,no\n", "s.csv", "s.csv:3: word: got ''"),
        ("word,keep\n状況,yes\n検討,yes\n状況,no\n", "s.csv", "s.csv:4: .*it is at line 2 too"),
        ("デジタル\nﾃﾞｼﾞﾀﾙ\n", "s.txt", "s.txt:2: .*it is at line 1 too"),  # one word
        ("word,keep\n状況,maybe\n", "s.csv", "s.csv:2: keep: got 'maybe', expected yes or no"),
        ("word,keep\n状況,\n", "s.csv", "s.csv:2: keep: got ''"),
        ("word,keep\n状況\n", "s.csv", "s.csv:2: keep: got ''"),  # a short row
        ('word,keep,note\n状況,yes,"a\nb"\n,yes,\n', "s.csv", "s.csv:4: word"),
        ("term,keep\n状況,yes\n", "s.csv", "no column 'word'; found: term, keep"),
        ("", "s.csv", "no column 'word'; found: -"),
        (b"\xff\xfe\x00", "s.txt", "neither UTF-8 nor cp932"),
    ],
)
def test_files_that_are_refused(write, content, name, message):
    with pytest.raises(StopWordsError, match=message):
        read_stop_words(write(content, name))


def test_every_problem_is_listed(write):
    with pytest.raises(StopWordsError, match="3 bad values") as caught:
        read_stop_words(write("word,keep\n,yes\n状況,maybe\n状況,yes\n"))
    assert [(p.line, p.column) for p in caught.value.problems] == [
        *((2, "word"), (3, "keep"), (4, "word"))
    ]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(
        StopWordsError, match=r"cannot read the stop words .*none.csv.*No such file"
    ):
        read_stop_words(tmp_path / "none.csv")


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(words, st.booleans()), max_size=6))
def test_what_is_written_is_read(tmp_path_factory, rows):
    rows = list({normalize(w): (normalize(w), kept) for w, kept in rows if normalize(w)}.values())
    table = pd.DataFrame(
        {
            "word": pd.Series([w for w, _ in rows], dtype="str"),
            "chosen": pd.Series([kept for _, kept in rows], dtype=bool),
            "in_list": False,
        }
    )
    file = tmp_path_factory.mktemp("words") / "s.csv"
    file.write_text(table_csv(stop_word_list(table)), encoding="utf-8")
    assert read_stop_words(file) == tuple(w for w, kept in rows if kept)


def test_the_list_of_the_corpus_does_what_it_says(write):
    """Using the list loses the terms of the new words and no others."""
    items = read_example().agenda()
    file = write(table_csv(stop_word_list(stop_word_candidates(items))))
    tokenizer = Tokenizer(stop_words=read_stop_words(file))
    assert tokenizer("テーマ別の検討状況について") == ["テーマ"]
    assert tokenizer("今後の取組") == []
    assert Tokenizer()("今後の取組") == ["取組"]
