"""The page in real Chromium, with the keyboard: nothing that was answered is ever lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.label_page import Session, listen, make_app
from cio_topics.labels import LabelLog
from tests.label_page.conftest import TITLES

pytestmark = pytest.mark.browser

WAIT = 15_000  # milliseconds


@contextmanager
def command(labels, *options: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """Run ``cio-topics label`` as a coder does; give its process and its address."""
    words = [sys.executable, "-m", "cio_topics", "label", "--coder", "青木", "--no-browser"]
    process = subprocess.Popen(
        [*words, "--labels", str(labels), *options],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        said = iter(process.stdout.readline, "")
        yield process, next(found[0] for line in said if (found := re.search(r"http://\S+", line)))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def serving(session):
    """Serve sessions from a thread of this process; give their addresses."""
    import uvicorn

    running = []

    def serve(**more) -> str:
        listening = listen()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        commands = ["cio-topics agreement labels.csv"]
        app = make_app(session(**more), token="secret", hosts={host}, next_commands=commands)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        running.append((server, thread, listening))
        return f"http://{host}/secret/"

    yield serve
    for server, thread, listening in running:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def context(browser) -> Iterator:
    """A window whose page must neither fail nor ask for anything beyond its own address."""
    opened = browser.new_context(viewport={"width": 1280, "height": 860})
    asked, failed = [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("weberror", lambda error: failed.append(str(error.error)))
    yield opened
    opened.close()
    assert failed == []
    assert [url for url in asked if not re.match(r"http://127\.0\.0\.1:\d+/[\w-]{6,}/", url)] == []


def visit(context, address, title: str | None = None):
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(address)
    page.wait_for_selector("#work:not([hidden]), #done:not([hidden])")
    return page


def title_of(page) -> str:
    return page.text_content("#title")


def press(page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


_TITLE = "was => (document.querySelector('#title').textContent === was)"


def leaves(page, title: str) -> None:
    """Wait until another item is there."""
    page.wait_for_function(f"{_TITLE} === false", arg=title)


def comes(page, title: str) -> None:
    page.wait_for_function(_TITLE, arg=title)


def says(page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('#status').textContent.includes(text)", arg=text
    )


def save(page) -> None:
    """Save a blind answer, see the suggestions, go on to the next item."""
    press(page, "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    press(page, "Enter")
    page.wait_for_selector("#verdict", state="hidden")


def written(log: LabelLog) -> list[tuple[str, str, str]]:
    rows = log.read()[["item_id", "themes", "note"]]
    return [tuple(row) for row in rows.values.tolist()]


def test_twenty_items_by_keyboard_and_a_server_killed_in_the_middle(context, tmp_path):
    labels = tmp_path / "labels.csv"
    themes = {"1": "egov_plan", "5": "security", "0": "it_strategy", "q": "e_records", "t": "other"}
    keys = [("1",), ("5", "1"), ("t",), ("q", "0", "1"), ("1", "5", "1")] * 4  # the last: 1 is off
    expected = ["egov_plan", "security;egov_plan", "other", "e_records;it_strategy;egov_plan"]
    expected = [*expected, "security"] * 4
    typed = []

    def label(page, chosen):
        typed.append(title_of(page))
        press(page, *chosen)
        save(page)

    with command(labels) as (process, address):
        page = visit(context, address)
        for chosen in keys[:10]:
            label(page, chosen)
        waiting = title_of(page)
        process.send_signal(signal.SIGKILL)
        process.wait()
        press(page, "0", "Enter")
        page.wait_for_selector("#alert:not([hidden])")
        assert "まだ保存されていません" in page.text_content("#alert-text")
        assert title_of(page) == waiting  # still there, as it was chosen
        assert page.get_attribute("[data-theme=it_strategy]", "aria-pressed") == "true"
        page.close(run_before_unload=False)
    with command(labels) as (process, address):
        page = visit(context, address)
        assert title_of(page) == waiting
        for chosen in keys[10:]:
            label(page, chosen)
        assert page.text_content("#counts").startswith("20 / 307 件")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    rows = LabelLog(labels).read()
    titles = read_example().items.set_index("item_id")["title"]
    assert rows["item_id"].map(titles).tolist() == typed
    assert rows["themes"].tolist() == expected
    assert rows["item_id"].is_unique
    assert set(rows["coder"]) == {"青木"}
    assert set(rows["mode"]) == {"blind"}
    assert set(themes.values()) >= {t for one in expected for t in one.split(";")}
    times = pd.to_datetime(rows["date"])
    assert times.is_monotonic_increasing
    assert sorted(p.name for p in tmp_path.iterdir()) == [".labels.csv.lock", "labels.csv"]


def test_blind_hides_suggestions_on_the_wire(context, serving):
    told = []
    context.on("response", lambda reply: told.append(reply))
    page = visit(context, serving(theme="money"))
    press(page, "ArrowRight", "d", "1")
    page.wait_for_selector("[aria-pressed=true]")
    before = [reply.text() for reply in told if "/api/" in reply.url]
    assert len(before) >= 2
    assert not [text for text in before if "evidence" in text or "weight" in text]
    press(page, "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    assert "evidence" in told[-1].text()
    assert page.text_content("#verdict") == "≠ あなたの回答とは異なります。"
    assert page.text_content("#suggested-themes") == "番号0.80 「番号」予算0.80 「予算」"


def test_assist_shows_suggestions_and_takes_them(context, serving, log):
    page = visit(context, serving(shown="assist", only="all", theme="money"))
    assert title_of(page) == "番号制度の予算"
    assert page.text_content("#suggested-themes li:nth-child(2)") == "予算0.80 「予算」"
    press(page, "Space", "Enter")
    page.wait_for_selector("#done:not([hidden])")
    assert written(log) == [("i7", "number;money", "")]


def test_titles_are_texts(context, serving):
    page = visit(context, serving(only="all"))
    while title_of(page) != TITLES[2]:
        before = title_of(page)
        press(page, "ArrowRight")
        leaves(page, before)
    assert page.locator("article script, article b").count() == 0
    assert page.title() == f"ラベル付け: {TITLES[2]}"
    assert page.get_attribute("#source-link", "href") is None  # javascript: is no page


def test_note_order_fallback_skip_and_undo(context, serving, log):
    page = visit(context, serving())
    first = title_of(page)
    press(page, "Enter")
    assert "一つ以上選んでください" in page.text_content("#status")
    press(page, "4", "2", "1")  # the fallback gives way to others
    assert page.locator("[aria-pressed=true] .rank").all_text_contents() == ["2", "1"]
    press(page, "4")  # and puts them away
    assert "一緒には付けられません" in page.text_content("#status")
    press(page, "2", "1", "n")
    page.keyboard.type("12s=要確認")
    press(page, "Enter")
    assert page.evaluate("document.activeElement.id") == "title"
    save(page)
    skipped = title_of(page)
    press(page, "s")
    leaves(page, skipped)
    press(page, "Backspace")
    comes(page, first)
    assert page.input_value("#note") == "12s=要確認"
    assert page.locator("[aria-pressed=true] .rank").all_text_contents() == ["2", "1"]
    press(page, "2", "Enter")  # seen once, its suggestions stay; the answer goes on at once
    leaves(page, first)
    (item,) = {row[0] for row in written(log)}
    assert written(log) == [
        (item, "online;number", "12s=要確認"),
        (item, "", ""),
        (item, "number", "12s=要確認"),
    ]


def test_what_was_chosen_is_there_when_a_coder_comes_back(context, serving):
    page = visit(context, serving())
    first = title_of(page)
    press(page, "3", "ArrowRight")
    leaves(page, first)
    assert page.locator("[aria-pressed=true]").count() == 0
    press(page, "ArrowLeft")
    comes(page, first)
    assert page.get_attribute("[data-theme=money]", "aria-pressed") == "true"


@pytest.mark.parametrize(("key", "expected"), [("k", ["number"]), ("o", ["number", "money"])])
def test_two_tabs_on_one_item(context, serving, log, key, expected):
    address = serving()
    one, other = visit(context, address), visit(context, address)
    title = title_of(one)
    assert title_of(other) == title
    press(one, "1")
    save(one)
    press(other, "3", "Enter")
    other.wait_for_selector("#conflict[open]")
    assert other.text_content("#conflict-saved") == "1. 番号 (メモなし)"
    assert other.text_content("#conflict-mine") == "1. 予算 (メモなし)"
    press(other, key)
    leaves(other, title)
    assert [row[1] for row in written(log)] == expected
    press(one, "2")
    save(one)
    press(other, "u")
    says(other, "別の画面")
    press(other, "u")
    says(other, "選び直してください")
    assert written(log)[-1][1] == ""
    assert len(written(log)) == len(expected) + 2


def test_an_answer_that_does_not_arrive_stays_on_the_screen(context, serving, log):
    page = visit(context, serving())
    title = title_of(page)
    page.route("**/api/answer", lambda route: route.abort())
    press(page, "1", "Enter")
    page.wait_for_selector("#alert:not([hidden])")
    assert title_of(page) == title
    page.unroute("**/api/answer")
    press(page, "3", "Enter")  # what is on the screen is what is sent
    page.wait_for_selector("#verdict:not([hidden])")
    assert page.is_hidden("#alert")
    assert [row[1] for row in written(log)] == ["number;money"]


def test_a_reply_that_is_lost_writes_no_second_row(context, serving, log, monkeypatch):
    write, lost = Session.answer, []

    def lose_first(self, *given, **seen):
        told = write(self, *given, **seen)
        if not lost:
            lost.append(told)
            raise ConnectionResetError
        return told

    monkeypatch.setattr(Session, "answer", lose_first)
    page = visit(context, serving())
    title = title_of(page)
    press(page, "1", "Enter")
    page.wait_for_selector("#alert:not([hidden])")
    assert "まだ保存されていません" in page.text_content("#alert-text")
    press(page, "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    assert title_of(page) == title
    assert [row[1] for row in written(log)] == ["number"]


def test_to_the_end_in_english(context, serving, log):
    page = visit(context, serving())
    page.click("#language")
    assert page.get_attribute("html", "lang") == "en"
    assert page.text_content("[data-theme=rest] .name") == "other"
    press(page, "?")
    assert page.is_visible("#help")
    press(page, "1", "Escape")
    assert page.is_hidden("#help")
    for _ in TITLES[1:]:
        press(page, "1")
        save(page)
    press(page, "s")
    says(page, "Only")
    press(page, "1", "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    press(page, "Enter")
    page.wait_for_selector("#done:not([hidden])")
    assert page.text_content("#done-heading") == "All done"
    assert page.text_content("#done-summary").startswith("8 of 8 items")
    assert "cio-topics agreement" in page.text_content("#done-commands")
    assert {row[1] for row in written(log)} == {"number"}


def test_by_mouse_on_a_narrow_screen(context, serving, log):
    page = visit(context, serving())
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.click("[data-theme=online]")
    assert page.evaluate("document.activeElement.id") == "title"
    page.click("#actions .main")
    page.wait_for_selector("#verdict:not([hidden])")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert [row[1] for row in written(log)] == ["online"]


def test_a_page_that_can_be_listened_to(context, serving):
    page = visit(context, serving())
    assert page.evaluate("document.activeElement.id") == "title"
    assert page.get_attribute("#status", "aria-live") == "polite"
    page.focus("[data-theme=number]")
    press(page, "Space")  # a button that has the focus is pressed
    assert page.get_attribute("[data-theme=number]", "aria-pressed") == "true"
    assert page.evaluate("document.activeElement.dataset.theme") == "number"
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, input, a[href]')].filter(e =>"
        " e.checkVisibility() && !(e.textContent.trim() || e.labels?.length)).length"
    )
    assert unnamed == 0
