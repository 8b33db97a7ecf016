import json
import re

import pytest

from cio_topics.corpus import read_example
from cio_topics.tokens import Tokenizer

TITLES = read_example().items["title"].tolist()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CIO_TOPICS_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


class TestCache:
    def test_nothing_is_kept_yet(self, run, folder):
        done = run("cache", "list")
        assert done.code == 0
        assert done.out == "(no rows)\n"
        assert f"0 entries, 0 bytes in {folder}" in done.err
        assert not folder.exists()

    def test_list_limit_clear(self, run, folder):
        for part in (TITLES[:5], TITLES[5:9]):
            Tokenizer(cache=str(folder)).columns(part)
        listed = json.loads(run("cache", "list", "--format", "json").out)["rows"]
        assert [row["n_texts"] for row in listed] == [4, 5]
        assert all(row["dictionary"] == "unidic-lite 1.0.8" for row in listed)
        assert "1 entries removed" in run("cache", "limit", listed[0]["size"]).err
        (left,) = json.loads(run("cache", "list", "--format", "json").out)["rows"]
        assert left == listed[0]
        assert "0 entries removed" in run("cache", "limit", "1G").err
        assert "1 entries removed" in run("cache", "clear").err
        assert run("cache", "list").out == "(no rows)\n"

    @pytest.mark.parametrize("size", ["", "-1", "many", "5X", "1.5G", "M"])
    def test_what_is_no_size(self, run, folder, size):
        done = run("cache", "limit", "--", size)
        assert done.code == 2
        assert re.search(
            r"the size is '.*'; expected a number of bytes, or one with K, M", done.err
        )

    def test_the_default_folder_is_the_users(self, run, monkeypatch):
        monkeypatch.delenv("CIO_TOPICS_CACHE", raising=False)
        from cio_topics.tokens.cache import default_cache

        assert re.search(r"cio-topics\W+tokens$", default_cache())
