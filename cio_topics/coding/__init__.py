"""Coding rules over words and units of any text, as KH Coder has them."""

from cio_topics.coding.convert import codebook_from_rules, rules_from_codebook
from cio_topics.coding.rules import (
    CodingRule,
    CodingRules,
    format_rules,
    parse_rules,
    read_rules,
)

__all__ = [
    "CodingRule",
    "CodingRules",
    "codebook_from_rules",
    "format_rules",
    "parse_rules",
    "read_rules",
    "rules_from_codebook",
]
