"""Read labels of one or several coders, checked against codebook and corpus."""

from __future__ import annotations

import os
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.errors import (
    LabelsError,
    Problem,
    SettingsError,
    choices,
    shorten,
)
from cio_topics.labels.columns import COLUMNS, last_answers, row_faults, split_themes
from cio_topics.labels.log import read_rows

if TYPE_CHECKING:
    from cio_topics.corpus import Corpus

__all__ = ["MISSING", "coder_key", "corpus_labels", "read_labels"]

#: What is done with labels of items that the corpus does not have.
MISSING = ("error", "keep", "drop")

PathLike: TypeAlias = str | os.PathLike[str]


class _Check(NamedTuple):
    """Problems of one kind, and what to do about them."""

    problems: list[Problem]
    remedy: str
    remedy_ja: str


def read_labels(
    paths: PathLike | Sequence[PathLike],
    codebook: Codebook | None,
    corpus: Corpus | None = None,
    *,
    missing: Literal["error", "keep", "drop"] = "error",
    coders: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    r"""Read the answers that count, and check every value.

    Of several answers of one coder on one item the last in the file counts; one without themes
    withdraws the others.

    Parameters
    ----------
    paths : path or sequence of paths
        CSV files with the columns :data:`~cio_topics.labels.COLUMNS`; the last three may be
        missing. Files of several coders are read together.
    codebook : Codebook or None
        Themes and version that the answers are held to; None to look at neither.
    corpus : Corpus, optional
        Items that the answers are held to.
    missing : {"error", "keep", "drop"}, default "error"
        What is done with answers on items that the corpus does not have. Kept or dropped, a warning
        counts them.
    coders : mapping of str to str, optional
        Another name for the only coder of a file, by the file's path as given.

    Returns
    -------
    DataFrame
        :data:`~cio_topics.labels.COLUMNS` as texts, in the order of the files and rows; themes
        joined by ``;``, the most fitting first.

    Raises
    ------
    LabelsError
        Bad values, unknown themes, another version of the codebook, items that the corpus does not
        have, two coders under one name, one coder under two: one error lists them with file, line
        and column, at most 20 and a count.
    SettingsError
        `coders` names a file that is not read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from cio_topics.codebook import read_codebook
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name) / "labels.csv"
    >>> head = "item_id,themes,coder,date,codebook_version"
    >>> rows = ["a1,online,青木,2024-06-21,1", "a1,open_data,青木,2024-06-22,1"]
    >>> _ = file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    >>> read_labels(file, read_codebook())[["item_id", "themes", "date"]].values.tolist()
    [['a1', 'open_data', '2024-06-22']]
    >>> _ = file.write_text(f"{head}\na1,opendata,青木,2024-06-21,1\n", encoding="utf-8")
    >>> read_labels(file, read_codebook())
    Traceback (most recent call last):
    ...
    cio_topics.errors.LabelsError: 1 bad value in the labels:
      ...labels.csv:2: themes: got 'opendata', expected some of: egov_plan, ...
    >>> folder.cleanup()
    """
    if missing not in MISSING:
        raise SettingsError(f"missing is {shorten(missing)}; expected one of: {choices(MISSING)}.")
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    rows = _renamed(_all_rows(given), coders or {})
    counting = last_answers(rows)
    checks = [_values(rows), _names(rows), _two_under_one(rows)]
    if codebook is not None:
        checks += [_versions(counting, codebook), _themes(counting, codebook)]
    lost = _lost(counting, corpus)
    if missing == "error":
        checks.append(_items(counting[lost]))
    _refuse([check for check in checks if check.problems])
    if lost.any():
        _warn_of_lost(int(lost.sum()), missing)
    kept = counting[~lost] if missing == "drop" else counting
    clean = kept.assign(themes=kept["themes"].map(lambda text: ";".join(split_themes(text))))
    return clean[list(COLUMNS)].astype("str").reset_index(drop=True)


def _warn_of_lost(n: int, missing: str) -> None:
    said, said_ja = ("kept", "残します") if missing == "keep" else ("left out", "除きます")
    warnings.warn(
        f"{n} labels are of items that the corpus does not have; they are {said}. / "
        f"コーパスにない項目のラベル{n}件を{said_ja}。",
        stacklevel=3,
    )


def corpus_labels(corpus: Corpus) -> pd.DataFrame:
    """Return the two first codings that a corpus carries as labels of ``coder_a`` and ``coder_b``.

    Parameters
    ----------
    corpus : Corpus
        With ``coder_a`` and ``coder_b`` in ``theme_labels``.

    Returns
    -------
    DataFrame
        :data:`~cio_topics.labels.COLUMNS`; a corpus tells neither dates nor versions, they are
        empty. All rows of the first coder, then all of the second, in the order of the corpus.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> corpus_labels(read_example())["coder"].value_counts().to_dict()
    {'coder_a': 191, 'coder_b': 191}
    """
    table = corpus.theme_labels
    long = pd.concat(
        [
            table[["item_id"]].assign(themes=table[coder].astype("str"), coder=coder)
            for coder in ("coder_a", "coder_b")
        ]
    )
    empty = {name: "" for name in COLUMNS if name not in long}
    answered = long[long["themes"] != ""].assign(**empty)
    return answered[list(COLUMNS)].astype("str").reset_index(drop=True)


def _all_rows(paths: Sequence[PathLike]) -> pd.DataFrame:
    """Return the rows of all files with the path and line of each."""
    if not paths:
        raise SettingsError("no file of labels was given; expected at least one.")
    tables = []
    for path in paths:
        table, where = read_rows(path)
        lines = [where(row)[1] for row in range(len(table))]
        tables.append(table.assign(file=os.fspath(path), line=lines))
    return pd.concat(tables, ignore_index=True)


def _renamed(rows: pd.DataFrame, coders: Mapping[str, str]) -> pd.DataFrame:
    for file, name in coders.items():
        of_file = rows["file"] == file
        if not of_file.any():
            raise SettingsError(
                f"a name is given for the coder of {shorten(file, 200)}, which is not read or has "
                f"no answers; read are: {choices(rows['file'].unique())}.",
                "Write the path as it is given.",
                "パスを同じ書き方で指定してください。",
            )
        known = rows.loc[of_file, "coder"].unique()
        if len(known) > 1:
            raise SettingsError(
                f"{shorten(file, 200)} holds answers of {len(known)} coders: {choices(known)}; "
                "expected one, to give it another name.",
                "Correct the names in the file.",
                "ファイルの中の名前を直してください。",
            )
        rows = rows.assign(coder=rows["coder"].where(~of_file, name))
    return rows


def _refuse(checks: Sequence[_Check]) -> None:
    problems = [problem for check in checks for problem in check.problems]
    if problems:
        listed = LabelsError.from_problems(problems)
        remedies = " ".join(check.remedy for check in checks)
        remedies_ja = "".join(check.remedy_ja for check in checks)
        raise LabelsError(listed.message, remedies, remedies_ja, problems)


def _values(rows: pd.DataFrame) -> _Check:
    problems = [
        Problem(row["file"], row["line"], column, row[column], expected)
        for row in rows.to_dict("records")
        for column, expected in row_faults(cast("dict[str, str]", row))
    ]
    return _Check(
        problems, "Correct these values in the file.", "上の値をファイルで直してください。"
    )


def coder_key(name: str) -> str:
    """Return a name without case, width and blanks: what two writings of one name share.

    Examples
    --------
    >>> coder_key("Ａｏｋｉ") == coder_key("aoki ")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _names(rows: pd.DataFrame) -> _Check:
    """Find coders whose names differ in case, width or blanks only."""
    first = rows.drop_duplicates("coder")
    first = first[first["coder"].str.strip() != ""]
    problems = []
    for _, alike in first.groupby(first["coder"].map(coder_key), sort=False):
        for row in alike.iloc[1:].to_dict("records"):
            said = (
                f"{shorten(row['coder'])} and {shorten(alike['coder'].iloc[0])} differ in case, "
                "width or blanks only; one coder or two?"
            )
            problems.append(Problem(row["file"], row["line"], "coder", "", "", said))
    return _Check(
        problems,
        "Write a coder's name in one way, and give two coders names that differ.",
        "同じ人の名前は一通りに書き、別の人には違う名前を付けてください。",
    )


def _two_under_one(rows: pd.DataFrame) -> _Check:
    """Find coders who answer one item differently in two files."""
    last = rows[~rows.duplicated(["file", "item_id", "coder"], keep="last")]
    answers = last.assign(answer=last["themes"].map(lambda text: frozenset(split_themes(text))))
    shared = answers[answers.duplicated(["item_id", "coder"], keep=False)]
    problems = []
    for _, group in shared.groupby(["item_id", "coder"], sort=False):
        one, *others = group.to_dict("records")
        for other in others:
            if other["answer"] != one["answer"]:
                said = (
                    f"{shorten(other['coder'])} gave item {shorten(other['item_id'])} "
                    f"{shorten(other['themes'])} here, and {shorten(one['themes'])} in "
                    f"{one['file']}:{one['line']}; two coders under one name?"
                )
                problems.append(Problem(other["file"], other["line"], "coder", "", "", said))
    return _Check(
        problems,
        "Two coders need two names (--coder FILE=NAME); of two copies of one coder's file give "
        "the newer one only.",
        "別の人なら --coder FILE=NAME で名前を分けてください。"
        "同じ人のファイルの写しなら、新しい方だけを指定してください。",
    )


def _versions(rows: pd.DataFrame, codebook: Codebook) -> _Check:
    other = rows[(rows["codebook_version"] != codebook.version) & (rows["codebook_version"] != "")]
    problems = []
    for (file, version), group in other.groupby(["file", "codebook_version"], sort=False):
        said = (
            f"{len(group)} of {len(rows)} answers are by version {shorten(version)} of the "
            f"codebook, from this line on; expected version {codebook.version!r}"
        )
        line = int(group["line"].iloc[0])
        problems.append(Problem(str(file), line, "codebook_version", "", "", said))
    return _Check(
        problems,
        "Give that codebook with --codebook, or carry the labels over with: cio-topics labels "
        "migrate.",
        "--codebook でその版を指定するか、cio-topics labels migrate で新しい版へ移してください。",
    )


def _themes(rows: pd.DataFrame, codebook: Codebook) -> _Check:
    """Find unknown themes in answers by this version, and the fallback beside others."""
    rows = rows[rows["codebook_version"] == codebook.version]
    problems = [
        Problem(row["file"], row["line"], "themes", value, expected)
        for row in rows.to_dict("records")
        for value, expected in _theme_faults(row["themes"], codebook)
    ]
    return _Check(
        problems,
        "Write themes as the codebook has them.",
        "テーマはコードブックにある名前で書いてください。",
    )


def _theme_faults(text: str, codebook: Codebook) -> Iterator[tuple[str, str]]:
    themes = split_themes(text)
    known = choices(codebook.ids)
    yield from ((theme, f"some of: {known}") for theme in themes if theme not in codebook.ids)
    if codebook.fallback in themes and len(themes) > 1:
        yield text, f"{codebook.fallback!r} alone, or other themes without it"


def _lost(rows: pd.DataFrame, corpus: Corpus | None) -> pd.Series[bool]:
    if corpus is None:
        return pd.Series(False, index=rows.index)
    return ~rows["item_id"].isin(corpus.items["item_id"])


def _items(rows: pd.DataFrame) -> _Check:
    problems = [
        Problem(row["file"], row["line"], "item_id", row["item_id"], "an item of the corpus")
        for row in rows.to_dict("records")
    ]
    return _Check(
        problems,
        "Give the corpus that was coded, or go on with --missing keep or --missing drop.",
        "符号化したときのコーパスを指定するか、--missing keep または --missing drop で"
        "続けてください。",
    )
