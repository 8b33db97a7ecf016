"""Files → a checked corpus, and an account of every file."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from cio_topics.corpus import Corpus
from cio_topics.errors import CioTopicsError, CorpusError, SettingsError
from cio_topics.ingest.assemble import assemble
from cio_topics.ingest.ledger import read_redirects
from cio_topics.ingest.records import FileRecord, Unread, from_json
from cio_topics.ingest.sources import SourceFile, find_sources, is_table
from cio_topics.ingest.workers import Limits, ReadResult, Task, read_all

if TYPE_CHECKING:
    from cio_topics.ingest.tables import TableMapping

__all__ = ["MAX_FILE", "Account", "Ingested", "NothingReadError", "ingest"]

#: Bytes of the largest file that is read.
MAX_FILE = 64 << 20
_SAMPLE = 3  # lines shown of each reason why lines were left unread
_DOUBTFUL = 200  # lines shown where a person should look
_CUT = 300  # characters shown of a line

#: Reasons that need no look: every page has such lines.
_USUAL = ("attendance", "minutes", "text of the document", "end of the page", "other")

Account = dict[str, Any]


class NothingReadError(CorpusError):
    """No meeting was found in any file; `files` is the account of each."""

    def __init__(self, message: str, remedy: str, remedy_ja: str, files: list[Account]) -> None:
        super().__init__(message, remedy, remedy_ja)
        self.files = files


class Ingested(NamedTuple):
    """A corpus, an account of each file in order, totals, and doubts between files."""

    corpus: Corpus
    files: list[Account]
    totals: dict[str, int]
    remarks: tuple[str, ...]


def ingest(
    sources: Sequence[str | os.PathLike[str]],
    *,
    mapping: TableMapping | None = None,
    source_kind: str = "",
    limits: Limits | None = None,
    max_file: int = MAX_FILE,
    n_jobs: int = 2,
    progress: Callable[[int, str], None] = lambda done, name: None,
) -> Ingested:
    """Read pages, PDFs, texts and tables, and join them to a checked corpus.

    Files are read one by one in processes with limits; their records wait in a temporary file, so
    that memory holds a few files at a time and, in the end, the tables.

    Parameters
    ----------
    sources : sequence of path
        Files, folders, patterns or zip archives. A folder made by the collector brings the
        addresses of its files.
    mapping : TableMapping, optional
        Columns of tables, see :func:`cio_topics.ingest.read_mapping`; guessed if left out.
    source_kind : str, default ""
        How reliable the sources are, where their addresses do not tell.
    limits : Limits, optional
        Of one file.
    max_file : int, default 64 MiB
        Larger files are left out, with that reason.
    n_jobs : int, default 2
    progress : callable, optional
        Called with the number of files done and the name of the last.

    Returns
    -------
    Ingested

    Raises
    ------
    CorpusError
        Nothing to read.
    NothingReadError
        No meeting was found in anything.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder, "dai1.html")
    ...     _ = page.write_text("<h1>第1回試験会議</h1>日時：2009年7月1日<br>議事<ol><li>計画",
    ...                         encoding="utf-8")
    ...     ingested = ingest([page], n_jobs=1)
    >>> ingested.corpus, ingested.files[0]["items"]
    (Corpus(1 items, 1 meetings, 1 bodies, 2009-07-01 to 2009-07-01), 1)
    """
    if n_jobs < 1:
        raise SettingsError(f"n_jobs is {n_jobs}; expected 1 or more.")
    accounts: list[Account] = []
    tables: list[dict[str, pd.DataFrame]] = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        for file, result in _results(find_sources(sources, max_file=max_file), limits, n_jobs):
            if is_table(file) and not file.reason:
                account, read = _read_table(file, mapping)
                tables += read
            else:
                account = _account(file, result)
                _keep(result.record, spool)
            accounts.append(account)
            progress(len(accounts), file.name)
        spool.seek(0)
        assembled = assemble(_kept(spool), source_kind=source_kind, redirects=_redirects(sources))
    remarks = list(assembled.remarks)
    corpus = _corpus(assembled.tables, tables, accounts, remarks)
    _note_handouts(accounts, set(corpus.documents["document_url"]))
    totals = dict(Counter(account["outcome"] for account in accounts))
    return Ingested(corpus, accounts, totals, tuple(remarks))


def _redirects(sources: Sequence[str | os.PathLike[str]]) -> dict[str, str]:
    folders = [Path(given) for given in sources if Path(given).is_dir()]
    return {old: new for folder in folders for old, new in read_redirects(folder).items()}


def _results(
    files: Iterable[SourceFile], limits: Limits | None, n_jobs: int
) -> Iterator[tuple[SourceFile, ReadResult]]:
    """Read what is a page; pass the rest through, in order."""
    waiting: list[SourceFile] = []

    def tasks() -> Iterator[Task | None]:
        for file in files:
            waiting.append(file)
            task = Task(file.content, file.address or file.name, file.charset)
            yield None if file.reason or is_table(file) else task

    for result in read_all(tasks(), limits=limits, n_jobs=n_jobs):
        yield waiting.pop(0), result


def _keep(record: FileRecord | None, spool: IO[str]) -> None:
    if record is not None:
        spool.write(json.dumps(record._replace(unread=(), remarks=(), links=())) + "\n")


def _kept(spool: IO[str]) -> Iterator[FileRecord]:
    for line in spool:
        yield from_json(json.loads(line))


def _account(file: SourceFile, result: ReadResult) -> Account:
    """Return what became of a file: read, not understood, or left out and why."""
    base: Account = {
        "file": file.name,
        "address": file.address,
        "outcome": "left out",
        "reason": file.reason or result.error,
        "sha256": "" if file.reason else result.sha256,
        "bytes": file.size,
    }
    record = result.record
    if file.reason or record is None:
        return base
    understood = bool(record.parser) or (record.medium == "pdf" and bool(record.text))
    meetings = record.meetings
    return base | {
        "address": file.address or (record.source if record.source != file.name else ""),
        "outcome": "read" if understood else "not understood",
        "reason": "" if understood else _why_not(record),
        "medium": record.medium,
        "charset": record.charset,
        "parser": record.parser or ("text" if understood else ""),
        "title": record.title[:_CUT],
        "meetings": len(meetings),
        "items": sum(item.kind != "ceremony" for m in meetings for item in m.items),
        "ceremonies": sum(item.kind == "ceremony" for m in meetings for item in m.items),
        "handouts": sum(len(m.handouts) for m in meetings),
        "decision": record.decision is not None,
        "remarks": list(record.remarks),
        "unread": _unread(record.unread),
        "read": [_sample(m._asdict()) for m in meetings[:3]],
    }


def _note_handouts(accounts: list[Account], linked: set[str]) -> None:
    """Count a page that is no meeting, but a handout of one, as read."""
    for account in accounts:
        if account["outcome"] == "not understood" and (
            account["address"] in linked or account["file"] in linked
        ):
            account |= {"outcome": "read", "reason": "", "parser": "text", "unread": []}


def _why_not(record: FileRecord) -> str:
    if not record.unread and not record.text:
        return "no text / 文字がありません"
    return "no meeting, list or document was recognized / 会議・一覧・文書として読めません"


def _unread(lines: Sequence[Unread]) -> list[Account]:
    """Count lines by the reason why they were left; show all that a person should look at."""
    by_reason: dict[str, list[str]] = {}
    for line in lines:
        by_reason.setdefault(line.reason, []).append(line.text)
    return [
        {
            "reason": reason,
            "lines": len(texts),
            "sample": [text[:_CUT] for text in texts[: _SAMPLE if reason in _USUAL else _DOUBTFUL]],
        }
        for reason, texts in by_reason.items()
    ]


def _sample(meeting: dict[str, Any]) -> Account:
    """Return a meeting as a person checks it against its page."""
    items = [f"{item.label} {item.title}".strip() for item in meeting["items"]]
    handouts = [f"{handout.label} {handout.title}".strip() for handout in meeting["handouts"]]
    shown = {k: v for k, v in meeting.items() if k not in ("items", "handouts")}
    return {**shown, "items": items[:40], "handouts": handouts[:40]}


def _read_table(
    file: SourceFile, mapping: TableMapping | None
) -> tuple[Account, list[dict[str, pd.DataFrame]]]:
    """Read a table; one that lies in a folder and holds no agenda (a handout) is left out."""
    from cio_topics.ingest.tables import read_table

    try:
        read = read_table(file.path, mapping)
    except CioTopicsError as error:
        if file.named:
            raise
        found = "; ".join(str(p) for p in getattr(error, "problems", ())[:3]) or error.message
        why = f"not a table of agendas / 議題の表ではありません ({found})"
        return _account(file._replace(reason=" ".join(why.split())), ReadResult(None)), []
    account = {
        "file": file.name,
        "address": file.address,
        "outcome": "read",
        "reason": "",
        "sha256": hashlib.sha256(file.content()).hexdigest(),
        "bytes": file.size,
        "medium": "table",
        "parser": "table",
        "meetings": len(read.meetings),
        "items": len(read.items),
        "remarks": list(read.remarks),
        "unread": _unread(read.unread),
    }
    return account, [{"meetings": read.meetings, "items": read.items}]


def _corpus(
    pages: dict[str, pd.DataFrame],
    tables: list[dict[str, pd.DataFrame]],
    accounts: list[Account],
    remarks: list[str],
) -> Corpus:
    if tables:
        from cio_topics.merge import merge_many

        pages, conflicts = merge_many([pages, *tables])
        remarks += [
            f"{row.table} {row.field}: kept {row.kept}, elsewhere {row.other} ({row.other_source})"
            for row in conflicts.itertuples()
        ]
    if pages["meetings"].empty:
        reasons = Counter(a["reason"] or a["outcome"] for a in accounts)
        why = "; ".join(f"{n} × {reason}" for reason, n in reasons.most_common(5))
        raise NothingReadError(
            f"no meeting was found in {len(accounts)} files ({why or 'nothing to read'}).",
            "Give pages with an agenda (議事次第); see docs on pages that were not understood.",
            "議事次第のあるページを指定してください。",
            accounts,
        )
    return Corpus(pages)
