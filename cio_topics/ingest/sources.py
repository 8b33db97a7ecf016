"""Files, folders, globs and zip archives → the files to read, in a fixed order."""

from __future__ import annotations

import glob
import itertools
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from cio_topics.corpus.read import FORMATS_READ
from cio_topics.corpus.schema import TABLES
from cio_topics.errors import CorpusError, shorten
from cio_topics.ingest.ledger import LEDGER_NAME, read_ledger

__all__ = ["REPORT_NAME", "SourceFile", "find_sources", "is_table"]


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
_FURNITURE = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico|webp|bmp|woff2?|ttf|eot|map|mp[34]|wmv|mov|exe|dll|swf|xml|rss"
    r"|json|warc|gz)"
)
_OFFICE = re.compile(r"\.(?:docx?|pptx?|xls|rtf|jtd|od[ts])")
_TABLES = frozenset((".csv", ".xlsx", ".jsonl"))
#: Beside the tables of an ingestion.
REPORT_NAME = "ingest_report.json"
_OWN = {f"{name}{ending}" for name in TABLES for ending in FORMATS_READ} | {
    LEDGER_NAME,
    "conflicts.csv",
    "ingest_report.html",
    "manifest.json",
    REPORT_NAME,
}
_MEMBERS = 100_000


def find_sources(paths: Iterable[str | os.PathLike[str]], *, max_file: int) -> Iterator[SourceFile]:
    """Yield every file below the given places, sorted by name, each once.

    Nothing is passed over in silence: pictures, scripts, office files, files over `max_file` bytes,
    folders that may not be read and links out of a folder come with a reason. Members of a zip are
    read in memory and never unpacked.

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
    places = {_resolved(p): (p, name) for given in paths for p, name in _places(os.fspath(given))}
    names = _names(list(places.values()))
    seen: set[Path] = set()
    for (place, _), name in zip(places.values(), names, strict=True):
        earlier = set(seen)
        for file in _below(place, name):
            own = _resolved(file.path)
            if own not in earlier:
                seen.add(own)
                yield from _expanded(_judged(file, max_file), max_file)
    if not seen:
        raise CorpusError(
            f"no file in {shorten(', '.join(str(place) for place, _ in places.values()), 200)}.",
            "Give files, or a folder that holds some.",
            "ファイルか、ファイルのあるフォルダを指定してください。",
        )


def _names(places: list[tuple[Path, str]]) -> list[str]:
    """Return what the names of each place's files begin with: as little as keeps them apart."""
    folders = [name for place, name in places if place.is_dir()]
    files = [name for place, name in places if not place.is_dir()]
    prefixes = []
    for place, name in places:
        group = folders if place.is_dir() else files
        own = name if group.count(name) < 2 else place.as_posix().lstrip("/")
        prefixes.append("" if place.is_dir() and len(folders) < 2 else own)
    return prefixes


def _places(given: str) -> list[tuple[Path, str]]:
    """Return the places that were given, and what each is called."""
    place = Path(given)
    if given and _exists(place):
        return [(place, place.name)]
    if any(character in given for character in "*?["):  # a shell on Windows leaves patterns alone
        found = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - may be absolute
        if found:
            above = re.split(r"[*?\[]", given, maxsplit=1)[0]
            start = os.path.dirname(above)  # noqa: PTH120 - the part before the first wildcard
            return [(Path(one), os.path.relpath(one, start or ".")) for one in found]
    if given.startswith(("http://", "https://")):
        raise CorpusError(
            f"{shorten(given, 200)} is an address; expected files or folders.",
            "Use cio-topics build ADDRESS, which collects the pages first.",
            "アドレスから取り込むには cio-topics build を使用してください。",
        )
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


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except OSError:
        return path.absolute()


def _below(place: Path, prefix: str) -> Iterator[SourceFile]:
    """Yield the files of a place; names begin with `prefix`."""
    if not place.is_dir():
        yield _source(place, Path(prefix).as_posix())._replace(named=True)
        return
    ledger = {row["file"]: row for row in read_ledger(place)}
    found: list[SourceFile] = []

    def refused(error: OSError) -> None:
        path = Path(error.filename)
        reason = f"cannot be listed: {error.strerror} / 一覧できません"
        found.append(SourceFile(_name(path, place), 0, bytes, path, reason=reason))

    for folder, folders, files in os.walk(place, onerror=refused):
        here = Path(folder)
        for name in folders:
            if (here / name).is_symlink():
                found.append(_linked(here / name, place))
        own = _OWN if REPORT_NAME in files else {LEDGER_NAME}
        found += [_found(here / name, place, ledger) for name in files if name not in own]
    for file in sorted(found, key=lambda file: file.name):
        yield file._replace(name=f"{prefix}/{file.name}" if prefix else file.name)


def _found(path: Path, folder: Path, ledger: dict[str, dict[str, Any]]) -> SourceFile:
    name = _name(path, folder)
    if path.is_symlink() and not _resolved(path).is_relative_to(_resolved(folder)):
        return _linked(path, folder)
    row = ledger.get(name, {})
    address = row.get("final_url") or row.get("url") or ""
    return _source(path, name, address, row.get("charset") or "")


def _linked(path: Path, folder: Path) -> SourceFile:
    inside = _resolved(path).is_relative_to(_resolved(folder))
    out = "a link out of the folder / フォルダ外へのリンク"
    reason = "a link to a folder that is read itself / フォルダ内へのリンク" if inside else out
    return SourceFile(_name(path, folder), 0, bytes, path, reason=reason)


def _name(path: Path, folder: Path) -> str:
    return _printable(path.relative_to(folder).as_posix())


def _printable(name: str) -> str:
    """Return a name in NFC; bytes that are no UTF-8 (a cp932 name on Linux) are read as cp932."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("cp932", "replace")
    return unicodedata.normalize("NFC", name)


def _source(path: Path, name: str, address: str = "", charset: str = "") -> SourceFile:
    name = _printable(name)
    try:
        size = path.stat().st_size
    except OSError as error:
        return SourceFile(name, 0, bytes, path, reason=f"cannot be opened: {error.strerror}")
    if not path.is_file():
        return SourceFile(name, 0, bytes, path, reason="no file / ファイルではありません")
    return SourceFile(name, size, path.read_bytes, path, address, charset)


def _judged(file: SourceFile, max_file: int) -> SourceFile:
    ending = PurePosixPath(file.name).suffix.lower()
    if file.reason:
        return file
    if PurePosixPath(file.name).name.startswith((".", "~$")):
        reason = "a hidden file / 隠しファイル"
    elif _FURNITURE.fullmatch(ending):
        reason = "no page, PDF, text or table / ページ・PDF・テキスト・表のいずれでもない"
    elif _OFFICE.fullmatch(ending):
        reason = "an office file; save it as PDF or text / PDF かテキストで保存し直してください"
    elif file.size > max_file and ending != ".zip":
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
    taken: set[str] = set()
    for member in sorted(members, key=lambda member: member.filename):
        if not member.is_dir():
            inside = _judged(_member(file, member, max_file, taken), max_file)
            reason = "a table in an archive; unpack it / 表は展開してから指定してください"
            yield inside._replace(reason=inside.reason or (reason if is_table(inside) else ""))


def _member(
    file: SourceFile, member: zipfile.ZipInfo, max_file: int, taken: set[str]
) -> SourceFile:
    plain = f"{file.name}/{_member_name(member)}"
    others = (f"{plain} ({count})" for count in itertools.count(2))
    name = next(one for one in itertools.chain([plain], others) if one not in taken)
    taken.add(name)

    def content() -> bytes:
        with zipfile.ZipFile(file.path) as archive, archive.open(member) as stream:
            data = stream.read(max_file + 1)
        if len(data) > max_file:
            raise OSError(f"larger than {max_file:,} bytes")
        return data

    return SourceFile(name, member.file_size, content, file.path)


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name, also where Windows wrote it in cp932."""
    name = member.orig_filename.partition("\0")[0]
    if not member.flag_bits & 0x800:  # not marked as UTF-8
        name = _unmarked(name)
    parts = [
        part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")
    ]
    return unicodedata.normalize("NFC", "/".join(parts)) or "?"


def _unmarked(name: str) -> str:
    """Read a name that Python took for cp437: macOS writes UTF-8, Windows cp932."""
    for charset in ("utf-8", "cp932"):
        try:
            return name.encode("cp437").decode(charset)
        except UnicodeError:
            continue
    return name
