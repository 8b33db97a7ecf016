"""Lines that name handouts: several in one line, in columns of a table, with their links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from cio_topics.ingest.dates import normal_form
from cio_topics.ingest.html import resolve
from cio_topics.ingest.records import Line, Link
from cio_topics.ingest.wording import handout_mark

__all__ = ["address", "best_text", "in_columns", "leads_to_a_file", "links_of", "split_handouts"]


def in_columns(line: Line) -> str:
    """Return the title of a handout in a table of label, title and links."""
    if len(line.cells) < 3:
        return ""
    first = handout_mark(line.cells[0])
    return normal_form(line.cells[1]) if first is not None and not first.rest else ""


_SPLIT_HANDOUTS = re.compile(r"\s+(?=(?:参考)?資料\s?\d{1,2}(?:-\d{1,2}){0,2}\s?(?P<sep>:|\s))")


def split_handouts(text: str, n_links: int = 0) -> list[str]:
    """Part a line of several handouts, where colons or as many links show that it is one."""
    cuts = list(_SPLIT_HANDOUTS.finditer(text)) if "資料" in text else []
    if not cuts or not (all(cut["sep"] == ":" for cut in cuts) or n_links > len(cuts)):
        return [text]
    places = [0, *(cut.end() for cut in cuts), len(text)]
    return [text[a:b].strip() for a, b in pairwise(places)]


def links_of(part: str, links: Sequence[Link]) -> tuple[Link, ...]:
    """Return the links that stand in a part of a line; all if none can be told apart."""
    own = tuple(link for link in links if link.text and normal_form(link.text) in part)
    return own or tuple(links)


_FILE = re.compile(r"\.(?:pdf|xlsx?|docx?|pptx?|csv|zip|jtd|od[ts])$", re.I)


def leads_to_a_file(links: Sequence[Link]) -> bool:
    """Tell whether a link leads to a file, not to another page."""
    return any(_FILE.search(link.href.partition("?")[0]) for link in links)


def address(links: Sequence[Link], source: str) -> str:
    """Return where the first link leads."""
    return next((found for link in links if (found := resolve(link.href, source))), "")


def best_text(links: Sequence[Link], label: str) -> str:
    """Return the text of the first link that is not the label itself."""
    texts = (normal_form(link.text) for link in links)
    return next((t for t in texts if t and not t.replace(" ", "").startswith(label)), "")
