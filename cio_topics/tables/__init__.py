"""Results → tables for print: titles, headers, cells and notes in Japanese or English."""

from cio_topics.tables.kinds import KINDS
from cio_topics.tables.printed import Printed, print_result, printed_result
from cio_topics.tables.write import PRINT_FORMATS, printed_bytes, printed_text

__all__ = [
    "KINDS",
    "PRINT_FORMATS",
    "Printed",
    "print_result",
    "printed_bytes",
    "printed_result",
    "printed_text",
]
