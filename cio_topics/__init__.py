"""Themes over time from Japanese government agendas (議事次第)."""

__version__ = "0.1.0"
