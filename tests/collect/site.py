"""A small council site that is invented from end to end, and a server that shows it.

``python -m tests.collect.site`` prints its address and serves it until Ctrl-C. Nothing here was
ever held or written: the council, its meetings and its papers exist in this file only.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import hashlib
import html
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

BODY = "架空地域情報化推進会議"
INVENTED = "このページは試験のために作られた架空のものです。"
LAST_MODIFIED = "Mon, 06 Jan 2025 00:00:00 GMT"
HUGE = 200 * 1024 * 1024


class Page(NamedTuple):
    """What is answered: status, headers and body."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Answer = Callable[["Handler"], None]


def page(text: str, title: str, charset: str = "utf-8", *, meta: bool = True) -> bytes:
    """Return a page in a charset; `meta` tells whether the page names it itself."""
    named = f'<meta charset="{charset}">' if meta else ""
    whole = (
        f'<!DOCTYPE html><html lang="ja"><head>{named}<title>{title}</title></head>\n'
        f"<body>\n{text}\n<p>{INVENTED}</p></body></html>\n"
    )
    return whole.encode(charset)


# A list of meetings as a table (開催状況).
_ROWS = (
    ("1", "平成20年12月19日", "dai1/gijisidai.html", "dai1/gijiroku.html"),
    ("2", "令和4年9月6日", "dai2/gijisidai.html", "dai2/gaiyou.html"),
    ("3", "平成19年3月30日", "dai3/gijisidai.html", "dai3/keikaku.html"),
    ("4", "令和5年6月6日(持ち回り)", "dai4/gijisidai.html", "dai4/kettei.html"),
)
INDEX = (
    f"<h1>{BODY} 開催状況</h1>\n<table><tr><th>回</th><th>開催日</th><th>資料</th></tr>\n"
    + "".join(
        f'<tr><td>第{n}回</td><td>{date}</td><td><a href="{a}">議事次第</a> '
        f'<a href="{b}#top">議事録等</a></td></tr>\n'
        for n, date, a, b in _ROWS
    )
    + '</table>\n<p><a href="#top">上へ</a> <a href="mailto:nobody@council.example.jp">連絡先</a> '
    '<a href="odd.html">このサイトの変わったページ</a></p>'
)
# 2008: plain lines, full-width digits, 配付資料.
DAI1 = (
    f"<p>{BODY}(第1回)<br>日時:平成20年12月19日(金)16:45〜17:28<br>"
    "場所:架空合同庁舎 大会議室</p>\n"
    "<p>1.開会<br>2.架空情報セキュリティ計画について<br>3.閉会</p>\n"
    '<p>(配付資料)<br>資料1:<a href="siryou1.pdf">「架空情報セキュリティ計画(案)」について</a><br>'
    '資料2:<a href="siryou2.csv">参加自治体の一覧</a><br>'
    '参考資料:<a href="/content/000001.pdf">架空参考資料</a></p>\n'
    '<p><a href="../index.html">開催状況へ戻る</a> <a href="/other/page.html">別の会議</a></p>'
)
# 2001 to 2008: minutes.
DAI1_MINUTES = (
    f"<h2>第1回{BODY} 議事録</h2>\n<p>1.日 時:平成20年12月19日(金)16時45分〜17時28分</p>\n"
    "<p>2.場 所:架空合同庁舎大会議室</p>\n<p>3.出席者:[別紙]</p>\n<p>4.会議の模様</p>\n"
    "<p>(1)開会</p>\n<p>(2)架空情報セキュリティ計画について</p>"
)
# digital.go.jp: lists, 令和.
DAI2 = (
    f"<h1>第2回{BODY}</h1>\n<h2>概要</h2>\n<ul><li>日時:令和4年(2022年)9月6日(火) "
    "14時30分から14時50分まで</li><li>場所:オンライン会議</li></ul>\n<h2>議事次第</h2>\n"
    "<ol><li>開会</li><li>議事<ol><li>架空データ戦略の推進体制について</li>"
    "<li>会議の運営について</li></ol></li><li>閉会</li></ol>\n<h2>資料</h2>\n<ul>"
    '<li><a href="shiryou1.html">資料1:架空データ戦略の推進体制(PDF/2KB)</a></li>'
    '<li><a href="../flaky.html">資料2:会議の運営(案)</a></li></ul>'
)
# 議事概要.
DAI2_SUMMARY = (
    f"<h2>{BODY}(第2回)議事概要</h2>\n<p>1 日時: 令和4年9月6日(火) 14:30~14:50</p>\n"
    "<p>2 場所: オンライン会議</p>\n<p>3 出席者: 構成員</p>\n"
    "<p>4 議事次第: 1. 開会 2. 架空データ戦略の推進体制について 3. 閉会</p>\n<p>5 議事経過</p>"
)
# 2007: an agenda of another form.
DAI3 = (
    f"<p>第3回 {BODY}</p>\n<p>議 事 次 第</p>\n<p>日時 平成19年3月30日(金)10:00~11:00</p>\n"
    "<p>議題<br>(1)架空行動計画の改定について<br>(2)その他</p>\n"
    '<p>配布資料<br>資料1 <a href="keikaku.html">架空行動計画の改定</a></p>'
)
# The page of a document.
DAI3_DOCUMENT = (
    f"<p>2007年(平成19年)3月30日<br>{BODY}事務局</p>\n"
    "<h2>「架空行動計画」の改定について</h2>\n<p>架空の計画を改定した。</p>"
)
# Held by circulation.
DAI4 = (
    f"<h1>{BODY}(第4回)・持ち回り開催</h1>\n<p>日時:令和5年(2023年)6月6日(火)</p>\n"
    "<h2>議事次第</h2>\n<ol><li>架空データ戦略の決定について</li></ol>"
)
DAI4_DECISION = (
    f"<h2>架空データ戦略</h2>\n<p>令和5年6月6日<br>{BODY}決定</p>\n<p>架空の戦略を定める。</p>"
)
# Everything that goes wrong somewhere.
ODD = "<h1>変わったページ</h1>\n<ul>" + "".join(
    f'<li><a href="{href}">{text}</a></li>\n'
    for href, text in (
        ("loop/a.html", "転送の輪"),
        ("old.html", "移転したページ"),
        ("away.html", "他のサーバーへの転送"),
        ("missing.html", "ないページ"),
        ("private/secret.html", "robots.txt が禁じるページ"),
        ("slow.html", "遅いページ"),
        ("cut.pdf", "途中で切れる資料"),
        ("huge.pdf", "200 MB の資料"),
        ("http://10.0.0.1/inside.pdf", "内部のアドレス"),
        ("https://elsewhere.example.jp/", "他のサーバー"),
        ("/content/page.pdf", "資料の名のページ"),
        ("javascript:void(0)", "スクリプト"),
    )
)
CSV = "番号,自治体\n1,架空市\n2,試験町\n"
ROBOTS = "User-agent: *\nDisallow: /council/private/\n"


@functools.cache
def pdf(title: str) -> bytes:
    """Return a PDF of one page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setFont("HeiseiMin-W3", 12)
    for line, text in enumerate((title, BODY, INVENTED)):
        canvas.drawString(72, 760 - 24 * line, text)
    canvas.save()
    return out.getvalue()


def pages() -> dict[str, Page]:
    """Return the pages of the site, by path."""
    return {
        "/robots.txt": Page(ROBOTS.encode(), "text/plain"),
        "/council/": Page(page(INDEX, f"{BODY} 開催状況"), "text/html; charset=UTF-8"),
        "/council/index.html": Page(page(INDEX, f"{BODY} 開催状況"), "text/html; charset=UTF-8"),
        "/council/dai1/gijisidai.html": Page(page(DAI1, "第1回 議事次第", "shift_jis")),
        "/council/dai1/gijiroku.html": Page(page(DAI1_MINUTES, "第1回 議事録", "euc-jp")),
        "/council/dai1/siryou1.pdf": Page(pdf("架空情報セキュリティ計画(案)"), "application/pdf"),
        "/council/dai1/siryou2.csv": Page(CSV.encode("cp932"), "text/csv"),
        "/content/000001.pdf": Page(pdf("架空参考資料"), "application/pdf"),
        "/content/page.pdf": Page(page("資料の名をもつページ", "資料ではない")),
        "/other/page.html": Page(page("別の会議", "別の会議")),
        "/council/dai2/gijisidai.html": Page(page(DAI2, "第2回"), "text/html; charset=utf-8"),
        "/council/dai2/gaiyou.html": Page(page(DAI2_SUMMARY, "第2回 議事概要", "iso-2022-jp")),
        "/council/dai2/shiryou1.html": Page(pdf("架空データ戦略の推進体制"), "text/html"),
        "/council/dai3/gijisidai.html": Page(
            page(DAI3, "第3回 議事次第", "shift_jis", meta=False), "text/html; charset=Shift_JIS"
        ),
        "/council/dai3/keikaku.html": Page(page(DAI3_DOCUMENT, "架空行動計画")),
        "/council/dai4/gijisidai.html": Page(page(DAI4, "第4回(持ち回り)")),
        "/council/dai4/kettei.html": Page(page(DAI4_DECISION, "架空データ戦略")),
        "/council/odd.html": Page(page(ODD, "変わったページ")),
        "/council/private/secret.html": Page(page("見せないページ", "秘密")),
        "/council/loop/a.html": moved("/council/loop/b.html"),
        "/council/loop/b.html": moved("/council/loop/a.html"),
        "/council/old.html": moved("dai4/kettei.html", 301),
        "/council/away.html": moved("https://elsewhere.example.jp/council/"),
    }


def moved(location: str, status: int = 302) -> Page:
    """Return a redirect."""
    return Page(b"moved", "text/plain", status, (("Location", location),))


def gzipped(body: bytes, content_type: str = "text/html") -> Page:
    """Return a page that is sent compressed."""
    return Page(gzip.compress(body, mtime=0), content_type, 200, (("Content-Encoding", "gzip"),))


def flaky(failures: int, status: int = 500, retry_after: str = "") -> Answer:
    """Answer with an error so many times, then with a page."""
    asked = iter(range(10**9))

    def answer(handler: Handler) -> None:
        if next(asked) < failures:
            headers = (("Retry-After", retry_after),) if retry_after else ()
            handler.send(Page(b"later", "text/plain", status, headers))
        else:
            handler.send(Page(page("二度目に見えるページ", "会議の運営")))

    return answer


def dripping(seconds: float) -> Answer:
    """Send a page byte by byte over so many seconds."""

    def answer(handler: Handler) -> None:
        body = page("遅いページ", "遅いページ")
        handler.send_head(Page(b""), len(body))
        for place in range(len(body)):
            handler.wfile.write(body[place : place + 1])
            time.sleep(seconds / len(body))

    return answer


def cut(whole: int = 3) -> Answer:
    """Promise more than is sent."""

    def answer(handler: Handler) -> None:
        body = pdf("途中で切れる資料")
        handler.send_head(Page(b"", "application/pdf"), whole * len(body))
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def huge(n_bytes: int = HUGE, *, told: bool = True) -> Answer:
    """Send very much, made while it is sent; `told` says its length first."""

    def answer(handler: Handler) -> None:
        handler.send_head(Page(b"", "application/pdf"), n_bytes if told else None)
        block = b"%PDF-1.4 " + b"0" * 65_527
        for _ in range(n_bytes // len(block)):
            handler.wfile.write(block)
            handler.site.n_sent += len(block)

    return answer


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other on a connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Site

    def do_GET(self) -> None:
        """Answer."""
        self.site.asked.append((time.monotonic(), self.path, dict(self.headers)))
        if self.site.on_request:
            self.site.on_request(self.path)
        known = self.site.pages.get(self.path)
        with contextlib.suppress(ConnectionError):
            if known is None:
                self.send(Page(b"not found", "text/plain", 404))
            elif callable(known):
                known(self)
            else:
                self.send(known)
        if self.site.on_answer:
            self.site.on_answer(self.path)

    def send(self, answer: Page) -> None:
        """Send a page, or that it has not changed."""
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        since = self.headers.get("If-Modified-Since")
        same = self.headers.get("If-None-Match", "") == etag or (
            since == LAST_MODIFIED and "If-None-Match" not in self.headers
        )
        if answer.status == 200 and same:
            self.send_response_only(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        extra = (("ETag", etag), ("Last-Modified", LAST_MODIFIED)) if answer.status == 200 else ()
        headers = (*answer.headers, *extra)
        self.send_head(answer._replace(headers=headers), len(answer.body))
        self.wfile.write(answer.body)

    def send_head(self, answer: Page, length: int | None) -> None:
        """Send status and headers; without a length the body ends with the connection."""
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that takes no offence when a client goes away in the middle."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell of everything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Site:
    """The site on a port of this machine, and what was asked of it."""

    def __init__(self, port: int = 0) -> None:
        self.pages: dict[str, Page | Answer] = {
            **pages(),
            "/council/flaky.html": flaky(1),
            "/council/slow.html": dripping(10),
            "/council/cut.pdf": cut(),
            "/council/huge.pdf": huge(),
        }
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        self.n_sent = 0
        self.on_request: Callable[[str], None] | None = None
        self.on_answer: Callable[[str], None] | None = None
        handler = type("SiteHandler", (Handler,), {"site": self})
        self.server = Server(("127.0.0.1", port), handler)

    @property
    def root(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def url(self) -> str:
        """The address to begin with."""
        return f"{self.root}/council/"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for _, path, _ in self.asked]

    def link(self, *paths: str) -> None:
        """Make the first page link to these, and to nothing else."""
        links = "".join(f'<a href="{html.escape(path)}">{n}</a>' for n, path in enumerate(paths))
        self.pages["/council/"] = Page(page(links, "入口"))


@contextlib.contextmanager
def serve(port: int = 0) -> Iterator[Site]:
    """Serve the site while the block runs."""
    site = Site(port)
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()


def main() -> None:
    """Print the address and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Serve an invented council site on this machine.")
    parser.add_argument("--port", type=int, default=0)
    with serve(parser.parse_args().port) as site:
        print(site.url, flush=True)  # noqa: T201 - a person or a script reads it
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
