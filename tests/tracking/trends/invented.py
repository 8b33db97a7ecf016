"""Invented tables of themes for the tests of trends."""

import numpy as np
import pandas as pd


def table_of(meetings):
    """Return a theme table; meetings are (date, precision, body, items with a, other items)."""
    rows = []
    for number, (date, precision, body, with_a, others) in enumerate(meetings):
        for place in range(with_a + others):
            theme = "a" if place < with_a else "b"
            year = date[:4] or "unknown"
            rows.append(
                (f"i{number}-{place}", theme, f"m{number}", date, precision, body, year, year)
            )
    columns = ["item_id", "theme", "meeting_id", "date", "date_precision", "body"]
    table = pd.DataFrame(rows, columns=[*columns, "year", "fiscal_year"])
    table.attrs["themes"] = ["a", "b", "never"]
    return table


def step_table(n=60, change=30, seed=0):
    """Return monthly meetings of four items; theme a is seldom, then frequent."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2005-01-15", periods=n, freq="MS")
    counts = rng.binomial(4, np.where(np.arange(n) < change, 0.05, 0.8))
    rows = zip(days, counts, strict=True)
    return table_of([(f"{day:%Y-%m-%d}", "day", "x", int(k), 4 - int(k)) for day, k in rows])


#: One meeting each of an unknown date, a date of a year, a date of a month.
COARSE = [("", "unknown", "x", 1, 0), ("2006", "year", "x", 0, 1), ("2007-03", "month", "x", 1, 1)]
