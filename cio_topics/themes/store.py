"""A learned classifier ↔ a file of NumPy's (.npz): arrays, and JSON as one of them; no pickle."""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.codebook import Codebook, codebook_toml, parse_codebook
from cio_topics.data import embedded_folder
from cio_topics.errors import ClassifierFileError, CodebookError, SettingsError, shorten
from cio_topics.files import write_bytes
from cio_topics.themes.calibration import Calibration
from cio_topics.themes.characters import CharacterGrams
from cio_topics.themes.decisions import Decision
from cio_topics.themes.features import FeatureSettings, TitleFeatures
from cio_topics.themes.model import HeldOut, ThemeModel
from cio_topics.themes.novelty import Novelty
from cio_topics.themes.scorer import LabelledItems, LinearScorer
from cio_topics.tokens import Tokenizer, dictionary_version

__all__ = [
    "check_codebook",
    "classifier_hash",
    "read_classifier",
    "write_classifier",
]

_CONTENT, FORMAT = "themes", 1
_JSON = "content"
_EMBEDDED = "theme_model.npz"
Arrays = dict[str, np.ndarray]
# What reading raises where bytes are damaged: texts instead of arrays, impossible sizes and flags.
_UNREADABLE = (
    *(AttributeError, EOFError, MemoryError, OSError, RuntimeError, ValueError),
    zipfile.BadZipFile,
)


def write_classifier(
    model: ThemeModel, path: str | os.PathLike[str], manifest: dict[str, Any] | None = None
) -> None:
    """Write a classifier, whole or not at all; the same classifier gives the same bytes.

    Parameters
    ----------
    model : ThemeModel
    path : path
    manifest : dict, optional
        What it was made from.
    """
    scorer, features, held_out = model.scorer, model.scorer.features, model.held_out
    arrays: Arrays = {
        "weights": scorer.weights,
        "intercept": scorer.intercept,
        "dual": scorer.labelled.dual,
        "idf_terms": features.idf[0],
        "idf_characters": features.idf[1],
        "idf_body": features.idf[2],
        "thresholds": model.decision.thresholds,
        "knots": model.calibration.knots,
        "held_out_probabilities": held_out.probabilities,
        "held_out_labels": held_out.labels,
        "held_out_groups": held_out.groups,
        "held_out_misses": held_out.misses,
        **_sparse("labelled", scorer.labelled.matrix),
        **_grams("characters", features.grams),
        **_grams("body", features.body_grams),
    }
    content = {
        "content": _CONTENT,
        "format": FORMAT,
        "kind": model.kind,
        "codebook": codebook_toml(model.codebook),
        "rule_books": [codebook_toml(book) for book in features.rule_books],
        "tokenizer": _described_tokenizer(features.tokenizer),
        "features": features.settings._asdict(),
        "terms": list(features.terms),
        "labelled": scorer.labelled.table.to_dict("list"),
        "seen": scorer.seen and [None if s is None else sorted(s) for s in scorer.seen],
        "calibration": [model.calibration.kind, model.calibration.slope, model.calibration.offset],
        "decision": list(model.decision[1:]),
        "novelty": list(model.novelty),
        "held_out_items": list(held_out.item_ids),
        "settings": model.settings,
        "manifest": manifest or {},
    }
    write_bytes(path, _packed(content, arrays))


def read_classifier(
    path: str | os.PathLike[str] | None = None, codebook: Codebook | None = None
) -> ThemeModel:
    """Read a classifier.

    Parameters
    ----------
    path : path, optional
        A file of :func:`write_classifier`; the embedded one, learned from the embedded labels, if
        None.
    codebook : Codebook, optional
        Refuse a classifier that was learned with another one.

    Returns
    -------
    ThemeModel

    Raises
    ------
    ClassifierFileError
        No such file, or it holds something else or is broken.
    SettingsError
        It was learned with another codebook.

    Examples
    --------
    >>> model = read_classifier()
    >>> [str(t) for t in model.classes_[model.predict(["サイバーセキュリティ戦略の改定"])[0] == 1]]
    ['security']
    """
    file = embedded_folder() / _EMBEDDED if path is None else Path(path)
    content, arrays = _unpacked(file)
    try:
        model = _built(content, arrays)
    except (AttributeError, CodebookError, IndexError, KeyError, TypeError, ValueError) as error:
        raise _broken(file, error) from error
    if codebook is not None:
        check_codebook(model, codebook)
    return model


def classifier_hash(path: str | os.PathLike[str] | None = None) -> str:
    """Return the SHA-256 of a classifier's file; of the embedded one if None."""
    file = embedded_folder() / _EMBEDDED if path is None else Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_codebook(model: ThemeModel, codebook: Codebook) -> None:
    """Refuse a classifier that was learned with another version, other themes or other rules.

    Raises
    ------
    SettingsError
    """
    own = model.codebook
    if own == codebook:
        return
    if own.version != codebook.version:
        name, one, other = "version", own.version, codebook.version
    elif own.rules_version != codebook.rules_version:
        name, one, other = "rules_version", own.rules_version, codebook.rules_version
    else:
        name, one, other = "themes or rules", "as learned", "others under the same version"
    raise SettingsError(
        f"the classifier was learned with another codebook: {name} is {shorten(one)} there, and "
        f"{shorten(other)} in the codebook given.",
        "Train it again with this codebook: cio-topics train --codebook FILE.",
        "このコードブックで学習し直してください: cio-topics train --codebook FILE",
    )


def _packed(content: dict[str, Any], arrays: Arrays) -> bytes:
    """Return the bytes of a .npz file that has no day and is not compressed."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    members = {_JSON: np.frombuffer(text.encode(), dtype=np.uint8)} | arrays
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(members[name]))
            info = zipfile.ZipInfo(f"{name}.npy")  # the day is fixed: 1980-01-01
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, member.getvalue())
    return buffer.getvalue()


def _unpacked(file: Path) -> tuple[dict[str, Any], Arrays]:
    try:
        with zipfile.ZipFile(file) as archive:
            if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
                raise ValueError("it is compressed")  # and may hold more than it seems
        with np.load(file, allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        content = json.loads(arrays.pop(_JSON).tobytes())
    except FileNotFoundError as error:
        raise ClassifierFileError(
            f"no classifier {shorten(os.fspath(file), 200)}.",
            "Give a file that cio-topics train wrote.",
            "cio-topics train で書いたファイルを指定してください。",
        ) from error
    except KeyError as error:
        raise _other(file) from error
    except _UNREADABLE as error:
        raise _broken(file, error) from error
    if not isinstance(content, dict) or content.get("content") != _CONTENT:
        raise _other(file)
    if content.get("format") != FORMAT:
        raise ClassifierFileError(
            f"{shorten(file.name)} has format {shorten(content.get('format'))}; this version reads "
            f"format {FORMAT}.",
            "Update cio-topics, or train the classifier again.",
            "cio-topics を更新するか、学習し直してください。",
        )
    return content, arrays


def _other(file: Path) -> ClassifierFileError:
    return ClassifierFileError(
        f"{shorten(file.name)} holds no classifier of themes.",
        "Give a file that cio-topics train wrote; models of topics go with cio-topics weights.",
        "cio-topics train で書いたファイルを指定してください。",
    )


def _broken(file: Path, error: Exception) -> ClassifierFileError:
    return ClassifierFileError(
        f"{shorten(file.name)} is no whole classifier: {shorten(error, 120)}.",
        "Train it again: cio-topics train.",
        "cio-topics train で作り直してください。",
    )


def _described_tokenizer(tokenizer: Tokenizer) -> dict[str, Any]:
    settings = tokenizer.get_params()
    if settings.pop("lexicon") is not None or settings["user_dictionary"] is not None:
        raise SettingsError(
            "a classifier whose tokenizer has a lexicon or user dictionary of its own cannot be "
            "saved.",
            "Use the embedded lexicon.",
            "内蔵の語彙集を使ってください。",
        )
    del settings["cache"]
    return {"settings": settings, "dictionary": dictionary_version(tokenizer.dictionary)}


def _tokenizer(described: dict[str, Any]) -> Tokenizer:
    settings: dict[str, Any] = described["settings"]
    tokenizer = Tokenizer(**_tuples(settings))
    here = dictionary_version(tokenizer.dictionary)
    if described["dictionary"] != here:
        warnings.warn(
            f"the classifier was learned with {described['dictionary']}; here is {here}. Other "
            "units of words may give other answers; train it again.",
            stacklevel=4,
        )
    return tokenizer


def _tuples(settings: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}


def _sparse(name: str, matrix: csr_matrix) -> Arrays:
    return {
        f"{name}.data": matrix.data,
        f"{name}.indices": matrix.indices.astype(np.int32),
        f"{name}.indptr": matrix.indptr.astype(np.int32),
    }


def _grams(name: str, grams: CharacterGrams) -> Arrays:
    arrays = {f"{name}.alphabet": grams.alphabet}
    return arrays | {f"{name}.{k}": known for k, known in enumerate(grams.grams)}


def _read_grams(name: str, low: int, high: int, arrays: Arrays) -> CharacterGrams:
    known = tuple(arrays[f"{name}.{k}"] for k in range(high - low + 1))
    return CharacterGrams(low, high, arrays[f"{name}.alphabet"], known)


def _built(content: dict[str, Any], arrays: Arrays) -> ThemeModel:
    codebook = parse_codebook(content["codebook"])
    settings = FeatureSettings(**_tuples(content["features"]))
    books = tuple(
        codebook if text == content["codebook"] else parse_codebook(text)
        for text in content["rule_books"]
    )
    features = TitleFeatures(
        settings,
        _tokenizer(content["tokenizer"]),
        {term: place for place, term in enumerate(content["terms"])},
        _read_grams("characters", *settings.characters, arrays),
        _read_grams("body", *settings.body_characters, arrays),
        (arrays["idf_terms"], arrays["idf_characters"], arrays["idf_body"]),
        books,
    )
    names = ["item_id", "title", "themes", "body", "date"]
    table = pd.DataFrame(content["labelled"], dtype="str")[names]
    shape = (len(table), sum(features.sizes))
    parts = (arrays["labelled.data"], arrays["labelled.indices"], arrays["labelled.indptr"])
    matrix = csr_matrix(parts, shape=shape)
    matrix.check_format(full_check=True)  # no column beyond the last
    labelled = LabelledItems(table, matrix, arrays["dual"])
    seen = content["seen"]
    scorer = LinearScorer(
        features,
        arrays["weights"],
        arrays["intercept"],
        labelled,
        None
        if seen is None
        else tuple(None if s is None else frozenset(map(tuple, s)) for s in seen),
    )
    held_out_items = content["held_out_items"]
    _check_shapes(arrays, scorer, len(held_out_items), len(codebook.ids))
    kind, slope, offset = content["calibration"]
    return ThemeModel(
        kind=content["kind"],
        codebook=codebook,
        scorer=scorer,
        calibration=Calibration(kind, slope, offset, arrays["knots"]),
        decision=Decision(arrays["thresholds"], *content["decision"]),
        novelty=Novelty(*content["novelty"]),
        held_out=HeldOut(
            tuple(held_out_items),
            arrays["held_out_groups"],
            arrays["held_out_probabilities"],
            arrays["held_out_labels"],
            arrays["held_out_misses"],
        ),
        settings=content["settings"],
    )


def _check_shapes(arrays: Arrays, scorer: LinearScorer, n_items: int, n_themes: int) -> None:
    sizes, n_rows = scorer.features.sizes, len(scorer.labelled.table)
    shapes: dict[str, tuple[int, ...]] = {
        "weights": (sum(sizes), n_themes),
        "intercept": (n_themes,),
        "dual": (n_rows, n_themes),
        "thresholds": (n_themes,),
        "knots": (len(arrays["knots"]), 2),
        "held_out_groups": (n_items,),
        "held_out_misses": (n_items,),
        "held_out_probabilities": (n_items, n_themes),
        "held_out_labels": (n_items, n_themes),
    }
    of_kinds = ("idf_terms", "idf_characters", "idf_body")
    shapes |= {name: (size,) for name, size in zip(of_kinds, sizes, strict=False)}
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}; expected {shape}")
