"""Processes where they are spawned, as on Windows, from a script that has no guard.

Without ``if __name__ == "__main__"`` processes that import the script again would start more of
them: none may hang, and two must give the bytes of one.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAD = """
import multiprocessing
multiprocessing.set_start_method("spawn")
import numpy as np
counts = np.random.default_rng(0).poisson(0.5, (60, 20))  # invented
def same(made):
    one, two = (made(n) for n in (1, 2))
    print(one == two)
"""
SCRIPTS = {
    "gensim": """
from cio_topics.topics.models.gensim_lda import GensimLDA
same(lambda n: GensimLDA(3, passes=2, n_jobs=n).fit(counts).components_.tobytes())
""",
    "stability": """
from cio_topics.topics.models.mixture import DirichletMixture
from cio_topics.topics.quality.stability import topic_stability
same(lambda n: topic_stability(
    DirichletMixture(3).fit(counts), counts, n_runs=3, resample="both", n_jobs=n).to_csv())
""",
    "sweep": """
from cio_topics import read_example
from cio_topics.topics import pool_titles
from cio_topics.topics.sweep import sweep_topics
texts = pool_titles(read_example().agenda(), "meeting")
same(lambda n: sweep_topics("mixture", texts, numbers=[2, 3], seeds=[0, 1], n_jobs=n).to_csv())
""",
    "experiment": """
import pathlib
from cio_topics.experiments.design import read_design
from cio_topics.experiments.experiment import RunSettings, open_experiment, run_experiment
file = pathlib.Path("few.toml")
file.write_text('question = "x"\\nseeds = 2\\nmetrics = ["nmi"]\\n[model]\\nn_topics = [2, 3]')
def cells(n):
    opened = open_experiment(read_design(file), pathlib.Path(f"jobs{n}"))
    run_experiment(opened, RunSettings(n))
    return {path.name: path.read_bytes() for path in pathlib.Path(f"jobs{n}", "cells").iterdir()}
same(cells)
""",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=list(SCRIPTS))
def test_processes_end_where_they_are_spawned(tmp_path, script):
    file = tmp_path / "script.py"
    file.write_text(HEAD + script, encoding="utf-8")
    words = [sys.executable, str(file)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True"], done.stderr
