"""The command ``cio-topics intrusion``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.cli.intrusion import intrusion
from cio_topics.cli.main import cli


@pytest.fixture
def run_intrusion(run, monkeypatch, tmp_path):
    monkeypatch.setitem(cli.commands, "intrusion", intrusion)
    monkeypatch.chdir(tmp_path)
    return lambda *words: run("intrusion", *words)


@pytest.fixture
def sheet(run_intrusion, tmp_path):
    """Four tasks, written; return how somebody fills them in."""
    done = run_intrusion("sheet", "-o", "sheet.csv", "--topics", 4)
    assert (done.code, done.err) == (0, "")
    key = {row["task"]: row for row in rows(tmp_path / "sheet.key.csv")}

    def fill(name, answers, coder=""):
        filled = rows(tmp_path / "sheet.csv")
        for row, answer in zip(filled, answers, strict=True):
            right = key[row["task"]]
            wrong = next(right[f"word_{n}"] for n in (1, 2) if right["position"] != str(n))
            said = {"right": right["intruder"], "wrong": wrong}.get(answer, answer)
            row |= {"answer": said, "coder": coder}
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, filled[0].keys())
        writer.writeheader()
        writer.writerows(filled)
        (tmp_path / name).write_bytes(text.getvalue().encode("cp932"))
        return name

    return fill


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def test_it_writes_a_sheet_without_the_key(run_intrusion, tmp_path):
    shown = run_intrusion("sheet", "-o", "sheet.csv", "--words", 4)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        "12 tasks / 12題: sheet.csv",
        "The key, not for those who answer / 正解(回答者には見せない): sheet.key.csv",
    ]
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["sheet.csv", "sheet.key.csv", "sheet.key.csv.manifest.json"]
    found = rows(tmp_path / "sheet.csv")
    words = [f"word_{number}" for number in range(1, 6)]
    assert list(found[0]) == ["task", *words, "answer", "coder"]
    manifest = json.loads((tmp_path / "sheet.key.csv.manifest.json").read_text("utf-8"))
    assert manifest["settings"]["n_words"] == 4
    assert manifest["command"] == "cio-topics intrusion sheet --words 4"


def test_the_same_command_writes_the_same_bytes_and_another_seed_does_not(run_intrusion, tmp_path):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run_intrusion("sheet", "-o", f"{name}.csv", "--seed", seed, "--topics", 4)
    first, again, other = ((tmp_path / f"{name}.key.csv").read_bytes() for name in "abc")
    assert first == again != other


def test_answers_of_two_people_are_scored(run_intrusion, sheet):
    one = sheet("佐藤.csv", ["right", "right", "right", "wrong"])
    two = sheet("鈴木.csv", ["right", "right", "wrong", ""])
    shown = run_intrusion("score", one, two, "sheet.key.csv")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].split()[:5] == ["トピック", "混ぜた語", "正答", "回答", "無回答"]
    # 2 of 2, 2 of 2, 1 of 2 and 0 of 1.
    assert lines[-2].startswith("正答率%のトピック平均 62 [")
    assert "(偶然なら17)。回答者2人、トピック4件、回答7件、無回答1件。" in lines[-2]
    assert lines[-1].startswith("一致: 同じ題の回答3組のうち67%が同じ。")
    english = run_intrusion("score", one, two, "sheet.key.csv", "--lang", "en").out
    assert "Agreement: 67 % of 3 pairs of answers to one task are the same." in english


def test_formats_agree(run_intrusion, sheet, tmp_path):
    files = (sheet("佐藤.csv", ["right", "wrong", "right", ""]), "sheet.key.csv")
    found = json.loads(run_intrusion("score", *files, "--format", "json").out)
    table = list(csv.DictReader(io.StringIO(run_intrusion("score", *files, "--format", "csv").out)))
    assert [row["topic"] for row in found["rows"]] == [row["topic"] for row in table]
    assert [row["precision"] for row in found["rows"]].count(None) == 1
    assert [row["coder"] for row in found["coders"]] == ["佐藤"]
    assert found["overall"]["agreement"] is None
    assert found["overall"]["precision"] == pytest.approx(2 / 3)
    assert sorted(found["manifest"]["files"]) == ["sheet.key.csv", "佐藤.csv"]
    assert run_intrusion("score", *files, "-o", "scores.csv", "--format", "csv").code == 0
    assert (tmp_path / "scores.csv.manifest.json").exists()


def test_one_person_has_nobody_to_agree_with(run_intrusion, sheet):
    shown = run_intrusion("score", sheet("佐藤.csv", ["right"] * 4), "sheet.key.csv")
    assert "二人以上の回答がなく" in shown.out
    assert shown.out.splitlines()[1].endswith("100 [21–100]")


def test_an_odd_answer_is_refused_with_its_line(run_intrusion, sheet):
    shown = run_intrusion("score", sheet("佐藤.csv", ["right", "電話", "", ""]), "sheet.key.csv")
    assert (shown.code, shown.out) == (3, "")
    assert "佐藤.csv:3: answer: got '電話', expected one of its words:" in shown.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sheet",), 2, "Missing option '-o' / '--output'"),
        (("sheet", "-o", "a.csv", "--key", "./a.csv"), 2, "--key and -o are both 'a.csv'"),
        (("sheet", "-o", "a.csv", "--words", "1"), 2, "1 is not in the range x>=2"),
        (("sheet", "-o", "a.csv", "--words", "200"), 2, "none of 12 topics has 200 terms"),
        (("sheet", "-o", "a.csv", "--topics", "300"), 2, "too few for 300 topics"),
        (("score", "a.csv"), 2, "Missing argument"),
        (("score", "a.csv", "key.csv"), 3, "cannot read 'key.csv'"),
    ],
)
def test_refusals_leave_nothing(run_intrusion, tmp_path, words, code, said):
    shown = run_intrusion(*words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err
    assert list(tmp_path.iterdir()) == []


def test_an_unfilled_sheet_is_refused(run_intrusion, sheet):
    shown = run_intrusion("score", "sheet.csv", "sheet.key.csv")
    assert (shown.code, shown.out) == (2, "")
    assert "have no answer; expected at least one. Write one of the words" in shown.err
