"""``cio-topics collect``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cio_topics.cli.output import show_line

if TYPE_CHECKING:
    from cio_topics.collect import Collected

__all__ = ["collect", "collect_options", "collect_to", "size", "summary_text"]

Command = TypeVar("Command", bound=Callable[..., Any])

_SHOWN = 20
_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:i?B)?", re.I)
_LIMITS = {
    "depth": ("deeper than --depth", "--depth より深いページ"),
    "max_pages": ("after --max-pages", "--max-pages を超えた分"),
    "max_bytes": ("after --max-bytes", "--max-bytes を超えた分"),
}


def size(text: str) -> int:
    """Return a number of bytes, from 500, 50MiB or 2G; units count by 1024.

    Examples
    --------
    >>> size("50MiB")
    52428800
    >>> size("much")
    Traceback (most recent call last):
    ...
    click.exceptions.BadParameter: got 'much', expected a size as 500KiB, 50MiB or 2GiB.
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise click.BadParameter(f"got {text!r}, expected a size as 500KiB, 50MiB or 2GiB.")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def collect_options(command: Command) -> Command:
    """Add URL and everything that says how it is collected, but not where to."""
    options = (
        click.argument("url"),
        click.option(
            "--contact",
            required=True,
            metavar="MAIL",
            help="Your mail address or page, for the owner of the site.",
        ),
        click.option(
            "--delay",
            type=float,
            default=1.0,
            show_default=True,
            metavar="S",
            help="Seconds between requests to a host, at least 1.",
        ),
        click.option(
            "--depth",
            type=click.IntRange(0),
            default=3,
            show_default=True,
            help="How many links a page may be away.",
        ),
        click.option(
            "--max-pages",
            type=click.IntRange(1),
            default=5000,
            show_default=True,
            help="Most addresses asked for.",
        ),
        click.option(
            "--max-bytes",
            type=size,
            metavar="SIZE",
            default="2GiB",
            show_default=True,
            help="Most bytes in all.",
        ),
        click.option(
            "--max-file",
            type=size,
            metavar="SIZE",
            default="50MiB",
            show_default=True,
            help="Most bytes of one file.",
        ),
        click.option(
            "--also",
            "prefixes",
            multiple=True,
            metavar="PREFIX",
            help="Collect from this address's folder too. Repeatable.",
        ),
        click.option(
            "--timeout",
            type=float,
            default=60.0,
            show_default=True,
            metavar="S",
            help="Seconds for a whole request.",
        ),
        click.option(
            "--allow-private", is_flag=True, help="Ask private and loopback addresses too."
        ),
        click.option("--warc", is_flag=True, help="Write a WARC file beside each body."),
        click.option("--http2", is_flag=True, help="Use HTTP/2 where the server can."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _limit_lines(left: dict[str, int]) -> list[str]:
    return [
        f"Left out / 取得せず: {n:,} ({_LIMITS[name][0]} / {_LIMITS[name][1]})"
        for name, n in left.items()
    ]


def _failure_lines(result: Collected) -> list[str]:
    lines = [f"  {f.outcome}: {f.url} ({f.reason})" for f in result.failures[:_SHOWN]]
    rest = len(result.failures) - _SHOWN
    more = [f"  … and {rest:,} more; see the ledger / ほか {rest:,} 件は台帳に"] if rest > 0 else []
    heading = [f"Failed or refused / 失敗・拒否: {len(result.failures):,}"] if lines else []
    return [*heading, *lines, *more]


def summary_text(result: Collected) -> str:
    """Return what a collection came to, for a person.

    Examples
    --------
    >>> from cio_topics.collect import Collected, Failure
    >>> gone = Failure("https://council.example.jp/a.pdf", "not_found", "status 404")
    >>> print(summary_text(Collected(Path("raw/ledger.jsonl"), 12, 0, 1, 0, 3, {}, (gone,))))
    Fetched / 取得: 12   unchanged / 変更なし: 0   failed / 失敗: 1   refused / 拒否: 0
    Outside the prefix, not asked for / 範囲外: 3
    Failed or refused / 失敗・拒否: 1
      not_found: https://council.example.jp/a.pdf (status 404)
    Ledger / 台帳: raw/ledger.jsonl
    """
    counts = (
        f"Fetched / 取得: {result.fetched:,}   unchanged / 変更なし: {result.unchanged:,}   "
        f"failed / 失敗: {result.failed:,}   refused / 拒否: {result.refused:,}"
    )
    outside = f"Outside the prefix, not asked for / 範囲外: {result.outside:,}"
    ledger = f"Ledger / 台帳: {result.ledger.as_posix()}"
    limits = _limit_lines(result.left)
    return "\n".join([counts, outside, *limits, *_failure_lines(result), ledger])


@click.command(short_help="Collect a council's pages and handouts, politely.")
@collect_options
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="Where to keep them.",
)
def collect(url: str, folder: Path, **settings: Any) -> None:
    """Collect the pages below URL and the handouts they link to.

    URL 以下のページと、そこからリンクされた資料を集めます。

    One request at a time, at least one second apart; robots.txt is followed. Run it again to go on
    after a stop, or to fetch only what has changed. FOLDER/ledger.jsonl says what became of every
    address.
    """
    collect_to(url, folder, settings)


def collect_to(url: str, folder: Path, settings: dict[str, Any]) -> None:
    """Collect, and say what came of it; nothing collected is an error."""
    from cio_topics.collect import collect as collect_site
    from cio_topics.errors import CioTopicsError

    result = collect_site(url, folder, progress=show_line, **settings)
    click.echo(summary_text(result))
    if not result.fetched + result.unchanged:
        raise CioTopicsError(
            f"nothing was collected from {url}.",
            "See the reasons above; a site that has moved is collected from its new address.",
            "上の理由を確かめてください。移転したサイトは新しいアドレスから集められます。",
        )
