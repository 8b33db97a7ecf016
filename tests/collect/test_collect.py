"""The whole road on the invented site: what is fetched, what is noted, how politely."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
import urllib.request

import pytest

from cio_topics import __version__
from cio_topics.collect import collect, crawl
from cio_topics.collect.kinds import sniff_kind
from cio_topics.errors import MissingPartError, OutputError, SettingsError
from cio_topics.ingest.ledger import LEDGER_NAME, OUTCOMES, read_events, read_ledger
from tests.collect.site import Page, moved, page, pages, pdf

CONTACT = "test@council.example.jp"
FETCHED = {
    "/council/",
    "/council/index.html",
    "/council/odd.html",
    "/council/flaky.html",
    "/council/dai1/gijisidai.html",
    "/council/dai1/gijiroku.html",
    "/council/dai1/siryou1.pdf",
    "/council/dai1/siryou2.csv",
    "/council/dai2/gijisidai.html",
    "/council/dai2/gaiyou.html",
    "/council/dai2/shiryou1.html",
    "/council/dai3/gijisidai.html",
    "/council/dai3/keikaku.html",
    "/council/dai4/gijisidai.html",
    "/council/dai4/kettei.html",
    "/content/000001.pdf",
}
OTHERS = {
    "/robots.txt": "robots",
    "/other/page.html": "outside",
    "/content/page.pdf": "outside",  # HTML under the name of a document
    "/council/away.html": "outside",
    "http://10.0.0.1/inside.pdf": "outside",
    "https://elsewhere.example.jp/": "outside",
    "/council/old.html": "redirected",
    "/council/loop/a.html": "redirected",
    "/council/loop/b.html": "redirect_loop",
    "/council/missing.html": "not_found",
    "/council/private/secret.html": "refused_by_robots",
    "/council/slow.html": "timed_out",
    "/council/cut.pdf": "cut",
    "/council/huge.pdf": "too_large",
}


def bodies(folder):
    """Return the files of a folder but for the ledger."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in files if p.name != LEDGER_NAME
    }


def test_the_whole_site(site, gather, noted, tmp_path):
    result = gather(timeout=0.5)
    found = noted()
    assert {path for path, e in found.items() if e["outcome"] == "fetched"} == FETCHED
    assert {path: e["outcome"] for path, e in found.items() if path not in FETCHED} == OTHERS
    assert result[1:6] == (len(FETCHED), 0, 5, 1, 5)
    assert result.left == {}
    assert [f.outcome for f in result.failures[-1:]] == ["refused_by_robots"]
    assert len(result.failures) == result.failed + result.refused
    kept = read_ledger(tmp_path / "raw")
    assert {e["file"] for e in kept} == set(bodies(tmp_path / "raw"))
    assert {e["outcome"] for e in found.values()} <= set(OUTCOMES)


def test_bodies_are_stored_untouched_and_described(site, gather, noted, tmp_path):
    gather(timeout=0.3)
    served = pages()
    for path, event in noted().items():
        if event["outcome"] != "fetched" or path not in served:
            continue
        body = (tmp_path / "raw" / event["file"]).read_bytes()
        assert body == served[path].body
        assert event["sha256"] == hashlib.sha256(body).hexdigest()
        assert event["bytes"] == len(body)
        assert event["content_type"] == served[path].content_type
        assert dict(event["headers"])["Content-Length"] == str(len(body))
        assert event["etag"].startswith('"')
    found = noted()
    assert found["/council/dai2/shiryou1.html"]["kind"] == "pdf"  # served as text/html
    assert found["/council/dai1/siryou2.csv"]["kind"] == "text"
    assert found["/council/dai3/gijisidai.html"]["charset"] == "shift_jis"
    assert found["/council/dai1/gijisidai.html"]["charset"] == ""
    assert found["/council/dai1/gijisidai.html"]["depth"] == 1
    assert found["/council/dai1/gijisidai.html"]["found_on"] == site.url
    assert found["/council/old.html"]["final_url"] == f"{site.url}dai4/kettei.html"


def test_a_second_run_asks_only_for_what_has_changed(site, gather, noted, tmp_path):
    site.link("a.html", "b.pdf", "gone.html")
    site.pages |= {"/council/a.html": Page(b"<p>a"), "/council/b.pdf": Page(pdf("b"))}
    site.pages["/council/gone.html"] = Page(b"<p>old")
    assert gather().fetched == 4
    before = bodies(tmp_path / "raw")
    site.asked.clear()
    site.pages["/council/a.html"] = Page(b"<p>a, revised")
    del site.pages["/council/gone.html"]
    result = gather()
    assert (result.fetched, result.unchanged, result.failed) == (1, 2, 1)
    headers = {path: sent for _, path, sent in site.asked}
    assert headers["/council/b.pdf"]["If-None-Match"].startswith('"')
    assert headers["/council/b.pdf"]["If-Modified-Since"]
    assert "If-None-Match" not in headers["/robots.txt"]
    found = noted()
    assert found["/council/b.pdf"]["status"] == 304
    assert found["/council/b.pdf"]["content_type"] == "text/html"  # what was said with the body
    assert found["/council/gone.html"]["outcome"] == "not_found"
    after = bodies(tmp_path / "raw")
    assert after.keys() == before.keys()  # what was once published is kept
    assert after[found["/council/a.html"]["file"]] == b"<p>a, revised"


def test_a_file_that_was_altered_here_is_fetched_again(site, gather, noted, tmp_path):
    site.link()
    gather()
    file = tmp_path / "raw" / noted()["/council/"]["file"]
    body = file.read_bytes()
    file.write_bytes(b"altered")
    gather()
    assert file.read_bytes() == body
    assert noted()["/council/"]["outcome"] == "fetched"


def test_the_same_bytes_sent_again_are_unchanged(site, gather, noted):
    site.link()
    gather()
    site.pages["/council/"] = site.pages["/council/"]._replace(status=203)  # never with 304
    assert gather().unchanged == 1
    assert noted()["/council/"]["status"] == 203


def test_a_304_that_nobody_asked_for_is_a_failure(site, gather):
    site.pages["/council/"] = Page(b"", status=304)
    assert gather().failures[0].reason == "status 304"


@pytest.mark.parametrize(("delay", "crawl_delay", "least"), [(0.15, 0, 0.15), (0.0, 0.2, 0.2)])
def test_requests_to_a_host_keep_their_distance(site, gather, delay, crawl_delay, least):
    site.link("a.html", "b.html")
    rules = f"User-agent: *\nCrawl-delay: {crawl_delay}\n".encode()
    site.pages["/robots.txt"] = Page(rules, "text/plain")
    gather(delay=delay)
    times = [when for when, *_ in site.asked]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert len(gaps) == 3
    assert min(gaps) >= least


def test_one_request_at_a_time(site, gather):
    running = []
    most = []
    site.on_request = lambda path: (running.append(path), most.append(len(running)))
    site.on_answer = lambda path: running.remove(path)
    gather(timeout=0.3)
    assert len(most) > 20
    # The slow page's thread still drips when the collector has gone on.
    assert max(most) <= 1 + ("/council/slow.html" in site.paths)


def test_what_a_request_says(site, gather):
    body = page('<a href="a.html">a</a>', "x")
    site.pages["/council/"] = Page(body, headers=(("Set-Cookie", "id=1; Path=/"),))
    gather()
    gather()
    assert site.paths.count("/council/a.html") == 2
    for _, path, headers in site.asked:
        assert headers["User-Agent"] == f"cio-topics/{__version__} (+{CONTACT})"
        assert not {"Cookie", "Referer", "Authorization"} & set(headers), path


def test_redirects_are_followed_step_by_step(site, gather, noted):
    site.link("1.html")
    for n in range(1, 11):
        site.pages[f"/council/{n}.html"] = moved(f"{n + 1}.html")
    site.pages["/council/11.html"] = Page(b"<p>here")
    assert gather().fetched == 2
    assert noted()["/council/11.html"]["outcome"] == "fetched"


def test_more_than_ten_redirects_are_too_many(site, gather, noted):
    site.link("1.html")
    for n in range(1, 30):
        site.pages[f"/council/{n}.html"] = moved(f"{n + 1}.html")
    assert gather().failures[0].reason == "more than 10 redirects"
    assert "/council/12.html" not in site.paths


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        ("https://elsewhere.example.jp/", "outside"),
        ("/other/page.html", "outside"),
        ("http://169.254.169.254/latest/", "outside"),
        ("/content/000001.pdf", "redirected"),
        ("x.html", "redirect_loop"),
        ("file:///etc/passwd", "failed"),
        ("//user@127.0.0.1/", "failed"),
        ("http://[/", "failed"),
        ("", "redirect_loop"),
    ],
)
def test_where_a_redirect_may_lead(site, gather, noted, target, outcome):
    site.link("x.html")
    site.pages["/council/x.html"] = moved(target)
    gather()
    assert noted()["/council/x.html"]["outcome"] == outcome


def test_a_start_that_has_moved_away_is_told(site, gather):
    site.pages["/council/"] = moved("https://elsewhere.example.jp/council/")
    result = gather()
    assert result.fetched == 0
    assert result.failures == ((site.url, "outside", "redirected out of the prefix"),)


@pytest.mark.parametrize(("depth", "fetched", "left"), [(0, 1, 1), (1, 2, 1), (3, 4, 0)])
def test_depth(site, gather, depth, fetched, left):
    site.link("1.html")
    for n in (1, 2):
        site.pages[f"/council/{n}.html"] = Page(page(f'<a href="{n + 1}.html">next</a>', "x"))
    site.pages["/council/3.html"] = Page(b"<p>end")
    result = gather(depth=depth)
    assert (result.fetched, result.left.get("depth", 0)) == (fetched, left)


def test_the_number_of_pages_is_limited(site, gather):
    site.link(*(f"{n}.html" for n in range(10)))
    for n in range(10):
        site.pages[f"/council/{n}.html"] = Page(b"<p>x")
    result = gather(max_pages=4)
    assert (result.fetched, result.left) == (4, {"max_pages": 7})
    assert len(site.asked) == 5  # robots.txt is no page


@pytest.mark.parametrize("known", [True, False])
def test_the_bytes_in_all_are_limited(site, gather, noted, tmp_path, known):
    site.link(*(f"{n}.txt" for n in range(4)))
    start = len(site.pages["/council/"].body)
    for n in range(4):
        site.pages[f"/council/{n}.txt"] = Page(b"x" * 1000, "text/plain")
    site.pages["/council/2.txt"] = Page(b"x" * 1000, "text/plain")
    if not known:  # its length is not said before it comes
        from tests.collect.site import huge

        site.pages["/council/2.txt"] = huge(2**20, told=False)
    result = gather(max_bytes=start + 2500)
    assert (result.fetched, result.left) == (3, {"max_bytes": 2})
    assert noted()["/council/2.txt"]["outcome"] == "too_large"
    assert sum(map(len, bodies(tmp_path / "raw").values())) <= start + 2500
    again = gather(max_bytes=start + 2500)
    assert (again.unchanged, again.left) == (3, {"max_bytes": 2})


def test_more_prefixes(site, gather, noted):
    site.link("/other/page.html")
    site.pages["/other/page.html"] = Page(page('<a href="deep/x.html">x</a>', "x"))
    site.pages["/other/deep/x.html"] = Page(b"<p>x")
    gather(prefixes=[f"{site.root}/other/"])
    assert noted()["/other/page.html"]["outcome"] == "fetched"
    assert noted()["/other/deep/x.html"]["outcome"] == "fetched"


def test_links_that_are_no_addresses_are_noted(site, gather, noted):
    site.link("http://user@127.0.0.1/", "http://127.0.0.1:99999/")
    gather()
    assert noted()["http://user@127.0.0.1/"]["outcome"] == "outside"
    assert "is no address" in noted()["http://user@127.0.0.1/"]["reason"]


def test_two_addresses_never_share_a_file(site, gather, noted, monkeypatch, tmp_path):
    """Eight digits can be made to clash; the second address is then told, not written."""
    site.link("a.html", "b.html")
    site.pages |= {"/council/a.html": Page(b"<p>a"), "/council/b.html": Page(b"<p>b")}
    names = {f"{site.url}a.html": "host/x", f"{site.url}b.html": "host/X"}
    monkeypatch.setattr(crawl, "file_name", lambda url: names.get(url, "host/index"))
    for _ in range(2):  # also where the first is known from before
        assert gather().failures[0].reason == f"its file name is that of {site.url}a.html"
        assert (tmp_path / "raw/host/x").read_bytes() == b"<p>a"


def test_a_body_sent_compressed_is_kept_decoded(site, gather, noted, tmp_path):
    from tests.collect.site import gzipped

    body = page('<a href="a.html">a</a>', "compressed")
    site.pages["/council/"] = gzipped(body)
    site.pages["/council/a.html"] = Page(b"<p>a")
    assert gather().fetched == 2
    event = noted()["/council/"]
    assert (tmp_path / "raw" / event["file"]).read_bytes() == body
    assert event["content_encoding"] == "gzip"


def test_progress_is_told_to_the_callback_only(site, gather, capfd):
    site.link("missing.html")
    lines: list[str] = []
    gather(progress=lines.append)
    assert lines == [
        f"robots {site.root}/robots.txt",
        f"fetched {site.url}",
        f"not_found {site.url}missing.html (status 404)",
    ]
    assert capfd.readouterr() == ("", "")


def test_the_ledger_says_which_run_it_was(site, gather, tmp_path):
    site.link()
    gather(depth=2)
    events, _ = read_events(tmp_path / "raw")
    assert (events[0]["event"], events[-1]["event"]) == ("started", "finished")
    assert (events[0]["url"], events[0]["depth"]) == (site.url, 2)
    assert CONTACT not in json.dumps(events)  # a folder that is passed on names nobody
    assert events[-1]["fetched"] == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"contact": ""}, "contact: got ''"),
        ({"contact": "me"}, "expected a mail address"),
        ({"contact": "a@example.jp\r\nX: y"}, "contact"),
        ({"contact": "https://localhost"}, "contact"),
        ({"delay": 0.99}, "delay: got 0.99 s"),
        ({"delay": 0.5, "allow_private": True}, "delay"),
        ({"delay": float("nan")}, "delay: got 'nan'"),
        ({"depth": -1}, "depth: got '-1', expected a number of 0 or more"),
        ({"max_pages": 0}, "max_pages"),
        ({"max_bytes": 0}, "max_bytes"),
        ({"max_file": 0}, "max_file"),
        ({"timeout": 0}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"prefixes": ["other"]}, "is no address"),
    ],
)
def test_settings_that_are_not_allowed(tmp_path, settings, message):
    with pytest.raises(SettingsError, match=message):
        collect("https://council.example.jp/", tmp_path / "raw", **{"contact": CONTACT, **settings})
    assert not (tmp_path / "raw").exists()


def test_a_short_delay_is_for_this_machine_only(tmp_path):
    other = ["https://council.example.jp/"]
    with pytest.raises(SettingsError, match="delay"):
        collect(
            "http://127.0.0.1/",
            tmp_path,
            contact=CONTACT,
            delay=0,
            allow_private=True,
            prefixes=other,
        )


def test_a_folder_that_cannot_be_written_to(site, gather, tmp_path):
    (tmp_path / "raw").write_text("a file")
    with pytest.raises(OutputError, match="cannot write to"):
        gather()


def test_ctrl_c_leaves_nothing_half_written(site, gather, tmp_path):
    site.link(*(f"{n}.html" for n in range(4)))
    for n in range(4):
        site.pages[f"/council/{n}.html"] = Page(b"<p>x")

    def interrupt(line: str) -> None:
        if line.endswith("1.html"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gather(progress=interrupt)
    assert {e["file"] for e in read_ledger(tmp_path / "raw")} == set(bodies(tmp_path / "raw"))
    site.asked.clear()
    assert gather().fetched == 5
    assert site.paths == ["/robots.txt", "/council/2.html", "/council/3.html"]


def test_importing_collect_imports_no_http_library():
    script = (
        "import sys, cio_topics.collect, cio_topics.cli.collect\n"
        "found = {'httpx', 'httpcore', 'protego', 'warcio', 'selectolax'} & set(sys.modules)\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_site_can_be_run_by_hand():
    command = [sys.executable, "-m", "tests.collect.site"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().strip()
            with urllib.request.urlopen(url) as answer:
                assert "架空地域情報化推進会議" in answer.read().decode()
        finally:
            server.kill()


@pytest.mark.parametrize(
    ("head", "content_type", "kind"),
    [
        (b"%PDF-1.7", "text/html", "pdf"),
        (b"\r\n\r\n%PDF-1.7", "", "pdf"),
        (b"PK\x03\x04....xl/workbook.xml", "", "xlsx"),
        (b"PK\x03\x04....word/document.xml", "", "other"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel", "other"),
        (b"\x89PNG\r\n", "text/html", "other"),
        (b"a\x00b", "text/plain", "other"),
        (b"<!DOCTYPE html>", "", "html"),
        (b"\xef\xbb\xbf<HTML>", "application/pdf", "html"),
        (b'<?xml version="1.0"?>\n<html>', "", "html"),
        ("議事次第".encode("iso2022_jp"), "", "text"),
        ("議事次第".encode("utf-16"), "", "text"),
        (b"", "", "text"),
        (b"", "text/html", "html"),
        (b"1,2,3", "text/csv", "text"),
    ],
)
def test_kinds_by_first_bytes(head, content_type, kind):
    assert sniff_kind(head, content_type) == kind


def test_warc_without_its_package_is_an_error(tmp_path, monkeypatch):
    from cio_topics.collect import warc

    monkeypatch.setattr(warc, "find_spec", lambda name: None)
    with pytest.raises(MissingPartError, match=r"cio-topics\[warc\]"):
        collect("https://council.example.jp/", tmp_path, contact=CONTACT, warc=True)
