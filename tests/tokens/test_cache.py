import json
import os

import numpy as np
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import OutputError, SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.tokens import TokenCache, Tokenizer
from cio_topics.tokens import cache as cache_room
from cio_topics.tokens import columns as columns_room
from cio_topics.vectors import make_vectorizer

TITLES = read_example().items["title"].tolist()
ODD = [
    "",
    " ",
    "  電子政府",
    "第2回 会議",
    "e-Japan 重点計画",
    "方法案とマイナンバー",
    "😀",
]  # invented


def assert_same(left, right):
    for name in ("codes", "starts", "indptr"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))
    assert left.types == right.types


@pytest.fixture
def no_dictionary(monkeypatch):
    """What is read from the cache needs no dictionary."""

    def fail(*_):
        raise AssertionError("the dictionary was asked")

    return lambda: monkeypatch.setattr(cache_room, "read_batches", fail)


class TestTokenCache:
    @pytest.mark.parametrize("texts", [TITLES, ODD, [], [""]], ids=len)
    def test_the_same_tokens_come_back(self, texts, tmp_path, no_dictionary):
        kept = Tokenizer(cache=str(tmp_path))
        first = kept.columns(texts)
        assert_same(first, Tokenizer().columns(texts))
        no_dictionary()
        assert_same(kept.columns(texts), first)

    def test_every_way_through_it_gives_the_same(self, tmp_path, no_dictionary):
        plain, kept = Tokenizer(), Tokenizer(cache=str(tmp_path))
        texts = TITLES + ODD
        expected = list(plain.stream(texts))
        matrix = make_vectorizer("count", min_df=1, tokenizer=plain).fit_transform(texts)
        for again in (False, True):
            if again:
                no_dictionary()
            assert list(kept.stream(texts)) == expected
            vectorizer = make_vectorizer("count", min_df=1, tokenizer=kept)
            assert (vectorizer.fit_transform(texts) != matrix).nnz == 0

    @pytest.mark.parametrize(
        "changed",
        [
            {"lexicon": Lexicon(never_split=("構築計画",))},
            {"dictionary": "ipadic"},
        ],
        ids=str,
    )
    def test_other_settings_are_another_entry(self, changed, tmp_path):
        Tokenizer(cache=str(tmp_path)).columns(TITLES[:5])
        other = Tokenizer(cache=str(tmp_path), **changed).columns(TITLES[:5])
        assert_same(other, Tokenizer(**changed).columns(TITLES[:5]))
        assert len(TokenCache(tmp_path).entries()) == 2

    def test_settings_of_terms_share_an_entry(self, tmp_path):
        for compounds in ("long", "short"):
            Tokenizer(cache=str(tmp_path), compounds=compounds).columns(TITLES[:5])
        assert len(TokenCache(tmp_path).entries()) == 1

    def test_texts_are_told_apart(self, tmp_path):
        kept = Tokenizer(cache=str(tmp_path))
        for texts in (["電子", "政府"], ["電子政府"], ["政府", "電子"]):
            assert_same(kept.columns(texts), Tokenizer().columns(texts))
        assert len(TokenCache(tmp_path).entries()) == 3

    def test_one_title_is_not_kept(self, tmp_path):
        kept = Tokenizer(cache=str(tmp_path))
        assert kept("電子政府") == Tokenizer()("電子政府")
        assert kept.tokens("電子政府") == Tokenizer().tokens("電子政府")
        assert TokenCache(tmp_path).entries() == []

    @pytest.mark.parametrize(
        "file", ["tokens.parquet", "texts.parquet", "types.parquet", "entry.json"]
    )
    @pytest.mark.parametrize("how", ["cut", "gone"])
    def test_a_broken_entry_is_made_anew(self, file, how, tmp_path):
        kept = Tokenizer(cache=str(tmp_path))
        first = kept.columns(TITLES[:5])
        (entry,) = TokenCache(tmp_path).entries()
        broken = tmp_path / entry.key / file
        if how == "gone":
            broken.unlink()
        else:
            broken.write_bytes(broken.read_bytes()[:20])
        assert len(TokenCache(tmp_path).entries()) == 1  # listed, so that it can be removed
        assert_same(kept.columns(TITLES[:5]), first)
        (again,) = TokenCache(tmp_path).entries()
        assert again == entry

    def test_the_least_recently_used_goes_first(self, tmp_path):
        kept, cache = Tokenizer(cache=str(tmp_path)), TokenCache(tmp_path)
        for number, texts in enumerate((TITLES[:5], TITLES[5:10], TITLES[10:15])):
            kept.columns(texts)
            newest = cache.entries()[0].key
            os.utime(tmp_path / newest, (number, number))
        kept.columns(TITLES[:5])  # used again
        sizes = {entry.key: entry.size for entry in cache.entries()}
        keys = list(sizes)
        assert cache.shrink(sizes[keys[0]] + sizes[keys[1]]) == 1
        assert [entry.key for entry in cache.entries()] == keys[:2]
        assert cache.clear() == 2
        assert cache.entries() == []

    def test_the_limit_holds_while_it_is_filled(self, tmp_path):
        cache = TokenCache(tmp_path, limit=1)
        for texts in (TITLES[:5], TITLES[5:10]):
            cache.columns(texts, "unidic-lite", None, Lexicon())
            (entry,) = cache.entries()  # what was just read is kept whatever its size
            assert entry.n_texts == 5

    def test_nothing_else_is_touched(self, tmp_path):
        (tmp_path / "notes").mkdir()
        (tmp_path / "notes" / "own.txt").write_text("mine")
        (tmp_path / ".cio-topics-left").mkdir()  # of an interrupted run
        Tokenizer(cache=str(tmp_path)).columns(TITLES[:5])
        TokenCache(tmp_path).clear()
        assert [path.name for path in tmp_path.iterdir()] == ["notes"]
        assert (tmp_path / "notes" / "own.txt").exists()

    def test_a_negative_limit_is_refused(self, tmp_path):
        with pytest.raises(SettingsError, match="the limit of the cache is -1; expected 0"):
            TokenCache(tmp_path).shrink(-1)

    def test_an_entry_says_what_it_is(self, tmp_path):
        Tokenizer(cache=str(tmp_path)).columns(TITLES[:5])
        (entry,) = TokenCache(tmp_path).entries()
        about = json.loads((tmp_path / entry.key / "entry.json").read_text("utf-8"))
        assert about["dictionary"] == entry.dictionary == "unidic-lite 1.0.8"
        assert entry.n_tokens == len(Tokenizer().columns(TITLES[:5]).codes)
        files = (tmp_path / entry.key).iterdir()
        assert entry.size == sum(file.stat().st_size for file in files)

    def test_a_missing_user_dictionary_is_said(self, tmp_path):
        kept = Tokenizer(cache=str(tmp_path), user_dictionary=str(tmp_path / "no.dic"))
        with pytest.raises(SettingsError, match=r"cannot read the user dictionary .*no\.dic"):
            kept.columns(TITLES[:5])

    def test_a_file_in_its_place_is_refused(self, tmp_path):
        place = tmp_path / "kept"
        place.write_text("mine")
        with pytest.raises(SettingsError, match="is a file; expected a folder"):
            TokenCache(place).entries()
        with pytest.raises(OutputError, match="CIO_TOPICS_CACHE"):
            Tokenizer(cache=str(place)).columns(TITLES[:5])
        assert place.read_text() == "mine"

    def test_a_file_named_like_an_entry_is_none(self, tmp_path):
        (tmp_path / ("0" * 32)).write_text("mine")
        assert TokenCache(tmp_path).entries() == []

    @pytest.mark.parametrize("size", [1, 3])
    def test_batches_of_any_size(self, size, tmp_path, monkeypatch):
        texts = TITLES[:20] + ODD
        expected = list(Tokenizer().stream(texts))
        monkeypatch.setattr(columns_room, "BATCH", size)
        assert list(Tokenizer().stream(texts)) == expected
        kept = Tokenizer(cache=str(tmp_path))
        assert list(kept.stream(texts)) == list(kept.stream(texts)) == expected
