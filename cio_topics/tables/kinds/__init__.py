"""Kinds of results, one module a family; each module has a dict ``KINDS``."""

from cio_topics.tables.columns import Kind

__all__ = ["KINDS"]

#: All kinds of results by name.
KINDS: dict[str, Kind] = {}
