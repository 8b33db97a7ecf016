"""What a result was made from: corpus, codebook, dictionary, versions, command, seed."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from cio_topics import __version__
from cio_topics.codebook import Codebook
from cio_topics.corpus import Corpus
from cio_topics.tokens import Tokenizer, dictionary_version

__all__ = [
    "PACKAGES",
    "codebook_hash",
    "make_manifest",
    "manifest_text",
    "package_versions",
]

#: Packages whose versions can change a result.
PACKAGES = (
    "ahocorasick_rs",
    "altair",
    "fugashi",
    "gensim",
    "jinja2",
    "krippendorff",
    "matplotlib-fontja",
    "networkx",
    "numba",
    "numpy",
    "pandas",
    "pandera",
    "patsy",
    "pdfminer.six",
    "pyarrow",
    "scikit-learn",
    "scipy",
    "selectolax",
    "statsmodels",
    "tomotopy",
    "unidic-lite",
    "vl-convert-python",
    "xlsxwriter",
)


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of :data:`PACKAGES`; empty where one is missing."""
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions


def codebook_hash(codebook: Codebook) -> str:
    """Return the SHA-256 of everything a codebook says.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> len(codebook_hash(read_codebook()))
    64
    """
    return hashlib.sha256(repr(codebook).encode()).hexdigest()


def make_manifest(
    corpus: Corpus,
    codebook: Codebook,
    *,
    command: str,
    settings: dict[str, Any],
    tokenizer: Tokenizer | None = None,
) -> dict[str, Any]:
    """Return what a result was made from.

    The same corpus, codebook, settings, versions and command give the same manifest: it holds no
    time and no name of a machine, and no path but those that the command names.

    Parameters
    ----------
    corpus : Corpus
    codebook : Codebook
    command : str
        The command that repeats the result.
    settings : dict
        Everything that was chosen, seeds included.
    tokenizer : Tokenizer, optional
        Where a tokenizer was chosen: its dictionary and settings are named.

    Returns
    -------
    dict
        Ready for JSON.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> from cio_topics.corpus import read_example
    >>> manifest = make_manifest(read_example(), read_codebook(), command="x", settings={})
    >>> manifest["codebook"]["version"], manifest["corpus"]["n_items"]
    ('1', 307)
    """
    manifest = {
        "cio_topics": __version__,
        "command": command,
        "settings": settings,
        "corpus": {
            "sha256": corpus.hash,
            "n_items": len(corpus),
            "n_meetings": len(corpus.meetings),
        },
        "codebook": {
            "version": codebook.version,
            "rules_version": codebook.rules_version,
            "sha256": codebook_hash(codebook),
        },
        "dictionary": dictionary_version(),
        "versions": package_versions(),
    }
    if tokenizer is not None:
        manifest["dictionary"] = dictionary_version(tokenizer.dictionary)
        manifest["tokenizer"] = tokenizer.settings()
    return manifest


def manifest_text(manifest: dict[str, Any]) -> str:
    """Return a manifest as JSON, keys in their order."""
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
