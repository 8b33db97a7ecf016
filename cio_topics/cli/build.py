"""``cio-topics build``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cio_topics.cli.collect import collect_options, collect_to
from cio_topics.cli.ingest import ingest_options, ingest_to

_INGEST = ("source_kind", "file_format", "jobs", "seconds")


@click.command(short_help="Collect a council's site and build its corpus, in one step.")
@collect_options
@ingest_options
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where the corpus is written; pages are kept in FOLDER/raw.",
)
def build(url: str, folder: Path, **settings: Any) -> None:
    """Collect the pages below URL, then read them into a corpus.

    URL 以下のページを集め、会議と議題のコーパスを作ります。

    The same as cio-topics collect URL -o FOLDER/raw and cio-topics ingest FOLDER/raw -o FOLDER.
    Run it again to go on after a stop, or to bring the corpus up to date.
    """
    reading = {name: settings.pop(name) for name in _INGEST}
    collect_to(url, folder / "raw", settings)
    ingest_to((str(folder / "raw"),), folder, None, **reading)
