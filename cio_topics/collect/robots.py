"""What a host's robots.txt allows (RFC 9309)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from protego import Protego

__all__ = ["AGENT", "MAX_ROBOTS", "RULES_ALL", "Rules", "no_rules", "parse_rules"]

#: The name that robots.txt knows this collector by.
AGENT = "cio-topics"
#: Bytes of a robots.txt that are read; more is left out, as RFC 9309 allows.
MAX_ROBOTS = 500 * 1024
#: A longer Crawl-delay in seconds is taken as "stay away".
MAX_DELAY = 3600.0


class Rules(NamedTuple):
    """The rules of one host: `parser` None allows all, unless there is a `refusal`.

    `outcome` is what is noted of a refused address.
    """

    parser: Protego | None = None
    delay: float = 0.0
    refusal: str = ""
    outcome: str = "refused_by_robots"

    def refuses(self, url: str) -> str:
        """Return why an address may not be asked for, or an empty text."""
        if self.refusal:
            return self.refusal
        if self.parser is None or self.parser.can_fetch(url, AGENT):
            return ""
        return "robots.txt forbids it"


RULES_ALL = Rules()


def no_rules(reason: str) -> Rules:
    """Return rules that allow nothing, because robots.txt could not be read.

    Examples
    --------
    >>> no_rules("status 503").refuses("https://council.example.jp/")
    'robots.txt could not be read (status 503), so nothing is allowed'
    """
    return Rules(refusal=f"robots.txt could not be read ({reason}), so nothing is allowed")


def parse_rules(content: bytes) -> Rules:
    r"""Return the rules of a robots.txt.

    Examples
    --------
    >>> rules = parse_rules(b"User-agent: *\nDisallow: /private/\nCrawl-delay: 5\n")
    >>> rules.refuses("https://council.example.jp/private/a.html"), rules.delay
    ('robots.txt forbids it', 5.0)
    >>> rules.refuses("https://council.example.jp/")
    ''
    """
    from protego import Protego

    text = content[:MAX_ROBOTS]
    if len(content) > MAX_ROBOTS:  # a rule that was cut could forbid or allow too much
        text = text[: text.rfind(b"\n") + 1]
    parser = Protego.parse(text.decode("utf-8-sig", "replace"))
    delay = parser.crawl_delay(AGENT) or 0.0
    if not math.isfinite(delay) or delay > MAX_DELAY:
        return Rules(refusal=f"robots.txt asks for {delay:g} s between requests")
    return Rules(parser, max(0.0, delay))
