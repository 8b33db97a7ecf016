"""From one address to a folder of pages and handouts, and a ledger of what happened."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from urllib.parse import urljoin, urlsplit

from cio_topics import __version__
from cio_topics.collect.addresses import (
    file_name,
    is_inside,
    may_ask,
    normalize_address,
    origin,
)
from cio_topics.collect.kinds import HEAD, sniff_kind
from cio_topics.collect.ledger import PART, Ledger, open_ledger
from cio_topics.collect.robots import MAX_ROBOTS, RULES_ALL, Rules, no_rules, parse_rules
from cio_topics.collect.settings import Settings, make_settings
from cio_topics.errors import CioTopicsError, OutputError, SettingsError
from cio_topics.ingest.ledger import KEPT, LEDGER_NAME, Event

if TYPE_CHECKING:
    import httpx

    from cio_topics.collect.fetch import Answer, StoppedError
    from cio_topics.collect.network import Clock

__all__ = ["Collected", "Failure", "collect"]

MAX_REDIRECTS = 10
MAX_ROBOTS_REDIRECTS = 5

_MOVED = (301, 302, 303, 307, 308)
_REFUSED = ("refused_by_robots", "refused_address")
_FAILED = ("not_found", "too_large", "cut", "timed_out", "redirect_loop", "failed")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.I)


class Failure(NamedTuple):
    """An address that gave no file, and why."""

    url: str
    outcome: str
    reason: str


class Collected(NamedTuple):
    """What a collection came to.

    `left` says how many addresses a limit left out (``depth``, ``max_pages``, ``max_bytes``);
    `failures` lists those that failed, then those that were refused.
    """

    ledger: Path
    fetched: int
    unchanged: int
    failed: int
    refused: int
    outside: int
    left: dict[str, int]
    failures: tuple[Failure, ...]


class _Place(NamedTuple):
    url: str
    depth: int
    found_on: str


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _file_hash(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(place: _Place, outcome: str, **fields: object) -> Event:
    """Return a line for the ledger; what is empty is left out, but not of a file."""
    known = {k: v for k, v in fields.items() if outcome in KEPT or v not in ("", None, 0)}
    head = {"url": place.url, "final_url": place.url, "time": _now(), "outcome": outcome}
    return {**head, **known, "depth": place.depth, "found_on": place.found_on}


class _Run:
    """One pass over a site: one request at a time, and one outcome for every address."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        ledger: Ledger,
        client: httpx.Client,
        clock: Clock,
        tell: Callable[[str], object],
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._ledger = ledger
        self._client = client
        self._clock = clock
        self._tell = tell
        self._queue = deque([_Place(settings.url, 0, "")])
        self._seen = {settings.url}
        self._robots: dict[str, Rules] = {}
        self._last: dict[str, float] = {}
        self._moved: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._n_asked = 0
        self._n_bytes = 0
        self.left: Counter[str] = Counter()
        self.events: list[Event] = []

    def crawl(self) -> None:
        """Take one address after the other until there are none, or a limit is reached."""
        while self._queue:
            limit = self._limit()
            if limit:
                self.left[limit] += len(self._queue)
                return
            place = self._queue.popleft()
            event = self._known(place) or self._note(self._visit(place))
            self.events.append(event)
            self._n_asked += event["outcome"] != "refused_by_robots"
            self._n_bytes += event.get("bytes", 0)
            if event.get("limit") == "max_bytes":
                self.left["max_bytes"] += 1 + len(self._queue)
                return
            self._follow(place, event)

    def _limit(self) -> str:
        if self._n_asked >= self._settings.max_pages:
            return "max_pages"
        return "max_bytes" if self._n_bytes >= self._settings.max_bytes else ""

    def _note(self, event: Event) -> Event:
        self._ledger.write(event)
        reason = f" ({event['reason']})" if event.get("reason") else ""
        self._tell(f"{event['outcome']} {event['url']}{reason}")
        return event

    # -- what is known already

    def _known(self, place: _Place) -> Event | None:
        """Return what this run has noted of an address, if its file is still there."""
        event = self._ledger.known.get(place.url)
        if event is None:
            return None
        if event["outcome"] in KEPT:
            self._owners[event["file"].casefold()] = place.url
            return event if self._is_whole(event) else None
        if event["outcome"] in ("redirected", "redirect_loop"):
            self._moved[place.url] = event["final_url"]
        return event

    def _is_whole(self, event: Event) -> bool:
        sha256: str = event["sha256"]
        return _file_hash(self._folder / event["file"]) == sha256

    def _earlier(self, url: str) -> Event | None:
        """Return the latest kept line of earlier runs, if all its files are still there."""
        event = self._ledger.before.get(url)
        if event is None or not self._is_whole(event):
            return None
        if self._settings.warc and not (self._folder / event.get("warc", "-")).is_file():
            return None
        return event

    # -- asking

    def _wait(self, url: str, delay: float) -> None:
        """Wait until the host may be asked again."""
        last = self._last.get(urlsplit(url).hostname or "")
        if last is not None:
            time.sleep(max(0.0, last + delay - time.monotonic()))

    def _ask(
        self,
        url: str,
        sink: BinaryIO,
        *,
        delay: float,
        limit: int,
        headers: dict[str, str] | None = None,
        whole: bool = True,
    ) -> Answer:
        from cio_topics.collect.fetch import ask, ask_again

        def ask_once() -> Answer:
            self._wait(url, delay)
            try:
                return ask(
                    self._client,
                    self._clock,
                    url,
                    sink,
                    limit=limit,
                    timeout=self._settings.timeout,
                    headers=headers,
                    whole=whole,
                )
            finally:
                self._last[urlsplit(url).hostname or ""] = time.monotonic()

        return ask_again(ask_once, time.sleep, retries=self._settings.retries, delay=delay)

    def _rules(self, site: str) -> Rules:
        """Return the rules of a host, read once a run."""
        if site not in self._robots:
            rules, event = self._read_robots(site)
            self._robots[site] = rules
            if event["url"] not in self._ledger.known:
                self._note(event)
        return self._robots[site]

    def _read_robots(self, site: str) -> tuple[Rules, Event]:
        from cio_topics.collect.fetch import StoppedError

        place = _Place(f"{site}/robots.txt", 0, "")
        sink = io.BytesIO()
        try:
            answer = self._robots_answer(place.url, sink)
        except StoppedError as error:
            rules = no_rules(error.reason)
            if error.outcome == "refused_address":
                rules = Rules(refusal=error.reason, outcome=error.outcome)
            return rules, _noted(place, "robots", reason=error.reason)
        rules = _judge_robots(answer.status, sink.getvalue())
        return rules, _noted(
            place,
            "robots",
            status=answer.status,
            reason=rules.refusal,
            delay=rules.delay,
            bytes=answer.n_bytes,
        )

    def _robots_answer(self, url: str, sink: io.BytesIO) -> Answer:
        from cio_topics.collect.fetch import StoppedError

        hosts = {prefix[:2] for prefix in self._settings.prefixes}
        for _ in range(MAX_ROBOTS_REDIRECTS + 1):
            delay = self._settings.delay
            answer = self._ask(url, sink, delay=delay, limit=MAX_ROBOTS + 1, whole=False)
            if answer.status not in _MOVED:
                return answer
            target = _target(url, answer)
            parts = urlsplit(target)
            if (parts.hostname, parts.port or 0) not in hosts:
                raise StoppedError("failed", "it is redirected to another host")
            url = target
        raise StoppedError("failed", f"more than {MAX_ROBOTS_REDIRECTS} redirects")

    def _visit(self, place: _Place) -> Event:
        """Ask for an address, keep its body, and return what to note."""
        from cio_topics.collect.fetch import StoppedError

        rules = self._rules(origin(place.url))
        refusal = rules.refuses(place.url)
        if refusal:
            return _noted(place, rules.outcome, reason=refusal)
        earlier = self._earlier(place.url)
        room = self._settings.max_bytes - self._n_bytes
        try:
            with (self._folder / PART).open("wb") as part:
                answer = self._ask(
                    place.url,
                    part,
                    delay=max(self._settings.delay, rules.delay),
                    limit=min(self._settings.max_file, room),
                    headers=_conditions(earlier),
                )
                part.flush()
                os.fsync(part.fileno())
        except StoppedError as error:
            return _stopped(place, error, full=room < self._settings.max_file)
        return self._judge(place, answer, earlier)

    def _judge(self, place: _Place, answer: Answer, earlier: Event | None) -> Event:
        told = {"status": answer.status, "headers": [list(pair) for pair in answer.headers]}
        if answer.status in (200, 203):
            return self._keep(place, answer, earlier)
        if answer.status == 304 and earlier is not None and _conditions(earlier):
            self._owners[earlier["file"].casefold()] = place.url
            news = {"time": _now(), "status": 304, "outcome": "unchanged"}
            where = {"depth": place.depth, "found_on": place.found_on}
            return {**earlier, **news, **where}
        if answer.status in _MOVED:
            return self._redirect(place, answer, told)
        if answer.status in (404, 410):
            return _noted(place, "not_found", reason=f"status {answer.status}", **told)
        return _noted(place, "failed", reason=f"status {answer.status}", **told)

    def _redirect(self, place: _Place, answer: Answer, told: Event) -> Event:
        """Say where an address leads; the target is asked for as an address of its own."""
        try:
            target = _target(place.url, answer)
        except SettingsError as error:
            return _noted(place, "failed", reason=error.message, **told)
        told = {"final_url": target, **told}
        if not may_ask(target, self._settings.prefixes):
            return _noted(place, "outside", reason="redirected out of the prefix", **told)
        self._moved[place.url] = target
        if self._leads_back(place.url):
            return _noted(place, "redirect_loop", reason="redirected to itself", **told)
        if self._n_hops(place.url) > MAX_REDIRECTS:
            reason = f"more than {MAX_REDIRECTS} redirects"
            return _noted(place, "redirect_loop", reason=reason, **told)
        return _noted(place, "redirected", **told)

    def _leads_back(self, url: str) -> bool:
        here = self._moved[url]
        for _ in self._moved:
            if here == url:
                return True
            here = self._moved.get(here, "")
        return False

    def _n_hops(self, url: str) -> int:
        """Count the redirects that led to an address, its own included."""
        came_from = {target: source for source, target in self._moved.items()}
        n_hops = 1
        while url in came_from and n_hops <= MAX_REDIRECTS:
            url = came_from[url]
            n_hops += 1
        return n_hops

    # -- keeping

    def _keep(self, place: _Place, answer: Answer, earlier: Event | None) -> Event:
        part = self._folder / PART
        content_type = answer.header("content-type")
        with part.open("rb") as file:
            kind = sniff_kind(file.read(HEAD), content_type)
        if kind == "html" and not is_inside(place.url, self._settings.prefixes):
            reason = "a page outside the prefix under the name of a document"
            return _noted(place, "outside", reason=reason, status=answer.status)
        name = file_name(place.url)
        if self._owners.setdefault(name.casefold(), place.url) != place.url:
            reason = f"its file name is that of {self._owners[name.casefold()]}"
            return _noted(place, "failed", reason=reason, status=answer.status)
        same = earlier is not None and earlier["sha256"] == answer.sha256
        charset = _CHARSET.search(content_type)
        event = _noted(
            place,
            "unchanged" if same else "fetched",
            status=answer.status,
            reason="",
            content_type=content_type,
            charset=charset[1].lower() if charset else "",
            kind=kind,
            sha256=answer.sha256,
            bytes=answer.n_bytes,
            file=name,
            etag=answer.header("etag"),
            last_modified=answer.header("last-modified"),
            content_encoding=answer.header("content-encoding"),
            headers=[list(pair) for pair in answer.headers],
        )
        self._move(part, name)
        if self._settings.warc:
            event["warc"] = self._archive(answer, name, event["time"])
        return event

    def _move(self, part: Path, name: str) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)

    def _archive(self, answer: Answer, name: str, when: str) -> str:
        from cio_topics.collect.warc import write_records

        part = self._folder / f"{PART}.warc"
        with part.open("wb") as out:
            write_records(out, answer, self._folder / name, when)
            out.flush()
            os.fsync(out.fileno())
        self._move(part, f"{name}.warc.gz")
        return f"{name}.warc.gz"

    # -- following

    def _follow(self, place: _Place, event: Event) -> None:
        if event["outcome"] == "redirected":
            self._add(event["final_url"], place.depth, place.url, first=True)
        elif event["outcome"] in KEPT and event["kind"] == "html":
            for link in self._links(event):
                self._add(link, place.depth + 1, place.url)

    def _links(self, event: Event) -> list[str]:
        from cio_topics.ingest.html import page_links

        content = (self._folder / event["file"]).read_bytes()
        return page_links(content, event["charset"], event["url"])

    def _add(self, link: str, depth: int, found_on: str, first: bool = False) -> None:
        """Put an address in the queue, or note that it is not asked for; each once."""
        try:
            url, reason = normalize_address(link), ""
        except SettingsError as error:
            url, reason = link, error.message
        if url in self._seen:
            return
        self._seen.add(url)
        place = _Place(url, depth, found_on)
        if reason or not may_ask(url, self._settings.prefixes):
            event = _noted(place, "outside", reason=reason or "outside the prefix")
            self.events.append(event)
            if url not in self._ledger.known:
                self._note(event)
        elif depth > self._settings.depth:
            self.left["depth"] += 1
        elif first:
            self._queue.appendleft(place)
        else:
            self._queue.append(place)


def _target(url: str, answer: Answer) -> str:
    try:
        return normalize_address(urljoin(url, answer.header("location")))
    except ValueError as error:
        raise SettingsError(f"redirected to no address: {error}") from error


def _judge_robots(status: int, content: bytes) -> Rules:
    """429 is no leave to go on, though RFC 9309 would allow it."""
    if 200 <= status < 300:
        return parse_rules(content)
    if 400 <= status < 500 and status != 429:
        return RULES_ALL
    return no_rules(f"status {status}")


def _conditions(earlier: Event | None) -> dict[str, str]:
    if earlier is None:
        return {}
    named = {"If-None-Match": "etag", "If-Modified-Since": "last_modified"}
    return {name: earlier[field] for name, field in named.items() if earlier.get(field)}


def _stopped(place: _Place, error: StoppedError, *, full: bool) -> Event:
    limit = "max_bytes" if full and error.outcome == "too_large" else ""
    status = error.answer.status if error.answer else 0
    return _noted(
        place,
        error.outcome,
        status=status,
        reason=error.reason or "no reason given",
        bytes=error.n_bytes,
        limit=limit,
    )


def _failures(events: Sequence[Event]) -> tuple[Failure, ...]:
    """List what failed, then what was refused; the start address also if it lies outside."""

    def of(outcomes: Sequence[str]) -> list[Event]:
        return [e for e in events if e["outcome"] in outcomes]

    start = [e for e in events[:1] if e["outcome"] == "outside"]
    listed = [*start, *of(_FAILED), *of(_REFUSED)]
    return tuple(Failure(e["url"], e["outcome"], e.get("reason", "")) for e in listed)


def _collected(folder: Path, run: _Run) -> Collected:
    n = Counter(event["outcome"] for event in run.events)
    return Collected(
        folder / LEDGER_NAME,
        n["fetched"],
        n["unchanged"],
        sum(n[outcome] for outcome in _FAILED),
        sum(n[outcome] for outcome in _REFUSED),
        n["outside"],
        dict(run.left),
        _failures(run.events),
    )


def _finished(result: Collected) -> Event:
    names = ("fetched", "unchanged", "failed", "refused", "outside", "left")
    counts = {name: getattr(result, name) for name in names}
    return {"event": "finished", "time": _now(), **counts}


def _silent(_: str) -> None:
    """Say nothing."""


def _collect(settings: Settings, folder: Path, tell: Callable[[str], object]) -> Collected:
    from cio_topics.collect.network import Clock, make_client
    from cio_topics.collect.warc import check_warc

    if settings.warc:
        check_warc()
    clock = Clock()
    private, http2 = settings.allow_private, settings.http2
    with (
        make_client(settings.agent, clock, allow_private=private, http2=http2) as client,
        open_ledger(folder) as ledger,
    ):
        started = {"event": "started", "time": _now(), "version": __version__}
        if ledger.begin({**started, **settings.recorded()}):
            tell(f"going on with {len(ledger.known)} addresses known")
        run = _Run(settings, folder, ledger, client, clock, tell)
        run.crawl()
        result = _collected(folder, run)
        ledger.write(_finished(result))
    return result


def collect(
    url: str,
    folder: str | os.PathLike[str],
    *,
    contact: str,
    delay: float = 1.0,
    depth: int = 3,
    max_pages: int = 5000,
    max_bytes: int = 2 * 1024**3,
    max_file: int = 50 * 1024**2,
    prefixes: Sequence[str] = (),
    timeout: float = 60.0,
    retries: int = 3,
    allow_private: bool = False,
    warc: bool = False,
    http2: bool = False,
    progress: Callable[[str], object] | None = None,
) -> Collected:
    """Collect the pages below an address and the documents they link to, politely.

    One request at a time; robots.txt is followed (RFC 9309). Every address has one line in the
    ledger of `folder`. A collection that was stopped goes on where it was; one that was finished
    is brought up to date, and files that did not change are not sent again.

    Parameters
    ----------
    url : str
        Where to begin. Pages in its folder and below are collected.
    folder : path
        Made if it is not there.
    contact : str
        Mail address or page under which the owner of the site can reach you; part of the user
        agent.
    delay : float, default 1.0
        Seconds between two requests to a host; at least 1, but for a server on this machine.
        A longer Crawl-delay in robots.txt is kept to.
    depth : int, default 3
        How many links a page may be away.
    max_pages, max_bytes : int, default 5000 and 2 GiB
        Addresses asked for, and bytes kept, in all.
    max_file : int, default 50 MiB
        Bytes of one file, as sent and as decoded.
    prefixes : sequence of str, optional
        More addresses whose folders are collected where pages link to them.
    timeout : float, default 60.0
        Seconds for a whole request.
    retries : int, default 3
        How often a request is tried again after status 429 or 5xx, a connection that failed, or a
        body that was cut.
    allow_private : bool, default False
        Ask private and loopback addresses too.
    warc : bool, default False
        Write a WARC file beside each body.
    http2 : bool, default False
        Use HTTP/2 where the server can.
    progress : function, optional
        Is called with one line of text for each thing that happens.

    Returns
    -------
    Collected

    Raises
    ------
    SettingsError
        A setting is not allowed.
    MissingPartError
        `warc` or `http2` without the package they need.
    OutputError
        The folder cannot be written to, or another collector writes there.
    CorpusError
        The ledger in the folder cannot be read.

    Examples
    --------
    >>> collect("https://council.example.jp/cio/", "raw", contact="")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: contact: got '', expected a mail address or ...
    """
    settings = make_settings(
        url,
        contact=contact,
        delay=delay,
        depth=depth,
        max_pages=max_pages,
        max_bytes=max_bytes,
        max_file=max_file,
        prefixes=tuple(prefixes),
        timeout=timeout,
        retries=retries,
        allow_private=allow_private,
        warc=warc,
        http2=http2,
    )
    try:
        return _collect(settings, Path(folder), progress or _silent)
    except CioTopicsError:
        raise
    except OSError as error:
        raise OutputError(
            f"cannot write to {str(folder)!r}: {error.strerror or error}.",
            "Choose a folder you may write to with -o.",
            "書き込めるフォルダを -o で指定してください。",
        ) from error
