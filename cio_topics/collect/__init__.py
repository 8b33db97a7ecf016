"""Pages and handouts of a site → a folder with a ledger, politely.

httpx, protego and warcio are imported when a request is made, not before.
"""

from cio_topics.collect.crawl import Collected, Failure, collect

__all__ = ["Collected", "Failure", "collect"]
