"""Running: only what is not done, the same bytes however it is run, and after every accident."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from cio_topics.errors import CioTopicsError, OutputError, SettingsError
from cio_topics.experiments import fit, run
from cio_topics.experiments.answer import known_results, tables_of, write_answer
from cio_topics.experiments.experiment import (
    estimate_seconds,
    open_experiment,
    run_experiment,
    state_of,
)
from cio_topics.experiments.run import RunSettings
from tests.experiments.conftest import HEAD

GRID = HEAD + "seeds = 2\n[model]\nn_topics = [4, 5, 6]\n"
#: Files that do not tell how long anything took.
FILES = (
    *("README.md", "figure.png", "figure.svg", "made_from.json"),
    *("results.csv", "results.parquet", "summary.csv", "topics.csv"),
)


def contents(folder: Path) -> dict[str, bytes]:
    cells = sorted((folder / "cells").iterdir())
    return {path.name: path.read_bytes() for path in (*(folder / f for f in FILES), *cells)}


@pytest.fixture
def opened(write_design):
    return open_experiment(write_design(GRID))


class Seen(list):
    """Progress, as it was told."""

    def __call__(self, progress):
        self.append(progress)

    @property
    def settings(self):
        return RunSettings(progress=self)


class TestRun:
    def test_all_cells_then_none(self, opened):
        seen, again = Seen(), Seen()
        state = run_experiment(opened, seen.settings)
        assert (state.n_done, state.n_failed, len(seen)) == (6, 0, 6)
        assert [(p.n_done, p.n_cells) for p in seen] == [(n, 6) for n in range(1, 7)]
        assert seen[-1].seconds_left == 0
        assert seen[0].seconds_left > 0
        assert run_experiment(opened, again.settings).records == state.records
        assert again == []

    def test_only_what_was_added(self, opened, write_design):
        run_experiment(opened)
        seen = Seen()
        more = open_experiment(write_design(GRID.replace("seeds = 2", "seeds = 3")))
        run_experiment(more, seen.settings)
        assert [p.record["seed"] for p in seen] == [2, 2, 2]

    def test_a_new_metric_is_added_to_what_is_known(self, opened, write_design, monkeypatch):
        before = run_experiment(opened).records
        measured = []

        def noted(design, material, cell, metrics, cache):
            measured.append(list(metrics))
            return fit.fit_cell(design, material, cell, metrics, cache)

        monkeypatch.setattr(run, "fit_cell", noted)
        text = GRID.replace('"nmi"]', '"nmi", "ari"]')
        after = run_experiment(open_experiment(write_design(text))).records
        assert measured == [["ari"]] * 6
        for old, new in zip(before, after, strict=True):
            assert {**new["measures"], "ari": None} == {**old["measures"], "ari": None}
            assert new["measures"]["ari"] is not None
        # and taken away again without a run
        fewer = Seen()
        run_experiment(open_experiment(write_design(GRID)), fewer.settings)
        assert fewer == []

    def test_a_failure_stops_no_other_and_is_not_tried_again(self, write_design):
        opened = open_experiment(write_design(HEAD + "[model]\nn_topics = [400, 4]\n"))
        state = run_experiment(opened)
        assert (state.n_done, state.n_failed) == (1, 1)
        seen, retried = Seen(), Seen()
        run_experiment(opened, seen.settings)
        run_experiment(opened, retried.settings._replace(retry=True))
        assert (len(seen), len(retried)) == (0, 1)
        assert retried[0].record["error"].startswith("TooSmallError: 163 texts")
        write_answer(opened, state)
        page = (opened.folder / "README.md").read_text("utf-8")
        assert "失敗したセル / Failed cells (1 of 2)" in page
        assert "- 1 × TooSmallError: 163 texts" in page
        assert "(1 failed)" in page

    def test_what_was_measured_is_not_lost(self, opened, write_design, monkeypatch):
        """A metric is added, and the fit that was possible before is not any more."""
        before = run_experiment(opened).records
        more = open_experiment(write_design(GRID.replace('"nmi"]', '"nmi", "ari"]')))
        for error, known in ((OSError("gone"), False), (ValueError("broken"), True)):

            def breaks(*args, error=error):
                raise error

            monkeypatch.setattr(fit, "_fit", breaks)
            state = run_experiment(more)
            assert (state.n_done, state.n_failed) == ((6, 0) if known else (0, 0))
            monkeypatch.undo()
            assert [r["measures"]["nmi"] for r in state_of(opened).records] == [
                r["measures"]["nmi"] for r in before
            ]
        (reasons,) = {tuple(r["undefined"].items()) for r in state.records}
        assert reasons == (("ari", "ValueError: broken"),)

    def test_what_the_machine_failed_is_run_again(self, opened, monkeypatch):
        def no_memory(*args):
            raise MemoryError

        monkeypatch.setattr(fit, "_fit", no_memory)
        state = run_experiment(opened)
        assert (state.n_done, state.n_failed) == (0, 6)
        monkeypatch.undo()
        assert run_experiment(opened).n_done == 6

    def test_other_items_are_other_cells(self, opened, write_design):
        run_experiment(opened)
        text = HEAD + 'seeds = 2\n[corpus]\nuntil = "2015-12-31"\n[model]\nn_topics = [4, 5, 6]\n'
        assert state_of(open_experiment(write_design(text))).n_done == 0

    def test_no_process_is_refused(self, opened):
        with pytest.raises(SettingsError, match="n_jobs is 0"):
            run_experiment(opened, RunSettings(n_jobs=0))


class TestAccidents:
    def test_an_interrupt_keeps_what_is_done(self, opened, monkeypatch):
        def interrupt(progress):
            if progress.n_done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run_experiment(opened, RunSettings(progress=interrupt))
        assert state_of(opened).n_done == 2
        assert len((opened.folder / "timings.csv").read_text("utf-8").splitlines()) == 3
        seen = Seen()
        run_experiment(opened, seen.settings)
        assert len(seen) == 4

    def test_a_full_disk_keeps_what_is_done(self, opened, write_design, tmp_path, monkeypatch):
        opened_file = os.fdopen
        written = []

        def fills_up(handle, *args, **kwargs):
            if len(written) == 3:
                os.close(handle)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written.append(handle)
            return opened_file(handle, *args, **kwargs)

        monkeypatch.setattr("cio_topics.files.os.fdopen", fills_up)
        with pytest.raises(OutputError, match="the run stops") as caught:
            run_experiment(opened)
        assert "No space left on device" in str(caught.value)
        monkeypatch.undo()
        assert len(list((opened.folder / "cells").iterdir())) == 3
        assert state_of(opened).n_done == 3
        write_answer(opened, run_experiment(opened))
        whole = open_experiment(opened.design, tmp_path / "at_once")
        write_answer(whole, run_experiment(whole))
        assert contents(opened.folder) == contents(whole.folder)

    def test_a_broken_record_is_made_again(self, opened):
        state = run_experiment(opened)
        place = opened.folder / "cells" / f"{state.cells[1].address}.json"
        before = place.read_bytes()
        place.write_bytes(before[: len(before) // 2])
        assert state_of(opened).n_done == 5
        run_experiment(opened)
        assert place.read_bytes() == before

    def test_a_full_disk_at_the_end_leaves_the_old_answer(self, opened, monkeypatch):
        write_answer(opened, run_experiment(opened))
        before = contents(opened.folder)

        def full(path, content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match="No space left"):
            write_answer(opened, state_of(opened))
        monkeypatch.undo()
        assert contents(opened.folder) == before


def _die(*args):
    os._exit(9)


class TestProcesses:
    def test_two_processes_give_the_same_bytes(self, opened, tmp_path):
        write_answer(opened, run_experiment(opened))
        seen = Seen()
        other = open_experiment(opened.design, tmp_path / "two")
        write_answer(other, run_experiment(other, seen.settings._replace(n_jobs=2)))
        assert len(seen) == 6
        assert contents(opened.folder) == contents(other.folder)

    def test_no_more_processes_than_cells(self, opened, monkeypatch):
        asked = []

        class Pool:
            def __init__(self, n_jobs, **more):
                asked.append(n_jobs)
                raise KeyboardInterrupt

        monkeypatch.setattr("joblib.externals.loky.ProcessPoolExecutor", Pool)
        with pytest.raises(KeyboardInterrupt):
            run_experiment(opened, RunSettings(n_jobs=12))
        assert asked == [6]

    @pytest.mark.skipif(os.name == "nt", reason="a parent that is gone is not told on Windows")
    def test_a_run_that_is_killed_leaves_no_process(self, opened):
        """No signal tells the processes of it: they look for their parent."""
        script = (
            "import sys; from pathlib import Path\n"
            "from cio_topics.experiments import open_experiment, read_design, run_experiment\n"
            "from cio_topics.experiments.run import RunSettings\n"
            "progress = lambda p: print(p.n_done, flush=True)\n"
            "experiment = open_experiment(read_design(Path(sys.argv[1])))\n"
            "run_experiment(experiment, RunSettings(n_jobs=2, progress=progress))\n"
        )
        many = opened.design.source.replace("seeds = 2", "seeds = 400")
        opened.design.path.write_text(many, "utf-8")
        words = [sys.executable, "-c", script, str(opened.design.path)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout.readline() == "1\n"
            parent.kill()
            # the pipe is at its end when the last process that holds it is gone
            reader = Thread(target=parent.stdout.read)
            reader.start()
            reader.join(timeout=60)
            assert not reader.is_alive()

    def test_a_process_that_dies_is_said(self, opened, monkeypatch):
        monkeypatch.setattr(run, "_fit_there", _die)
        with pytest.raises(CioTopicsError, match=r"a process of the run died.*-j 1"):
            run_experiment(opened, RunSettings(n_jobs=2))


class TestAnswer:
    def test_what_is_done_so_far(self, opened):
        stop = RunSettings(progress=lambda p: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_experiment(opened, stop)
        results, remark = known_results(opened)
        assert len(results) == 1
        assert remark == "5 of 6 cells are not done."

    def test_nothing_yet(self, opened):
        with pytest.raises(SettingsError, match=r"how_many\.toml was not run yet.*experiment run"):
            known_results(opened)

    def test_tables_outlive_the_cells(self, opened, write_design):
        state = run_experiment(opened)
        write_answer(opened, state)
        opened.store.remove(opened.store.strangers([]))
        results, remark = known_results(opened)
        assert remark == ""
        assert results.equals(tables_of(opened, state)[0].astype(results.dtypes))
        # of an experiment that was changed since, they are shown with a warning
        changed = open_experiment(write_design(GRID.replace("seeds = 2", "seeds = 1")))
        remark = known_results(changed)[1]
        assert remark == (
            "these results were made with other settings; run the experiment to renew them."
        )
        # and of one that asks for more, not at all
        more = open_experiment(write_design(GRID.replace('"nmi"]', '"nmi", "ari"]')))
        with pytest.raises(SettingsError, match="was not run yet"):
            known_results(more)

    def test_a_search_whose_cells_are_gone(self, write_design):
        pytest.importorskip("optuna")
        text = (
            HEAD + "[model]\nn_topics = {low = 3, high = 9}\n"
            '[search]\nmetric = "nmi"\nn_trials = 3\n'
        )
        opened = open_experiment(write_design(text))
        write_answer(opened, run_experiment(opened))
        opened.store.remove(opened.store.strangers([]))
        assert known_results(opened)[1] == ""

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("code", r"another version of the code \(old, now \w{8}\)"),
            ("corpus", r"another corpus \(old, now \w{8}\)"),
            ("numpy", r"numpy \(old, now \d"),
        ],
    )
    def test_what_was_other_is_said(self, opened, name, said):
        write_answer(opened, run_experiment(opened))
        opened.store.remove(opened.store.strangers([]))
        place = opened.folder / "made_from.json"
        place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | {name: "old"}), "utf-8")
        assert re.match(f"these results were made with {said}", known_results(opened)[1])
        place.unlink()
        assert "made with unknown settings and versions" in known_results(opened)[1]

    def test_a_figure_of_before_does_not_stay(self, opened, write_design):
        write_answer(opened, run_experiment(opened))
        assert (opened.folder / "figure.png").exists()
        nothing = open_experiment(write_design(GRID.replace("[4, 5, 6]", "[400, 500]")))
        write_answer(nothing, run_experiment(nothing))
        assert not (opened.folder / "figure.png").exists()
        assert "figure.png" not in (opened.folder / "README.md").read_text("utf-8")

    def test_old_files_of_others_stay(self, opened):
        opened.folder.mkdir()
        (opened.folder / "notes.md").write_text("mine")
        write_answer(opened, run_experiment(opened))
        assert (opened.folder / "notes.md").read_text() == "mine"


class TestEstimate:
    def test_few_are_not_timed(self, opened):
        assert estimate_seconds(opened, RunSettings(), least=6, n_timed=3) == (6, None)
        assert not opened.folder.exists()

    def test_many_are_timed_by_some_that_are_kept(self, opened):
        n_left, seconds = estimate_seconds(opened, RunSettings(), least=5, n_timed=3)
        assert n_left == 3
        assert seconds > 0
        # at even distances: one of each number of topics
        kept = [r["settings"]["model.n_topics"] for r in state_of(opened).records if r]
        assert kept == [4, 5, 6]

    def test_a_search_is_timed_by_its_first_trial(self, write_design):
        text = (
            HEAD
            + '[model]\nn_topics = {low = 3, high = 9}\n[search]\nmetric = "nmi"\nn_trials = 9\n'
        )
        opened = open_experiment(write_design(text))
        n_left, seconds = estimate_seconds(opened, RunSettings(), least=5, n_timed=3)
        assert (n_left, seconds > 0) == (8, True)
        assert state_of(opened).n_done == 1
        # what is done is not fitted again, and counts once
        n_left, seconds = estimate_seconds(opened, RunSettings(), least=5, n_timed=3)
        assert (n_left, seconds > 0) == (7, True)
        assert state_of(opened).n_done == 2
