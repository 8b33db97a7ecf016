"""The page's routes: who may ask, what is told, and that nothing is told too soon."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import httpx
import pytest

from cio_topics.errors import OutputError, SettingsError
from cio_topics.label_page import listen, make_app
from cio_topics.label_page.app import KEYS
from cio_topics.labels import LabelLog

HOST = "127.0.0.1:8000"
ORIGIN = {"origin": f"http://{HOST}"}
STATIC = files("cio_topics.label_page") / "static"


def run(coroutine):
    """Run it in a thread of its own: Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Client:
    """Ask an application without a network."""

    def __init__(self, app):
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def _ask(self, method, path, **sent) -> httpx.Response:
        async def ask():
            async with httpx.AsyncClient(
                transport=self._transport, base_url=f"http://{HOST}"
            ) as client:
                return await client.request(method, path, **sent)

        return run(ask())

    def get(self, path, **sent) -> httpx.Response:
        return self._ask("GET", path, **sent)

    def post(self, path, **sent) -> httpx.Response:
        return self._ask("POST", path, **sent)


@pytest.fixture
def client(session):
    def make(**more) -> Client:
        return Client(make_app(session(**more), token="secret", hosts={HOST, "localhost:8000"}))

    return make


def answer(client, item_id="i1", themes=("number",), note="", seen=0, **headers):
    sent = {"item_id": item_id, "themes": list(themes), "note": note, "seen": seen}
    return client.post("/secret/api/answer", json=sent, headers={**ORIGIN, **headers})


@pytest.mark.parametrize(
    ("path", "headers", "code", "why"),
    [
        ("/secret/", {}, 200, "the page itself"),
        ("/secret/", {"host": "localhost:8000"}, 200, "its other name"),
        ("/secret/page.js", {}, 200, "what the page loads"),
        ("/secret/api/start", ORIGIN, 200, "a browser may name the page's origin"),
        ("/", {}, 404, "no token"),
        ("/secre/", {}, 404, "half a token"),
        ("/secretx/", {}, 404, "more than the token"),
        ("/SECRET/", {}, 404, "another token"),
        ("/api/start", {}, 404, "no token"),
        ("/secret/nowhere", {}, 404, "no such page"),
        ("/secret/../secret/api/next/x", {}, 404, "no such page"),
        ("/secret/%2e%2e/session.py", {}, 404, "files of the package are none of the page"),
        ("/secret/", {"host": "evil.example"}, 403, "a name that was made to point here"),
        ("/secret/", {"host": "127.0.0.1"}, 403, "another port"),
        ("/secret/", {"host": "127.0.0.1:8000.evil.example"}, 403, "a name that begins like it"),
        ("/secret/api/next", {"origin": "https://evil.example"}, 403, "another page asks"),
        ("/secret/api/next", {"origin": "null"}, 403, "a page without an origin asks"),
        ("/secret/api/next", {"origin": "http://localhost:8000"}, 403, "not the host asked for"),
    ],
)
def test_who_may_read(client, path, headers, code, why):
    reply = client().get(path, headers=headers)
    assert reply.status_code == code, why
    assert reply.headers["cache-control"] == "no-store"
    assert "default-src 'none'; script-src 'self'" in reply.headers["content-security-policy"]
    assert reply.headers["referrer-policy"] == "same-origin"
    if code != 200:
        assert reply.text in ("Not found.\n", "Forbidden.\n", "Not Found")


@pytest.mark.parametrize(
    ("headers", "code", "why"),
    [
        (ORIGIN, 200, "the page"),
        ({}, 403, "no origin: browsers name it with every POST"),
        ({"origin": "https://evil.example"}, 403, "another page"),
        ({"origin": "null"}, 403, "a page without an origin"),
        ({**ORIGIN, "host": "evil.example"}, 403, "another host"),
        ({"host": "localhost:8000", "origin": "http://localhost:8000"}, 200, "its other name"),
    ],
)
def test_who_may_answer(client, headers, code, why):
    made = client()
    sent = {"item_id": "i1", "themes": ["number"], "note": "", "seen": 0}
    assert made.post("/secret/api/answer", json=sent, headers=headers).status_code == code, why
    done = made.get("/secret/api/next").json()["progress"]["n_done"]
    assert done == (1 if code == 200 else 0)


@pytest.mark.parametrize("path", ["/secret/api/answer", "/secret/api/undo"])
def test_nothing_changes_by_looking(client, path):
    assert client().get(path).status_code == 405


def test_a_web_socket_is_refused(session):
    app = make_app(session(), token="secret", hosts={HOST})
    sent = []

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "websocket", "path": "/secret/api/next", "headers": [], "extensions": {}}
    run(app(scope, None, send))
    assert sent
    assert "websocket.accept" not in sent


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"{", "application/json", "expected a JSON object"),
        (b"[]", "application/json", "expected a JSON object"),
        (b"\xff", "application/json", "expected a JSON object"),
        (b"[" * 60_000, "application/json", "expected a JSON object"),
        (b'{"item_id": "i1"}', "application/json", "item_id: str, themes: list, note: str, seen"),
        (
            b'{"item_id": "i1", "themes": ["number"], "note": "", "seen": true}',
            "application/json",
            "seen: int",
        ),
        (
            b'{"item_id": "i1", "themes": "number", "note": "", "seen": 0}',
            "application/json",
            "themes: list",
        ),
        (
            b'{"item_id": "i1", "themes": ["number"], "note": "", "seen": 0, "coder": "x"}',
            "application/json",
            "expected a JSON object",
        ),
        (
            b'{"item_id": "i1", "themes": ["number"], "note": "", "seen": 0}',
            "text/plain",
            "expected a JSON object",
        ),
        (b'{"a": "' + b"x" * 70_000 + b'"}', "application/json", "at most 65,536 bytes"),
        (b'{"item_id": "i1", "themes": [7], "note": "", "seen": 0}', "application/json", "unknown"),
        (b'{"item_id": "i1", "themes": [], "note": "", "seen": 0}', "application/json", "no theme"),
        (
            b'{"item_id": "i1", "themes": ["number"], "note": "\\ud800", "seen": 0}',
            "application/json",
            "the note is",
        ),
        (
            b'{"item_id": "i0", "themes": ["number"], "note": "", "seen": 0}',
            "application/json",
            "no item",
        ),
    ],
)
def test_what_no_answer_is(client, content, kind, message):
    made = client()
    headers = {**ORIGIN, "content-type": kind}
    reply = made.post("/secret/api/answer", content=content, headers=headers)
    assert reply.status_code == 422
    assert message in reply.json()["error"]
    assert made.get("/secret/api/next").json()["progress"]["n_rows"] == 0


def test_a_blind_page_is_told_nothing_before_the_answer(client):
    made = client()
    for path in ("start", "next", "item?id=i1", "item?id=i7"):
        told = made.get(f"/secret/api/{path}").text
        assert "weight" not in told
        assert "evidence" not in told
    told = answer(made).json()["item"]
    assert told["suggestions"] == [{"theme": "number", "weight": 0.8, "evidence": ["番号"]}]


def test_an_answer_is_on_disk_when_it_is_confirmed(client, tmp_path):
    made = client()
    assert answer(made, themes=["online", "number"], note="確認").status_code == 200
    last = (tmp_path / "labels.csv").read_text("utf-8").splitlines()[-1]
    assert last.startswith("i1,online;number,青木,")


def test_the_second_tab_is_told_what_the_first_has_answered(client):
    made = client()
    answer(made, themes=["number"])
    refused = answer(made, themes=["money"])
    assert refused.status_code == 409
    item = refused.json()["item"]
    assert item["answer"] == {"themes": ["number"], "note": ""}
    assert answer(made, themes=["money"], seen=item["seen"]).status_code == 200
    assert made.get("/secret/api/item?id=i1").json()["item"]["seen"] == 2


def test_undo_names_what_was_seen(client):
    made = client()
    answer(made)
    refused = made.post("/secret/api/undo", json={"n_rows": 0}, headers=ORIGIN)
    assert (refused.status_code, refused.json()["item"]) == (409, None)
    n_rows = refused.json()["progress"]["n_rows"]
    reply = made.post("/secret/api/undo", json={"n_rows": n_rows}, headers=ORIGIN)
    assert reply.json()["item"]["undone"] == {"themes": ["number"], "note": ""}
    again = made.post("/secret/api/undo", json={"n_rows": 2}, headers=ORIGIN)
    assert (again.status_code, again.json()["remedy_ja"]) == (422, "取り消す回答がありません。")


def test_what_could_not_be_written_is_said(client, monkeypatch):
    made = client()

    def refuse(self, row):
        raise OutputError("cannot write labels.csv: No space left on device.", "", "空き")

    monkeypatch.setattr(LabelLog, "append", refuse)
    reply = answer(made)
    assert reply.status_code == 503
    assert reply.json() == {
        "error": "cannot write labels.csv: No space left on device.",
        "remedy": "",
        "remedy_ja": "空き",
    }


def test_an_error_of_the_program_tells_nothing_of_it(client, monkeypatch):
    made = client()
    monkeypatch.setattr(LabelLog, "append", lambda self, row: 1 / 0)
    reply = answer(made)
    assert (reply.status_code, reply.text) == (500, "Internal Server Error")
    assert reply.headers["cache-control"] == "no-store"


def test_the_end_tells_how_to_go_on(session):
    opened = session()
    app = make_app(opened, token="secret", hosts={HOST}, next_commands=opened.coders)
    made = Client(app)
    for n in range(1, 9):
        assert "next_commands" not in made.get("/secret/api/next").json()
        answer(made, item_id=f"i{n}")
    last = made.get("/secret/api/next").json()
    assert (last["item"], last["next_commands"]) == (None, ["青木"])
    session("鈴木").answer("i1", ["rest"], seen=0)  # another program on the same file
    assert made.get("/secret/api/next").json()["next_commands"] == ["鈴木", "青木"]


def test_keys_are_distinct_and_none_is_a_command():
    assert len(set(KEYS)) == len(KEYS)
    assert not set(KEYS) & set("dnsu")


def test_the_page_has_its_texts_in_both_languages():
    """Keys at one and two levels of indentation stand in both halves, in the same order."""
    halves = (STATIC / "texts.js").read_text("utf-8").split("\n  en: {")
    keys = [re.findall(r"^ {4}(\w+):", half, flags=re.M) for half in halves]
    assert keys[0] == keys[1]
    names = [re.findall(r"(\w+): \"", re.search(r"actions: \{(.*?)\}", h, re.S)[1]) for h in halves]
    assert names[0] == names[1]
    used = set(re.findall(r"(?:text\(\)|words)\.(\w+)", (STATIC / "page.js").read_text("utf-8")))
    assert used == set(keys[0])


def test_the_page_asks_for_nothing_elsewhere():
    for name in ("page.html", "page.css", "page.js", "texts.js"):
        text = (STATIC / name).read_text("utf-8")
        assert not re.search(r"https?://|//cdn|@import|url\(", text), name
    html = (STATIC / "page.html").read_text("utf-8")
    assert not re.search(r"<script(?! type=\"module\" src=)|\son\w+=|style=", html)
    script = (STATIC / "page.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(", script)


def test_a_port_in_use_is_refused():
    with listen() as taken:
        port = taken.getsockname()[1]
        assert taken.getsockname()[0] == "127.0.0.1"
        with pytest.raises(
            SettingsError, match=f"port {port}: Address already in use.*--port を外す"
        ):
            listen(port)
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)  # replies do not wait
    with socket.socket() as probe:  # given back
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_room_imports_no_server_before_it_is_used():
    script = (
        "import sys, cio_topics.label_page\n"
        "print(*{name.split('.')[0] for name in sys.modules} & {'starlette', 'uvicorn'})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_start_tells_themes_with_their_keys(client):
    told = client().get("/secret/api/start").json()
    assert [(theme["id"], theme["key"]) for theme in told["themes"]] == [
        ("number", "1"),
        ("online", "2"),
        ("money", "3"),
        ("rest", "4"),
    ]
    assert (told["fallback"], told["coder"], told["shown"]) == ("rest", "青木", "blind")
    assert json.dumps(told["themes"][0], ensure_ascii=False).count("番号の話。") == 1
