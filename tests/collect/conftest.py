"""A site for each test, and a collector that need not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cio_topics.collect import Collected, collect
from cio_topics.ingest.ledger import Event, read_events
from tests.collect.site import Site, serve


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        yield served


@pytest.fixture
def gather(site: Site, tmp_path) -> Callable[..., Collected]:
    """Collect the site into tmp_path / "raw"."""

    def gather_site(url: str = "", **settings: Any) -> Collected:
        quick = {"contact": "test@council.example.jp", "delay": 0.0, "allow_private": True}
        return collect(url or site.url, tmp_path / "raw", **{**quick, "timeout": 5.0, **settings})

    return gather_site


@pytest.fixture
def noted(tmp_path, site: Site) -> Callable[[], dict[str, Event]]:
    """Return the latest line of each address, by its path on the site."""

    def read() -> dict[str, Event]:
        events, _ = read_events(tmp_path / "raw")
        return {e["url"].removeprefix(site.root): e for e in events if "url" in e}

    return read
