"""An invented agenda, and weights of its items."""

import numpy as np
import pandas as pd


def make_agenda(rows):
    """Rows are (item, meeting, date); the length of a date says how exact it is."""
    table = pd.DataFrame(rows, columns=["item_id", "meeting_id", "date"], dtype="str")
    names = {10: "day", 7: "month", 4: "year", 0: "unknown"}
    precision = table["date"].str.len().map(names).astype("str")
    return table.assign(date_precision=precision, body="試験会議", format="in_person")


AGENDA = make_agenda(
    [
        ("i1", "m1", "2009-07-01"),
        ("i2", "m1", "2009-07-01"),
        ("i3", "m2", "2009-10-01"),
        ("i4", "m3", "2011"),  # 菅内閣 or 野田内閣, FY2010 or 2011
        ("i5", "m4", ""),
    ]
)
WEIGHTS = pd.DataFrame(
    [(0.9, 0.1), (0.5, 0.5), (0.1, 0.9), (0.25, 0.75), (0.0, 0.0)],
    index=pd.Index(["i1", "i2", "i3", "i4", "i5"], name="item_id"),
    columns=["topic_01", "topic_02"],
)


def random_case(seed, n_meetings=12, n_topics=4):
    """Return an agenda of one year with meetings of several items, and weights."""
    rng = np.random.default_rng(seed)
    sizes = 1 + rng.poisson(2.0, n_meetings)
    meetings = np.repeat([f"m{n}" for n in range(n_meetings)], sizes)
    items = [f"i{n}" for n in range(len(meetings))]
    agenda = make_agenda([(i, m, "2009") for i, m in zip(items, meetings, strict=True)])
    centre = rng.dirichlet(np.full(n_topics, 0.2), n_meetings)
    rows = [rng.dirichlet(row * 20 + 0.01) for row in np.repeat(centre, sizes, axis=0)]
    return agenda, pd.DataFrame(rows, index=items).add_prefix("t")
