"""Files, folders, globs and zip archives → the files to read, in a fixed order."""

from __future__ import annotations

import glob
import os
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cio_topics.errors import CorpusError, shorten
from cio_topics.ingest.ledger import read_ledger

__all__ = ["SourceFile", "find_sources", "is_table"]


class SourceFile(NamedTuple):
    """A file to read, or one that will not be read and why.

    `name` is relative to what was given, in NFC with forward slashes (macOS gives NFD); `address`
    and `charset` come from the ledger of a collection, if there is one; `named` tells whether the
    file itself was given, not a folder that holds it.
    """

    name: str
    size: int
    content: Callable[[], bytes]
    path: Path
    address: str = ""
    charset: str = ""
    reason: str = ""
    named: bool = False


#: Endings of files that belong to a page but hold no text of their own.
_FURNITURE = frozenset(
    ".js .css .png .jpg .jpeg .gif .svg .ico .webp .bmp .woff .woff2 .ttf .eot .map .mp3 .mp4 .wmv"
    " .mov .exe .dll .swf .xml .rss .json .warc .gz".split()
)
_OFFICE = frozenset(".doc .docx .ppt .pptx .xls .rtf .jtd .odt .ods".split())
_TABLES = frozenset((".csv", ".xlsx", ".jsonl"))
_OWN = ("ledger.jsonl", "ingest_report.json", "manifest.json")
_MEMBERS = 100_000


def find_sources(paths: Iterable[str | os.PathLike[str]], *, max_file: int) -> Iterator[SourceFile]:
    """Yield every file below the given places, sorted by name, each once.

    Nothing is passed over in silence: pictures, scripts, office files and files over `max_file`
    bytes come with a reason. Links out of a folder are not followed; members of a zip are read in
    memory and never unpacked.

    Raises
    ------
    CorpusError
        A place does not exist, a pattern fits nothing, or there is no file at all.

    Examples
    --------
    >>> next(find_sources(["no/such/page.html"], max_file=1))
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 'no/such/page.html' does not exist. ...
    """
    seen: set[Path] = set()
    for given in paths:
        for place in _places(os.fspath(given)):
            for file in _below(place):
                if file.path in seen and file.path.suffix.lower() != ".zip":
                    continue
                seen.add(file.path)
                yield from _expanded(_judged(file, max_file), max_file)


def _places(given: str) -> list[Path]:
    place = Path(given)
    if _exists(place):
        return [place]
    if any(character in given for character in "*?["):  # a shell on Windows leaves patterns alone
        found = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - may be absolute
        if found:
            return [Path(one) for one in found]
    raise CorpusError(
        f"{shorten(given, 200)} does not exist.",
        "Give files, folders or a pattern that fits some.",
        "ファイルかフォルダ、または合致するパターンを指定してください。",
    )


def _exists(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):
        return False


def _below(place: Path) -> Iterator[SourceFile]:
    if not place.is_dir():
        yield _source(place, place.name)._replace(named=True)
        return
    ledger = {row["file"]: row for row in read_ledger(place)}
    found = []
    for folder, folders, files in os.walk(place):
        folders.sort()
        found += [Path(folder, name) for name in files]
    for path in sorted(found, key=lambda path: _name(path, place)):
        name = _name(path, place)
        row = ledger.get(name, {})
        if name not in _OWN:
            yield _source(
                path, name, row.get("final_url") or row.get("url") or "", row.get("charset") or ""
            )


def _name(path: Path, folder: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(folder).as_posix())


def _source(path: Path, name: str, address: str = "", charset: str = "") -> SourceFile:
    if path.is_symlink() and not _stays(path):
        return SourceFile(
            name, 0, bytes, path, reason="a link out of the folder / フォルダ外へのリンク"
        )
    size = path.stat().st_size
    name = unicodedata.normalize("NFC", name)
    return SourceFile(name, size, path.read_bytes, path, address, charset)


def _stays(path: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(path.parent.resolve())
    except OSError:
        return False


def _judged(file: SourceFile, max_file: int) -> SourceFile:
    ending = PurePosixPath(file.name).suffix.lower()
    if file.reason:
        return file
    if PurePosixPath(file.name).name.startswith((".", "~$")):
        reason = "a hidden file / 隠しファイル"
    elif ending in _FURNITURE:
        reason = "no page, PDF, text or table / ページ・PDF・テキスト・表のいずれでもない"
    elif ending in _OFFICE:
        reason = "an office file; save it as PDF or text / PDF かテキストで保存し直してください"
    elif file.size > max_file:
        reason = f"larger than {max_file:,} bytes / {max_file:,} バイトを超える"
    elif file.size == 0:
        reason = "empty / 空のファイル"
    else:
        return file
    return file._replace(reason=reason)


def is_table(file: SourceFile) -> bool:
    """Tell whether a file is read as a table."""
    return PurePosixPath(file.name).suffix.lower() in _TABLES


def _expanded(file: SourceFile, max_file: int) -> Iterator[SourceFile]:
    """Yield a file, or the members of a zip instead."""
    if file.reason or PurePosixPath(file.name).suffix.lower() != ".zip":
        yield file
        return
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield file._replace(reason=f"no zip archive: {error} / zip として開けません")
        return
    if len(members) > _MEMBERS:
        yield file._replace(reason=f"more than {_MEMBERS:,} members / メンバーが多すぎます")
        return
    for member in sorted(members, key=lambda member: member.filename):
        if not member.is_dir():
            inside = _judged(_member(file, member, max_file), max_file)
            reason = "a table in an archive; unpack it / 表は展開してから指定してください"
            yield inside._replace(reason=inside.reason or (reason if is_table(inside) else ""))


def _member(file: SourceFile, member: zipfile.ZipInfo, max_file: int) -> SourceFile:
    name = f"{file.name}/{_member_name(member)}"

    def content() -> bytes:
        with zipfile.ZipFile(file.path) as archive, archive.open(member) as stream:
            data = stream.read(max_file + 1)
        if len(data) > max_file:
            raise OSError(f"larger than {max_file:,} bytes")
        return data

    return SourceFile(name, member.file_size, content, file.path)


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name, also where Windows wrote it in cp932."""
    name = member.filename
    if not member.flag_bits & 0x800:  # not marked as UTF-8
        try:
            name = name.encode("cp437").decode("cp932")
        except UnicodeError:
            name = member.filename
    parts = [
        part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")
    ]
    return unicodedata.normalize("NFC", "/".join(parts))
