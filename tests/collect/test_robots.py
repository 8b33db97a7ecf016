"""robots.txt: what its absence, its errors and its rules mean."""

from __future__ import annotations

import pytest

from cio_topics.collect.robots import MAX_ROBOTS, parse_rules
from tests.collect.site import Page, moved

SECRET = "https://council.example.jp/secret/a.html"


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        ("", False),
        ("User-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /secret/", True),
        ("User-agent: *\nDisallow: /secret/\nAllow: /secret/a", False),  # the longest rule wins
        ("User-agent: cio-topics\nDisallow: /\n\nUser-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: CIO-Topics\nDisallow:", False),
        ("User-agent: otherbot\nDisallow: /", False),
        ("\ufeffUser-agent: *\nDisallow: /", True),
        ("<html>not found</html>", False),
        ("User-agent: *\nDisallow: /*/a.html$", True),
        ("User-agent: *\nCrawl-delay: 86400", True),  # so long that it means: stay away
    ],
)
def test_rules(content, refused):
    assert bool(parse_rules(content.encode()).refuses(SECRET)) is refused


@pytest.mark.parametrize(
    ("content", "delay"),
    [("Crawl-delay: 10", 10.0), ("Crawl-delay: 0.5", 0.5), ("Crawl-delay: soon", 0.0), ("", 0.0)],
)
def test_crawl_delay(content, delay):
    assert parse_rules(f"User-agent: *\nDisallow:\n{content}\n".encode()).delay == delay


def test_only_the_first_500_kib_are_read():
    filler = b"# " + b"x" * 1021 + b"\n"
    early = filler * 400 + b"User-agent: *\nDisallow: /secret/\n"
    late = b"User-agent: *\n" + filler * 600 + b"Disallow: /secret/\n"
    assert parse_rules(early).refuses(SECRET)
    assert not parse_rules(late).refuses(SECRET)
    torn = b"User-agent: *\n" + b"#" * (MAX_ROBOTS - 15 - 13) + b"\nDisallow: /secret/public\n"
    assert not parse_rules(torn).refuses(SECRET)  # "Disallow: /s" is not what was written


@pytest.mark.parametrize(
    ("status", "fetched"),
    [(200, 1), (204, 1), (401, 1), (403, 1), (404, 1), (410, 1), (429, 0), (500, 0), (503, 0)],
)
def test_statuses_of_robots_txt(site, gather, noted, status, fetched):
    site.link()
    site.pages["/robots.txt"] = Page(b"", "text/plain", status)
    result = gather(retries=0)
    assert result.fetched == fetched
    if not fetched:
        assert result.refused == 1
        assert noted()["/robots.txt"]["outcome"] == "robots"
        assert f"status {status}" in noted()["/robots.txt"]["reason"]
        assert noted()["/council/"]["outcome"] == "refused_by_robots"
        assert "/council/" not in site.paths


def test_a_robots_txt_that_recovers_is_read(site, gather):
    from tests.collect.site import flaky

    site.link()
    site.pages["/robots.txt"] = flaky(2)
    assert gather().fetched == 1


def test_a_robots_txt_that_is_cut_allows_nothing(site, gather):
    from tests.collect.site import cut

    site.link()
    site.pages["/robots.txt"] = cut()
    assert gather(retries=1).refused == 1


def test_redirects_of_robots_txt(site, gather, noted):
    site.link("a.html")
    site.pages["/council/a.html"] = Page(b"<p>a")
    site.pages["/robots.txt"] = moved("/rules.txt")
    site.pages["/rules.txt"] = Page(b"User-agent: *\nDisallow: /council/a.html", "text/plain")
    assert gather().fetched == 1
    assert noted()["/council/a.html"]["outcome"] == "refused_by_robots"


@pytest.mark.parametrize("target", ["/robots.txt", "https://elsewhere.example.jp/robots.txt"])
def test_robots_txt_that_leads_nowhere_allows_nothing(site, gather, target):
    site.pages["/robots.txt"] = moved(target)
    result = gather()
    assert (result.fetched, result.refused) == (0, 1)
    assert "robots.txt could not be read" in result.failures[0].reason


def test_a_very_long_robots_txt_is_not_read_to_its_end(site, gather):
    from tests.collect.site import huge

    site.link()
    site.pages["/robots.txt"] = huge(50 * 1024 * 1024)
    assert gather().fetched == 1
    assert site.n_sent < 20 * 1024 * 1024
