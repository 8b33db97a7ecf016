"""Invented theme tables, for tests of sequences."""

import pandas as pd


def table_of(rows):
    """Return a theme table of (meeting, body, date, themes of its items joined by ;)."""
    made = []
    for meeting, body, date, items in rows:
        precision = {10: "day", 7: "month", 4: "year", 0: "unknown"}[len(date)]
        for place, item in enumerate(items.split("|")):
            made += [
                (f"{meeting}-{place}", theme, meeting, body, date, precision)
                for theme in item.split(";")
            ]
    columns = ["item_id", "theme", "meeting_id", "body", "date", "date_precision"]
    return pd.DataFrame(made, columns=columns, dtype="str")
