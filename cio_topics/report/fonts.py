"""Which font draws the figures.

The package ``matplotlib-fontja`` carries IPAex Gothic; it is a dependency, so that Japanese glyphs
and the layout of figures are the same on every machine. If it is missing, figures are drawn with
English labels only, and the report says so.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FONT_NAME", "FONT_STACK", "font_folder", "register_font"]

FONT_NAME = "IPAexGothic"
#: What an SVG asks for, where IPAex Gothic is not installed on the reader's machine.
FONT_STACK = (
    f"{FONT_NAME}, 'Hiragino Sans', 'Yu Gothic', Meiryo, 'Noto Sans CJK JP', 'Noto Sans JP', "
    "IPAGothic, sans-serif"
)


def font_folder() -> Path | None:
    """Return the folder of the bundled font, or None if it is not installed."""
    found = find_spec("matplotlib_fontja")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "fonts"
        if any(folder.glob("ipaexg.*")):
            return folder
    return None


@cache
def register_font() -> bool:
    """Make the bundled font known to the renderer; tell whether there is one."""
    folder = font_folder()
    if folder is None:
        return False
    import vl_convert

    vl_convert.register_font_directory(str(folder))
    return True
