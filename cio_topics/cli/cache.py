"""``cio-topics cache``."""

from __future__ import annotations

import click

from cio_topics.cli.options import format_option, output_option

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@click.group(short_help="List, limit or clear the cache of tokenized corpora.")
def cache() -> None:
    """List, limit or clear the cache of tokenized corpora.

    分かち書き済みコーパスのキャッシュを一覧・制限・消去します。

    Commands with --cache keep the tokens they read. CIO_TOPICS_CACHE names another folder.
    """


@cache.command("list", short_help="Show what is kept.")
@format_option(("table", "csv", "json", "jsonl"))
@output_option
def list_(output_format: str, output: str) -> None:
    """Show what is kept, the most recently used first.

    キャッシュの内容を、最近使った順に示します。
    """
    from pathlib import Path

    import pandas as pd

    from cio_topics.cli.output import command_line, write_table
    from cio_topics.tokens.cache import CacheEntry, TokenCache, default_cache

    entries = TokenCache(default_cache()).entries()
    table = pd.DataFrame(entries, columns=list(CacheEntry._fields))
    write_table(table, output_format, Path(output), {"command": command_line()})
    total = sum(entry.size for entry in entries)
    click.echo(f"{len(entries)} entries, {total:,} bytes in {default_cache()}", err=True)


@cache.command(short_help="Remove old entries down to a size.")
@click.argument("size")
def limit(size: str) -> None:
    """Remove entries, the least recently used first, down to SIZE bytes (500M, 2G).

    最近使っていないものから、指定の大きさまで消します。
    """
    from cio_topics.errors import SettingsError
    from cio_topics.tokens.cache import TokenCache, default_cache

    number, unit = (size[:-1], size[-1].upper()) if size[-1:].isalpha() else (size, "")
    if unit not in _UNITS or not number.isdecimal():
        raise SettingsError(
            f"the size is {size!r}; expected a number of bytes, or one with K, M or G (500M).",
            "Give a size.",
            "大きさを指定してください (例: 500M)。",
        )
    removed = TokenCache(default_cache()).shrink(int(number) * _UNITS[unit])
    click.echo(f"{removed} entries removed.", err=True)


@cache.command(short_help="Remove everything.")
def clear() -> None:
    """Remove every entry.

    すべて消します。
    """
    from cio_topics.tokens.cache import TokenCache, default_cache

    click.echo(f"{TokenCache(default_cache()).clear()} entries removed.", err=True)
