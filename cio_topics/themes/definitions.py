"""A codebook's own words as texts to learn from."""

from __future__ import annotations

import re

import pandas as pd

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.data import embedded_folder

__all__ = ["definition_texts", "read_definition_rules"]

_PARTS = re.compile("[,，、;；()（）。]")


def definition_texts(codebook: Codebook) -> pd.DataFrame:
    """Return names, definitions and examples of all themes but the fallback, one text a row.

    They let a classifier know a theme of which few items are labelled (description of the classes
    as training texts: Chang et al. 2008).

    Returns
    -------
    DataFrame
        ``title, theme``.

    References
    ----------
    Chang, M.-W., Ratinov, L., Roth, D. and Srikumar, V. (2008). Importance of semantic
    representation: dataless classification. AAAI 2008, 830-835.

    Examples
    --------
    >>> definition_texts(read_codebook()).loc[[0, 2], "title"].tolist()
    ['電子政府の計画・推進', '電子政府構築計画']
    """
    rows = [
        (text.strip(), theme.id)
        for theme in codebook.themes
        if theme.id != codebook.fallback
        for text in (theme.name_ja, theme.definition_ja, *_PARTS.split(theme.include))
        if text.strip()
    ]
    return pd.DataFrame(rows, columns=["title", "theme"], dtype="str")


def read_definition_rules(codebook: Codebook) -> Codebook | None:
    """Return the second set of rules for the embedded themes; None for other themes.

    They were written from the definitions of the themes alone, without sight of any item, so that
    what they reach on coded items is what rules reach on items nobody has seen.
    """
    embedded = read_codebook()
    if (codebook.ids, codebook.version) != (embedded.ids, embedded.version):
        return None
    return read_codebook(embedded_folder() / "definition_rules.toml")
