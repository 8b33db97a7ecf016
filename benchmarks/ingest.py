"""Reading pages and PDFs beside the bare parser libraries, and memory over many pages.

Run ``python benchmarks/ingest.py`` (needs ``pip install ".[test,benchmark]"``: the pages are the
invented ones of the tests' generator, the PDFs are made with reportlab). Both sides read the same
bytes in one run and one process, and processor time is counted. The bare side of HTML is decoding
with the known charset, lexbor's tree and its text; that of PDF is pdfminer's text. Memory is that
of the reading process and its workers while results stream by.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import psutil
from pdfminer.high_level import extract_text
from selectolax.lexbor import LexborHTMLParser

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.ingest import read_page
from cio_topics.ingest.html import read_html_lines
from cio_topics.ingest.read_file import read_file
from cio_topics.ingest.workers import Task, read_all
from tests.ingest.pages import make_page

LAYOUTS = ("A", "A2", "B", "D", "F", "F2", "F-flat", "list")
# What government sites wrap around an agenda: menus, scripts and a footer.
_MENU = "".join(f'<li><a href="/menu/{n}/index.html">政策の項目{n}</a></li>' for n in range(60))
_SCRIPT = "<script>" + "var w = window.w || {}; w.push = function (x) { return x; };\n" * 120
FRAME = (f"<body>{_SCRIPT}</script><ul>{_MENU}</ul>", f"<footer><ul>{_MENU}</ul></footer></body>")

Page = tuple[bytes, str, str]


def pages(n: int, *, framed: bool) -> list[Page]:
    """Return invented pages: bytes, address, charset."""
    found = []
    for place in range(n):
        layout = LAYOUTS[place % len(LAYOUTS)]
        page = make_page(Random(f"benchmark {place}"), layout)
        content = page["content"]
        if framed:
            text = content.decode(page["charset"], "replace")
            head, _, body = text.partition(">")
            content = f"{head}>{FRAME[0]}{body}{FRAME[1]}".encode(page["charset"], "replace")
        found.append((content, page["source"], page["charset"]))
    return found


def pdf(n_pages: int) -> bytes:
    """Return an invented PDF of full pages of Japanese text."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    stream = io.BytesIO()
    canvas = Canvas(stream, (595, 842), invariant=1)
    line = "電子行政の推進に関する試験のための架空の文章であり、実在の計画ではない。"
    for _ in range(n_pages):
        canvas.setFont("HeiseiMin-W3", 11)
        for row in range(45):
            canvas.drawString(60, 780 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Return the least processor time of three runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def bare_html(found: Sequence[Page]) -> None:
    """Decode, parse and take the text out, nothing else."""
    for content, _, charset in found:
        body = LexborHTMLParser(content.decode(charset, "replace")).body
        assert body is not None
        body.text(separator="\n")


def bare_pdf(content: bytes) -> None:
    """Take the text of every page."""
    extract_text(io.BytesIO(content))


def compare(name: str, bare: float, ours: float, n: int, size: int) -> dict[str, float]:
    """Print a row of the table and return its figures."""
    print(
        f"{name:<34}{n:>7}{size / 2**20:>9.1f}{n / bare:>11.0f}{n / ours:>11.0f}"
        f"{size / 2**20 / ours:>9.2f}{ours / bare:>8.2f}"
    )
    return {"ratio": round(ours / bare, 2), "pages": n, "mib": round(size / 2**20, 2)}


def resident() -> float:
    """Return resident MiB of this process and its workers."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    total = 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total / 2**20


def streamed(n: int) -> tuple[float, dict[int, float]]:
    """Read `n` pages in worker processes; return pages a second and memory along the way."""
    base = pages(400, framed=False)

    def tasks() -> Iterator[Task]:
        for place in range(n):
            content, source, charset = base[place % len(base)]
            yield Task(lambda content=content: content, source, charset)

    marks = {max(1, n // 10), n // 2, n}
    memory: dict[int, float] = {}
    start = time.perf_counter()
    for place, result in enumerate(read_all(tasks()), start=1):
        assert result.record is not None, result.error
        if place in marks:
            memory[place] = round(resident(), 1)
    return n / (time.perf_counter() - start), memory


def main() -> None:
    """Measure, print tables, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=800, help="HTML pages that are compared")
    parser.add_argument("--pdf-pages", type=int, default=20)
    parser.add_argument("--streamed", type=int, default=20_000)
    chosen = parser.parse_args()
    print(f"{'':<34}{'pages':>7}{'MiB':>9}{'bare p/s':>11}{'ours p/s':>11}{'MiB/s':>9}{'ratio':>8}")
    result: dict[str, object] = {}
    for name, framed in (("HTML, agenda alone", False), ("HTML, with menus and scripts", True)):
        found = pages(chosen.pages, framed=framed)
        size = sum(len(content) for content, _, _ in found)
        bare = seconds(lambda found=found: bare_html(found))
        lines = seconds(
            lambda found=found: [
                read_html_lines(content.decode(charset, "replace")) for content, _, charset in found
            ]
        )
        ours = seconds(
            lambda found=found: [
                read_page(content, source=source, charset=charset)
                for content, source, charset in found
            ]
        )
        key = "html_framed" if framed else "html"
        result[f"{key}_lines"] = compare(f"{name}: lines", bare, lines, len(found), size)
        result[key] = compare(f"{name}: records", bare, ours, len(found), size)
    content = pdf(chosen.pdf_pages)
    bare = seconds(lambda: bare_pdf(content))
    ours = seconds(lambda: read_file(content, "a.pdf"))
    result["pdf"] = compare("PDF: records", bare, ours, chosen.pdf_pages, len(content))
    rate, memory = streamed(chosen.streamed)
    print(f"streamed through {os.cpu_count()} cores: {rate:.0f} pages a second")
    for place, mib in memory.items():
        print(f"  after {place:>7} pages: {mib:.0f} MiB resident, workers included")
    tenth, last = memory[min(memory)], memory[max(memory)]
    result["streamed"] = {"pages": chosen.streamed, "memory_growth": round(last / tenth, 3)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
