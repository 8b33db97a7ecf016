"""`labels check` and `labels migrate`: what they print and write, and what they leave alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cio_topics.data import embedded_folder
from cio_topics.labels import CHANGES, MISSING

HEAD = "item_id,themes,coder,date,codebook_version\n"
# Real items with invented answers.
FIRST = "a051ee2a696,security,青木,2024-06-21,1\na12000a1489,optimization,青木,2024-06-21,1\n"
SECOND = "a051ee2a696,egov_plan,井上,2024-06-21,1\n"
MAPPING = """
from_version = "1"
to_version = "2"
[[changes]]
kind = "rename"
from = ["optimization"]
to = ["reform"]
[[changes]]
kind = "split"
from = ["security"]
to = ["security", "attacks"]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text(HEAD + FIRST, encoding="utf-8")
    (tmp_path / "two.csv").write_text(HEAD + SECOND, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    old = (embedded_folder() / "codebook.toml").read_text("utf-8")
    (tmp_path / "old.toml").write_text(old, encoding="utf-8")
    new = old.replace('version = "1"', 'version = "2"', 1)
    new = new.replace('id = "optimization"', 'id = "reform"', 1)
    new += '\n[[themes]]\nid = "attacks"\nname_ja = "攻撃"\nname_en = "attacks"\n'
    (tmp_path / "new.toml").write_text(new, encoding="utf-8")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


class TestCheck:
    def test_counts(self, run, folder):
        shown = run("labels", "check", "one.csv", "two.csv")
        assert shown.code == 0
        assert "有効な回答: 3" in shown.out
        assert "n_青木  n_井上" in shown.out
        content = json.loads(run("labels", "check", "one.csv", "--format", "json").out)
        assert content["n_answers"] == 2
        assert content["coders"][0]["coder"] == "青木"

    @pytest.mark.parametrize(
        ("words", "row", "code", "said"),
        [
            ((), "gone,security,青木,2024-06-21,1", 3, "bad.csv:2: item_id: got 'gone'"),
            (
                (),
                "a051ee2a696,sekurity,青木,2024-06-21,1",
                3,
                "got 'sekurity', expected some of: eg",
            ),
            ((), "a051ee2a696,security,青木,2024-06-21,2", 3, "cio-topics labels migrate"),
            (("--codebook", "new.toml"), SECOND, 3, "expected version '2'"),
            (
                ("one.csv",),
                "a051ee2a696,my_number,青木,2024-06-21,1",
                3,
                "two coders under one name?",
            ),
            (("--missing", "drop"), "gone,security,青木,2024-06-21,1", 0, "1 labels are of items"),
            (("--coder", "bad.csv"), SECOND, 2, "--coder is 'bad.csv'; expected FILE=NAME"),
        ],
    )
    def test_problems(self, run, folder, words, row, code, said):
        (folder / "bad.csv").write_text(f"{HEAD}{row}\n", encoding="utf-8")
        shown = run("labels", "check", "bad.csv", *words)
        assert shown.code == code
        assert said in shown.err

    def test_another_name_for_a_coder(self, run, folder):
        (folder / "three.csv").write_text(
            f"{HEAD}a051ee2a696,my_number,青木,2024-06-21,1\n", encoding="utf-8"
        )
        shown = run("labels", "check", "one.csv", "three.csv", "--coder", "three.csv=上田")
        assert shown.code == 0
        assert "n_青木  n_上田" in shown.out


class TestMigrate:
    WORDS = ("labels", "migrate", "one.csv", "--mapping", "mapping.toml", "--codebook", "new.toml")

    def test_it_writes_labels_a_list_and_a_manifest(self, run, folder):
        shown = run(*self.WORDS, "--old-codebook", "old.toml", "-o", "out.csv")
        assert shown.code == 0
        assert "1 of 2 answers are carried over from version 1 to 2: out.csv" in shown.out
        assert "1 must be read again / 読み直しが必要: out.read_again.csv" in shown.out
        kept, again = rows(folder / "out.csv"), rows(folder / "out.read_again.csv")
        assert [(row["themes"], row["note"]) for row in kept] == [
            ("", "[security by codebook 1]"),
            ("reform", ""),
        ]
        assert [(row["item_id"], row["candidates"]) for row in again] == [
            ("a051ee2a696", "security;attacks")
        ]
        manifest = json.loads((folder / "out.csv.manifest.json").read_text("utf-8"))
        assert (manifest["from_version"], manifest["to_version"]) == ("1", "2")
        assert [entry["file"] for entry in manifest["inputs"]] == [
            *("one.csv", "mapping.toml", "new.toml", "old.toml")
        ]
        assert (folder / "one.csv").read_text("utf-8") == HEAD + FIRST
        assert run("labels", "check", "out.csv", "--codebook", "new.toml").code == 0

    @pytest.mark.parametrize("name", ["one.csv", "two.csv", "-"])
    def test_nothing_is_written_over(self, run, folder, name):
        shown = run(*self.WORDS, "-o", name)
        assert shown.code == 2
        assert "expected the name of a new file" in shown.err
        assert (folder / "two.csv").read_text("utf-8") == HEAD + SECOND

    def test_a_mapping_with_faults_writes_nothing(self, run, folder):
        text = MAPPING.replace('"reform"', '"refrom"')
        (folder / "mapping.toml").write_text(text, encoding="utf-8")
        shown = run(*self.WORDS, "-o", "out.csv")
        assert shown.code == 3
        assert "the new codebook has no theme 'refrom'" in shown.err
        assert not (folder / "out.csv").exists()
        assert not (folder / "out.read_again.csv").exists()

    def test_new_themes_are_named(self, run, folder):
        text = (folder / "new.toml").read_text("utf-8")
        more = '\n[[themes]]\nid = "ai"\nname_ja = "人工知能"\nname_en = "AI"\n'
        (folder / "new.toml").write_text(text + more, encoding="utf-8")
        shown = run(*self.WORDS, "--old-codebook", "old.toml", "-o", "out.csv")
        assert "nobody could give before" in shown.out
        assert ": ai\n" in shown.out


def test_choices_are_those_of_the_room(run):
    shown = run("labels", "check", "--help").out
    assert "|".join(MISSING) in shown
    page = (Path(__file__).parents[2] / "docs" / "labels.md").read_text("utf-8")
    assert all(f"| `{kind}` |" in page for kind in CHANGES)
