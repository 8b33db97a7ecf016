"""`agreement`: of the embedded codings and of files, in every format."""

from __future__ import annotations

import csv
import json

import pytest

from cio_topics.labels import REASONS

HEAD = "item_id,themes,coder,date,codebook_version\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Real items with invented answers of three people."""
    monkeypatch.chdir(tmp_path)
    answers = {
        "青木": ("security", "optimization", "other"),
        "井上": ("security", "egov_plan;optimization", ""),
        "=上田": ("my_number", "optimization", "other"),
    }
    for number, (coder, themes) in enumerate(answers.items()):
        lines = [
            f"{item},{given},{coder},2024-06-21,1\n"
            for item, given in zip(
                ("a051ee2a696", "a12000a1489", "a4dad5be93a"), themes, strict=True
            )
        ]
        (tmp_path / f"{number}.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("lang", "pieces"),
    [
        (
            "ja",
            ["符号化者の一致: coder_a, coder_b (n = 191)", "二つの言語モデル", "誰も付けていない"],
        ),
        (
            "en",
            ["Agreement of coders: coder_a, coder_b (n = 191)", "two language models", "nobody"],
        ),
    ],
)
def test_the_embedded_codings(run, lang, pieces):
    shown = run("agreement", "--lang", lang)
    assert shown.code == 0
    for piece in (*pieces, "0.948 [0.926, 0.969]", "system_reform", "ab1108fc758"):
        assert piece in shown.out


def test_files_of_three_coders(run, folder):
    shown = run("agreement", "0.csv", "1.csv", "2.csv", "--lang", "en")
    assert shown.code == 0
    assert "青木, 井上, =上田 (n = 3)" in shown.out
    assert "language models" not in shown.out
    assert "0.000 – 1.000" in shown.out  # kappa of security over the pairs


def test_two_of_three(run, folder):
    shown = run(
        "agreement", "0.csv", "1.csv", "2.csv", "--coders", "井上, 青木", "--format", "json"
    )
    found = json.loads(shown.out)
    assert found["coders"] == ["井上", "青木"]
    measures = {(row["measure"], row["theme"]): row for row in found["measures"]}
    assert measures["exact", ""]["value"] == 0.5
    assert measures["alpha", "my_number"]["value"] is None
    assert measures["alpha", "my_number"]["reason"] == "never_given"
    assert [row["item_id"] for row in found["disagreements"]] == ["a12000a1489"]
    assert found["confusion"][0]["theme"] == "egov_plan"
    labels = found["manifest"]["settings"]["labels"]
    assert [entry["file"] for entry in labels] == ["0.csv", "1.csv", "2.csv"]


def test_csv_of_measures_and_of_all(run, folder):
    files = ("0.csv", "2.csv")
    printed = run("agreement", *files, "--format", "csv").out
    assert run("agreement", *files, "--format", "csv", "-o", "out").code == 0
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        *("confusion.csv", "disagreements.csv", "manifest.json", "measures.csv")
    ]
    assert (folder / "out" / "measures.csv").read_text("utf-8") == printed
    assert "'=上田" in printed  # a spreadsheet would run the name
    rows = list(csv.DictReader(printed.splitlines()))
    assert {row["reason"] for row in rows} <= {"", *REASONS}
    assert run("agreement", *files, "--format", "csv", "-o", "one.csv").code == 0
    assert (folder / "one.csv").read_text("utf-8") == printed
    assert (folder / "one.csv.manifest.json").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("0.csv",), 2, "labels of 1 coder; agreement needs at least two"),
        (("0.csv", "1.csv", "--coders", "青木,上田"), 2, "no label is by the coder '上田'"),
        (("0.csv", "1.csv", "-o", "0.csv"), 2, "is read by this command"),
        (("0.csv", "nowhere.csv"), 3, "cannot read the labels 'nowhere.csv'"),
        (("0.csv", "1.csv", "--draws", "0"), 2, "0 is not in the range"),
    ],
)
def test_refusals(run, folder, words, code, said):
    shown = run("agreement", *words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err


def test_names_cannot_move_the_cursor(run, folder):
    text = (folder / "0.csv").read_text("utf-8").replace("青木", "青\x1b[2J木")
    (folder / "0.csv").write_text(text, encoding="utf-8")
    shown = run("agreement", "0.csv", "1.csv")
    assert shown.code == 3
    assert "0.csv:2: coder: got '青\\x1b[2J木', expected a name without control" in shown.err
    assert "\x1b" not in shown.out + shown.err
