"""``cio-topics dictionary``."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(short_help="Make a user dictionary of MeCab.")
def dictionary() -> None:
    """Make a user dictionary of MeCab.

    MeCab のユーザー辞書を作ります。
    """


@dictionary.command(short_help="Compile the terms of a lexicon for MeCab.")
@click.argument("lexicon", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where it is written; FILE.json beside it says what it was made from.",
)
@click.option(
    "--dictionary",
    "name",
    default="unidic-lite",
    show_default=True,
    metavar="NAME",
    help="unidic-lite, unidic, ipadic, or the folder of a compiled dictionary of MeCab.",
)
def build(lexicon: Path | None, output: Path, name: str) -> None:
    """Compile the terms of LEXICON, a TOML file, to a user dictionary of MeCab.

    用語集 LEXICON の語を、MeCab のユーザー辞書にします。

    Without LEXICON the embedded one is taken. Any program with MeCab can use the result, together
    with the dictionary it was built for.

    Example: cio-topics dictionary build lexicon.toml -o terms.dic
    """
    import os
    import shlex

    from cio_topics.errors import SettingsError
    from cio_topics.lexicon import read_lexicon
    from cio_topics.tokens.dictionaries import find_dictionary
    from cio_topics.tokens.user_dictionary import write_user_dictionary

    if lexicon is not None and output.exists() and output.samefile(lexicon):
        raise SettingsError(
            f"-o is the lexicon {str(lexicon)!r} itself.",
            "Give the dictionary a name of its own: -o terms.dic.",
            "-o terms.dic のように別の名前を指定してください。",
        )
    terms = read_lexicon(lexicon)
    write_user_dictionary(terms, output, dictionary=name)
    found = find_dictionary(name)
    n = len(terms.names)
    words = ["mecab", "-r", os.devnull, "-d", found.folder, "-u", str(output)]
    click.echo(f"{n} entries for {found.version} / {n}語: {output}")
    click.echo(f"Use it / 使い方: {shlex.join(words)}")
