"""Every file below what was given is found once, in a fixed order, or left out with a reason."""

from __future__ import annotations

import io
import os
import random
import struct
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from cio_topics.errors import CorpusError
from cio_topics.ingest.ledger import LEDGER_NAME, ledger_line
from cio_topics.ingest.sources import find_sources, is_table

NFC = unicodedata.normalize("NFC", "ガイドブック.html")
NFD = unicodedata.normalize("NFD", NFC)
LIMIT = 1_000


def write(folder: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def found(*places: object, limit: int = LIMIT) -> list[tuple[str, str]]:
    """Return names and reasons, the English half."""
    sources = find_sources(map(str, places), max_file=limit)
    return [(file.name, file.reason.partition(" / ")[0]) for file in sources]


def names(*places: object) -> list[str]:
    return [name for name, _ in found(*places)]


def archive(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members:
            written.writestr(name, content)
    return path


def coded(path: Path, name: str, charset: str, content: bytes = b"x") -> Path:
    """Write a zip whose name is in a charset that it does not declare, as most programs did."""
    raw = name.encode(charset)
    stand_in = "Z" * len(raw)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        written.writestr(stand_in, content)
    path.write_bytes(stream.getvalue().replace(stand_in.encode(), raw))
    return path


# --- folders --------------------------------------------------------------------------------


def test_files_of_all_folders_sorted_by_name(tmp_path):
    write(tmp_path, "dai2/b.html", "dai10/a.pdf", "a.txt", "dai2/資料/c.html", "z.csv")
    assert names(tmp_path) == [
        *("a.txt", "dai10/a.pdf", "dai2/b.html", "dai2/資料/c.html", "z.csv"),
    ]


def test_the_order_of_the_file_system_does_not_matter(tmp_path, monkeypatch):
    write(tmp_path, *(f"dai{n}/{m}.html" for n in range(5) for m in range(5)))
    expected = names(tmp_path)
    real = os.walk

    def shuffled(top, **options):
        for folder, folders, files in real(top, **options):
            random.Random(3).shuffle(folders)
            random.Random(4).shuffle(files)
            yield folder, folders, files

    monkeypatch.setattr(os, "walk", shuffled)
    assert names(tmp_path) == expected


def test_a_name_is_one_whether_macos_or_windows_wrote_it(tmp_path):
    write(tmp_path / "mac", NFD, unicodedata.normalize("NFD", "プレス/ダイジェスト.html"))
    write(tmp_path / "windows", NFC, "プレス/ダイジェスト.html")
    assert NFC != NFD
    assert (
        names(tmp_path / "mac") == names(tmp_path / "windows") == [NFC, "プレス/ダイジェスト.html"]
    )
    assert names(tmp_path / "mac" / NFD) == [NFC]
    assert next(find_sources([tmp_path / "mac"], max_file=9)).content() == b"x"


def test_a_ledger_gives_addresses_and_charsets_also_to_nfd_names(tmp_path):
    write(tmp_path, NFD, "b.html")
    lines = [
        {"url": "http://council.example.jp/a", "final_url": "http://council.example.jp/g"},
        {"url": "http://council.example.jp/b", "charset": "Shift_JIS"},
    ]
    for line, file in zip(lines, (NFC, "b.html"), strict=True):
        line.update({"outcome": "fetched", "file": file})
    (tmp_path / LEDGER_NAME).write_bytes(b"".join(map(ledger_line, lines)))
    sources = {file.name: file for file in find_sources([tmp_path], max_file=9)}
    assert sources[NFC].address == "http://council.example.jp/g"  # where it was in the end
    assert (sources["b.html"].address, sources["b.html"].charset) == (
        "http://council.example.jp/b",
        "Shift_JIS",
    )
    assert set(sources) == {NFC, "b.html"}


def test_a_ledger_that_names_a_file_outside_is_refused(tmp_path):
    line = {"url": "http://council.example.jp/", "outcome": "fetched", "file": "../../etc/passwd"}
    (tmp_path / LEDGER_NAME).write_bytes(ledger_line(line))
    with pytest.raises(CorpusError, match="a path inside the folder"):
        list(find_sources([tmp_path], max_file=9))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.html", b"x", ""),
        ("a.HTML", b"x", ""),
        ("gijisidai", b"x", ""),  # no ending at all
        ("index.php", b"x", ""),
        ("a.PDF", b"x", ""),
        ("a.csv", b"x", ""),
        ("a.png", b"x", "no page, PDF, text or table"),
        ("style.CSS", b"x", "no page, PDF, text or table"),
        ("siryou.xls", b"x", "an office file; save it as PDF or text"),
        ("siryou.jtd", b"x", "an office file; save it as PDF or text"),
        (".DS_Store", b"x", "a hidden file"),
        ("~$siryou.html", b"x", "a hidden file"),  # the lock of an open document
        ("._a.html", b"x", "a hidden file"),  # macOS on a foreign disk
        ("empty.html", b"", "empty"),
        ("big.html", b"x" * (LIMIT + 1), "larger than 1,000 bytes"),
        ("full.html", b"x" * LIMIT, ""),
        ("broken.zip", b"x", "no zip archive: File is not a zip file"),
        ("empty.zip", b"", "empty"),
    ],
)
def test_what_is_not_read_has_a_reason(tmp_path, name, content, reason):
    write(tmp_path, name, content=content)
    assert found(tmp_path) == [(name, reason)]
    assert found(tmp_path / name) == [(name, reason)]  # also if it alone is given


def test_every_reason_is_in_two_languages(tmp_path):
    for name, content in [
        ("a.png", b"x"),
        ("a.doc", b"x"),
        (".a", b"x"),
        ("e", b""),
        ("z.zip", b"x"),
    ]:
        write(tmp_path, name, content=content)
    write(tmp_path, "big", content=b"x" * 11)
    for file in find_sources([tmp_path], max_file=10):
        assert " / " in file.reason
        assert any(ord(c) > 0x3000 for c in file.reason)


def test_what_a_collection_and_an_ingestion_write_is_not_read_again(tmp_path):
    write(tmp_path, "a.html", "ingest_report.json", "manifest.json")
    assert names(tmp_path) == ["a.html"]


def test_the_page_of_an_ingestion_is_not_read_again(tmp_path):
    write(tmp_path, "a.html", "ingest_report.html", "ingest_report.json")
    assert ("ingest_report.html", "") not in found(tmp_path)


def test_a_corpus_below_the_pages_is_not_read_again(tmp_path):
    """`cd pages; cio-topics ingest . -o corpus`, twice."""
    write(tmp_path, "a.html", "corpus/items.csv", "corpus/ingest_report.json")
    assert ("corpus/items.csv", "") not in found(tmp_path)


# --- links and forbidden places -------------------------------------------------------------


def link(place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target, target_is_directory=target.is_dir())
    except OSError as error:  # Windows without the right to make links
        pytest.skip(f"no symbolic links here: {error}")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    write(tmp_path, "secret.html", "pages/a.html")
    link(tmp_path / "pages" / "b.html", tmp_path / "secret.html")
    link(tmp_path / "pages" / "c.html", tmp_path / "nothing.html")
    assert found(tmp_path / "pages") == [
        ("a.html", ""),
        ("b.html", "a link out of the folder"),
        ("c.html", "a link out of the folder"),
    ]


def test_nothing_behind_a_linked_folder_is_read(tmp_path):
    write(tmp_path, "secrets/secret.html", "pages/a.html")
    link(tmp_path / "pages" / "b", tmp_path / "secrets")
    assert "b/secret.html" not in names(tmp_path / "pages")


def test_a_linked_folder_is_accounted_for(tmp_path):
    write(tmp_path, "secrets/secret.html", "pages/a.html")
    link(tmp_path / "pages" / "b", tmp_path / "secrets")
    assert ("b", "a link out of the folder") in found(tmp_path / "pages")


def test_folders_that_hold_themselves_end(tmp_path):
    write(tmp_path, "a.html")
    link(tmp_path / "loop", tmp_path)
    assert [n for n in names(tmp_path) if n.endswith(".html")] == ["a.html"]


def test_a_link_within_the_given_folder_is_read(tmp_path):
    write(tmp_path, "all/a.html")
    link(tmp_path / "dai1" / "a.html", tmp_path / "all" / "a.html")
    assert ("dai1/a.html", "") in found(tmp_path)


def test_a_link_that_was_given_is_followed(tmp_path):
    write(tmp_path, "far/a.html")
    link(tmp_path / "near" / "a.html", tmp_path / "far" / "a.html")
    assert found(tmp_path / "near" / "a.html") == [("a.html", "")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_stop_it(tmp_path):
    os.mkfifo(tmp_path / "a.html")
    os.mkfifo(tmp_path / "b.zip")
    assert found(tmp_path) == [("a.html", "no file"), ("b.zip", "no file")]


def test_a_folder_that_may_not_be_listed_is_accounted_for(tmp_path, monkeypatch):
    write(tmp_path, "a.html", "closed/b.html")
    real = os.scandir

    def scandir(place="."):
        if str(place).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    monkeypatch.setattr(os, "scandir", scandir)
    assert "closed" in dict(found(tmp_path))


# --- patterns and several places ------------------------------------------------------------


def test_a_pattern_that_no_shell_has_opened(tmp_path):
    write(tmp_path, "dai1/a.html", "dai2/b.html", "dai2/b.txt")
    for pattern, files in [
        ("*/*.html", ["a.html", "b.html"]),
        ("**/*.txt", ["b.txt"]),
        ("dai?", ["a.html", "b.html", "b.txt"]),
    ]:
        assert [Path(name).name for name in names(tmp_path / pattern)] == files


def test_a_file_named_like_a_pattern(tmp_path):
    write(tmp_path, "a[1].html", "a1.html")
    assert names(tmp_path / "a[1].html") == ["a[1].html"]


@pytest.mark.parametrize("given", ["no.html", "*.html", "no/such/folder", "a\0b", "[", "x" * 5000])
def test_what_does_not_exist_is_said(tmp_path, given, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError, match=r"does not exist.*\. / .*指定してください"):
        found(given)


def test_an_empty_place_is_refused(tmp_path, monkeypatch):
    """`cio-topics ingest "$PAGES"` where PAGES is not set."""
    write(tmp_path, "a.html")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusError, match="does not exist"):
        found("")


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(CorpusError):
        found(tmp_path)


def test_a_file_given_twice_is_read_once(tmp_path):
    write(tmp_path, "a.html", "b.html")
    assert names(tmp_path, tmp_path / "a.html", tmp_path / "*.html") == ["a.html", "b.html"]


def test_a_file_given_by_two_ways_is_read_once(tmp_path, monkeypatch):
    write(tmp_path, "pages/a.html")
    monkeypatch.chdir(tmp_path)
    assert names("pages", tmp_path / "pages", "pages/../pages") == ["a.html"]


def test_an_archive_given_twice_is_read_once(tmp_path):
    place = archive(tmp_path / "a.zip", ("b.html", b"x"))
    assert names(tmp_path, place) == ["a.zip/b.html"]


def test_files_of_a_pattern_keep_apart(tmp_path):
    write(tmp_path, "dai1/siryou1.pdf", "dai2/siryou1.pdf")
    for places in [(tmp_path / "*" / "*.pdf",), (tmp_path / "dai1", tmp_path / "dai2")]:
        found_names = names(*places)
        assert len(set(found_names)) == len(found_names) == 2


# --- archives -------------------------------------------------------------------------------


def test_members_are_read_in_memory(tmp_path):
    place = archive(tmp_path / "a.zip", ("dai1/b.html", b"two"), ("a.html", b"one"), ("dai1/", b""))
    sources = list(find_sources([place], max_file=LIMIT))
    assert [(file.name, file.content()) for file in sources] == [
        ("a.zip/a.html", b"one"),
        ("a.zip/dai1/b.html", b"two"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]  # nothing was unpacked


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("dai1/../../x.html", "dai1/x.html"),
        ("dai1\\siryou.html", "dai1/siryou.html"),  # Windows
        ("..\\..\\x.html", "x.html"),
        ("./x.html", "x.html"),
        ("第1回/議事次第.html", "第1回/議事次第.html"),
        (NFD, NFC),
    ],
)
def test_names_of_members_lead_nowhere(tmp_path, member, name):
    if sys.platform == "win32" and "\\" in member:
        pytest.skip("zipfile writes no such name on Windows")
    place = archive(tmp_path / "a.zip", (member, b"x"))
    (file,) = find_sources([place], max_file=LIMIT)
    assert (file.name, file.content()) == (f"a.zip/{name}", b"x")


@pytest.mark.parametrize("name", ["議事次第.html", "表.html", "ソフト能力予算.html", "ｶﾅ①.html"])
def test_names_that_windows_wrote_in_cp932(tmp_path, name):
    """Some of their second bytes are a backslash."""
    place = coded(tmp_path / "a.zip", name, "cp932")
    (file,) = find_sources([place], max_file=LIMIT)
    assert (file.name, file.content()) == (f"a.zip/{name}", b"x")


def test_names_in_cp932_read_on_windows(tmp_path, monkeypatch):
    place = coded(tmp_path / "a.zip", "表.html", "cp932")
    monkeypatch.setattr(os, "sep", "\\")
    with zipfile.ZipFile(io.BytesIO(place.read_bytes())) as opened:
        (member,) = opened.infolist()
    monkeypatch.undo()
    from cio_topics.ingest.sources import _member_name

    assert _member_name(member) == "表.html"


@pytest.mark.parametrize("name", ["議事次第.html", NFD], ids=["NFC", "NFD"])
def test_names_that_macos_wrote_in_utf8_without_saying_so(tmp_path, name):
    place = coded(tmp_path / "a.zip", name, "utf-8")
    (file,) = find_sources([place], max_file=LIMIT)
    assert file.name == f"a.zip/{unicodedata.normalize('NFC', name)}"


@pytest.mark.parametrize(
    ("member", "content", "reason"),
    [
        ("a.png", b"x", "no page, PDF, text or table"),
        ("__MACOSX/._a.html", b"x", "a hidden file"),
        ("a.html", b"", "empty"),
        ("a.html", b"x" * 1001, "larger than 1,000 bytes"),
        ("a.csv", b"x", "a table in an archive; unpack it"),
        ("b.zip", b"PK", ""),  # read_file says that it is no page
    ],
)
def test_members_that_are_not_read_have_a_reason(tmp_path, member, content, reason):
    place = archive(tmp_path / "a.zip", (member, content))
    assert found(place) == [(f"a.zip/{member}", reason)]


def test_an_archive_may_be_larger_than_a_file(tmp_path):
    """Saved councils have hundreds of megabytes; what is held in memory is one member."""
    place = archive(tmp_path / "a.zip", *((f"{n}.html", b"x" * 100) for n in range(10, 30)))
    assert place.stat().st_size > 1_000
    assert found(place) == [(f"a.zip/{n}.html", "") for n in range(10, 30)]


def test_a_member_that_unpacks_to_more_than_it_claims_is_not_read_whole(tmp_path):
    place = archive(tmp_path / "bomb.zip", ("a.html", b"\0" * 5_000_000))
    content = bytearray(place.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark) + offset
        assert struct.unpack_from("<I", content, at) == (5_000_000,)
        struct.pack_into("<I", content, at, 10)
    place.write_bytes(content)
    (file,) = find_sources([place], max_file=10_000)
    assert (file.size, file.reason) == (10, "")
    with pytest.raises((OSError, zipfile.BadZipFile)):
        file.content()


def test_a_member_that_is_larger_than_the_limit_stops_there(tmp_path, monkeypatch):
    """Whatever its size says."""
    place = archive(tmp_path / "a.zip", ("a.html", b"x" * 5_000))
    (file,) = find_sources([place], max_file=5_000)
    assert file.content() == b"x" * 5_000
    monkeypatch.setattr(zipfile.ZipExtFile, "read", lambda self, n=-1: b"x" * n)
    with pytest.raises(OSError, match="larger than 5,000 bytes"):
        file.content()


def test_an_archive_of_too_many_members_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr("cio_topics.ingest.sources._MEMBERS", 2)
    place = archive(tmp_path / "a.zip", *((f"{n}.html", b"x") for n in range(3)))
    assert found(place) == [("a.zip", "more than 2 members")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.pdf", "../a.pdf", "/a.pdf"])
def test_members_of_one_name_keep_apart(tmp_path, second):
    place = archive(tmp_path / "a.zip", ("a.pdf", b"one"), (second, b"two"))
    assert len(set(names(place))) == 2


@pytest.mark.parametrize("name", ["a.csv", "A.XLSX", "dai1/a.jsonl"])
def test_tables_are_told_by_their_ending(tmp_path, name):
    write(tmp_path, name)
    (file,) = find_sources([tmp_path], max_file=LIMIT)
    assert is_table(file)
    assert not is_table(file._replace(name="a.html"))
