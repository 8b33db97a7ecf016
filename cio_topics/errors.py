"""Errors of the package: what was given, what was expected, what to do.

Every error a user can cause is a :class:`CioTopicsError`. Its ``exit_code`` is what the
command line returns; its remedy is written in English and Japanese.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple, Self

__all__ = [
    "CioTopicsError",
    "CodebookError",
    "CorpusError",
    "LabelsError",
    "LexiconError",
    "MissingPartError",
    "OutputError",
    "Problem",
    "ProblemsError",
    "SettingsError",
    "StopWordsError",
    "TooSmallError",
    "check_jobs",
    "check_level",
    "choices",
    "shorten",
]

PROBLEMS_SHOWN = 20
CHOICES_SHOWN = 40


def shorten(value: object, width: int = 60) -> str:
    """Return the first `width` characters of `value` in quotes, control characters escaped.

    Examples
    --------
    >>> shorten("議事次第" * 40, width=12)
    "'議事次第議事次第議事…'"
    """
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= width else text[: width - 2] + "…")


def choices(names: Iterable[object]) -> str:
    """List the names that exist (at most 40), for a message about one that does not."""
    known = [str(name) for name in names]
    more = f", … ({len(known)} in all)" if len(known) > CHOICES_SHOWN else ""
    return ", ".join(known[:CHOICES_SHOWN]) + more


class CioTopicsError(Exception):
    """Base of every error a user can cause.

    Parameters
    ----------
    message : str
        What was given and what was expected.
    remedy, remedy_ja : str
        What to do, in English and in Japanese.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "", remedy_ja: str = "") -> None:
        self.message = message
        self.remedy = remedy
        self.remedy_ja = remedy_ja
        advice = " / ".join(part for part in (remedy, remedy_ja) if part)
        super().__init__(f"{message} {advice}".rstrip())


class SettingsError(CioTopicsError, ValueError):
    """A parameter or option has a value that is not allowed."""

    exit_code = 2


class TooSmallError(SettingsError):
    """There are too few texts or terms for what was asked."""


class ClassifierFileError(SettingsError):
    """A file is no classifier, is broken, or holds what this version cannot read."""

    exit_code = 3


def check_level(level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1.

    Examples
    --------
    >>> check_level(95)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: level is 95; expected a number between 0 and 1, such as 0.95.
    """
    if not 0 < level < 1:
        raise SettingsError(f"level is {level}; expected a number between 0 and 1, such as 0.95.")


def check_jobs(n_jobs: int) -> None:
    """Refuse to work in no process at all.

    Examples
    --------
    >>> check_jobs(-1)
    >>> check_jobs(0)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: n_jobs is 0; expected a number of processes, or -1 for one a
    processor.
    """
    if n_jobs == 0:
        raise SettingsError(
            "n_jobs is 0; expected a number of processes, or -1 for one a processor."
        )


class Problem(NamedTuple):
    """One bad value of an input file.

    `line` counts from 1 as a text editor does (0: the file as a whole).
    """

    file: str
    line: int
    column: str
    value: str
    expected: str
    statement: str = ""  # said instead of the value and what was expected

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place}: {self.column}" if self.column else place
        if self.statement:
            return f"{where}: {self.statement}"
        expected = self.expected if len(self.expected) <= 400 else self.expected[:399] + "…"
        return f"{where}: got {shorten(self.value)}, expected {expected}"


class ProblemsError(CioTopicsError, ValueError):
    """A file breaks its rules; `problems` lists every bad value."""

    exit_code = 3
    what: ClassVar[str] = "file"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        remedy_ja: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        self.problems = tuple(problems)
        super().__init__(message, remedy, remedy_ja)

    @classmethod
    def from_problems(cls, problems: Sequence[Problem]) -> Self:
        """Return one error that lists at most 20 problems and their count."""
        count = f"{len(problems)} bad value{'s' if len(problems) != 1 else ''} in the {cls.what}"
        shown = "\n".join(f"  {problem}" for problem in problems[:PROBLEMS_SHOWN])
        rest = len(problems) - PROBLEMS_SHOWN
        more = f"\n  … and {rest} more" if rest > 0 else ""
        return cls(
            f"{count}:\n{shown}{more}\n",
            "Correct these values in the file and read it again.",
            "上の値をファイルで直してから、もう一度読み込んでください。",
            problems,
        )


class CorpusError(ProblemsError):
    """A corpus breaks its schema."""

    what = "corpus"


class LabelsError(ProblemsError):
    """Labels cannot be read, or do not belong to this codebook or corpus."""

    what = "labels"


class LexiconError(ProblemsError):
    """A lexicon cannot be read or contradicts itself."""

    what = "lexicon"


class StopWordsError(ProblemsError):
    """A list of stop words cannot be read."""

    what = "stop words"


class CodebookError(CioTopicsError, ValueError):
    """A codebook cannot be read or contradicts itself."""

    exit_code = 3


class OutputError(CioTopicsError, OSError):
    """A result cannot be written where it was asked for."""

    exit_code = 4


class MissingPartError(CioTopicsError, ImportError):
    """A dictionary, font or optional package is not installed."""

    exit_code = 5
