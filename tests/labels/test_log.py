"""Answers are on disk before append returns, whole, in order, whatever is written beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import LabelsError, OutputError, SettingsError
from cio_topics.labels import COLUMNS, LabelLog
from cio_topics.labels import log as log_module
from cio_topics.labels.log import torn_end
from tests.labels.invented import HEAD

ROW = {
    "item_id": "i1",
    "themes": "a;b",
    "coder": "青木",
    "date": "2024-06-21T10:00:00+09:00",
    "codebook_version": "1",
}
FULL = ROW | {"note": '改行\nと"引用"、\r=1+1', "chosen_by": "random", "mode": "blind"}
FIRST_LINE = ",".join(COLUMNS) + "\n"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "labels.csv"


def items(path: Path) -> list[str]:
    return LabelLog(path).read()["item_id"].tolist()


class TestAppend:
    def test_rows_come_back_in_order_and_all_of_them(self, path):
        log = LabelLog(path)
        for row in (FULL, ROW | {"item_id": "i2"}, ROW | {"themes": ""}):
            log.append(row)
        table = log.read()
        assert table.columns.tolist() == list(COLUMNS)
        assert table.iloc[0].to_dict() == FULL
        assert table["item_id"].tolist() == ["i1", "i2", "i1"]
        assert table["themes"].tolist() == ["a;b", "a;b", ""]
        assert path.read_bytes().count(FIRST_LINE.encode()) == 1

    def test_what_a_spreadsheet_would_run_is_guarded_in_the_file(self, path):
        LabelLog(path).append(ROW | {"note": "=cmd", "coder": "@青木"})
        assert b"'=cmd" in path.read_bytes()
        assert b"'@" in path.read_bytes()
        row = LabelLog(path).read().iloc[0]
        assert (row["note"], row["coder"]) == ("=cmd", "@青木")

    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(
                st.text(st.characters(exclude_categories=["Cs"])),
                st.text(
                    st.sampled_from("=+-@\t\r\n'\",; \x00\x1a\ufeff＝a青"), min_size=1, max_size=6
                ),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_any_text_comes_back(self, tmp_path_factory, texts):
        """Law: what is appended is what is read."""
        log = LabelLog(tmp_path_factory.mktemp("log") / "labels.csv")
        rows = [FULL | {"note": note, "item_id": f"{odd}x"} for note, odd in texts]
        for row in rows:
            log.append(row)
        assert log.read().to_dict("records") == rows

    def test_the_disk_has_it_before_append_returns(self, path, monkeypatch):
        synced = []
        real = os.fsync

        def spy(handle: int) -> None:
            real(handle)
            synced.append(path.read_bytes() if path.exists() else b"")

        monkeypatch.setattr(log_module.os, "fsync", spy)
        LabelLog(path).append(FULL)
        assert synced[-1] == path.read_bytes()
        assert b"random" in synced[-1]

    def test_a_full_disk_leaves_the_file_as_it_was(self, path, monkeypatch):
        log = LabelLog(path)
        log.append(ROW)
        before = path.read_bytes()
        real = os.write
        monkeypatch.setattr(log_module.os, "write", lambda handle, data: real(handle, data[:9]))
        with pytest.raises(OutputError, match=r"No space left .*; the answer is not kept"):
            log.append(ROW | {"item_id": "i2"})
        assert path.read_bytes() == before
        monkeypatch.undo()
        log.append(ROW | {"item_id": "i3"})
        assert items(path) == ["i1", "i3"]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"item_id": " "}, "item_id is ' '; expected the identifier of an item"),
            ({"coder": ""}, "coder is ''; expected the coder's name"),
            ({"coder": "青\x1b[2J木"}, "expected a name without control characters"),
            ({"codebook_version": ""}, "codebook_version is ''"),
            ({"date": "2024-02-30"}, "date is '2024-02-30'; expected a day"),  # no such day
            ({"date": "2024-06-21T10:00:00"}, "a time with its zone"),
            ({"date": "20240621"}, "date is '20240621'"),
            ({"themes": "a;a"}, "themes is 'a;a'; expected every theme once"),
            ({"mode": "open"}, "mode is 'open'; expected one of: blind, assist, or nothing"),
            ({"chosen_by": "me"}, "expected one of: uncertain, diverse, random"),
            ({"note": "\ud800"}, "expected Unicode text"),
            ({"weight": "1"}, "an answer with .*weight; expected item_id"),
        ],
    )
    def test_bad_answers_are_refused_and_nothing_is_written(self, path, change, said):
        with pytest.raises(SettingsError, match=said):
            LabelLog(path).append(ROW | change)
        assert not path.exists()

    def test_an_answer_that_lacks_a_column(self, path):
        with pytest.raises(SettingsError, match="expected item_id, themes, coder"):
            LabelLog(path).append({"item_id": "i1"})

    def test_a_folder_in_its_place(self, path):
        path.mkdir()
        with pytest.raises(OutputError, match=r"cannot write .*labels\.csv"):
            LabelLog(path).append(ROW)

    def test_a_file_in_the_place_of_its_folder(self, path):
        path.write_text("no folder", encoding="utf-8")
        with pytest.raises(OutputError, match="cannot write"):
            LabelLog(path / "labels.csv").append(ROW)


class TestForeignFiles:
    """Files that somebody made, or saved with another program."""

    @pytest.mark.parametrize(
        "content",
        [
            f"{HEAD}\ni0,a,井上,2024-06-21,1\n".encode(),
            f"\ufeff{HEAD}\r\ni0,a,井上,2024-06-21,1\r\n".encode(),  # saved by a spreadsheet
            f"{HEAD},mode\ni0,a,井上,2024-06-21,1,".encode(),  # no line end after the last row
            "codebook_version,remark,coder,themes,item_id,date,mode\n"
            "1,x,井上,a,i0,2024-06-21,assist".encode(),  # other columns, in another order
            f"\n{HEAD}\n\ni0,a,井上,2024-06-21,1\n\n".encode(),  # blank lines
        ],
    )
    def test_they_go_on(self, path, content):
        path.write_bytes(content)
        LabelLog(path).append(ROW)
        table = LabelLog(path).read()
        assert table["item_id"].tolist() == ["i0", "i1"]
        assert table["coder"].tolist() == ["井上", "青木"]
        assert path.read_bytes().startswith(content)

    def test_an_empty_file_is_begun(self, path):
        path.touch()
        assert items(path) == []
        LabelLog(path).append(ROW)
        assert items(path) == ["i1"]

    @pytest.mark.parametrize(
        ("content", "error", "said"),
        [
            (f"{HEAD}\ni0,a,井上,2024-06-21,1\n".encode("cp932"), LabelsError, "not in UTF-8"),
            (b"item_id,themes\n", LabelsError, "coder: the column is missing; found: item_id"),
            (f"{HEAD}\ni0,a\n".encode(), LabelsError, "labels.csv:2: a row of 2 cells, expected 5"),
            (f"{HEAD}\n".encode(), SettingsError, "has no column note, chosen_by, mode"),
        ],
    )
    def test_they_are_refused_and_not_touched(self, path, content, error, said):
        path.write_bytes(content)
        with pytest.raises(error, match=said):
            LabelLog(path).append(FULL)
        assert path.read_bytes() == content


class TestCrash:
    def whole(self, path: Path) -> tuple[bytes, int]:
        """A file of two rows, and where the second begins."""
        log = LabelLog(path)
        log.append(ROW)
        begins = path.stat().st_size
        log.append(FULL | {"item_id": "i2"})
        return path.read_bytes(), begins

    @pytest.mark.filterwarnings("ignore:labels.csv ended")
    def test_wherever_a_row_is_torn_the_file_goes_on(self, tmp_path):
        """Law: after a cut at any byte, whole rows stay, the next is appended, nothing is lost."""
        content, begins = self.whole(tmp_path / "whole.csv")
        for cut in range(begins + 1, len(content)):
            path = tmp_path / str(cut) / "labels.csv"
            path.parent.mkdir()
            path.write_bytes(content[:cut])
            LabelLog(path).append(ROW | {"item_id": "i3"})
            found = items(path)
            assert found in (["i1", "i3"], ["i1", "i2", "i3"]), cut
            aside = path.with_name("labels.csv.torn-1")
            assert aside.exists() == (found == ["i1", "i3"])
            if aside.exists():
                assert aside.read_bytes() == content[begins:cut]

    def test_what_is_torn_is_put_aside_with_a_warning(self, path):
        content, begins = self.whole(path)
        for number, cut in ((1, begins + 20), (2, begins + 30)):
            path.write_bytes(content[:cut])
            with pytest.warns(UserWarning, match=rf"kept in labels.csv.torn-{number}; the item"):
                LabelLog(path).append(ROW | {"item_id": "i3"})
        assert path.with_name("labels.csv.torn-1").read_bytes() == content[begins : begins + 20]

    def test_reading_leaves_it_where_it_is(self, path):
        content, begins = self.whole(path)
        path.write_bytes(content[: begins + 20])
        with pytest.warns(UserWarning, match="ends with a row that was not finished; it is left"):
            assert items(path) == ["i1"]
        assert path.read_bytes() == content[: begins + 20]
        assert not path.with_name("labels.csv.torn-1").exists()

    def test_a_character_cut_in_two_is_torn_too(self):
        content = f"{HEAD},note\ni1,a,x,2024-06-21,1,青".encode()
        assert torn_end(content) == len(content)
        assert torn_end(content[:-1]) == len(f"{HEAD},note\n")

    def test_a_last_theme_without_a_line_end_may_be_cut(self):
        head = "item_id,coder,date,codebook_version,themes\n"
        assert torn_end(f"{head}i1,x,2024-06-21,1,open_d".encode()) == len(head)

    def test_a_quote_that_swallows_rows_is_no_crash(self, path):
        rows = 'i0,"a,井上,2024-06-21,1\ni1,a,井上,2024-06-21,1\n'
        path.write_text(f"{HEAD}\n{rows}", encoding="utf-8")
        with pytest.raises(LabelsError, match="the quote that opens in the row of line 2 never"):
            LabelLog(path).append(ROW)
        assert "i1" in path.read_text("utf-8")


_WRITER = """
import sys
from cio_topics.labels import LabelLog
log = LabelLog(sys.argv[1])
for number in range(int(sys.argv[3])):
    log.append({"item_id": f"{sys.argv[2]}{number}", "themes": "a", "coder": sys.argv[2],
                "date": "2024-06-21", "codebook_version": "1", "note": "x\\n" * 50})
    print(number, flush=True)
"""


def writer(path: Path, name: str, n: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", _WRITER, str(path), name, str(n)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


class TestTogether:
    def test_rows_of_processes_and_threads_do_not_mix(self, path):
        n = 60
        processes = [writer(path, name, n) for name in "pq"]
        logs = {"t": LabelLog(path), "u": LabelLog(path)}

        def write(name: str) -> None:
            for number in range(n):
                logs[name].append(ROW | {"item_id": f"{name}{number}", "coder": name})

        threads = [threading.Thread(target=write, args=(name,)) for name in logs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for process in processes:
            process.communicate()
            assert process.returncode == 0
        table = LabelLog(path).read()
        for name in "pqtu":
            of_name = table.loc[table["coder"] == name, "item_id"].tolist()
            assert of_name == [f"{name}{number}" for number in range(n)]

    @pytest.mark.filterwarnings("ignore:labels.csv ended")
    def test_what_was_answered_before_a_kill_is_there(self, path):
        process = writer(path, "k", 100_000)
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(25)]
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        rest = process.communicate()[0].split()
        LabelLog(path).append(ROW)
        found = items(path)
        last = int(rest[-1]) if rest else int(said[-1])
        assert found[: last + 1] == [f"k{number}" for number in range(last + 1)]
        assert found[-1] == "i1"
