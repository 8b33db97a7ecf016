"""Cells: which there are, in which order, and when two are the same."""

from __future__ import annotations

from itertools import product

import pytest

from cio_topics.errors import SettingsError
from cio_topics.experiments import cells
from cio_topics.experiments.cells import _statements, basis_of, code_hash, make_cells
from cio_topics.experiments.material import read_material
from tests.experiments.conftest import HEAD

BASIS = {"code": "0"}


def made(design, basis=BASIS):
    return make_cells(design, basis)


class TestGrid:
    def test_order_is_the_products(self, write_design):
        design = write_design(
            HEAD
            + 'seeds = [5, 2]\n[model]\nn_topics = [8, 4]\n[tokens]\ncompounds = ["short", "long"]\n'
            "[resample]\ndraws = 2\n"
        )
        found = [
            (c.settings["tokens.compounds"], c.settings["model.n_topics"], c.draw, c.seed)
            for c in made(design)
        ]
        # Rooms in their order, whatever the order of the file's tables; seeds change fastest.
        assert found == list(product(("short", "long"), (8, 4), (1, 2), (5, 2)))
        assert len(found) == design.n_cells

    def test_several_models_follow_one_another(self, write_design):
        design = write_design(
            HEAD + '[[model]]\nkind = "lda"\nmax_iter = [5, 6]\n[[model]]\nkind = "nmf"\n'
        )
        kinds = [(c.settings["model.kind"], c.settings.get("model.max_iter")) for c in made(design)]
        assert kinds == [("lda", 5), ("lda", 6), ("nmf", None)]

    def test_far_too_many_are_refused_before_they_are_made(self, write_design):
        numbers = ", ".join(map(str, range(2, 2002)))
        design = write_design(HEAD + f"seeds = 10000\n[model]\nn_topics = [{numbers}]\n")
        with pytest.raises(SettingsError, match="asks for 20,000,000 cells; expected at most"):
            made(design)


class TestAddress:
    def test_differs_wherever_the_result_may(self, write_design):
        addresses = [
            c.address
            for text in ("[model]\nn_topics = [4, 5]\n", '[model]\nkind = "lda"\n')
            for seeds in (1, 3)
            for c in made(write_design(HEAD + f"seeds = {seeds}\n" + text))
        ]
        # two numbers of topics and one kind; seed 0 is in both files
        assert len(set(addresses)) == 3 * 3

    def test_is_the_same_for_what_changes_nothing(self, write_design):
        """Questions, metrics, groupings, the order of tables and what else is in the grid."""
        one = write_design(HEAD + "[model]\nn_topics = [4, 8]\n")
        other = write_design(
            'question = "other"\nmetrics = ["c_npmi"]\nseeds = 2\ngroupings = ["pool.by"]\n'
            '[pool]\nby = ["item", "meeting"]\n[model]\nkind = ["lda", "nmf"]\nn_topics = [8]\n'
        )
        assert made(one)[1].address in {c.address for c in made(other)}

    @pytest.mark.parametrize(
        "change", [{"code": "1"}, {"code": "0", "corpus": "x"}, {"code": "0", "numpy": "2"}]
    )
    def test_follows_the_basis(self, write_design, change):
        design = write_design(HEAD)
        assert made(design)[0].address != made(design, change)[0].address

    def test_follows_the_content_of_a_file(self, write_design, tmp_path):
        addresses = []
        for word in ("状況", "検討"):
            (tmp_path / "w.txt").write_text(word, "utf-8")
            cells._file_hash.cache_clear()
            design = write_design(HEAD + '[tokens]\nstop_words = "w.txt"\n')
            addresses.append(made(design)[0].address)
        assert len(set(addresses)) == 2

    def test_follows_the_dictionary(self, write_design):
        design = write_design(HEAD + '[tokens]\ndictionary = ["unidic-lite", "ipadic", "gone"]\n')
        assert len({c.address for c in made(design)}) == 3  # one that is missing has one too

    def test_more_draws_keep_those_that_are_done(self, write_design):
        few, many = (
            [c.address for c in made(write_design(f"{HEAD}[resample]\ndraws = {n}\n"))]
            for n in (2, 4)
        )
        assert many[:2] == few
        whole = made(write_design(HEAD))[0].address
        assert whole not in many

    def test_another_share_makes_other_cells(self, write_design):
        designs = [write_design(f"{HEAD}[resample]\nshare = {s}\ndraws = 1\n") for s in (0.5, 0.8)]
        assert len({made(d)[0].address for d in designs}) == 2

    def test_has_no_path_and_no_time(self, write_design, tmp_path):
        design = write_design(HEAD)
        other = tmp_path / "elsewhere"
        other.mkdir()
        moved = write_design(HEAD, "elsewhere/another_name.toml")
        assert made(design)[0].address == made(moved)[0].address


class TestBasis:
    def test_names_what_makes_the_numbers(self, write_design):
        design = write_design(HEAD + "n_terms = 7\n")
        material = read_material(design)
        basis = basis_of(design, material)
        assert basis["corpus"] == material.corpus_hash
        assert basis["n_terms"] == 7
        assert basis["scikit-learn"]
        assert basis["code"] == code_hash()

    def test_the_filter_is_in_the_hash(self, write_design):
        hashes = [
            read_material(write_design(HEAD + text)).corpus_hash
            for text in ("", '[corpus]\nuntil = "2010-12-31"\n')
        ]
        assert hashes[0] != hashes[1]


class TestCode:
    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("x = 1", "x = 1  # one", True),
            ("def f():\n    return 1", 'def f():\n    """One."""\n\n    return 1', True),
            ('def f():\n    """One."""', 'def f():\n    """Two."""', True),
            ('"""Room."""\nx = 1', "x = 1", True),
            ("x = 1", "x = 2", False),
            ('x = "one"', 'x = "two"', False),
            ("def f():\n    return 1", "def f():\n    return 2", False),
            ('def f():\n    return "a"', 'def f():\n    return "b"', False),
            ("class A:\n    'One.'\n    x = 1", "class A:\n    x = 1", True),
        ],
    )
    def test_statements_count_and_docstrings_do_not(self, one, other, same):
        assert (_statements(one) == _statements(other)) == same

    def test_every_room_is_read(self):
        assert len(code_hash()) == 16
