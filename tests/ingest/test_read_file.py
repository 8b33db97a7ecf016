"""What a file is, is told by its bytes; its name and the server may be wrong."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.ingest.read_file import UnreadableFile, kind_of, read_file
from tests.ingest.pdfs import column, pdf

# Invented.
TEXT = "第3回試験会議\n日時：2009年7月1日（水）10:00から11:00まで\n議題\n1. 電子政府の計画\n"
PAGE = "<html><title>第3回試験会議</title><h1>第3回試験会議</h1>日時：2009年7月1日<br>議事次第<ol><li>電子政府の計画</ol>"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n\r\n%PDF-1.4", "pdf"),  # some servers put lines before it
        (b"x" * 1024 + b"%PDF-1.4", "text"),  # too far down to be a head
        (zipped(), "zip"),  # also docx, xlsx, pptx
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),  # doc, xls, ppt, jtd
        (b"<!DOCTYPE html>", "html"),
        (b"<HTML>", "html"),
        (b"<P>\n", "html"),
        (b"<h3 class=x>", "html"),
        (b"<header>", "text"),  # h + word is no heading
        (TEXT.encode(), "text"),
        (TEXT.encode("cp932"), "text"),
        (TEXT.encode("euc_jp"), "text"),
        (TEXT.encode("iso2022_jp"), "text"),  # its escapes are no mark of a binary file
        (TEXT.encode("utf-16"), "text"),  # half its bytes are zero
        (b"", "text"),
        (PNG, "binary"),
        (b"\x00\x00\x00\x18ftypmp42", "binary"),
        (b"MZ\x90\x00\x03", "binary"),
        (b"x" * 4096 + b"\x00", "text"),  # only the head is looked at
    ],
)
def test_kind_of_its_bytes(content, kind):
    assert kind_of(content) == kind


def test_a_text_that_dos_ended_is_a_text():
    assert kind_of(TEXT.encode("cp932") + b"\x1a") == "text"


@pytest.mark.parametrize(
    ("content", "name", "medium"),
    [
        (pdf(column(72, 760, TEXT.splitlines())), "a.html", "pdf"),
        (PAGE.encode(), "a.txt", "html"),
        (PAGE.encode(), "a.pdf", "html"),
        (TEXT.encode(), "a.html", "text"),
        (PAGE.encode("utf-16"), "a.html", "html"),
    ],
)
def test_a_wrong_ending_does_not_matter(content, name, medium):
    record = read_file(content, name)
    assert (record.medium, record.source) == (medium, name)
    (meeting,) = record.meetings
    assert (meeting.body, meeting.number, meeting.date) == ("試験会議", 3, "2009-07-01")
    assert [item.title for item in meeting.items] == ["電子政府の計画"]


@pytest.mark.parametrize("content", [PNG, zipped(), b"\xd0\xcf\x11\xe0\xa1"])
def test_what_is_no_page_is_refused(content):
    with pytest.raises(UnreadableFile, match="neither a page nor a PDF nor text / ページでも"):
        read_file(content, "a.html")


def test_a_broken_pdf_is_refused():
    with pytest.raises(UnreadableFile):
        read_file(b"%PDF-1.4\nnothing of it", "a.pdf")


def test_the_text_of_a_pdf_is_kept_whole():
    lines = ["電子政府の計画", "本文の一行目です。", "本文の二行目です。"]
    record = read_file(pdf(column(72, 760, lines)), "a.pdf")
    assert record.text.split("\n") == lines
    assert record.title == "電子政府の計画"
    assert record.meetings == ()


def test_the_declared_charset_reaches_the_page():
    record = read_file("第1回".encode("euc_jp"), "a.txt", "EUC-JP")
    assert record.charset == "euc_jp"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_record_or_a_refusal(content):
    try:
        record = read_file(content, "x")
    except UnreadableFile:
        return
    assert record.medium in ("html", "text", "pdf")
