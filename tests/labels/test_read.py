"""Every bad label is found, all at once, with its line; what counts is the last answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import LabelsError, SettingsError
from cio_topics.labels import (
    COLUMNS,
    LabelLog,
    corpus_labels,
    label_counts,
    read_labels,
    theme_indicator,
)
from cio_topics.labels.columns import last_answers
from cio_topics.labels.read import coder_key
from tests.labels.invented import BOOK, HEAD, answers, corpus

CORPUS = corpus({"i1": "m1", "i2": "m1", "i3": "m2"})


@pytest.fixture
def write(tmp_path):
    def write(*rows: str, name: str = "labels.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([HEAD, *rows, ""]), encoding=encoding)
        return path

    return write


class TestWhatCounts:
    def test_the_last_answer_of_a_coder_and_item(self, write):
        path = write(
            "i1,a,青木,2024-06-21,1",
            "i2,a,青木,2024-06-21,1",
            "i1,b,井上,2024-06-21,1",
            "i1, b ; a,青木,2024-06-22,1",
            "i2,,青木,2024-06-22,1",  # taken back
        )
        table = read_labels(path, BOOK, CORPUS)
        assert table.columns.tolist() == list(COLUMNS)
        found = table[["item_id", "coder", "themes"]].values.tolist()
        assert found == [["i1", "井上", "b"], ["i1", "青木", "b;a"]]

    def test_an_answer_after_one_was_taken_back(self, write):
        path = write("i1,a,x,2024-06-21,1", "i1,,x,2024-06-21,1", "i1,c,x,2024-06-21,1")
        assert read_labels(path, BOOK)["themes"].tolist() == ["c"]

    def test_old_answers_are_not_held_to_codebook_or_corpus(self, write):
        path = write("i1,gone,x,2024-06-21,0", "i9,a,x,2024-06-21,0", "i9,,x,2024-06-21,1")
        with pytest.raises(LabelsError, match=r"^1 bad value.*\n.*1 of 1 answers .* '0'"):
            read_labels(path, BOOK, CORPUS)
        path = write("i1,gone,x,2024-06-21,0", "i1,a,x,2024-06-21,1")
        assert read_labels(path, BOOK, CORPUS)["themes"].tolist() == ["a"]

    @given(
        st.lists(
            st.tuples(st.sampled_from("ij"), st.sampled_from("xy"), st.sampled_from(["", "a", "b"]))
        )
    )
    def test_taking_back_and_answering_again(self, rows):
        """Law: what counts is what a dictionary holds to which the answers are put one by one."""
        table = answers().reindex(range(len(rows)))
        table["item_id"], table["coder"], table["themes"] = (
            [row[place] for row in rows] for place in range(3)
        )
        held: dict[tuple[str, str], str] = {}
        for item, coder, themes in rows:
            held[item, coder] = themes
        found = last_answers(table)
        keys = zip(found["item_id"], found["coder"], strict=True)
        assert dict(zip(keys, found["themes"], strict=True)) == {k: v for k, v in held.items() if v}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
    def test_encodings(self, write, encoding):
        path = write("i1,a,青木,2024-06-21,1", encoding=encoding)
        assert read_labels(path, BOOK)["coder"].tolist() == ["青木"]

    def test_what_the_log_wrote(self, tmp_path):
        log = LabelLog(tmp_path / "labels.csv")
        row = {"item_id": "i1", "themes": "a", "coder": "=青木", "date": "2024-06-21"}
        log.append(row | {"codebook_version": "1", "mode": "assist"})
        found = read_labels(log.path, BOOK, CORPUS)
        assert found[["coder", "mode"]].values.tolist() == [["=青木", "assist"]]


class TestProblems:
    @pytest.mark.parametrize(
        ("row", "said"),
        [
            (
                "i1,d,x,2024-06-21,1",
                "labels.csv:2: themes: got 'd', expected some of: a, b, c, oth",
            ),
            ("i1,other;a,x,2024-06-21,1", "got 'other;a', expected 'other' alone, or other themes"),
            ("i1,a;a,x,2024-06-21,1", "got 'a;a', expected every theme once"),
            ("i1,a,,2024-06-21,1", "labels.csv:2: coder: got '', expected the coder's name"),
            ("i1,a,x,2024/6/21,1", "labels.csv:2: date: got '2024/6/21', expected a day as"),
            ("i9,a,x,2024-06-21,1", "labels.csv:2: item_id: got 'i9', expected an item of the cor"),
            ("i1,a,x,2024-06-21,2", "1 of 1 answers are by version '2' .* expected version '1'"),
            ("i1,a,x,2024-06-21,2", "cio-topics labels migrate"),
            ("i1,a,x", "labels.csv:2: a row of 3 cells, expected 5 as in the header"),
        ],
    )
    def test_each(self, write, row, said):
        with pytest.raises(LabelsError, match=said) as caught:
            read_labels(write(row), BOOK, CORPUS)
        assert caught.value.exit_code == 3
        assert len(caught.value.problems) == 1

    def test_all_at_once_at_most_twenty_shown(self, write):
        rows = [f"i1,d,x{number},2024,1" for number in range(30)]
        with pytest.raises(
            LabelsError, match=r"(?s)^60 bad values in the labels.* and 40 more"
        ) as c:
            read_labels(write(*rows), BOOK, CORPUS)
        assert {problem.column for problem in c.value.problems} == {"date", "themes"}

    def test_unknown_themes_of_another_version_are_said_once(self, write):
        rows = [f"i{number},d,x,2024-06-21,2" for number in (1, 2, 3)]
        with pytest.raises(LabelsError, match="3 of 3 answers are by version '2'") as caught:
            read_labels(write(*rows), BOOK, CORPUS)
        assert len(caught.value.problems) == 1
        assert "--codebook でその版を指定" in str(caught.value)

    def test_without_codebook_and_corpus_neither_is_asked(self, write):
        assert len(read_labels(write("i9,d,x,2024-06-21,7"), None)) == 1

    @pytest.mark.parametrize(
        ("missing", "kept", "said"), [("keep", 2, "1 labels .* kept"), ("drop", 1, "left out")]
    )
    def test_items_that_no_longer_exist(self, write, missing, kept, said):
        path = write("i1,a,x,2024-06-21,1", "i9,a,x,2024-06-21,1")
        with pytest.warns(UserWarning, match=said):
            assert len(read_labels(path, BOOK, CORPUS, missing=missing)) == kept

    def test_an_unknown_way_with_missing_items(self, write):
        with pytest.raises(SettingsError, match="missing is 'skip'; expected one of: error, keep"):
            read_labels(write(), BOOK, missing="skip")  # type: ignore[arg-type]

    def test_a_file_that_is_none(self, tmp_path):
        (tmp_path / "binary.csv").write_bytes(b"\x81\xff\x00")
        with pytest.raises(LabelsError, match="neither UTF-8 nor cp932"):
            read_labels(tmp_path / "binary.csv", BOOK)
        (tmp_path / "empty.csv").touch()
        with pytest.raises(LabelsError, match=r"empty\.csv is empty"):
            read_labels(tmp_path / "empty.csv", BOOK)
        with pytest.raises(SettingsError, match="no file of labels"):
            read_labels([], BOOK)


class TestCoders:
    @pytest.mark.parametrize("second", ["aoki ", "AOKI", "ａｏｋｉ", "Ao ki"])
    def test_names_that_differ_in_writing_only(self, write, second):
        path = write("i1,a,Ａｏｋｉ,2024-06-21,1", f"i2,a,{second},2024-06-21,1")
        with pytest.raises(
            LabelsError, match=r"labels\.csv:3: coder: .* differ in case, width or bl"
        ):
            read_labels(path, BOOK)

    @given(st.text())
    def test_blanks_are_no_difference(self, name):
        """Law: a name with blanks about it is the same name."""
        assert coder_key(f" {name}\u3000") == coder_key(name)

    def test_two_coders_under_one_name(self, write):
        one = write("i1,a,青木,2024-06-21,1", "i2,a,青木,2024-06-21,1", name="one.csv")
        two = write("i2,a;b,青木,2024-06-21,1", name="two.csv")
        with pytest.raises(LabelsError) as caught:
            read_labels([one, two], BOOK)
        said = str(caught.value)
        assert "two.csv:2: coder: '青木' gave item 'i2' 'a;b' here, and 'a' in" in said
        assert "one.csv:3; two coders under one name?" in said
        assert "--coder FILE=NAME" in said
        renamed = read_labels([one, two], BOOK, coders={str(two): "井上"})
        assert renamed["coder"].tolist() == ["青木", "青木", "井上"]

    @pytest.mark.parametrize("second", ["i1,b;a,青木,2024-06-22,1", "i2,b,青木,2024-06-22,1"])
    def test_one_coder_in_two_files(self, write, second):
        """The same themes in another order are no contradiction, nor are other items."""
        one = write("i1,a;b,青木,2024-06-21,1", name="one.csv")
        found = read_labels([one, write(second, name="two.csv")], BOOK)
        assert found["coder"].unique().tolist() == ["青木"]
        assert not found.duplicated(["item_id", "coder"]).any()

    def test_an_answer_that_is_taken_back_in_one_file_only(self, write):
        one = write("i1,a,青木,2024-06-21,1", name="one.csv")
        two = write("i1,a,青木,2024-06-21,1", "i1,,青木,2024-06-21,1", name="two.csv")
        with pytest.raises(LabelsError, match="gave item 'i1' '' here, and 'a' in"):
            read_labels([one, two], BOOK)

    def test_a_name_for_a_file_of_two_coders(self, write):
        path = write("i1,a,青木,2024-06-21,1", "i1,a,井上,2024-06-21,1")
        with pytest.raises(SettingsError, match="holds answers of 2 coders: 青木, 井上"):
            read_labels(path, BOOK, coders={str(path): "上田"})
        with pytest.raises(SettingsError, match=r"'other\.csv', which is not read"):
            read_labels(path, BOOK, coders={"other.csv": "上田"})


def test_labels_of_a_corpus():
    found = corpus_labels(read_example())
    table = read_example().theme_labels.set_index("item_id")
    for coder, rows in found.groupby("coder"):
        assert rows.set_index("item_id")["themes"].to_dict() == table[coder].to_dict()
    assert corpus_labels(CORPUS).empty
    assert corpus_labels(CORPUS).columns.tolist() == list(COLUMNS)


def test_counts_by_hand():
    table = answers(["a;b", "a"], ["other", ""], ["a", "b"])
    table = table.assign(mode=["blind", "blind", "", "", ""], chosen_by=["random", *[""] * 4])
    found = label_counts(table, BOOK)
    assert found["coders"].values.tolist() == [
        ["x", 3, 4, 1, 1, "2024-06-21", "2024-06-21"],
        ["y", 2, 2, 1, 0, "2024-06-21", "2024-06-21"],
    ]
    assert found["themes"].values.tolist() == [
        ["a", 2, 1],
        ["b", 1, 1],
        ["c", 0, 0],
        ["other", 1, 0],
    ]
    assert found["overlap"].values.tolist() == [[1, 1], [2, 2]]


def test_an_indicator_of_an_unknown_theme():
    with pytest.raises(SettingsError, match="label 2 has the unknown theme 'd'"):
        theme_indicator(["a", "d"], ("a",))
