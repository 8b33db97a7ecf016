"""What ingestion did with every file: the corpus, its account as JSON, and a page to look at."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

from cio_topics import __version__
from cio_topics.corpus import TABLES, write_tables
from cio_topics.files import replace_folder
from cio_topics.ingest import Ingested
from cio_topics.manifest import package_versions

__all__ = ["account_of", "render_account", "write_ingested"]

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
    other = [
        Path(folder, f"{name}.{ending}")
        for name in TABLES
        for ending in ("csv", "jsonl", "parquet")
        if ending != file_format
    ]
    account = account_of(ingested, command=command, settings=settings or {})
    with replace_folder(folder) as temporary:
        write_tables(ingested.corpus, temporary, file_format)
        text = json.dumps(account, ensure_ascii=False, indent=1) + "\n"
        (temporary / "ingest_report.json").write_bytes(text.encode("utf-8", "backslashreplace"))
        page = render_account(account)
        (temporary / "ingest_report.html").write_bytes(page.encode("utf-8", "backslashreplace"))
    for file in other:  # tables of an earlier run in another format would be read instead
        file.unlink(missing_ok=True)


def account_of(ingested: Ingested, *, command: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the account of an ingestion, ready for JSON."""
    corpus = ingested.corpus
    return {
        "cio_topics": __version__,
        "command": command,
        "settings": settings,
        "corpus": {
            "sha256": corpus.hash,
            "n_meetings": len(corpus.meetings),
            "n_items": len(corpus),
            "n_documents": len(corpus.documents),
            "n_decisions": len(corpus.decisions),
        },
        "versions": package_versions(),
        "totals": ingested.totals,
        "remarks": list(ingested.remarks),
        "files": ingested.files,
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
