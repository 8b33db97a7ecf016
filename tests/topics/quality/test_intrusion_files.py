"""Sheets and keys on disk, and what people write into them."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import ProblemsError
from cio_topics.topics.quality.intrusion import IntrusionSheet, make_intrusion_sheet
from cio_topics.topics.quality.intrusion_files import (
    intrusion_files,
    read_intrusion_answers,
    read_intrusion_key,
)

TERMS = ["電子政府", "申請", "窓口", "防災", "訓練", "地図"]
MADE = make_intrusion_sheet([[9, 8, 7, 0, 0, 0], [0, 0, 0, 9, 8, 7]], TERMS, n_words=3)
WORDS = [f"word_{number}" for number in range(1, 5)]


@pytest.fixture
def key(tmp_path):
    (tmp_path / "key.csv").write_bytes(intrusion_files(MADE)[1])
    return read_intrusion_key(tmp_path / "key.csv")


def fill(answers, coder="", made=MADE, encoding="utf-8"):
    """Return the sheet as somebody saves it."""
    rows = made.sheet.assign(answer=answers, coder=coder)
    return rows.to_csv(index=False, lineterminator="\r\n").encode(encoding)


def write(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


def test_what_is_written_is_read_again(key):
    pd.testing.assert_frame_equal(key, MADE.key, check_dtype=False)


def test_excel_sees_that_it_is_utf_8():
    for content in intrusion_files(MADE):
        assert content.startswith("\ufefftask,".encode())


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1),
        min_size=6,
        max_size=6,
        unique=True,
    )
)
def test_terms_of_any_kind_survive_and_none_is_a_formula(tmp_path_factory, words):
    # Invented terms, some of which a spreadsheet would run: =1+1, @SUM, ＝cmd.
    folder = tmp_path_factory.mktemp("sheets")
    key = pd.DataFrame([[1, "topic_01", words[0], 1, "topic_02", *words]])
    key.columns = ["task", "topic", "intruder", "position", "source", *WORDS, "word_5", "word_6"]
    sheet = key[["task", *key.columns[5:]]].assign(answer="", coder="")
    files = intrusion_files(IntrusionSheet(sheet, key, ()))
    for row in csv.reader(io.StringIO(files[0].decode("utf-8-sig"))):
        assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r")) for cell in row)
    again = read_intrusion_key(write(folder, "key.csv", files[1]))
    assert again.values.tolist() == key.values.tolist()
    answered = pd.read_csv(io.BytesIO(files[0]), dtype=str, keep_default_na=False)
    answered = answered.assign(answer=answered["word_3"], coder="甲")
    file = write(folder, "a.csv", answered.to_csv(index=False).encode())
    assert read_intrusion_answers([file], again)["position"].tolist() == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_answers_in_the_encodings_of_spreadsheets(tmp_path, key, encoding):
    answers = MADE.sheet["word_2"]
    file = write(tmp_path, "佐藤.csv", fill(answers, "佐藤", encoding=encoding))
    found = read_intrusion_answers([file], key)
    assert found.columns.tolist() == ["task", "coder", "answer", "position"]
    assert found["answer"].tolist() == answers.tolist()
    assert found["position"].tolist() == [2, 2]


def test_several_people_in_several_files_or_in_one(tmp_path, key):
    one = write(tmp_path, "佐藤.csv", fill(MADE.sheet["word_1"]))
    two = write(tmp_path, "鈴木.csv", fill(MADE.sheet["word_2"]))
    apart = read_intrusion_answers([one, two], key)
    assert apart["coder"].tolist() == ["佐藤", "佐藤", "鈴木", "鈴木"]
    rows = (
        fill(MADE.sheet["word_1"], "佐藤") + fill(MADE.sheet["word_2"], "鈴木").split(b"\r\n", 1)[1]
    )
    together = read_intrusion_answers([write(tmp_path, "all.csv", rows)], key)
    pd.testing.assert_frame_equal(apart, together)


@pytest.mark.parametrize(
    ("answer", "position"),
    [
        ("{}", 3),
        (" {}　", 3),
        ("2", 2),
        ("２", 2),  # full-width, as an input method gives it
        ("", 0),
    ],
)
def test_how_people_write_an_answer(tmp_path, key, answer, position):
    word = answer.format(MADE.sheet["word_3"][0])
    file = write(tmp_path, "甲.csv", fill([word, ""]))
    assert read_intrusion_answers([file], key)["position"].tolist() == [position, 0]


def test_a_word_that_is_a_number_is_the_word():
    from cio_topics.topics.quality.intrusion_files import _position

    words = ["3", "電子政府", "申請"]
    assert _position("3", words) == 1
    assert _position("2", words) == -1  # a place, or a word that is not there?
    assert _position("2", words[1:]) == 2
    assert _position("9" * 5000, words[1:]) == -1


def test_rows_that_nobody_signed_or_answered_are_left_out(tmp_path, key):
    sheet = fill([MADE.sheet["word_1"][0], ""], ["甲", ""])
    assert len(read_intrusion_answers([write(tmp_path, "a.csv", sheet)], key)) == 1


def edit(change, coder="甲"):
    rows = MADE.sheet.assign(answer=MADE.sheet["word_1"], coder=coder).astype(object)
    for (line, column), value in change.items():
        rows.loc[line, column] = value
    return rows.to_csv(index=False).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({(1, "answer"): "電話"}, r"a.csv:3: answer: got '電話', expected one of its words: "),
        ({(1, "answer"): "5"}, r"a.csv:3: answer: got '5', expected one of its words: "),
        ({(0, "coder"): ""}, r"a.csv:2: coder: got '', expected the name of who gave"),
        ({(1, "task"): 9}, r"a.csv:3: task: got '9', expected a task of the key: 1, 2"),
        ({(0, "word_2"): "電話"}, r"a.csv:2: word_2: got '電話', expected .*, as in the key"),
        ({(1, "task"): 1}, r"a.csv:3: word_1: got"),  # rows that were sorted by halves
    ],
)
def test_odd_answers_are_refused_with_their_line(tmp_path, key, change, said):
    with pytest.raises(ProblemsError, match=said):
        read_intrusion_answers([write(tmp_path, "a.csv", edit(change))], key)


def test_nobody_answers_a_task_twice(tmp_path, key):
    files = [write(tmp_path, name, edit({})) for name in ("a.csv", "b.csv")]
    with pytest.raises(ProblemsError, match=r"b.csv:2: .* task 1 is at a.csv:2 too") as error:
        read_intrusion_answers(files, key)
    assert len(error.value.problems) == 2


def test_all_problems_are_listed_at_once(tmp_path, key):
    file = write(tmp_path, "a.csv", edit({(0, "answer"): "電話", (1, "answer"): "郵便"}))
    with pytest.raises(ProblemsError, match="2 bad values in the file") as error:
        read_intrusion_answers([file], key)
    assert [problem.line for problem in error.value.problems] == [2, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read .*nothing.csv': No such file"),
        (b"\xff\xfe\x00", "neither UTF-8 nor cp932"),
        (b"", "has no column task, word_1, word_2, word_3, word_4, answer, coder; found: -"),
        (b"task,answer,coder\n1,a,b\n", "has no column word_1"),
        (b'task,"answer\n', "the line is no CSV"),
    ],
)
def test_files_that_are_no_sheets(tmp_path, key, content, said):
    file = tmp_path / "nothing.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ProblemsError, match=said):
        read_intrusion_answers([file], key)


HEADER = "task,topic,intruder,position,source,word_1,word_2,word_3\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "key.csv has no row; expected one a task"),
        ("1,t,b,2,s,a,b,c\n1,t,a,1,s,a,b,c\n", "key.csv:3: task: got '1', .* at line 2 too"),
        ("x,t,b,2,s,a,b,c\n", "key.csv:2: task: got 'x', expected a number"),
        ("1,t,b,4,s,a,b,c\n", "position: got '4', expected a number from 1 to 3"),
        ("1,t,b,,s,a,b,c\n", "position: got '', expected a number from 1 to 3"),
        ("1,t,c,2,s,a,b,c\n", "intruder: got 'c', expected b, the word at position 2"),
    ],
)
def test_keys_that_contradict_themselves(tmp_path, rows, said):
    with pytest.raises(ProblemsError, match=said):
        read_intrusion_key(write(tmp_path, "key.csv", (HEADER + rows).encode()))


def test_a_sheet_is_no_key(tmp_path):
    with pytest.raises(ProblemsError, match="has no column topic, intruder, position, source"):
        read_intrusion_key(write(tmp_path, "sheet.csv", intrusion_files(MADE)[0]))
