"""The command ``cio-topics experiment``."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cio_topics.cli.output import duration

GRID = (
    'question = "いくつのトピックがよいか。"\nmetrics = ["diversity", "nmi"]\nseeds = 2\n'
    "[model]\nn_topics = [4, 6]\n"
)
FILES = (
    *("README.md", "figure.png", "figure.svg", "made_from.json"),
    *("results.csv", "results.parquet", "summary.csv", "topics.csv"),
)


@pytest.fixture
def write(tmp_path):
    def written(text=GRID, name="how_many.toml") -> Path:
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path / name

    return written


def contents(folder: Path) -> dict[str, bytes]:
    cells = sorted((folder / "cells").glob("*.json"))
    return {path.name: path.read_bytes() for path in (*(folder / name for name in FILES), *cells)}


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "cio_topics", "experiment", *map(str, words)]


class TestRun:
    def test_a_question_gets_a_table(self, run, write):
        file = write()
        shown = run("experiment", "run", file)
        assert (shown.code, shown.err) == (0, "")
        lines = shown.out.splitlines()
        assert lines[0] == "いくつのトピックがよいか。"
        assert lines[2].split() == ["model.n_topics", "n", "diversity", "nmi"]
        assert [line.split()[:2] for line in lines[3:5]] == [["4", "2"], ["6", "2"]]
        assert lines[-1] == str(file.with_suffix("") / "README.md")
        made = {path.name for path in file.with_suffix("").iterdir()}
        assert made == {*FILES, "cells", "timings.csv"}
        again = run("experiment", "run", file)
        assert again.out == shown.out

    def test_problems_have_line_and_key(self, run, write):
        shown = run("experiment", "run", write(GRID + "n_topic = 3\n"))
        assert (shown.code, shown.out) == (3, "")
        assert "how_many.toml:6: model.n_topic: got 'n_topic'" in shown.err
        assert "did you mean 'n_topics'?" in shown.err

    def test_some_fail(self, run, write):
        file = write(GRID.replace("[4, 6]", "[4, 400]"))
        shown = run("experiment", "run", file)
        assert shown.code == 0
        assert "2 of 4 cells failed. The first: TooSmallError: 163 texts" in shown.err
        assert f"experiment run {file} --retry" in shown.err
        assert "(2 failed)" in shown.out

    def test_all_fail(self, run, write):
        shown = run("experiment", "run", write(GRID.replace("[4, 6]", "[400]")))
        assert shown.code == 1
        assert "error: 2 of 2 cells failed." in shown.err

    def test_another_folder(self, run, write, tmp_path):
        file = write()
        shown = run("experiment", "run", file, "--folder", tmp_path / "elsewhere")
        assert shown.code == 0
        assert not file.with_suffix("").exists()
        assert (tmp_path / "elsewhere" / "README.md").exists()

    def test_a_folder_that_cannot_be_made(self, run, write, tmp_path):
        (tmp_path / "taken").write_text("")
        shown = run("experiment", "run", write(), "--folder", tmp_path / "taken")
        assert shown.code in (2, 4)
        assert "taken" in shown.err

    def test_very_many_cells_ask_for_yes(self, run, write):
        file = write(GRID.replace("seeds = 2", "seeds = 5000"))
        shown = run("experiment", "run", file)
        assert (shown.code, shown.out) == (2, "")
        assert "how_many.toml asks for 9,997 cells that are not done: about " in shown.err
        assert "--yes" in shown.err
        # what was timed is kept
        assert len(list((file.with_suffix("") / "cells").iterdir())) == 3

    def test_far_too_many_are_refused(self, run, write):
        numbers = list(range(2, 402))
        file = write(GRID.replace("seeds = 2", "seeds = 5000").replace("[4, 6]", str(numbers)))
        shown = run("experiment", "run", file, "--yes")
        assert shown.code == 2
        assert "asks for 2,000,000 cells; expected at most 1,000,000" in shown.err

    def test_to_mlflow(self, run, write, tmp_path):
        shown = run("experiment", "run", write(), "--mlflow", tmp_path / "runs")
        assert shown.code == 0
        assert len(list((tmp_path / "runs").glob("*/*/metrics/nmi"))) == 4

    def test_tokens_can_be_kept(self, run, write, tmp_path, monkeypatch):
        monkeypatch.setenv("CIO_TOPICS_CACHE", str(tmp_path / "cache"))
        plain = run("experiment", "run", write())
        cached = run("experiment", "run", write(), "--cache", "--folder", tmp_path / "cached")
        assert plain.out.splitlines()[:-1] == cached.out.splitlines()[:-1]
        assert list((tmp_path / "cache").iterdir())


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
class TestInterrupts:
    # Enough cells that none of these runs is through when it is stopped.
    TEXT = GRID.replace("seeds = 2", "seeds = 12")

    def stopped(
        self, file: Path, folder: Path, number: signal.Signals, jobs: int = 1
    ) -> tuple[int, str]:
        """Return exit code and standard error of a run that was stopped as a terminal does it."""
        process = subprocess.Popen(
            command("run", file, "--folder", folder, "-j", jobs),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            # Where the tests run in the background, interrupts are ignored, and children inherit it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        until = time.monotonic() + 120
        while len(list((folder / "cells").glob("*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
        return process.returncode, said.decode()

    def test_what_was_killed_goes_on_to_the_same_bytes(self, write, tmp_path):
        file = write(self.TEXT)
        assert self.stopped(file, tmp_path / "killed", signal.SIGKILL)[0] == -signal.SIGKILL
        n_done = len(list((tmp_path / "killed" / "cells").glob("*.json")))
        assert 3 <= n_done < 24
        assert not (tmp_path / "killed" / "README.md").exists()
        for folder, jobs in (("killed", 1), ("whole", 2)):
            done = subprocess.run(
                command("run", file, "--folder", tmp_path / folder, "-j", jobs),
                capture_output=True,
                check=True,
            )
            assert done.stderr == b""  # no progress where no terminal is
        assert contents(tmp_path / "killed") == contents(tmp_path / "whole")

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_an_interrupt_has_its_own_code(self, write, tmp_path, jobs):
        file = write(self.TEXT.replace("seeds = 12", "seeds = 100"))
        code, said = self.stopped(file, tmp_path / "stopped", signal.SIGINT, jobs)
        assert code == 130
        assert said.strip() == "cio-topics: interrupted; nothing is left half-written."
        cells = list((tmp_path / "stopped" / "cells").iterdir())
        assert len(cells) >= 3
        assert all(path.suffix == ".json" for path in cells)  # nothing half-written


class TestListShowCompareClean:
    @pytest.fixture
    def ran(self, run, write):
        file = write()
        assert run("experiment", "run", file).code == 0
        return file

    def test_list(self, run, ran, write):
        write(name="new.toml")
        shown = run("experiment", "list", ran.parent)
        rows = [line.split()[:6] for line in shown.out.splitlines()]
        assert rows == [
            ["name", "cells", "done", "failed", "left", "results"],
            ["how_many", "4", "4", "0", "0", "current"],
            ["new", "4", "0", "0", "4", "none"],
        ]
        found = json.loads(run("experiment", "list", ran.parent, "--format", "json").out)
        assert [row["name"] for row in found["rows"]] == ["how_many", "new"]

    def test_show(self, run, ran):
        table = run("experiment", "show", ran)
        assert table.out.splitlines()[0] == "いくつのトピックがよいか。"
        rows = list(
            csv.DictReader(io.StringIO(run("experiment", "show", ran, "--format", "csv").out))
        )
        assert [(r["model.n_topics"], r["metric"], r["n"]) for r in rows] == [
            *(("4", "diversity", "2"), ("4", "nmi", "2")),
            *(("6", "diversity", "2"), ("6", "nmi", "2")),
        ]
        lines = run("experiment", "show", ran, "--format", "jsonl").out.splitlines()
        assert json.loads(lines[0])["mean"] == float(rows[0]["mean"])

    def test_show_before_it_was_run(self, run, write):
        shown = run("experiment", "show", write())
        assert shown.code == 2
        assert "how_many.toml was not run yet. Run: cio-topics experiment run" in shown.err

    def test_compare_two_settings(self, run, ran):
        sides = ("--a", "model.n_topics=4", "--b", "model.n_topics=6", "--format", "json")
        found = json.loads(run("experiment", "compare", ran, *sides).out)["rows"]
        assert [(row["metric"], row["n_pairs"]) for row in found] == [("diversity", 2), ("nmi", 2)]
        for row in found:
            assert row["difference"] == pytest.approx(row["b"] - row["a"])

    def test_compare_two_experiments(self, run, ran, write):
        other = write(GRID.replace("[4, 6]", "[6, 8]"), "other.toml")
        run("experiment", "run", other)
        shown = run("experiment", "compare", ran, other)
        assert shown.out.splitlines()[0].split()[0] == "metric"
        assert shown.out.splitlines()[1].split()[7:9] == [
            "4",
            "2",
        ]  # n_b, n_pairs: only 6 is common

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "nothing to compare"),
            (("--a", "model.n_topics=4"), "nothing to compare"),
            (("--a", "model.n_topics", "--b", "x=1"), "expected COLUMN=VALUE"),
            (("--a", "n_topics=4", "--b", "n_topics=6"), "unknown column 'n_topics'"),
            (("--a", "model.n_topics=5", "--b", "model.n_topics=6"), "there are: 4, 6"),
        ],
    )
    def test_compare_refuses(self, run, ran, words, said):
        shown = run("experiment", "compare", ran, *words)
        assert (shown.code, shown.out) == (2, "")
        assert said in shown.err

    def test_clean(self, run, ran, write):
        cells = ran.with_suffix("") / "cells"
        assert run("experiment", "clean", ran).out == "nothing to remove.\n"
        write(GRID.replace("[4, 6]", "[4]"))
        asked = run("experiment", "clean", ran, stdin=b"n\n")
        assert "Remove 2 files" in asked.err
        assert len(list(cells.iterdir())) == 4
        assert run("experiment", "clean", ran, "--yes").out == "2 files removed.\n"
        assert len(list(cells.iterdir())) == 2
        assert run("experiment", "show", ran).code == 0

    def test_clean_keeps_the_rest_of_the_folder(self, run, ran, write):
        write(GRID.replace("[4, 6]", "[8]"))
        run("experiment", "clean", ran, "--yes")
        assert {*FILES, "timings.csv"} <= {p.name for p in ran.with_suffix("").iterdir()}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (3599, "1 h 0 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_progress_on_a_terminal(run, write, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    shown = run("experiment", "run", write(GRID.replace("[4, 6]", "[4]")))
    assert "1 of 2 cells, about " in shown.err
    assert "2 of 2 cells, about " in shown.err
    assert shown.err.endswith("\r\x1b[K")  # nothing of it stays
