"""The page's routes, and who may ask for them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cio_topics.errors import CioTopicsError, SettingsError
from cio_topics.label_page.session import ConflictError, Session

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from cio_topics.codebook import Codebook

__all__ = ["KEYS", "Guard", "make_app"]

#: Keys of the themes, in the codebook's order; d, n, s and u are commands.
KEYS = "1234567890qwertyiopafghjklzxcvbm"

_FILES = {
    "": ("page.html", "text/html"),
    "page.css": ("page.css", "text/css"),
    "page.js": ("page.js", "text/javascript"),
    "texts.js": ("texts.js", "text/javascript"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
_BODY = 64 * 1024  # bytes of a request
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # other pages do not learn the token
    "x-content-type-options": "nosniff",
}


class Guard:
    """Let through only who knows the token and comes from the page itself.

    Invariants: no answer without the token in the path; none to a request for another host, so
    that no foreign name can be made to point here (DNS rebinding); nothing is changed by a request
    of another origin; no answer is kept in a cache.

    Parameters
    ----------
    app : ASGI application
    token : str
    hosts : collection of str
        Values of the header Host that are answered, with their port.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str]) -> None:
        self._app = app
        self._prefix = f"/{token}/".encode()
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 404, or hand on; add the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(key.encode(), value.encode()) for key, value in _HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        refusal = self._refusal(scope)
        if refusal:
            from starlette.responses import PlainTextResponse

            text = "Not found.\n" if refusal == 404 else "Forbidden.\n"
            await PlainTextResponse(text, refusal)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> int:
        from starlette.datastructures import Headers

        if scope["type"] != "http":
            return 404
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts:
            return 403
        start = scope["path"].encode()[: len(self._prefix)]
        if not secrets.compare_digest(start, self._prefix):
            return 404
        foreign = origin != f"http://{host}"
        return 403 if foreign and (origin is not None or scope["method"] != "GET") else 0


def _fixed(codebook: Codebook) -> dict[str, Any]:
    """Return what the page tells of the codebook, with a key for each theme."""
    names = ("id", "name_ja", "name_en", "definition_ja", "definition_en")
    keys = [*KEYS, *("" for _ in codebook.themes)]
    return {
        "codebook": {key: getattr(codebook, key) for key in ("name_ja", "name_en", "version")},
        "fallback": codebook.fallback,
        "themes": [
            {**{name: getattr(theme, name) for name in names}, "key": key}
            for theme, key in zip(codebook.themes, keys, strict=False)
        ],
    }


async def _sent(request: Request, **kinds: type) -> dict[str, Any]:
    """Return the JSON object that was sent, if it has these keys with values of these types."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    body = await request.body()
    try:
        sent = json.loads(body) if kind == "application/json" and len(body) <= _BODY else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict) or {key: type(value) for key, value in sent.items()} != kinds:
        wanted = ", ".join(f"{key}: {kind.__name__}" for key, kind in kinds.items())
        raise SettingsError(f"expected a JSON object of at most {_BODY:,} bytes with {wanted}.")
    return sent


def _refused(error: CioTopicsError, session: Session) -> Response:
    """Say what was wrong: 409 answered elsewhere, 422 not allowed, 503 not written."""
    from starlette.responses import JSONResponse

    said = {"error": error.message, "remedy": error.remedy, "remedy_ja": error.remedy_ja}
    if isinstance(error, ConflictError):
        item = session.item(error.item_id) if error.item_id else None
        return JSONResponse({**said, "item": item, "progress": session.progress()}, 409)
    return JSONResponse(said, 422 if isinstance(error, SettingsError) else 503)


def _page_files() -> dict[str, tuple[bytes, str]]:
    folder = files("cio_topics.label_page") / "static"
    return {path: ((folder / name).read_bytes(), kind) for path, (name, kind) in _FILES.items()}


def _routes(
    session: Session, fixed: dict[str, Any], next_commands: Callable[[], Sequence[str]]
) -> list[Route]:
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    contents = _page_files()

    async def page_file(request: Request) -> Response:
        found = contents.get(request.path_params.get("name", ""))
        return (
            Response("Not found.\n", 404)
            if found is None
            else Response(found[0], 200, None, found[1])
        )

    async def start(_: Request) -> Response:
        return JSONResponse(fixed)

    async def next_item(request: Request) -> Response:
        item = session.next_item(request.query_params.get("after", ""))
        return told(None if item is None else session.item(item))

    async def one_item(request: Request) -> Response:
        return told(session.item(request.query_params.get("id", "")))

    async def answer(request: Request) -> Response:
        sent = await _sent(request, item_id=str, themes=list, note=str, seen=int)
        return told(session.answer(**sent))

    async def undo(request: Request) -> Response:
        return told(session.undo(**await _sent(request, n_rows=int)))

    def told(item: dict[str, Any] | None) -> Response:
        end = {"next_commands": list(next_commands())} if item is None else {}
        return JSONResponse({"item": item, "progress": session.progress(), **end})

    return [
        Route("/", page_file),
        Route("/api/start", start),
        Route("/api/next", next_item),
        Route("/api/item", one_item),
        Route("/api/answer", answer, methods=["POST"]),
        Route("/api/undo", undo, methods=["POST"]),
        Route("/{name}", page_file),
    ]


def make_app(
    session: Session,
    *,
    token: str,
    hosts: Collection[str],
    lang: str = "ja",
    next_commands: Callable[[], Sequence[str]] = tuple,
) -> Callable[..., Any]:
    """Return the ASGI application of the label page.

    Its handlers run one after the other, in one thread; an answer is on disk before they reply.

    Parameters
    ----------
    session : Session
    token : str
        First part of every path; whoever knows it can label.
    hosts : collection of str
        Such as ``127.0.0.1:8000``.
    lang : {"ja", "en"}, default "ja"
        Language in which the page begins.
    next_commands : callable
        Gives what to go on with; asked and shown at the end.

    Returns
    -------
    Guard
        Around a Starlette application.
    """
    from starlette.applications import Starlette
    from starlette.routing import Mount

    fixed = {
        **_fixed(session.codebook),
        "coder": session.coder,
        "shown": session.shown,
        "lang": lang,
    }

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, CioTopicsError)
        return _refused(error, session)

    app: Starlette = Starlette(
        routes=[Mount(f"/{token}", routes=_routes(session, fixed, next_commands))],
        exception_handlers={CioTopicsError: refused},
    )
    return Guard(app, token, hosts)
