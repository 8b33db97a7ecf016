"""Files → corpus: every file is accounted for, and the order of nothing matters."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import pytest

from cio_topics.corpus import Corpus
from cio_topics.errors import CorpusError, SettingsError
from cio_topics.ingest import Limits, ingest, run
from cio_topics.ingest.ledger import LEDGER_NAME, ledger_line
from cio_topics.ingest.read_file import UnreadableFile, read_file
from cio_topics.ingest.workers import ReadResult
from cio_topics.report.ingested import account_of
from tests.ingest.pdfs import column, endless, pdf

# Invented.
PAGE = """<html><title>第{n}回試験会議 議事次第</title><h1>第{n}回試験会議</h1>
<p>日時：2009年{n}月1日 10:00から11:00まで<p>場所：会議室<p>議事次第
<ol><li>開会<li>{title}について<li>閉会</ol><p>資料<p><a href="siryou1.pdf">資料1 {title}</a></html>"""
CONTACT = "<html><title>連絡先</title><p>電話でお問い合わせください。<p>受付は平日のみです。</html>"
TABLE = "会議名,回,開催日,議題\n試験会議,9,2009-09-01,調達の改善\n"


def page(n: int, title: str = "電子政府の計画") -> bytes:
    return PAGE.format(n=n, title=title).encode()


def handout(*lines: str) -> bytes:
    return pdf(column(72, 760, lines))


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def council(folder: Path) -> Path:
    files = {f"dai{n}/gijisidai.html": page(n, f"第{n}の計画") for n in range(1, 6)}
    files |= {
        "dai1/siryou1.pdf": handout("計画の全文", "本文です。"),
        "連絡先.html": CONTACT.encode(),
    }
    files |= {"logo.png": b"\x89PNG", "photo.html": b"\x89PNG\x00", "表.csv": TABLE.encode()}
    return write(folder, files)


@pytest.fixture
def here(monkeypatch):
    """Read in this process: what workers do is tested beside them."""

    def read_all(tasks, *, limits=None, n_jobs=2):
        for task in tasks:
            if task is None:
                yield ReadResult(None)
                continue
            content = task.content()
            digest = hashlib.sha256(content).hexdigest()
            try:
                record = read_file(content, task.source, task.charset)
            except UnreadableFile as error:
                yield ReadResult(None, str(error), digest, len(content))
            else:
                yield ReadResult(record, "", digest, len(content))

    monkeypatch.setattr(run, "read_all", read_all)


def account(ingested) -> str:
    return json.dumps(account_of(ingested, command="", settings={}), ensure_ascii=False)


def outcomes(ingested) -> dict[str, str]:
    return {file["file"]: file["outcome"] for file in ingested.files}


def test_every_file_is_accounted_for(here, tmp_path):
    seen: list[tuple[int, str]] = []
    ingested = ingest([council(tmp_path)], progress=lambda done, name: seen.append((done, name)))
    assert outcomes(ingested) == {
        **{f"dai{n}/gijisidai.html": "read" for n in range(1, 6)},
        "dai1/siryou1.pdf": "read",
        "logo.png": "left out",
        "photo.html": "left out",  # a picture, whatever its name
        "表.csv": "read",
        "連絡先.html": "not understood",
    }
    assert ingested.totals == {"read": 7, "left out": 2, "not understood": 1}
    assert seen == [(n, file["file"]) for n, file in enumerate(ingested.files, 1)]
    for file in ingested.files:
        assert bool(file["reason"]) == (file["outcome"] != "read")
    assert Corpus(ingested.corpus.tables).hash == ingested.corpus.hash
    assert len(ingested.corpus.meetings) == 6


def test_what_was_read_of_a_page(here, tmp_path):
    (file,) = ingest([write(tmp_path, {"a.html": page(1)})]).files
    assert {k: file[k] for k in ("medium", "charset", "parser", "meetings", "items")} == {
        "medium": "html",
        "charset": "utf-8",
        "parser": "page",
        "meetings": 1,
        "items": 1,
    }
    assert (file["ceremonies"], file["handouts"], file["decision"]) == (2, 1, False)
    assert file["sha256"] == hashlib.sha256(page(1)).hexdigest()
    assert file["bytes"] == len(page(1))
    (shown,) = file["read"]
    assert shown["items"][1].endswith("電子政府の計画について")
    assert shown["handouts"] == ["資料1 電子政府の計画"]


def test_every_line_of_a_page_that_was_not_understood_is_counted(here, tmp_path):
    lines = [f"{n}行目の文です" for n in range(450)]
    text = "\n".join(lines)
    folder = write(tmp_path, {"a.html": page(1), "b.txt": text.encode()})
    _, file = ingest([folder]).files
    assert file["outcome"] == "not understood"
    assert file["reason"].startswith("no meeting, list or document was recognized / ")
    (group,) = file["unread"]
    assert group["lines"] == 450
    assert group["sample"] == lines[:200]


def test_a_file_that_is_left_out_has_its_own_hash_or_none(here, tmp_path):
    folder = write(tmp_path, {"a.html": page(1), "logo.png": b"\x89PNG"})
    file = ingest([folder]).files[1]
    assert file["bytes"] == 4
    assert file["sha256"] in ("", hashlib.sha256(b"\x89PNG").hexdigest())


# --- the same folder gives the same corpus --------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_file_system_does_not_matter(here, tmp_path, monkeypatch, seed):
    expected = account(ingest([council(tmp_path)]))
    real = os.walk

    def shuffled(top, **options):
        for folder, folders, files in real(top, **options):
            random.Random(seed).shuffle(folders)
            yield folder, folders, random.Random(seed).sample(files, len(files))

    monkeypatch.setattr(os, "walk", shuffled)
    assert account(ingest([tmp_path])) == expected


def test_names_of_macos_and_windows_give_one_corpus(here, tmp_path):
    folders = []
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "ガイド/プログラム.html")
        folders.append(write(tmp_path / form, {name: page(1)}))
    assert account(ingest([folders[0]])) == account(ingest([folders[1]]))


def test_the_number_of_workers_does_not_matter(tmp_path):
    council(tmp_path)
    assert account(ingest([tmp_path], n_jobs=1)) == account(ingest([tmp_path], n_jobs=3))


def test_a_folder_and_its_archive_tell_the_same(here, tmp_path):
    files = {"dai1/gijisidai.html": page(1), "dai1/siryou1.pdf": handout("全文です。")}
    write(tmp_path / "pages", files)
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    folder, zipped = ingest([tmp_path / "pages"]).corpus, ingest([tmp_path / "pages.zip"]).corpus
    for name, columns in {
        "meetings": ["number", "date"],
        "items": ["title"],
        "documents": ["text"],
    }.items():
        assert folder.tables[name][columns].equals(zipped.tables[name][columns])


# --- what belongs together ------------------------------------------------------------------


def test_handouts_are_tied_in_a_folder_without_a_ledger(here, tmp_path):
    corpus = ingest([council(tmp_path)]).corpus
    (row,) = corpus.documents[corpus.documents["text"] != ""].to_dict("records")
    assert row["text"] == "計画の全文\n本文です。"
    assert (row["label"], row["title"]) == ("資料1", "第1の計画")
    item = corpus.items.set_index("item_id").loc[row["item_id"]]
    assert item["title"] == "第1の計画について"


def test_handouts_are_tied_by_the_addresses_of_a_ledger(here, tmp_path):
    write(tmp_path, {"0001.html": page(1), "0002.pdf": handout("全文です。")})
    site = "http://council.example.go.jp/dai1/"
    lines = [("0001.html", "gijisidai.html"), ("0002.pdf", "siryou1.pdf")]
    (tmp_path / LEDGER_NAME).write_bytes(
        b"".join(ledger_line({"outcome": "fetched", "file": f, "url": site + u}) for f, u in lines)
    )
    ingested = ingest([tmp_path])
    assert [file["address"] for file in ingested.files] == [site + u for _, u in lines]
    assert ingested.corpus.documents["text"].tolist() == ["全文です。"]
    assert ingested.corpus.meetings["source"].tolist() == [site + "gijisidai.html"]
    assert set(ingested.corpus.items["source_kind"]) == {"official"}


def test_handouts_of_a_pattern_keep_to_their_meetings(here, tmp_path):
    files = {f"dai{n}/gijisidai.html": page(n, f"第{n}の計画") for n in (1, 2)}
    files |= {f"dai{n}/siryou1.pdf": handout(f"第{n}の全文") for n in (1, 2)}
    write(tmp_path, files)
    documents = ingest([str(tmp_path / "*" / "*")]).corpus.documents
    assert documents[["title", "text"]].values.tolist() == [
        ["第1の計画", "第1の全文"],
        ["第2の計画", "第2の全文"],
    ]


def test_documents_beside_a_table_are_kept(here, tmp_path):
    folder = write(tmp_path, {"a.pdf": handout("報告の全文"), "t.csv": TABLE.encode()})
    assert ingest([folder]).corpus.documents["text"].tolist() == ["報告の全文"]


# --- refusals -------------------------------------------------------------------------------


def test_nothing_found_says_why(here, tmp_path):
    files = {"a.png": b"x", "b.png": b"x", "c.html": CONTACT.encode()}
    with pytest.raises(CorpusError) as refused:
        ingest([write(tmp_path, files)])
    assert "no meeting was found in 3 files (2 × no page, PDF" in refused.value.message
    assert refused.value.remedy_ja
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="no file in"):
        ingest([tmp_path / "empty"])


@pytest.mark.parametrize("n_jobs", [0, -1])
def test_no_workers_are_refused(tmp_path, n_jobs):
    with pytest.raises(SettingsError, match=f"n_jobs is {n_jobs}; expected 1 or more"):
        ingest([tmp_path], n_jobs=n_jobs)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("population.csv", "県,人口\n東京,1\n".encode()),  # open data of the same site
        ("broken.xlsx", b"PK\x03\x04 broken"),
        ("photo.csv", b"\x89PNG\x00\xff"),
        ("13.csv", "会議名,開催日,議題\n試験会議,2009年13月1日,計画\n".encode()),
    ],
)
def test_a_table_that_cannot_be_read_is_left_out_with_the_reason(here, tmp_path, name, content):
    ingested = ingest([write(tmp_path, {"a.html": page(1), name: content})])
    (file,) = [file for file in ingested.files if file["file"] == name]
    assert file["outcome"] != "read"
    assert file["reason"]


@pytest.mark.parametrize(
    "name",
    [
        os.fsdecode("議事.html".encode("cp932")),  # no UTF-8
        "a\nb.html",  # a line end
        "<script>alert(1)</script>.html".replace("/", "⁄"),
        "=1+1.html",
        "a b　c.html",
    ],
    ids=ascii,
)
def test_odd_file_names(here, tmp_path, name):
    try:
        write(tmp_path, {name: page(1)})
    except OSError as error:
        pytest.skip(f"no such name here: {error}")
    assert len(ingest([tmp_path]).corpus.meetings) == 1


@pytest.mark.parametrize("title", ["計&#7;画の案", "計\x7f画の案"])
def test_odd_characters_in_a_title(here, tmp_path, title):
    folder = write(tmp_path, {"a.html": page(1, title), "b.html": page(2)})
    assert len(ingest([folder]).corpus.meetings) == 2


@pytest.mark.parametrize("damage", ["encrypted", "checksum", "method"])
def test_a_broken_archive_does_not_stop_the_rest(tmp_path, damage):
    write(tmp_path, {"a.html": page(1)})
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x.html", b"unchanged content")
    content = bytearray((tmp_path / "b.zip").read_bytes())
    central = content.find(b"PK\x01\x02")
    if damage == "encrypted":
        content[6] |= 1
        content[central + 8] |= 1
    elif damage == "method":
        content[8] = content[central + 10] = 99
    else:
        content[content.find(b"unchanged")] ^= 1
    (tmp_path / "b.zip").write_bytes(content)
    ingested = ingest([tmp_path], n_jobs=1)
    assert outcomes(ingested) == {"a.html": "read", "b.zip/x.html": "left out"}


def test_a_file_over_the_limit_is_left_out(here, tmp_path):
    folder = write(tmp_path, {"a.html": page(1), "b.html": b" " * 5_000})
    file = ingest([folder], max_file=2_000).files[1]
    assert (file["outcome"], file["bytes"]) == ("left out", 5_000)
    assert file["reason"].startswith("larger than 2,000 bytes / ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read(tmp_path):
    write(tmp_path, {"a.html": page(1), "b.html": page(2)})
    (tmp_path / "b.html").chmod(0)
    file = ingest([tmp_path], n_jobs=1).files[1]
    assert file["reason"] == "cannot be opened: Permission denied"


def test_a_slow_file_is_stopped_and_said(tmp_path):
    """A font that makes the parser count to 2**32 keeps it busy for hours."""
    write(tmp_path, {"a.pdf": endless(), "b.html": page(1)})
    ingested = ingest([tmp_path], n_jobs=1, limits=Limits(seconds=4))
    assert outcomes(ingested) == {"a.pdf": "left out", "b.html": "read"}
    assert ingested.files[0]["reason"] == "stopped after 4 s / 4 秒で打ち切りました"


def test_an_interrupt_ends_all_processes(tmp_path, monkeypatch):
    started: list[subprocess.Popen] = []
    real = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1]
    )

    def interrupted(done: int, name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest([council(tmp_path)], n_jobs=1, progress=interrupted)
    alive = [process for process in started if process.poll() is None]
    for process in alive:
        process.kill()
    assert alive == []
