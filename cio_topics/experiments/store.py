"""Records of cells on disk: one small file each, whole or not there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cio_topics.errors import OutputError
from cio_topics.files import write_bytes

__all__ = ["CellStore", "stopped"]

Record = dict[str, Any]
_HOUR = 3600


def stopped(error: OutputError) -> OutputError:
    """Return the error of a run that cannot write, with what to do."""
    return OutputError(
        f"{error.message.rstrip('.')}: the run stops here. Cells that are done stay.",
        "See to the disk and the folder and run the experiment again: it goes on from there.",
        "ディスクの空きとフォルダの権限を確かめて、もう一度実行してください。続きから始まります。",
    )


class CellStore:
    """The folder ``cells/`` of an experiment.

    Guards that a record is read only if it is whole and belongs to its address; one that is broken
    counts as not there.

    Parameters
    ----------
    folder : Path
        The experiment's folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = CellStore(Path(folder))
    ...     store.write({"cell": "0f", "status": "done", "measures": {"nmi": 0.5}})
    ...     store.read("0f")["measures"], store.read("1a")
    ({'nmi': 0.5}, None)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cells"

    def read(self, address: str) -> Record | None:
        """Return the record of an address, or None."""
        try:
            record = json.loads(self._place(address).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        whole = isinstance(record, dict) and record.get("cell") == address
        return record if whole and record.get("status") in ("done", "failed") else None

    def write(self, record: Record) -> None:
        """Write a record.

        Raises
        ------
        OutputError
            The disk is full, or the folder cannot be written; other records stay.
        """
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        try:
            write_bytes(self._place(record["cell"]), text.encode("utf-8"))
        except OutputError as error:
            raise stopped(error) from error

    def strangers(self, addresses: Iterable[str]) -> list[Path]:
        """Return files that belong to none of these addresses, leftovers of interrupts included.

        What was written in the last hour and is no record may be a run's that is under way.
        """
        known = {self._place(address) for address in addresses}
        if not self.folder.is_dir():
            return []
        late = time.time() - _HOUR
        return sorted(
            path
            for path in self.folder.iterdir()
            if path.is_file()
            and path not in known
            and (path.suffix == ".json" or path.stat().st_mtime < late)
        )

    @staticmethod
    def remove(files: Sequence[Path]) -> None:
        """Remove files.

        Raises
        ------
        OutputError
        """
        for file in files:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise OutputError(
                    f"cannot remove {str(file)!r}: {error.strerror or error}.",
                    "Remove it yourself, or ask who may write to the folder.",
                    "フォルダの権限を確かめ、手で消してください。",
                ) from error

    def _place(self, address: str) -> Path:
        return self.folder / f"{address}.json"
