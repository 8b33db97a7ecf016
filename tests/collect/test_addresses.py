"""Addresses, prefixes and file names: tables of cases, and laws for any address."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cio_topics.collect.addresses import (
    file_name,
    is_document,
    is_inside,
    is_public,
    may_ask,
    normalize_address,
    prefix_of,
    safe_part,
)
from cio_topics.errors import SettingsError

HOST = "https://council.example.jp"

# Any text may stand in a path or a query; the host is a name, a number or an IPv6 address.
hosts = st.sampled_from(
    [
        "council.example.jp",
        "会議.example.jp",
        "127.0.0.1",
        "[::1]",
        "COUNCIL.example.jp.",
        "a.jp:8080",
        "ledger.jsonl",
        "con",
        "nul.jp",
    ]
)
urls = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}{query and '?' + query}",
    st.sampled_from(["http", "https", "HTTP"]),
    hosts,
    st.text(max_size=80) | st.text(alphabet="ab/.%2eE\\-_ ", max_size=60),
    st.text(max_size=20),
)


def reserved(part: str) -> bool:
    """Tell whether Windows takes a name for a device."""
    devices = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
    return part.partition(".")[0].lower() in devices


def normalized(url: str) -> str | None:
    try:
        return normalize_address(url)
    except SettingsError:
        return None


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTPS://Council.Example.JP", f"{HOST}/"),
        (f"{HOST}:443/a", f"{HOST}/a"),
        ("http://council.example.jp:80/", "http://council.example.jp/"),
        ("http://council.example.jp:8080/", "http://council.example.jp:8080/"),
        (f"{HOST}/a#page=2", f"{HOST}/a"),
        (f"{HOST}/a?", f"{HOST}/a"),
        (f"{HOST}/a?b=1&c=2", f"{HOST}/a?b=1&c=2"),
        (f"{HOST}/a/../../b/./c", f"{HOST}/b/c"),
        (f"{HOST}/a/%2e%2e/b", f"{HOST}/b"),  # a server may take it as ..
        (f"{HOST}/a\\b", f"{HOST}/a/b"),  # as browsers do
        (f"{HOST}/%e8%b3%87", f"{HOST}/%E8%B3%87"),
        (f"{HOST}/資 料", f"{HOST}/%E8%B3%87%20%E6%96%99"),
        (f"{HOST}/100%", f"{HOST}/100%25"),
        (f"{HOST}/%2541", f"{HOST}/%2541"),  # not decoded twice
        (f"{HOST}/%7Ea", f"{HOST}/~a"),
        ("https://council.example.jp./", f"{HOST}/"),
        ("https://会議.example.jp/", "https://xn--6oqw48l.example.jp/"),
        ("http://[0:0:0:0:0:0:0:1]:80/", "http://[::1]/"),
    ],
)
def test_an_address_has_one_written_form(given_url, expected):
    assert normalize_address(given_url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "council.example.jp",
        "/council/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http://user:secret@council.example.jp/",
        "http://council.example.jp@10.0.0.1/",
        "http://council.example.jp:99999/",
        "http://council.example.jp:0/",
        "http://[::1/",
        "http://a b/",
        "http://a_%41/",
        f"{HOST}/{'a' * 2000}",
    ],
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(SettingsError, match="is no address to collect"):
        normalize_address(url)


@given(urls)
def test_normalizing_again_changes_nothing(url):
    once = normalized(url)
    if once is not None:
        assert normalize_address(once) == once
        assert once.isascii()
        assert not {"#", "\\", " "} & set(once)
        assert "/../" not in once


@pytest.mark.parametrize(
    ("url", "inside", "asked"),
    [
        (f"{HOST}/cio/", True, True),
        (f"{HOST}/cio/dai1/a.html", True, True),
        ("http://council.example.jp/cio/a.html", True, True),  # both usual ports are one place
        (f"{HOST}/cio2/a.html", False, False),
        (f"{HOST}/", False, False),
        (f"{HOST}/content/1.pdf", False, True),
        (f"{HOST}/content/1.XLSX", False, True),
        (f"{HOST}/content/1.html", False, False),
        (f"{HOST}/content/?file=1.pdf", False, False),  # the path says what it is, not the query
        (f"{HOST}:8443/cio/a.html", False, False),
        ("https://elsewhere.example.jp/cio/a.html", False, False),
        ("https://elsewhere.example.jp/1.pdf", False, False),
        ("https://council.example.jp.evil.example/cio/a.pdf", False, False),
    ],
)
def test_pages_of_the_prefix_and_documents_of_its_host(url, inside, asked):
    prefixes = [prefix_of(f"{HOST}/cio/index.html")]
    assert is_inside(url, prefixes) is inside
    assert may_ask(url, prefixes) is asked


def test_a_document_is_told_by_its_ending():
    assert is_document(f"{HOST}/a.b/c.pdf")
    assert not is_document(f"{HOST}/a.pdf/c")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("192.0.43.8", True),
        ("2001:4860:4860::8888", True),
        ("64:ff9b::c000:2b08", True),  # NAT64 of a public address
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # shared by a provider
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:192.0.43.8", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_private_and_reserved_addresses_are_told(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gijisidai.html", "gijisidai.html"),
        ("資料1.pdf", "_1.pdf"),
        ("", "_"),
        (".", "_"),
        ("..", "_"),
        (".htaccess", "_htaccess"),
        ("-rf", "_rf"),
        ("a.", "a"),
        ("a/b\\c:d", "a_b_c_d"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("console", "console"),
        ("Ledger.JSONL", "_Ledger.JSONL"),
        ("a" * 100, "a" * 60),
    ],
)
def test_parts_are_safe_on_every_system(text, expected):
    assert safe_part(text) == expected


@given(st.text() | st.text(alphabet="conulptCON.-_1/ledgrjs"))
def test_a_safe_part_stays_as_it_is(text):
    part = safe_part(text)
    assert safe_part(part) == part
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,59}", part)
    assert not part.endswith(".")
    assert not reserved(part)


def check_file_name(url: str) -> str:
    name = file_name(url)
    path = PurePosixPath(name)
    assert not path.is_absolute()
    assert not PureWindowsPath(name).is_absolute()
    assert not {"", ".", ".."} & set(name.split("/"))
    assert len(name) <= 250
    for part in path.parts:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,59}", part)
        assert not part.endswith(".")
        assert not reserved(part)
    assert name.split("/")[0].lower() != "ledger.jsonl"
    return name


@given(st.lists(urls, min_size=2, max_size=6))
@example([f"{HOST}/a", f"{HOST}/A"])
@example([f"{HOST}/が.pdf", f"{HOST}/か\u3099.pdf"])  # NFC and NFD
@example([f"{HOST}/x", f"{HOST}/x/", f"{HOST}/x?", f"{HOST}/x?y", f"{HOST}/x/y"])
@example(["http://council.example.jp/", "https://council.example.jp/"])
@example([f"{HOST}/{'a/' * 500}b", f"{HOST}/{'a/' * 501}b"])
@example([f"{HOST}/{quote('資料' * 90)}1.pdf", f"{HOST}/{quote('資料' * 90)}2.pdf"])
def test_any_address_has_a_file_of_its_own_inside_the_folder(given_urls):
    addresses = {address for url in given_urls if (address := normalized(url))}
    names = [check_file_name(address) for address in addresses]
    assert len({name.casefold() for name in names}) == len(addresses)


def test_no_folder_has_the_name_of_a_file():
    file = file_name(f"{HOST}/a")
    below = file_name(f"{HOST}/{file.rpartition('/')[2]}/b")
    assert not below.casefold().startswith(f"{file.casefold()}/")
    archive = file_name(f"{HOST}/{file.rpartition('/')[2]}.warc.gz/b")
    assert not archive.casefold().startswith(f"{file.casefold()}.warc.gz/")
