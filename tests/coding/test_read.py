"""Texts and variables from files of every kind."""

import json

import pandas as pd
import pytest

from cio_topics.coding import code_units, parse_rules, read_coding_text, read_variables
from cio_topics.corpus import read_example, write_corpus
from cio_topics.errors import CorpusError

ROWS = pd.DataFrame({"item_id": ["a", "b"], "title": ["海へ", "父は"], "所": ["鎌倉", "東京"]})


def write(path, ending):
    file = path / f"t{ending}"
    if ending == ".xlsx":
        ROWS.to_excel(file, index=False)
    elif ending == ".jsonl":
        rows = [json.dumps(row, ensure_ascii=False) for row in ROWS.to_dict("records")]
        file.write_text("\n".join(rows), encoding="utf-8")
    else:
        ROWS.to_csv(file, index=False, sep="\t" if ending == ".tsv" else ",", encoding="cp932")
    return file


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx"])
def test_tables(tmp_path, ending):
    text, (variables,) = read_coding_text(write(tmp_path, ending))
    assert text.text == "海へ\n父は"
    assert (variables.unit, variables.table.columns.tolist()) == ("item", ["item_id", "所"])
    coded = code_units(parse_rules("＊x\n<>所-->東京"), text, "item", [variables])
    assert coded.codes["x"].tolist() == [False, True]
    assert coded.units["item_id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".jsonl", ".xlsx"])
def test_variables(tmp_path, ending):
    assert read_variables(write(tmp_path, ending)).equals(ROWS.astype("str"))


def test_variables_in_a_text_file_with_tabs_or_commas(tmp_path):
    (tmp_path / "v.txt").write_text("所\t年\n鎌倉\t1\n", encoding="cp932")
    assert read_variables(tmp_path / "v.txt").values.tolist() == [["鎌倉", "1"]]
    (tmp_path / "v.txt").write_text("所,年\n鎌倉,1\n", encoding="utf-8-sig")
    assert read_variables(tmp_path / "v.txt").values.tolist() == [["鎌倉", "1"]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("v.csv", "所,所\n1,2\n", "two columns '所'"),
        ("v.tsv", "所\t年\n1\n", "row 2 has 1 cells; expected 2"),
        ("v.csv", "所,年\n1\n", "a row of 1 cells, expected 2"),
        ("v.csv", "", "is empty"),
        ("v.csv", b"\xff\xff", "neither UTF-8 nor Shift_JIS"),
        ("v.jsonl", "{", "line 1"),
    ],
)
def test_bad_variables(tmp_path, name, content, message):
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CorpusError, match=message):
        read_variables(tmp_path / name)


def test_a_column_may_have_another_name(tmp_path):
    file = write(tmp_path, ".csv")
    text, _ = read_coding_text(file, column="所")
    assert text.text == "鎌倉\n東京"
    with pytest.raises(CorpusError, match="has no column '本文'; found: item_id, title, 所"):
        read_coding_text(file, column="本文")


def test_a_missing_file(tmp_path):
    with pytest.raises(CorpusError, match=r"cannot read .*No such file"):
        read_coding_text(tmp_path / "nowhere.txt")


def test_a_corpus(tmp_path):
    write_corpus(read_example(), tmp_path / "corpus")
    text, (variables,) = read_coding_text(tmp_path / "corpus")
    assert len(text.bounds("item").starts) == 307
    assert {"body", "date", "year", "government"} <= set(variables.table)


def test_a_text_file_is_kept_as_khcoder_keeps_it_and_conditions_still_find_it(tmp_path):
    file = tmp_path / "t.txt"
    file.write_text("ﾒﾓとﾃﾞｰﾀ｡it's a K ﾟ\n", encoding="utf-8")
    text, _ = read_coding_text(file, dictionary="ipadic")
    assert text.text == "メモとデータ。it’s　a　K　゜"
    assert len(text.bounds("sentence").starts) == 2
    rules = "＊1\nﾒﾓ and データ and 'ﾃﾞｰﾀ'\n＊2\n'a K'\n＊3\n\"it's\"\n＊4\n'Ｋ'\n＊5\nlc == 17"
    coded = code_units(parse_rules(rules), text)
    assert coded.codes.to_numpy().tolist() == [[True, True, True, False, True]]
