"""One process or many, forked or fresh, threads or none: the same tokens."""

import copy
import gc
import hashlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import fugashi
import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.tokens import Tokenizer, processes
from cio_topics.tokens.analyzers import open_analyzer

TITLES = read_example().items["title"].tolist()
OWN = Lexicon(("構築計画", "ンライ"), {"政府": "お上"}, ("評価",), version="3")
READERS = [Tokenizer(), Tokenizer(compounds="short", lexicon=OWN), Tokenizer(dictionary="ipadic")]


def read(texts):
    """Return all that readers say about some texts, as plain values."""
    return [
        [[tuple(token) for token in tokens] for tokens in reader.stream(texts)]
        + [reader(text) for text in texts]
        for reader in READERS
    ]


def digest(texts):
    return hashlib.sha256(json.dumps(read(texts)).encode()).hexdigest()


def opened_by(task, *given):
    """Run a task and return the arguments of the taggers it opens."""
    opened = []
    whole = fugashi.GenericTagger
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fugashi, "GenericTagger", lambda args: opened.append(args) or whole(args))
        task(*given)
    return opened


def in_thread(task, *given):
    """Return what a task returns in a thread of its own; its errors are raised."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(task, *given).result()


def use_everything():
    for reader in (*READERS[:2], clone(READERS[0]), pickle.loads(pickle.dumps(READERS[1]))):
        for text in TITLES[:5]:
            reader(text)
        list(reader.stream(TITLES[:5]))
        reader.columns(TITLES[:5])


class TestProcesses:
    @pytest.mark.parametrize(
        "method",
        [
            pytest.param(
                "fork", marks=pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
            ),
            "spawn",
        ],
    )
    def test_multiprocessing(self, method):
        expected = digest(TITLES[:50])  # taggers are open when processes fork
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(digest, [TITLES[:50]] * 4, chunksize=1) == [expected] * 4

    def test_loky(self):
        parts = [TITLES[start : start + 20] for start in range(0, 100, 20)]
        found = Parallel(n_jobs=2)(delayed(digest)(part) for part in parts)
        assert found == [digest(part) for part in parts]

    def test_a_fresh_process_says_what_this_one_does(self):
        for reader in READERS:  # some history
            reader.columns(f"{title}{number}" for number in range(10) for title in TITLES)
        code = "from tests.tokens.test_processes import TITLES, digest; print(digest(TITLES[::-1]))"
        fresh = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert fresh.stdout.strip() == digest(TITLES[::-1])

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
    def test_a_stream_goes_on_in_a_fork(self):
        stream = READERS[0].stream(TITLES)
        expected = list(READERS[0].stream(TITLES))
        assert next(stream) == expected[0]
        with multiprocessing.get_context("fork").Pool(1, _go_on, (stream,)) as pool:
            assert pool.apply(_rest) == expected[1:]
        assert list(stream) == expected[1:]  # nor is the parent's disturbed


def _go_on(stream):
    _go_on.stream = stream


def _rest():
    return list(_go_on.stream)


class TestJobs:
    @pytest.mark.parametrize("reader", READERS)
    @pytest.mark.parametrize("n_jobs", [2, -1])
    def test_columns_are_the_same(self, reader, n_jobs, monkeypatch):
        monkeypatch.setattr(processes, "_CHUNK", 40)
        texts = [*TITLES, "", " ", *TITLES[:3]]
        one, many = reader.columns(texts), reader.columns(iter(texts), n_jobs=n_jobs)
        assert many.types == one.types
        for name in ("codes", "starts", "indptr"):
            found, expected = getattr(many, name), getattr(one, name)
            assert found.dtype == expected.dtype
            assert np.array_equal(found, expected)

    def test_no_text(self):
        assert len(Tokenizer().columns([], n_jobs=2)) == 0

    @pytest.mark.parametrize("place", [0, 300])
    def test_errors_come_through(self, place, monkeypatch):
        monkeypatch.setattr(processes, "_CHUNK", 40)
        with pytest.raises(SettingsError, match="expected a text"):
            Tokenizer().columns([*TITLES[:place], None, *TITLES[place:]], n_jobs=2)
        assert len(Tokenizer().columns(TITLES, n_jobs=2)) == len(TITLES)  # and nothing stays broken

    def test_errors_of_a_worker_come_through(self):
        with pytest.raises(SettingsError, match="unknown dictionary 'unidick'"):
            Tokenizer(dictionary="unidick").columns(TITLES, n_jobs=2)

    def test_no_job_is_refused(self):
        with pytest.raises(SettingsError, match="n_jobs"):
            Tokenizer().columns(TITLES, n_jobs=0)


class TestThreads:
    def test_many_threads(self):
        expected = digest(TITLES[:50])
        barrier = threading.Barrier(4)

        def work(_):
            barrier.wait()
            return [digest(TITLES[:50]) for _ in range(3)]

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(work, range(4))) == [[expected] * 3] * 4

    def test_a_thread_opens_a_dictionary_once(self):
        # One tagger finds words, the other prints features.
        assert len(opened_by(in_thread, use_everything)) == 2
        assert len(opened_by(in_thread, lambda: [use_everything(), digest(TITLES[:5])])) == 4
        use_everything()
        assert opened_by(use_everything) == []

    def test_the_taggers_of_a_thread_go_with_it(self):
        analyzer = in_thread(lambda: weakref.ref(open_analyzer("unidic-lite", None)))
        gc.collect()
        assert analyzer() is None

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
    def test_a_fork_opens_its_own(self):
        use_everything()
        with multiprocessing.get_context("fork").Pool(1) as pool:
            opened, again = (pool.apply(_count_opened) for _ in range(2))
        assert (opened, again) == (2, 0)

    def test_a_stream_goes_on_in_another_thread(self):
        stream = READERS[0].stream(TITLES)
        expected = list(READERS[0].stream(TITLES))
        assert [next(stream), *in_thread(list, stream)] == expected

    def test_a_thread_reads_with_no_other_threads_analyzer(self, monkeypatch):
        analyzer = open_analyzer("unidic-lite", None)
        users = []
        whole = analyzer.analyze
        monkeypatch.setattr(
            analyzer, "analyze", lambda text: users.append(threading.get_ident()) or whole(text)
        )
        stream = Tokenizer().stream([TITLES[0]] * 10_000)
        next(stream)
        in_thread(list, stream)
        assert set(users) == {threading.get_ident()}


def _count_opened():
    return len(opened_by(use_everything))


class TestCopies:
    @pytest.mark.parametrize("reader", READERS)
    @pytest.mark.parametrize(
        "copied", [clone, copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))]
    )
    def test_copies_read_the_same(self, reader, copied):
        other = copied(reader)
        assert other is not reader
        assert other.get_params() == reader.get_params()
        assert list(other.stream(TITLES[:30])) == list(reader.stream(TITLES[:30]))
        assert pickle.dumps(other) == pickle.dumps(reader)

    def test_scikit_learn_reaches_the_settings(self):
        words = CountVectorizer(
            tokenizer=Tokenizer(lexicon=OWN), token_pattern=None, lowercase=False
        )
        pipeline = Pipeline([("words", words)])
        names = {f"words__tokenizer__{name}" for name in Tokenizer().get_params()}
        assert names <= set(pipeline.get_params())
        assert pipeline.get_params()["words__tokenizer__lexicon"] is OWN
        copied = clone(pipeline).set_params(
            words__tokenizer__compounds="long", words__tokenizer__lexicon=None
        )
        assert (copied["words"].tokenizer.compounds, words.tokenizer.compounds) == ("long", "both")
        assert words.tokenizer.lexicon is OWN
        assert "電子政府構築計画" in copied.fit(TITLES)["words"].vocabulary_
        assert "電子お上" not in copied["words"].vocabulary_
        assert "お上" in pipeline.fit(TITLES)["words"].vocabulary_
