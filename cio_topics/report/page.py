"""What pages have in common: templates that escape, scripts known by their hash, safe data."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined

__all__ = [
    "bounds",
    "page_environment",
    "percent",
    "script_hash",
    "script_json",
    "template_text",
]


def template_text(name: str) -> str:
    """Return a template, style sheet or script of the package."""
    return (files("cio_topics.report") / "templates" / name).read_text(encoding="utf-8")


def page_environment() -> Environment:
    """Return an environment that escapes every text and refuses names it does not know."""
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(template_text),
    )


def script_hash(script: str) -> str:
    """Return how a content security policy names a script.

    Examples
    --------
    >>> script_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def script_json(data: Any) -> str:
    r"""Return data as JSON that is safe inside a script element.

    Examples
    --------
    >>> script_json({"title": "</script>"})
    '{"title":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def percent(value: float, digits: int = 0) -> str:
    """Return a share in percent; an empty text if it is no number."""
    return "" if pd.isna(value) else f"{100 * value:.{digits}f}"


def bounds(low: float, high: float) -> str:
    """Return an interval of shares in percent; an empty text if there is none."""
    return "" if pd.isna(low) or pd.isna(high) else f"[{percent(low)}–{percent(high)}]"
