"""What ingestion did with every file: the corpus, its account as JSON, and a page to look at."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from cio_topics import __version__
from cio_topics.corpus import TABLES, write_tables
from cio_topics.corpus.read import FORMATS_READ
from cio_topics.errors import OutputError, choices, shorten
from cio_topics.files import replace_folder
from cio_topics.ingest import Ingested
from cio_topics.ingest.sources import REPORT_NAME
from cio_topics.manifest import package_versions

__all__ = [
    "account_of",
    "account_of_nothing",
    "check_place",
    "render_account",
    "write_account",
    "write_ingested",
]

_SHOWN = 2000  # files on the page; the JSON has all
_SAMPLED = 12  # files whose rows stand beside their lines


def write_ingested(
    ingested: Ingested,
    folder: str | os.PathLike[str],
    *,
    file_format: str = "csv",
    command: str = "",
    settings: dict[str, Any] | None = None,
) -> None:
    """Write the corpus with ``ingest_report.json`` and ``ingest_report.html`` beside its tables.

    Parameters
    ----------
    ingested : Ingested
    folder : path
    file_format : {"csv", "jsonl", "parquet"}, default "csv"
    command : str, optional
    settings : dict, optional
        Both stand in the report.

    Raises
    ------
    OutputError
        The folder cannot be written; nothing is left half-written.
    """
    account = account_of(ingested, command=command, settings=settings or {})
    check_place(folder)
    stale = [file for file in _tables_in(folder) if file.suffix != f".{file_format}"]
    with replace_folder(folder) as temporary:
        write_tables(ingested.corpus, temporary, file_format)
        _write_account(account, temporary)
    for file in stale:  # tables of an earlier run in another format would be read instead
        file.unlink(missing_ok=True)


def write_account(account: dict[str, Any], folder: str | os.PathLike[str]) -> Path | None:
    """Write the account alone; a folder that holds a corpus is left as it was.

    Returns
    -------
    pathlib.Path or None
        The page, if it was written.
    """
    if _tables_in(folder):
        return None
    with replace_folder(folder) as temporary:
        _write_account(account, temporary)
    return Path(folder, "ingest_report.html")


def _write_account(account: dict[str, Any], folder: Path) -> None:
    text = json.dumps(account, ensure_ascii=False, indent=1) + "\n"
    (folder / REPORT_NAME).write_bytes(text.encode("utf-8", "backslashreplace"))
    page = render_account(account)
    (folder / "ingest_report.html").write_bytes(page.encode("utf-8", "backslashreplace"))


def _tables_in(folder: str | os.PathLike[str]) -> list[Path]:
    files = (Path(folder, f"{name}{ending}") for name in TABLES for ending in FORMATS_READ)
    return [file for file in files if file.exists()]


def check_place(folder: str | os.PathLike[str]) -> None:
    """Refuse a folder that holds tables which no ingestion made.

    Raises
    ------
    OutputError
        They would be replaced.
    """
    tables = _tables_in(folder)
    if tables and not Path(folder, REPORT_NAME).exists():
        raise OutputError(
            f"{shorten(str(folder), 200)} holds tables of its own: "
            f"{choices(file.name for file in tables)}.",
            "Choose an empty folder with -o.",
            "空のフォルダを -o で指定してください。",
        )


def account_of(ingested: Ingested, *, command: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the account of an ingestion, ready for JSON."""
    corpus = ingested.corpus
    held = {
        "sha256": corpus.hash,
        "n_meetings": len(corpus.meetings),
        "n_items": len(corpus),
        "n_documents": len(corpus.documents),
        "n_decisions": len(corpus.decisions),
    }
    return _account(held, ingested.files, ingested.totals, ingested.remarks, command, settings)


def account_of_nothing(
    files: list[dict[str, Any]], *, command: str, settings: dict[str, Any]
) -> dict[str, Any]:
    """Return the account of files in which no meeting was found."""
    names = ("n_meetings", "n_items", "n_documents", "n_decisions")
    held = {"sha256": "", **dict.fromkeys(names, 0)}
    totals = dict(Counter(file["outcome"] for file in files))
    return _account(held, files, totals, (), command, settings)


def _account(
    held: dict[str, Any],
    files: list[dict[str, Any]],
    totals: dict[str, int],
    remarks: Sequence[str],
    command: str,
    settings: dict[str, Any],
) -> dict[str, Any]:
    return {
        "cio_topics": __version__,
        "command": command,
        "settings": settings,
        "corpus": held,
        "versions": package_versions(),
        "totals": totals,
        "remarks": list(remarks),
        "files": files,
    }


def render_account(account: dict[str, Any]) -> str:
    """Return the page: totals, a sample for the eye, then every file with what was left unread.

    Every text of a file is untrusted and escaped; the page makes no request and runs no script.
    """
    import jinja2

    folder = resources.files("cio_topics.report") / "templates"
    template = (folder / "ingested.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    files = sorted(account["files"], key=lambda file: _ORDER[file["outcome"]])
    return environment.from_string(template).render(
        account=account,
        files=files[:_SHOWN],
        labels=_LABELS,
        n_hidden=max(0, len(files) - _SHOWN),
        sample=_sample(account["files"]),
        style=(folder / "report.css").read_text(encoding="utf-8"),
    )


_LABELS = {
    "read": "読み取り / read",
    "not understood": "読み取れず / not understood",
    "left out": "対象外 / left out",
}
_ORDER = {"not understood": 0, "left out": 1, "read": 2}


def _sample(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return files spread evenly over all that gave a meeting."""
    read = [file for file in files if file.get("read")]
    shown = min(len(read), _SAMPLED)
    return [read[place * len(read) // shown] for place in range(shown)]
