"""Records on disk."""

from __future__ import annotations

import errno
import os

import pytest

from cio_topics.errors import OutputError
from cio_topics.experiments.store import CellStore

RECORD = {
    "cell": "0a",
    "status": "done",
    "measures": {"nmi": None},
    "error": "",
    "topics": [["政策"]],
    "associated": [["計画"]],
}


def test_a_record_comes_back(tmp_path):
    store = CellStore(tmp_path)
    store.write(RECORD)
    assert store.read("0a") == RECORD
    assert "政策" in (tmp_path / "cells" / "0a.json").read_text("utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"cell": "0a", "status": "do',  # cut off
        b'{"cell": "0b", "status": "done"}',  # of another cell
        b'{"cell": "0a", "status": "running"}',
        b"[]",
        b"\xff\xfe",
    ],
)
def test_what_is_no_record_is_not_there(tmp_path, content):
    store = CellStore(tmp_path)
    store.write(RECORD)
    (tmp_path / "cells" / "0a.json").write_bytes(content)
    assert store.read("0a") is None


def test_no_folder_is_no_record(tmp_path):
    store = CellStore(tmp_path / "nothing")
    assert store.read("0a") is None
    assert store.strangers(["0a"]) == []


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    store = CellStore(tmp_path)
    store.write(RECORD)

    def full(handle, *args, **kwargs):
        os.close(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cio_topics.files.os.fdopen", full)
    with pytest.raises(
        OutputError, match=r"No space left on device: the run stops.*ディスクの空き"
    ) as caught:
        store.write({**RECORD, "cell": "0b"})
    assert caught.value.exit_code == 4
    assert [path.name for path in (tmp_path / "cells").iterdir()] == ["0a.json"]
    assert store.read("0a") == RECORD


def test_strangers_are_other_cells_and_leftovers(tmp_path):
    store = CellStore(tmp_path)
    for name in ("0a", "0b"):
        store.write({**RECORD, "cell": name})
    leftover, fresh = (tmp_path / "cells" / f".0c.json.{end}" for end in ("x1y2", "z3"))
    for place in (leftover, fresh):  # the second may be a run's that is under way
        place.write_text("{")
    os.utime(leftover, (0, 0))
    (tmp_path / "cells" / "folder").mkdir()
    found = store.strangers(["0a", "0d"])
    assert [path.name for path in found] == [".0c.json.x1y2", "0b.json"]
    store.remove(found)
    assert store.strangers(["0a"]) == []
    assert store.read("0a") == RECORD


def test_what_cannot_be_removed_is_said(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"cannot remove .*folder"):
        CellStore.remove([tmp_path / "folder"])
