"""Classifiers of themes by name."""

from __future__ import annotations

from typing import Any, Literal, get_args

from cio_topics.codebook import Codebook
from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["CLASSIFIERS", "ClassifierKind", "make_theme_classifier"]

ClassifierKind = Literal["linear", "stack", "rules", "nearest", "boosting"]
#: Kinds of classifiers; the first is the default.
CLASSIFIERS = get_args(ClassifierKind)


def make_theme_classifier(
    kind: ClassifierKind = "linear",
    codebook: Codebook | None = None,
    *,
    seen_only: bool = False,
    **settings: Any,
) -> Any:
    """Return an unfitted multi-label classifier of themes.

    Parameters
    ----------
    kind : {"linear", "stack", "rules", "nearest", "boosting"}, default "linear"
        Logistic regression on text and rules; a stack of text and rules; the rules alone; the most
        similar labelled items; gradient boosting.
    codebook : Codebook, optional
        The embedded one if None.
    seen_only : bool, default False
        Credit a rule's match only if a labelled item has it (``nearest`` has no rules).
    **settings
        Of :class:`CalibratedThemes` (``calibration, n_splits, random_state``), which all kinds but
        the rules are wrapped in.

    Returns
    -------
    estimator
        ``fit(X, y)`` with titles or a table and a 0/1 matrix; ``predict``, ``predict_proba``.

    Raises
    ------
    SettingsError
        An unknown kind.

    Examples
    --------
    >>> make_theme_classifier("rules").fit([]).themes(["マイナンバー制度"])
    ['my_number']
    >>> make_theme_classifier("forest")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown classifier 'forest'; expected one of: linear, ...
    """
    from cio_topics.themes.boosting import BoostedThemes
    from cio_topics.themes.calibrated import CalibratedThemes
    from cio_topics.themes.classifier import CodebookClassifier
    from cio_topics.themes.linear import LinearThemes
    from cio_topics.themes.nearest import NearestThemes
    from cio_topics.themes.stack import StackedThemes

    if kind not in CLASSIFIERS:
        raise SettingsError(
            f"unknown classifier {shorten(kind)}; expected one of: {choices(CLASSIFIERS)}."
        )
    if kind == "rules":
        return CodebookClassifier(codebook, seen_only=seen_only, **settings)
    if kind == "nearest":
        return CalibratedThemes(NearestThemes(codebook), **settings)
    known = {"linear": LinearThemes, "stack": StackedThemes, "boosting": BoostedThemes}
    return CalibratedThemes(known[kind](codebook, seen_only=seen_only), **settings)
