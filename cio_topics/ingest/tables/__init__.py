"""Tables of any shape (CSV, XLSX, JSON lines; any column names) → meetings and items.

Which column holds what is said by a :class:`TableMapping`; what it does not say is guessed from
headers, then from values, and every guess is told. Cells are read as they are printed; what cannot
be read is refused with its line, all at once.
"""

from cio_topics.ingest.tables.guess import Guess, guess_mapping
from cio_topics.ingest.tables.mapping import (
    FIELDS,
    TableMapping,
    add_columns,
    mapping_toml,
    read_mapping,
)
from cio_topics.ingest.tables.read import TableReading, preview_table, read_table

__all__ = [
    "FIELDS",
    "Guess",
    "TableMapping",
    "TableReading",
    "add_columns",
    "guess_mapping",
    "mapping_toml",
    "preview_table",
    "read_mapping",
    "read_table",
]
