"""Where the embedded corpus lies: inside an installed wheel, or beside a checkout's package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cio_topics.errors import MissingPartError

__all__ = ["embedded_folder", "embedded_text"]


def embedded_folder() -> Path:
    """Return the folder of the embedded corpus.

    A wheel carries it as package data; a source checkout has it as ``corpus/`` beside the package.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    MissingPartError
        Neither place has it.

    Examples
    --------
    >>> (embedded_folder() / "items.csv").exists()
    True
    """
    package = Path(str(files("cio_topics")))
    for folder in (package / "data", package.parent / "corpus"):
        if (folder / "items.csv").is_file():
            return folder
    raise MissingPartError(
        f"the embedded corpus is missing: looked in {package / 'data'}.",
        'Install again: python -m pip install --force-reinstall "cio-topics".',
        "パッケージを入れ直してください。",
    )


def embedded_text(name: str) -> str:
    """Return the text of one embedded file, for example ``codebook.toml``."""
    return (embedded_folder() / name).read_text(encoding="utf-8")
