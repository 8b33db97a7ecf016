"""Coding rules over words and units of any text, as KH Coder has them."""

from cio_topics.coding.apply import Coded, Note, code_units
from cio_topics.coding.convert import codebook_from_rules, rules_from_codebook
from cio_topics.coding.read import read_coding_text, read_variables
from cio_topics.coding.rules import (
    CodingRule,
    CodingRules,
    format_rules,
    parse_rules,
    read_rules,
)
from cio_topics.coding.tabulate import CrossTable, cross_tabulation, simple_tabulation
from cio_topics.coding.units import CodingText
from cio_topics.coding.variables import Variables, attach_variables, unit_values

__all__ = [
    "Coded",
    "CodingRule",
    "CodingRules",
    "CodingText",
    "CrossTable",
    "Note",
    "Variables",
    "attach_variables",
    "code_units",
    "codebook_from_rules",
    "cross_tabulation",
    "format_rules",
    "parse_rules",
    "read_coding_text",
    "read_rules",
    "read_variables",
    "rules_from_codebook",
    "simple_tabulation",
    "unit_values",
]
