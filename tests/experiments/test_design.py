"""Experiments' files: what they may hold, and what is wrong at which line and key."""

from __future__ import annotations

import re

import pytest

from cio_topics.experiments.design import CorpusChoice, DesignError, Resample, Search, read_design
from cio_topics.experiments.keys import Range
from tests.experiments.conftest import HEAD


def problems_of(write_design, text):
    with pytest.raises(DesignError) as caught:
        write_design(text)
    assert caught.value.exit_code == 3
    return [(problem.line, problem.column) for problem in caught.value.problems]


class TestRead:
    def test_the_least(self, write_design):
        design = write_design(HEAD)
        assert (design.name, design.folder.name) == ("how_many", "how_many")
        assert dict(design.grids[0]) == {
            "pool.by": ("meeting",),
            "model.kind": ("nmf",),
            "model.n_topics": (12,),
        }
        assert (design.seeds, design.draws, design.n_cells) == ((0,), range(1), 1)
        assert design.groupings == ("model.kind",)
        assert design.corpus == CorpusChoice()

    def test_all_it_may_hold(self, write_design, tmp_path):
        (tmp_path / "words.txt").write_text("状況\n", "utf-8")
        design = write_design(
            HEAD + 'question_en = "How many?"\nseeds = [3, 1]\nn_terms = 5\n'
            'groupings = ["tokens.compounds", "model.n_topics"]\n'
            '[corpus]\nbodies = ["IT戦略本部"]\nsince = 2001-01-01\nuntil = "2003-12-31"\n'
            '[tokens]\ncompounds = ["short", "long"]\npos = [["名詞"], ["名詞", "動詞"]]\nstop_words = "words.txt"\n'
            '[vectors]\nmin_df = [1, 0.01]\n[pool]\nby = ["item", "meeting"]\n'
            '[resample]\nby = "body"\ndraws = 4\nshare = 0.5\n'
            '[[model]]\nkind = "nmf"\n[[model]]\nkind = "lda"\nn_topics = [4, 8]\ntopic_word_prior = [0.01, 0.1]\n'
        )
        assert design.corpus == CorpusChoice("", ("IT戦略本部",), "2001-01-01", "2003-12-31")
        assert design.seeds == (3, 1)
        assert design.resample == Resample("body", 4, 0.5)
        assert dict(design.grids[0])["tokens.pos"] == (("名詞",), ("名詞", "動詞"))
        shared = 2 * 2 * 1 * 2 * 2
        assert design.n_cells == (shared * 1 + shared * 4) * 2 * 4
        assert design.columns == (
            *("tokens.compounds", "tokens.pos", "tokens.stop_words", "vectors.min_df", "pool.by"),
            *("model.kind", "model.n_topics", "model.topic_word_prior"),
        )

    def test_groupings_are_what_varies(self, write_design):
        design = write_design(
            HEAD + '[tokens]\ncompounds = ["short", "long"]\nform = "lemma"\n'
            '[[model]]\nkind = "nmf"\nn_topics = 4\n[[model]]\nkind = "lda"\nn_topics = 4\nmax_iter = 5\n'
        )
        assert design.groupings == ("tokens.compounds", "model.kind", "model.max_iter")

    def test_one_pos_is_one_value_and_a_list_of_lists_is_an_axis(self, write_design):
        design = write_design(HEAD + '[tokens]\npos = ["名詞", "動詞"]\n')
        assert dict(design.grids[0])["tokens.pos"] == (("名詞", "動詞"),)

    def test_a_search(self, write_design):
        design = write_design(
            HEAD + "seeds = 2\n[model]\nn_topics = {low = 4, high = 40, step = 2}\n"
            '[vectors]\nmax_df = {low = 0.1, high = 1.0, log = true}\n[search]\nmetric = "nmi"\nn_trials = 5\n'
        )
        assert design.search == Search("nmi", "maximize", 5, 0)
        assert dict(design.grids[0])["model.n_topics"] == Range(4, 40, 2)
        assert dict(design.grids[0])["vectors.max_df"] == Range(0.1, 1.0, None, True)
        assert design.n_cells == 10

    def test_low_is_better_for_a_perplexity(self, write_design):
        design = write_design(
            'question = "?"\nmetrics = ["perplexity"]\n[search]\nmetric = "perplexity"\nn_trials = 1\n'
        )
        assert design.search is not None
        assert design.search.direction == "minimize"

    @pytest.mark.parametrize("bom", ["", "\ufeff"])
    def test_bytes_of_an_editor(self, write_design, bom):
        assert write_design(bom + HEAD.replace("\n", "\r\n")).n_cells == 1


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [(0, "metrics"), (0, "question")]),
        ('question = " "\nmetrics = ["nmi"]', [(1, "question")]),
        ('question = 1\nmetrics = ["nmi"]', [(1, "question")]),
        (HEAD + "\nseed = 3", [(4, "seed")]),
        (HEAD + "seeds = 0", [(3, "seeds")]),
        (HEAD + "seeds = -1", [(3, "seeds")]),
        (HEAD + "seeds = true", [(3, "seeds")]),  # true is no number
        (HEAD + "seeds = 1.0", [(3, "seeds")]),
        (HEAD + "seeds = []", [(3, "seeds")]),
        (HEAD + "seeds = [1, 1]", [(3, "seeds")]),
        (HEAD + "seeds = [-1]", [(3, "seeds")]),
        (HEAD + "seeds = [2147483648]", [(3, "seeds")]),  # scikit-learn takes 32 bits
        ('question = "?"\nmetrics = []', [(2, "metrics")]),
        ('question = "?"\nmetrics = "nmi"', [(2, "metrics")]),
        ('question = "?"\nmetrics = ["nmi", "nmj"]', [(2, "metrics")]),
        ('question = "?"\nmetrics = ["nmi", "nmi"]', [(2, "metrics")]),
        (HEAD + 'groupings = ["n_topics"]', [(3, "groupings")]),
        (HEAD + "n_terms = 1", [(3, "n_terms")]),
        (HEAD + 'tokens = "both"', [(3, "tokens")]),
        (HEAD + '[tokens]\ncompound = "both"', [(4, "tokens.compound")]),
        (HEAD + '[tokens]\ncompounds = ["both", "none"]', [(4, "tokens.compounds")]),
        (HEAD + '[tokens]\ncompounds = ["both", "both"]', [(4, "tokens.compounds")]),
        (HEAD + "[tokens]\ncompounds = []", [(4, "tokens.compounds")]),
        (HEAD + '[tokens]\npos = "名詞"', [(4, "tokens.pos")]),
        (HEAD + "[tokens]\npos = []", [(4, "tokens.pos")]),
        (HEAD + "[tokens]\nmin_length = -1", [(4, "tokens.min_length")]),
        (HEAD + "[tokens]\ncore_only = 1", [(4, "tokens.core_only")]),
        (HEAD + '[tokens]\nlexicon = "nothing.toml"', [(4, "tokens.lexicon")]),
        (HEAD + "[vectors]\nmin_df = 0", [(4, "vectors.min_df")]),
        (HEAD + "[vectors]\nmax_df = 1.5", [(4, "vectors.max_df")]),
        (HEAD + "[vectors]\nmax_df = nan", [(4, "vectors.max_df")]),
        (HEAD + "[vectors]\nmax_df = inf", [(4, "vectors.max_df")]),
        (HEAD + '[vectors]\nkind = "bm25"', [(4, "vectors.kind")]),
        (HEAD + '[pool]\nby = "month"', [(4, "pool.by")]),
        (HEAD + '[model]\nkind = ["nmf",\n"lsa"]', [(4, "model.kind")]),
        (HEAD + "[model]\nn_topics = [4, 1]", [(4, "model.n_topics")]),
        (HEAD + '[model]\nn_topics = "4"', [(4, "model.n_topics")]),
        (HEAD + "[model]\nn_topics = 4\n\nn_topic = 4", [(6, "model.n_topic")]),
        (HEAD + '[model]\nkind = "lda"\nmax_iter = [10, -1]', [(5, "model.max_iter")]),
        (HEAD + '[model]\nkind = "lda"\nmax_iter = "many"', [(5, "model.max_iter")]),
        (HEAD + '[model]\nkind = "lda"\nmax_iter = nan', [(5, "model.max_iter")]),
        (HEAD + '[model]\nkind = "lda"\nrandom_state = 1', [(5, "model.random_state")]),  # seeds say it
        # A setting that only one of the kinds has, once for each kind that lacks it.
        (HEAD + '[model]\nkind = ["nmf", "lda"]\nlearning_decay = 0.7', [(5, "model.learning_decay")]),
        (HEAD + '[[model]]\nkind = "nmf"\n[[model]]\nkind = "ldb"', [(6, "model.kind")]),
        (HEAD + "model = 3", [(3, "model")]),
        (HEAD + "model = []", [(3, "model")]),
        (HEAD + "model = [1]", [(3, "model")]),
        (HEAD + '[corpus]\npath = "nothing.csv"', [(4, "corpus.path")]),
        (HEAD + '[corpus]\nsince = "2009"', [(4, "corpus.since")]),
        (HEAD + '[corpus]\nsince = "2009-02-30"', [(4, "corpus.since")]),
        (HEAD + "[corpus]\nsince = 2009-01-01T00:00:00", [(4, "corpus.since")]),
        (HEAD + '[corpus]\nbodies = "IT戦略本部"', [(4, "corpus.bodies")]),
        (HEAD + "[resample]\ndraws = 0", [(4, "resample.draws")]),
        (HEAD + "[resample]\nshare = 1.0", [(4, "resample.share")]),
        (HEAD + '[resample]\nby = "year"', [(4, "resample.by")]),
        (HEAD + "[model]\nn_topics = {low = 3, high = 9}", [(4, "model.n_topics")]),  # no [search]
        (HEAD + "[[model]]\nn_topics = {low = 3, high = 9}", [(4, "model.n_topics")]),
        (HEAD + '[search]\nmetric = "ari"\nn_trials = 3', [(4, "search.metric")]),  # not measured
        (HEAD + '[search]\nmetric = "nmi"', [(3, "search.n_trials")]),
        (HEAD + "search = 5", [(3, "search")]),  # said once, not once for each key it lacks
        (HEAD + '[search]\nmetric = "nmi"\nn_trials = 0', [(5, "search.n_trials")]),
        (HEAD + '[search]\nmetric = "nmi"\nn_trials = 1\ndirection = "up"', [(6, "search.direction")]),
        # covered is neither better high nor low: the direction must be said
        ('question = "?"\nmetrics = ["covered"]\n[search]\nmetric = "covered"\nn_trials = 1', [(3, "search.direction")]),
        # what no table could hold, or no machine could make
        (HEAD + f"[model]\nn_topics = [2, {10**22}]", [(4, "model.n_topics")]),
        (HEAD + f"[vectors]\nmax_features = {2**63}", [(4, "vectors.max_features")]),
        (HEAD + f'[model]\nkind = "lda"\nmax_iter = {10**22}', [(5, "model.max_iter")]),
        (HEAD + f"[resample]\ndraws = {10**12}", [(4, "resample.draws")]),
        (HEAD + f'[search]\nmetric = "nmi"\nn_trials = {10**9}', [(5, "search.n_trials")]),
        (HEAD + '[corpus]\npath = "~nobody-of-this-name/x"', [(4, "corpus.path")]),
        (HEAD + f'[tokens]\nlexicon = "{"x" * 5000}"', [(4, "tokens.lexicon")]),
        # the same cells twice: the second table is the one that is wrong
        (HEAD + "[[model]]\nn_topics = [4, 8]\n[[model]]\nn_topics = [8, 12]", [(5, "model[1]")]),
        (HEAD + '[[model]]\n[[model]]\nkind = "lda"\n[[model]]\nkind = ["lda", "nmf"]', [(6, "model[2]"), (6, "model[2]")]),
        (HEAD + "x = 1\ny = 2\n[tokens]\nz = 3", [(3, "x"), (4, "y"), (6, "tokens.z")]),  # all at once
    ],
)  # fmt: skip
def test_problems_have_line_and_key(write_design, text, places):
    assert problems_of(write_design, text) == places


@pytest.mark.parametrize(
    "given",
    [
        "{low = 9, high = 3}",
        "{low = 3, high = 3}",
        "{low = 3}",
        "{low = 3, high = 9, steps = 2}",
        "{low = 3, high = 9, step = 0}",
        "{low = 3, high = 9, step = 0.5}",  # half a topic
        "{low = 3, high = 9, step = 4}",  # never reaches 9
        "{low = 3, high = 9, step = 100}",
        "{low = 3, high = 9, step = 2, log = true}",  # Optuna allows one of them
        "{low = 3, high = 9, log = 1}",
        "{low = 1, high = 9}",  # one topic is none
        "{low = 'a', high = 'b'}",
        "{}",
    ],
)
def test_no_range(write_design, given):
    text = f'{HEAD}[search]\nmetric = "nmi"\nn_trials = 2\n[model]\nn_topics = {given}\n'
    assert problems_of(write_design, text) == [(7, "model.n_topics")]


def test_a_range_is_of_shares_or_of_counts(write_design):
    text = f'{HEAD}[search]\nmetric = "nmi"\nn_trials = 2\n[vectors]\nmin_df = '
    assert problems_of(write_design, text + "{low = 0.05, high = 5}") == [(7, "vectors.min_df")]
    for given in ("{low = 0.05, high = 0.5, step = 0.15}", "{low = 1, high = 5}"):
        assert isinstance(dict(write_design(text + given).grids[0])["vectors.min_df"], Range)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "seed = 3", r"how_many\.toml:3: seed: .*did you mean 'seeds'\?"),
        (HEAD + "[model]\nn_topic = 3", r"4: model\.n_topic: .*did you mean 'n_topics'\?"),
        (HEAD + "[model]\nkind = 'lda'\nmax_itr = 3", r"a setting of 'lda': .*did you mean 'max_iter'\?"),
        ('question = "?"\nmetrics = ["divrsity"]', r"2: metrics: got 'divrsity'.*did you mean 'diversity'\?"),
        (HEAD + 'groupings = ["n_topics"]', r"did you mean 'model\.n_topics'\?"),
        (HEAD + '[model]\nkind = "lda"\nmax_iter = -1', r"got '-1', expected a whole number of at least 1"),
        (HEAD + '[tokens]\nlexicon = "no.toml"', "there is no such file"),
        (HEAD + "[model]\nn_topics = {low = 3, high = 9}", r"ranges need a table \[search\]"),
        (HEAD + "x = 1", "直して"),
    ],
)  # fmt: skip
def test_messages_say_what_to_do(write_design, text, said):
    with pytest.raises(DesignError, match=re.compile(said, re.DOTALL)):
        write_design(text)


def test_a_file_without_ending_would_be_its_own_folder(tmp_path):
    (tmp_path / "how_many").write_text(HEAD, "utf-8")
    with pytest.raises(DesignError, match=r"has no ending.*Name the file as how_many\.toml"):
        read_design(tmp_path / "how_many")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"seeds = [\n]]", r"is no TOML in UTF-8: .*line 2.*その場所を直して"),
        (b"seeds = 1\nseeds = 2", r"is no TOML in UTF-8: .*line 2"),
        (b"seeds = " + b"9" * 5000, "is no TOML in UTF-8"),
        (b"seeds = " + b"[" * 5000, "is no TOML in UTF-8"),
        ('question = "政府"'.encode("euc-jp"), "is no TOML in UTF-8: 'utf-8' codec"),
    ],
)
def test_no_toml(tmp_path, content, said):
    (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(DesignError, match=said):
        read_design(tmp_path / "a.toml")


def test_no_file(tmp_path):
    with pytest.raises(DesignError, match=r"cannot read the experiment .*nothing\.toml"):
        read_design(tmp_path / "nothing.toml")
    with pytest.raises(DesignError, match="cannot read the experiment"):
        read_design(tmp_path)


def test_paths_count_from_the_file(write_design, tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text('never_split = ["電子行政"]', "utf-8")
    monkeypatch.chdir("/")
    design = write_design(HEAD + '[tokens]\nlexicon = "own.toml"\n')
    assert design.resolve("own.toml") == tmp_path / "own.toml"
