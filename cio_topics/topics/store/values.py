"""Settings and learned values ↔ JSON and arrays."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from cio_topics.errors import SettingsError, shorten

__all__ = ["from_json", "to_json"]

_DTYPES = {
    np.dtype(kind).name: np.dtype(kind)
    for kind in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
}
_FLOATS = ("inf", "-inf", "nan")
_N_WORDS = 624  # of the state of a Mersenne twister


def to_json(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """Return `value` for JSON; arrays are put aside under `name`.

    What JSON cannot tell apart is a dict with one key that names it.

    Raises
    ------
    SettingsError
        An object that is no plain value.

    Examples
    --------
    >>> arrays = {}
    >>> to_json({"range": (1, 2), "prior": np.zeros(2)}, "x", arrays)
    {'dict': [['range', {'tuple': [1, 2]}], ['prior', {'array': 'x.prior'}]]}
    >>> list(arrays)
    ['x.prior']
    >>> to_json(print, "callback", {})
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: callback is a builtin_function_or_method; ...
    """
    if value is None or isinstance(value, bool) or type(value) is int:
        return value
    if isinstance(value, str):
        return str(value)  # numpy's texts too
    if type(value) is float:
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, list | tuple):
        parts = [to_json(part, f"{name}.{n}", arrays) for n, part in enumerate(value)]
        return parts if isinstance(value, list) else {"tuple": parts}
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return {"dict": [[key, to_json(value[key], f"{name}.{key}", arrays)] for key in value]}
    if isinstance(value, np.ndarray) and value.dtype.name in _DTYPES:
        name = next((known for known, array in arrays.items() if array is value), name)
        arrays[name] = value  # an array that is learned under two names is stored once
        return {"array": name}
    if isinstance(value, np.generic) and value.dtype.name in _DTYPES:
        plain = to_json(value.item(), name, arrays)
        return {"number": [value.dtype.name, plain]}
    if isinstance(value, type | np.dtype) and _dtype_name(value) in _DTYPES:
        return {"dtype": _dtype_name(value)}
    if type(value) is np.random.RandomState and "MT19937" in str(value):
        _, words, *rest = cast(tuple[Any, ...], value.get_state(legacy=True))
        arrays[name] = words
        return {"random_state": [name, *rest]}
    raise SettingsError(
        f"{name} is a {type(value).__name__}; a model file holds texts, numbers and arrays of "
        "numbers.",
        "Give a whole number as random_state, and no functions or objects of your own.",
        "関数やオブジェクトは保存できません。",
    )


def from_json(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """Return what :func:`to_json` was given.

    A Python type of numbers, such as ``float``, comes back as numpy's.

    Raises
    ------
    ValueError
        What to_json does not write, or an array that is not there.

    Examples
    --------
    >>> from_json({"dict": [["range", {"tuple": [1, 2]}]]}, {})
    {'range': (1, 2)}
    >>> from_json({"module": "os"}, {})
    Traceback (most recent call last):
    ...
    ValueError: unknown value {'module': 'os'}
    """
    if isinstance(value, list):
        return [from_json(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    kind, content = next(iter(value.items()), ("", None))
    if len(value) == 1 and kind in _READERS:
        return _READERS[kind](content, arrays)
    raise _unknown(value)


def _dtype_name(value: Any) -> str:
    """Return the name of a type of numbers; empty for other types."""
    is_number = value in (bool, int, float) or isinstance(value, np.dtype)
    if is_number or (isinstance(value, type) and issubclass(value, np.generic)):
        return str(np.dtype(value).name)
    return ""


def _unknown(value: Any) -> ValueError:
    return ValueError(f"unknown value {shorten(value)[1:-1]}")


def _read_array(content: Any, arrays: dict[str, np.ndarray]) -> np.ndarray:
    if not isinstance(content, str) or content not in arrays:
        raise ValueError(f"the array {shorten(content)} is missing")
    return arrays[content]


def _read_dict(content: Any, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    pairs = content if isinstance(content, list) else [content]
    if not all(isinstance(p, list) and len(p) == 2 and isinstance(p[0], str) for p in pairs):
        raise _unknown(content)
    return {key: from_json(value, arrays) for key, value in pairs}


def _read_dtype(content: Any, arrays: dict[str, np.ndarray]) -> type:
    if not isinstance(content, str) or content not in _DTYPES:
        raise _unknown(content)
    return _DTYPES[content].type


def _read_float(content: Any, arrays: dict[str, np.ndarray]) -> float:
    if content not in _FLOATS:
        raise _unknown(content)
    return float(content)


def _read_number(content: Any, arrays: dict[str, np.ndarray]) -> np.generic:
    if not isinstance(content, list) or len(content) != 2:
        raise _unknown(content)
    number = from_json(content[1], arrays)
    if not isinstance(number, bool | int | float):
        raise _unknown(content)
    made: np.generic = _read_dtype(content[0], arrays)(number)
    return made


def _read_random_state(content: Any, arrays: dict[str, np.ndarray]) -> np.random.RandomState:
    """Return a random state; numpy itself would believe any place, also beyond the last word."""
    if not isinstance(content, list) or len(content) != 4:
        raise _unknown(content)
    words, (place, has_normal, normal) = _read_array(content[0], arrays), content[1:]
    if (
        words.dtype != np.uint32
        or words.shape != (_N_WORDS,)
        or type(place) is not int
        or not 0 <= place <= _N_WORDS
        or has_normal not in (0, 1)
        or not isinstance(normal, float)
    ):
        raise _unknown(content)
    state = np.random.RandomState(0)
    state.set_state(("MT19937", words, place, int(has_normal), normal))
    return state


def _read_tuple(content: Any, arrays: dict[str, np.ndarray]) -> tuple[Any, ...]:
    if not isinstance(content, list):
        raise _unknown(content)
    return tuple(from_json(part, arrays) for part in content)


_READERS = {
    "array": _read_array,
    "dict": _read_dict,
    "dtype": _read_dtype,
    "float": _read_float,
    "number": _read_number,
    "random_state": _read_random_state,
    "tuple": _read_tuple,
}
