"""Coding rules over words and units of any text, as KH Coder has them."""
