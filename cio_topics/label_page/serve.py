"""Serve the label page on this computer alone, until Ctrl+C."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cio_topics.errors import SettingsError
from cio_topics.label_page.app import make_app
from cio_topics.label_page.session import Session

if TYPE_CHECKING:
    import uvicorn

__all__ = ["listen", "serve"]

LOOPBACK = "127.0.0.1"


def listen(port: int = 0) -> socket.socket:
    """Return a socket that listens on this computer alone.

    Parameters
    ----------
    port : int, default 0
        0 is a free one.

    Raises
    ------
    SettingsError
        The port is in use, or may not be used.

    Examples
    --------
    >>> with listen() as one:
    ...     listen(one.getsockname()[1])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: cannot listen on port ...
    """
    try:
        listening = socket.create_server((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number else str(error)
        raise SettingsError(
            f"cannot listen on port {port}: {reason}.",
            "Leave --port away and a free one is taken, or end the program that uses it.",
            "--port を外すと空いているポートを使います。または、そのポートを使っているプログラムを"
            "終了してください。",
        ) from error
    # Replies go out at once; otherwise each waits 40 ms for the browser to ask for more.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def serve(
    session: Session,
    listening: socket.socket,
    *,
    lang: str = "ja",
    next_commands: Callable[[], Sequence[str]] = tuple,
    open_browser: bool = True,
    announce: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the page until the program is interrupted.

    Parameters
    ----------
    session : Session
    listening : socket
        Of :func:`listen`.
    lang : {"ja", "en"}, default "ja"
    next_commands : callable
        Gives what to go on with; asked and shown at the end.
    open_browser : bool, default True
        Whether the page is opened in the browser.
    announce : callable
        Is told the address, which holds a new random token.
    """
    port = listening.getsockname()[1]
    token = secrets.token_urlsafe(24)
    hosts = {f"{LOOPBACK}:{port}", f"localhost:{port}"}
    app = make_app(session, token=token, hosts=hosts, lang=lang, next_commands=next_commands)
    address = f"http://{LOOPBACK}:{port}/{token}/"

    def ready() -> None:
        announce(address)
        if open_browser:
            # A browser in the terminal returns only when it is closed.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    with contextlib.suppress(KeyboardInterrupt):  # uvicorn hands it on once it has stopped
        _server(app, ready).run(sockets=[listening])


def _server(app: Callable[..., Any], ready: Callable[[], None]) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()  # from here on Ctrl+C ends it well

    return Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
