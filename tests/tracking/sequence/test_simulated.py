"""What tests and intervals are worth on invented data: a small run of the benchmark."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

BENCHMARK = Path(__file__).parents[3] / "benchmarks" / "simulate_sequence.py"


@pytest.fixture(scope="module")
def simulate():
    spec = importlib.util.spec_from_file_location("simulate_sequence", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["passed", "networks", "maps"])
def test_small_run(simulate, part):
    found = simulate.run(part, reps=6, draws=99)
    kinds = found["measure"].str.startswith("type I")
    if kinds.any():
        assert np.average(found.loc[kinds, "value"], weights=found.loc[kinds, "n"]) < 0.06
    covered = found[~kinds]
    assert np.average(covered["value"], weights=covered["n"]) > 0.91


def test_windows_keep_a_drift_out_and_the_whole_span_does_not(simulate):
    found = simulate.run("transitions", reps=10, draws=99).set_index(["setting", "measure"])
    assert found.loc[("rise and fall, window 2", "type I"), "value"] < 0.1
    assert found.loc[("rise and fall, window 0", "type I"), "value"] > 0.13
    assert found.loc[("30 meetings", "coverage of share"), "value"] > 0.88
