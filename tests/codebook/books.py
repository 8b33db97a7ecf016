"""Invented codebooks, drawn by chance, for laws that hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Near, Rule, Theme
from cio_topics.corpus.schema import STATUSES
from cio_topics.text import normalize

# Letters of both scripts, digits, signs that mean something in YAML, XML, TOML or globs.
CHARACTERS = (
    "abXY019電子政府データー計画 \t\n\u3000*?:#'\"\\-_/<>&[]{}|%@!,。・\x07\x7f\u200bＡ＊é😀"
)
texts = st.text(CHARACTERS, max_size=8)
terms = st.text(CHARACTERS, min_size=1, max_size=8).filter(normalize)
ids = st.text("abcXYZ019_-", min_size=1, max_size=6)
nears = st.builds(
    lambda found, distance, ordered: Near(tuple(found), distance, ordered),
    st.lists(terms, min_size=2, max_size=3),
    st.integers(0, 3),
    st.booleans(),
)
several = st.lists(terms, max_size=3).map(tuple)
regexes = st.sampled_from(["", "計画$", "(?<!オープン)データ", r"\d{4}年", r"電子\w*計画"])
statuses = st.lists(st.sampled_from([s for s in STATUSES if s]), max_size=2, unique=True)


@st.composite
def rules(draw: st.DrawFn, simple: bool) -> dict[str, object]:
    """Return the conditions of a rule; a simple one has terms alone."""
    if simple:
        return {"any": (draw(terms), *draw(several))}
    asked = {
        "any": draw(several),
        "all": draw(several),
        "not_": draw(several),
        "near": draw(st.none() | nears),
        "regex": draw(regexes),
        "status": tuple(draw(statuses)),
        "since": draw(st.sampled_from(["", "2009-09-16"])),
        "until": draw(st.sampled_from(["", "2012-12-25"])),
        "body": draw(st.sampled_from(["", "本部|会議"])),
        "note": draw(texts),
    }
    found = ("any", "all", "near", "regex")
    return asked if any(asked[key] for key in found) else {**asked, "any": (draw(terms),)}


@st.composite
def codebooks(draw: st.DrawFn, simple: bool = False) -> Codebook:
    """Return a codebook; the rules of a theme may refer to themes before it."""
    names = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    themes = []
    for place, name in enumerate(names):
        made = []
        for number in range(draw(st.integers(0, 2))):
            conditions = draw(rules(simple))
            if not simple and place:
                conditions["unless"] = tuple(draw(st.sets(st.sampled_from(names[:place]))))
            made.append(Rule(f"{name}.{number}", **conditions))
        said = {key: draw(texts) for key in ("definition_ja", "definition_en", "include")}
        themes.append(Theme(name, draw(texts), draw(texts), **said, rules=tuple(made)))
    fallback = names[-1] if not themes[-1].rules and draw(st.booleans()) else ""
    head = [draw(texts) for _ in range(4)]
    return Codebook(*head, tuple(themes), fallback, draw(texts))
