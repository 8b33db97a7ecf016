"""A page in a browser, with everything it complained of or asked for."""

from __future__ import annotations


class Watched:
    """A page and everything it complained of or asked for."""

    def __init__(self, browser, address: str) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        self.page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append(d.message), d.dismiss()))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(address)
        self.address = address

    def check_silent(self) -> None:
        assert self.complaints == []
        assert [u for u in self.requests if u not in (self.address, "data:,")] == []
