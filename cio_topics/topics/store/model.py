"""Write a fitted topic model, and read it again."""

from __future__ import annotations

import contextlib
import os
import platform
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from cio_topics import __version__
from cio_topics.errors import CioTopicsError, MissingPartError, SettingsError, choices, shorten
from cio_topics.topics.store.archive import FORMAT, ModelFileError, read_archive, write_archive
from cio_topics.topics.store.steps import (
    build_topics,
    build_vectorizer,
    describe_topics,
    describe_vectorizer,
)
from cio_topics.topics.store.tokenizing import build_tokenizer, find_dictionaries

__all__ = ["read_model", "read_model_info", "write_model"]

_PACKAGES = (
    "fugashi",
    "gensim",
    "numba",
    "numpy",
    "scikit-learn",
    "scipy",
    "sudachipy",
    "tomotopy",
)

_WRONG = (
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


def write_model(
    model: Pipeline, path: str | os.PathLike[str], manifest: dict[str, Any] | None = None
) -> None:
    """Write a fitted pipeline of vectorizer and topic model to one file.

    The file is a zip of ``model.json`` and ``arrays/*.npy``: settings, lexicon, terms, learned
    numbers, versions, and the manifest. It holds no code and no pickle. The same model gives the
    same bytes.

    Parameters
    ----------
    model : Pipeline
        Fitted; from :func:`cio_topics.topics.make_topic_model`.
    path : path
        Commonly ``*.ciotopics``. Written whole or not at all.
    manifest : dict, optional
        What the model was made from, as :func:`cio_topics.manifest.make_manifest` says it: corpus
        with its hash, codebook with its version. Ready for JSON.

    Raises
    ------
    SettingsError
        Not such a pipeline, not fitted, or with a part that is neither a text nor a number.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> from cio_topics.topics import fit_topics, make_topic_model, topic_weights
    >>> titles = pd.Series(["電子政府計画", "電子政府評価", "マイナンバー", "マイナンバー制度"])
    >>> model = fit_topics(make_topic_model(n_topics=2), titles)
    >>> with TemporaryDirectory() as folder:
    ...     write_model(model, f"{folder}/small.ciotopics", {"corpus": {"sha256": "0ab1"}})
    ...     again = read_model(f"{folder}/small.ciotopics")
    ...     made_from = read_model_info(f"{folder}/small.ciotopics")["manifest"]
    >>> bool((again.transform(titles) == model.transform(titles)).all()), made_from
    (True, {'corpus': {'sha256': '0ab1'}})
    >>> write_model(make_topic_model(), "model.ciotopics")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the model is not fitted. Fit it before it is written: ...
    """
    steps = _steps(model)
    arrays: dict[str, np.ndarray] = {}
    try:
        vectorizer = describe_vectorizer(steps["vectorizer"], arrays)
        topics = describe_topics(steps["topics"], len(vectorizer["terms"]), arrays)
    except CioTopicsError:
        raise
    except NotFittedError as error:
        raise SettingsError(
            "the model is not fitted.",
            "Fit it before it is written: fit_topics(pipeline, texts).",
            "fit_topics で学習してから保存してください。",
        ) from error
    except ValueError as error:
        raise SettingsError(f"the model cannot be written: {error}.") from error
    content = {
        "format": FORMAT,
        "cio_topics": __version__,
        "versions": _versions(),
        "manifest": manifest,
        "vectorizer": vectorizer,
        "topics": topics,
    }
    write_archive(path, content, arrays)


def read_model(
    path: str | os.PathLike[str],
    *,
    strict: bool = False,
    dictionary: str | None = None,
    user_dictionary: str | None = None,
) -> Pipeline:
    """Read a fitted pipeline; nothing in the file is run, and only listed classes are made.

    Parameters
    ----------
    path : path
        A file that :func:`write_model` wrote, in this version or an earlier one.
    strict : bool, default False
        Refuse where weights may differ from those of the machine that wrote the file: another
        dictionary, or other versions of cio_topics and of the packages under it. Otherwise another
        dictionary is a warning, and versions are not compared.
    dictionary : str, optional
        A dictionary instead of the one of the same name. Needed where the model was made with a
        folder: the file has its digest, not its place.
    user_dictionary : str, optional
        The compiled user dictionary, where the model was made with one.

    Returns
    -------
    Pipeline
        ``transform`` gives the weights of the model that was written, bit for bit.

    Raises
    ------
    ModelFileError
        No model, a broken file, a newer format, or parts that do not fit each other.
    SettingsError
        A folder or a user dictionary that is not given; with `strict`, another version.
    MissingPartError
        The dictionary or a package is not installed.

    Warns
    -----
    UserWarning
        The dictionary in use is another than the one the model was made with.

    Examples
    --------
    >>> read_model("nothing.ciotopics")
    Traceback (most recent call last):
    ...
    cio_topics.topics.store.archive.ModelFileError: cannot read the model 'nothing.ciotopics': ...
    """
    content, arrays = read_archive(path)
    with _reading(path, content):
        described = content["vectorizer"]["tokenizer"]
        tokenizer = None if described is None else build_tokenizer(described)
        vectorizer = build_vectorizer(content["vectorizer"], tokenizer, arrays)
        topics = build_topics(content["topics"], len(vectorizer.vocabulary_), arrays)
        differences = _other_versions(content) if strict else []
    if tokenizer is not None:
        differences.append(find_dictionaries(described, tokenizer, dictionary, user_dictionary))
    _tell(Path(path).name, [difference for difference in differences if difference], strict)
    return Pipeline([("vectorizer", vectorizer), ("topics", topics)])


def read_model_info(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what a model file says of itself, without its numbers.

    Works where the model itself cannot be read because a dictionary or package is missing.

    Returns
    -------
    dict
        ``format``, ``cio_topics`` (version that wrote it), ``versions``, ``manifest`` (None if
        none was given), ``dictionary``, ``vectorizer`` and ``topics`` (names of classes),
        ``n_topics`` and ``n_terms``.

    Raises
    ------
    ModelFileError
    """
    content, _ = read_archive(path, with_arrays=False)
    with _reading(path, content):
        vectorizer, topics = content["vectorizer"], content["topics"]
        tokenizer = vectorizer["tokenizer"]
        return {
            **{name: content[name] for name in ("format", "cio_topics", "versions", "manifest")},
            "dictionary": None if tokenizer is None else tokenizer["dictionary"]["version"],
            "vectorizer": vectorizer["class"],
            "topics": topics["class"],
            "n_topics": topics["n_topics"],
            "n_terms": len(vectorizer["terms"]),
        }


@contextlib.contextmanager
def _reading(path: str | os.PathLike[str], content: dict[str, Any]) -> Iterator[None]:
    """Say of every fault of the content which file has it, and which version wrote that."""
    try:
        yield
    except MissingPartError:
        raise
    except (CioTopicsError, *_WRONG) as error:
        why = error.message if isinstance(error, CioTopicsError) else str(error)
        if isinstance(error, KeyError):
            why = f"{why} is missing"
        raise ModelFileError(
            f"{shorten(Path(path).name)}, written by cio_topics "
            f"{shorten(content.get('cio_topics'))[1:-1]}, cannot be read by {__version__}: "
            f"{shorten(why, 300)[1:-1].rstrip('.')}.",
            "Read it with the version that wrote it, or fit and write the model again.",
            "書き出した版で読むか、学習し直して保存してください。",
        ) from error


def _steps(model: Any) -> dict[str, Any]:
    names = [name for name, _ in model.steps] if isinstance(model, Pipeline) else []
    if names != ["vectorizer", "topics"]:
        raise SettingsError(
            f"got a {type(model).__name__} with the steps {choices(names) or 'none'}; expected a "
            "fitted pipeline of make_topic_model, with the steps vectorizer, topics."
        )
    return dict(model.steps)


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def _other_versions(content: dict[str, Any]) -> list[str]:
    """Return where the versions of a file are others than those that are installed."""
    written = {"cio_topics": content["cio_topics"], **content["versions"]}
    used = {"cio_topics": __version__, **_versions()}
    return [
        f"it was written with {name} {shorten(written[name])[1:-1]}, and in use is "
        f"{used.get(name, 'none')}"
        for name in sorted(written.keys() - {"python"})
        if written[name] != used.get(name)
    ]


def _tell(name: str, differences: list[str], strict: bool) -> None:
    """Refuse, or warn, if a model may give other weights here."""
    if not differences:
        return
    said = f"the model {shorten(name)} may give other weights here: {'; '.join(differences)}."
    if strict:
        raise SettingsError(
            said,
            "Install what it was made with, or read it without strict.",
            "作成時と同じ版を入れるか、strict なしで読んでください。",
        )
    warnings.warn(said, stacklevel=3)
