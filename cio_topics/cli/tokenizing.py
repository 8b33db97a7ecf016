"""Options that choose the tokenizer: its dictionaries, its lexicon and its stop words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cio_topics.cli.options import choice_option
from cio_topics.cli.output import note_inputs

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer

__all__ = ["compounds_option", "tokenizer_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


def tokenizer_options(command: Command) -> Callable[..., Any]:
    """Add --dictionary, --lexicon, --stop-words, --user-dictionary and --cache.

    The command is called with ``tokenizer``, a :class:`~cio_topics.tokens.Tokenizer`, instead of
    these options; what else it lets users choose it sets itself:
    ``tokenizer.set_params(compounds=compounds)``.
    """

    @wraps(command)
    def with_tokenizer(
        *args: Any,
        dictionary: str,
        lexicon: Path | None,
        stop_words: Path | None,
        user_dictionary: Path | None,
        cache: bool,
        **settings: Any,
    ) -> Any:
        tokenizer = _tokenizer(dictionary, lexicon, stop_words, user_dictionary)
        if cache:
            from cio_topics.tokens.cache import default_cache

            tokenizer.set_params(cache=default_cache())
        return command(*args, tokenizer=tokenizer, **settings)

    chosen: Callable[..., Any] = with_tokenizer
    for option in (
        click.option("--cache", is_flag=True, help="Keep the tokens for the next command."),
        _file_option("--user-dictionary", "A user dictionary of MeCab, compiled."),
        _file_option("--stop-words", "Words that are no terms, instead of the lexicon's."),
        _file_option("--lexicon", "A lexicon in TOML instead of the embedded one."),
        click.option(
            "--dictionary",
            default="unidic-lite",
            show_default=True,
            metavar="NAME",
            help="unidic-lite, unidic, ipadic, sudachi-a, sudachi-b, sudachi-c, or the folder of a "
            "compiled dictionary of MeCab.",
        ),
    ):
        chosen = option(chosen)
    return chosen


compounds_option = choice_option(
    "--compounds",
    ("both", "long", "short"),
    "both",
    "Compounds whole (long), in parts (short), or both.",
)


def _file_option(name: str, meaning: str) -> Callable[[Command], Command]:
    return click.option(name, type=click.Path(path_type=Path), metavar="FILE", help=meaning)


def _tokenizer(
    dictionary: str, lexicon: Path | None, stop_words: Path | None, user_dictionary: Path | None
) -> Tokenizer:
    from cio_topics.lexicon import read_lexicon
    from cio_topics.tokens import Tokenizer

    note_inputs(lexicon, stop_words, user_dictionary)
    tokenizer = Tokenizer(dictionary=dictionary)
    if lexicon is not None:
        tokenizer.set_params(lexicon=read_lexicon(lexicon))
    if stop_words is not None:
        from cio_topics.terms.stop_words import read_stop_words

        tokenizer.set_params(stop_words=tuple(read_stop_words(stop_words)))
    if user_dictionary is not None:
        tokenizer.set_params(user_dictionary=str(user_dictionary))
    return tokenizer
