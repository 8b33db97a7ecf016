"""Settings of topic models, checked in ``fit`` and said by name."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real

import numpy as np

from cio_topics.errors import SettingsError, choices, shorten

__all__ = [
    "check_choice",
    "check_decay",
    "check_offset",
    "check_prior",
    "check_whole",
    "make_seed",
]

# Smaller or larger ones are 0 or infinite in the 32-bit numbers of the libraries.
_PRIOR_LOW, _PRIOR_HIGH = 1e-6, 1e6
_MOST = 32_767


def check_whole(least: int, settings: Mapping[str, object]) -> None:
    """Refuse settings that are not whole numbers of at least `least`.

    More than 32,767 topics (``n_components``) are refused as well: tomotopy numbers them in 16
    bits, and no person reads them.

    Examples
    --------
    >>> check_whole(2, {"n_components": 1})
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: n_components is 1; expected a whole number of at least 2.
    """
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
            raise SettingsError(
                f"{name} is {value!r}; expected a whole number of at least {least}."
            )
        if name == "n_components" and int(value) > _MOST:
            raise SettingsError(f"{name} is {value}; expected at most {_MOST}.")


def check_prior(name: str, value: object, words: tuple[str, ...] = ()) -> None:
    """Refuse a prior that is neither one of `words` nor a number from 1e-6 to 1e6.

    Examples
    --------
    >>> check_prior("doc_topic_prior", "auto", ("auto", "symmetric"))
    >>> check_prior("doc_topic_prior", 0.0)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: doc_topic_prior is 0.0; expected a number from 1e-06 to 1e+06.
    """
    if isinstance(value, str) and value in words:
        return
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not _PRIOR_LOW <= float(value) <= _PRIOR_HIGH:  # type: ignore[arg-type]
        also = f", or one of: {choices(words)}" if words else ""
        given = shorten(value) if isinstance(value, str) else repr(value)
        raise SettingsError(
            f"{name} is {given}; expected a number from {_PRIOR_LOW:g} to {_PRIOR_HIGH:g}{also}."
        )


def check_choice(name: str, value: object, words: tuple[str, ...]) -> None:
    """Refuse a value that is not one of `words`.

    Examples
    --------
    >>> check_choice("learning_method", "stream", ("batch", "online"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown learning_method 'stream'; expected one of: batch,
    online.
    """
    if value not in words:
        raise SettingsError(f"unknown {name} {shorten(value)}; expected one of: {choices(words)}.")


def check_decay(name: str, value: object) -> None:
    """Refuse a decay of updates outside (0, 1].

    Examples
    --------
    >>> check_decay("decay", 0)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: decay is 0; expected a number above 0, at most 1.
    """
    if not isinstance(value, Real) or not 0 < float(value) <= 1:
        raise SettingsError(f"{name} is {value!r}; expected a number above 0, at most 1.")


def check_offset(name: str, value: object) -> None:
    """Refuse an offset of updates below 1.

    Examples
    --------
    >>> check_offset("offset", 0.5)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: offset is 0.5; expected a number of at least 1.
    """
    if not isinstance(value, Real) or not 1 <= float(value) < float("inf"):
        raise SettingsError(f"{name} is {value!r}; expected a number of at least 1.")


def make_seed(random_state: int | np.random.RandomState | None) -> int:
    """Return a whole number as it is, or one drawn from a generator (None: by chance).

    Examples
    --------
    >>> make_seed(7)
    7
    """
    from sklearn.utils import check_random_state

    if isinstance(random_state, Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))
