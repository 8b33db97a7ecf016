"""The page in real Chromium, with the keyboard: nothing that was answered is ever lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
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
        app = make_app(
            session(**more), token="secret", hosts={host}, next_commands=lambda: commands
        )
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


def visit(context, address, on_answer=None):
    """Open the page; give what it sends as an answer to ``on_answer`` first.

    A route that is set on an open page may miss what the page sends at once.
    """
    page = context.new_page()
    page.set_default_timeout(WAIT)
    if on_answer is not None:
        page.route("**/api/answer", on_answer)
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


def pressed(page) -> list[str]:
    """Return the themes chosen on the screen, the first pressed first."""
    buttons = page.locator("[aria-pressed=true]").evaluate_all(
        "all => all.map(b => [b.querySelector('.rank').textContent, b.dataset.theme])"
    )
    return [theme for _, theme in sorted(buttons)]


def titles_in_order(session: Session) -> list[str]:
    items = [session.next_item()]
    while (item := session.next_item(items[-1])) != items[0]:
        items.append(item)
    return [TITLES[int(item[1:]) - 1] for item in items]


def on_disk(page, log: LabelLog, n: int) -> None:
    """Wait until the log holds a number of rows, and see that it stays at that."""
    for _ in range(WAIT // 100):
        page.wait_for_timeout(100)  # the page goes on meanwhile
        if len(log.read()) >= n:
            break
    page.wait_for_timeout(300)
    assert len(log.read()) == n


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


@pytest.mark.parametrize("mode", ["blind", "assist"])
def test_twenty_items_typed_without_a_pause(context, tmp_path, mode):
    labels = tmp_path / "labels.csv"
    typed = [*"1234567890", *"qwert" * 2]
    with command(labels, "--mode", mode) as (_, address):
        themes = {
            one["key"]: one["id"] for one in httpx.get(f"{address}api/start").json()["themes"]
        }
        queue = [""]
        for _ in typed:
            reply = httpx.get(f"{address}api/next", params={"after": queue[-1]})
            queue.append(reply.json()["item"]["item_id"])
        page = visit(context, address)
        press(page, *(key for theme in typed for key in (theme, "Enter")))
        says(page, "(20 / 307)")
    rows = LabelLog(labels).read()
    assert rows["item_id"].tolist() == queue[1:]
    assert rows["themes"].tolist() == [themes[key] for key in typed]


@pytest.fixture
def slow(monkeypatch):
    """Every answer takes a while, so that all that a test types next is typed ahead."""
    write = Session.answer

    def answer(self, *given, **seen):
        time.sleep(0.2)
        return write(self, *given, **seen)

    monkeypatch.setattr(Session, "answer", answer)


@pytest.mark.parametrize("shown", ["blind", "assist"])
def test_every_kind_of_key_may_be_typed_ahead(context, serving, log, slow, shown):
    page = visit(context, serving(shown=shown, share=0))
    keys = ["1", "Enter", "n", *"aBx", "Backspace", "2", "Enter", "2", "4", "Enter"]
    press(page, *keys, "s", "3", "Enter", "u", "2", "Enter")
    on_disk(page, log, 5)
    first, second, third = (row[0] for row in written(log)[:3])
    assert [row[1:] for row in written(log)] == [
        ("number", ""),
        ("rest", "aB2"),
        ("money", ""),
        ("", ""),
        ("money;online", ""),
    ]
    assert {row[0] for row in written(log)[2:]} == {third}
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("key", "chosen", "n_on", "why"),
    [
        ("Enter", [], 1, "goes on"),
        ("Space", [], 1, "goes on, and takes nothing over"),
        ("2", ["online"], 1, "a theme of the next item"),
        (".", [], 1, "means nothing"),
        ("s", [], 2, "the next item is put off"),
        ("u", ["number"], 0, "the saved answer is taken back"),
        ("ArrowRight", [], 1, "as ever"),
    ],
)
def test_keys_while_suggestions_are_shown(context, serving, session, log, key, chosen, n_on, why):
    order = titles_in_order(session())
    page = visit(context, serving())
    press(page, "1", "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    assert "Enter か Space" in page.text_content("#status")
    press(page, key)
    page.wait_for_selector("#verdict", state="hidden")
    comes(page, order[n_on])
    assert pressed(page) == chosen, why
    assert [row[1] for row in written(log)] == (["number", ""] if key == "u" else ["number"])


def test_what_is_typed_or_clicked_during_a_save_is_not_added_to_its_item(context, serving, log):
    held = []
    page = visit(context, serving(shown="assist"), lambda route: held.append(route))
    title = title_of(page)
    press(page, "1", "Enter", "2", "Shift+Tab")
    page.focus("[data-theme=rest]")
    press(page, "Space")  # a button of the item that is being saved
    page.click("[data-theme=money]")
    page.click("#note")
    page.keyboard.type("34")
    assert (pressed(page), page.input_value("#note")) == (["number"], "")
    held[0].continue_()
    leaves(page, title)
    assert (pressed(page), page.input_value("#note")) == (["online"], "")
    press(page, "ArrowLeft")
    comes(page, title)
    assert (pressed(page), page.input_value("#note")) == (["number"], "")
    assert [row[1:] for row in written(log)] == [("number", "")]


@pytest.mark.parametrize("delay", [0, 100])
def test_what_was_typed_before_an_error_was_seen_is_thrown_away(context, serving, log, delay):
    page = visit(context, serving(), lambda route: route.abort())
    title = title_of(page)
    page.clock.install()  # the page waits for half a second without a key, however slow we are
    page.clock.pause_at(time.time() + 3600)
    for key in ("1", "Enter", "2", "Enter", "3", "Enter", "s", "n", "4", "Enter"):
        page.keyboard.press(key)
        page.clock.run_for(delay)
    says(page, "止めて")  # said at once; the alert waits for the hands
    assert page.is_hidden("#alert")
    assert (title_of(page), pressed(page), written(log)) == (title, ["number"], [])
    page.clock.run_for(501)
    page.wait_for_selector("#alert:not([hidden])")
    assert (title_of(page), pressed(page), written(log)) == (title, ["number"], [])
    page.unroute("**/api/answer")
    press(page, "Enter")
    page.wait_for_selector("#verdict:not([hidden])")
    page.clock.run_for(1000)  # nothing waits any longer
    assert (title_of(page), [row[1] for row in written(log)]) == (title, ["number"])


def test_what_was_typed_before_a_conflict_was_seen_is_thrown_away(context, serving, log):
    address = serving()
    one, other = visit(context, address), visit(context, address)
    title = title_of(other)
    press(one, "1")
    save(one)
    other.clock.install()
    other.clock.pause_at(time.time() + 3600)
    press(other, "3", "Enter", "2", "Enter", "o", "Enter", "k", "4", "Enter")
    says(other, "止めて")
    other.clock.run_for(501)
    other.wait_for_selector("#conflict[open]")
    assert (title_of(other), pressed(other)) == (title, ["money"])
    press(other, "k")
    leaves(other, title)
    assert (pressed(other), [row[1] for row in written(log)]) == ([], ["number"])


def test_no_more_than_64_keys_wait(context, serving, log):
    held = []

    def hold_first(route):
        return route.continue_() if held else held.append(route)

    page = visit(context, serving(shown="assist"), hold_first)
    press(page, "1", "Enter", *"." * 61, "2", "Enter", "3", "Enter", "1", "Enter")
    held[0].continue_()
    says(page, "64 個を超えた")
    assert [row[1] for row in written(log)] == ["number", "online"]
    assert pressed(page) == ["money"]  # the 64th; it is on the screen, and not saved
    press(page, "Enter")
    on_disk(page, log, 3)


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
    page = visit(context, serving(), lambda route: route.abort())
    title = title_of(page)
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
