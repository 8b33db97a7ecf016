"""What is certain is carried over, what is not is listed; a mapping accounts for every theme."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import CodebookError, LabelsError
from cio_topics.labels import Change, ThemeMapping, migrate_labels, read_mapping, split_themes
from tests.labels.invented import answers, book

OLD = book("keep", "old", "m1", "m2", "s", "gone", "other")
NEW = book("keep", "new", "m", "s", "s2", "added", "other", version="2")
CHANGES = (
    Change("rename", ("old",), ("new",)),
    Change("merge", ("m1", "m2"), ("m",)),
    Change("split", ("s",), ("s", "s2"), "by purpose"),
    Change("drop", ("gone",)),
)
MAPPING = ThemeMapping("1", "2", CHANGES, NEW)
TEXT = """
from_version = "1"
to_version = "2"
[[changes]]
kind = "rename"
from = ["old"]
to = ["new"]
[[changes]]
kind = "merge"
from = ["m1", "m2"]
to = ["m"]
[[changes]]
kind = "split"
from = ["s"]
to = ["s", "s2"]
note = "by purpose"
[[changes]]
kind = "drop"
from = ["gone"]
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


class TestMigrate:
    @pytest.mark.parametrize(
        ("themes", "kept", "unsure", "candidates"),
        [
            ("keep", "keep", "", ""),  # not mentioned, stands in both
            ("old", "new", "", ""),
            ("m1;m2", "m", "", ""),  # two that became one stand once
            ("m2;old;keep;m1", "m;new;keep", "", ""),  # the most fitting stays first
            ("other", "other", "", ""),
            ("s", "", "s", "s;s2"),  # also the half that has the old name
            ("old;s", "new", "s", "s;s2"),
            ("gone", "", "gone", ""),
            ("gone;s;m1", "m", "gone;s", "s;s2"),
        ],
    )
    def test_an_answer(self, themes, kept, unsure, candidates):
        table = answers([themes]).assign(note="考")
        found = migrate_labels(table, MAPPING)
        row = found.labels.iloc[0]
        assert row["codebook_version"] == "2"
        if not unsure:
            assert found.to_read.empty
            assert (row["themes"], row["note"]) == (kept, "考")
        else:
            assert (row["themes"], row["note"]) == ("", f"考 [{themes} by codebook 1]")
            again = found.to_read.iloc[0]
            assert again[["was", "kept", "open", "candidates"]].tolist() == [
                *(themes, kept, unsure, candidates)
            ]
            assert again["note"] == "考"
            assert ("s: split (by purpose)" in again["reason"]) == ("s" in unsure.split(";"))
        assert table["themes"].tolist() == [themes]  # what was given is not altered

    def test_a_theme_that_became_the_fallback_gives_way_to_others(self):
        new = book("keep", "other", version="2")
        mapping = ThemeMapping("1", "2", (Change("merge", ("old", "other"), ("other",)),), new)
        found = migrate_labels(answers(["old;keep"], ["old"], ["other"]), mapping)
        assert found.labels["themes"].tolist() == ["keep", "other", "other"]

    def test_candidates_in_place_of_a_dropped_theme(self):
        """They may be themes of the old codebook as well."""
        new = book("keep", "other", version="2")
        mapping = ThemeMapping("1", "2", (Change("drop", ("gone",), ("keep",)),), new)
        found = migrate_labels(answers(["gone", "keep"]), mapping)
        assert found.to_read["candidates"].tolist() == ["keep"]

    def test_answers_by_another_version(self):
        with pytest.raises(LabelsError, match=r"1 of 1 answers are by version 3 .* version '1'"):
            migrate_labels(answers(["keep"], version="3"), MAPPING)

    def test_a_theme_of_which_nothing_is_said(self):
        with pytest.raises(CodebookError, match="what becomes of the old theme 'lost' is not stat"):
            migrate_labels(answers(["lost"]), MAPPING)

    @settings(max_examples=40)
    @given(
        st.lists(
            st.lists(st.sampled_from(OLD.ids[:-1]), min_size=1, unique=True).map(";".join),
            min_size=1,
            max_size=8,
        )
    )
    def test_every_answer_is_carried_over_or_listed(self, rows):
        """Law: none is lost, none has a theme that the new codebook lacks."""
        found = migrate_labels(answers(*([row] for row in rows)), MAPPING)
        open_items = found.labels.loc[found.labels["themes"] == "", "item_id"]
        assert open_items.tolist() == found.to_read["item_id"].tolist()
        for old, new in zip(rows, found.labels["themes"], strict=True):
            unsure = {"s", "gone"} & set(split_themes(old))
            assert bool(unsure) == (new == "")
            assert set(split_themes(new)) <= set(NEW.ids)


class TestMapping:
    def test_a_file(self, write):
        mapping = read_mapping(write(TEXT), NEW, OLD)
        assert mapping.changes == CHANGES
        assert mapping.added == ("added",)
        assert read_mapping(write(TEXT), NEW).added == ()  # unknown without the old codebook

    def test_keep_needs_no_target(self, write):
        text = f'{TEXT}[[changes]]\nkind = "keep"\nfrom = ["keep", "other"]\n'
        assert read_mapping(write(text), NEW, OLD).changes[-1].after == ("keep", "other")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('to_version = "2"', 'to_version = "3"', "to_version is '3'; the new codebook is vers"),
            ('from_version = "1"', 'from_version = "0"', "the old codebook is version '1'"),
            ('from_version = "1"', 'from_version = "2"', "expected two versions"),
            (
                'from = ["gone"]',
                'from = ["gonne"]',
                "the old codebook has no theme 'gonne'; it has",
            ),
            ('from = ["gone"]', 'from = ["gonne"]', "of the old theme 'gone' is not stated"),
            ('from = ["gone"]', 'from = ["old"]', "the old theme 'old' is in two changes"),
            ('to = ["new"]', 'to = ["knew"]', "the new codebook has no theme 'knew'; it has: keep"),
            ('to = ["new"]', 'to = ["keep"]', "'keep' is an old theme too, and rename from old"),
            (
                'to = ["new"]',
                'to = ["new", "m"]',
                "rename from .* expected one theme in `from` and",
            ),
            (
                'from = ["m1", "m2"]',
                'from = ["m1"]',
                "expected two or more themes in `from` and one",
            ),
            ('from = ["m1", "m2"]', 'from = ["m1", "m1"]', "each once"),
            ('to = ["s", "s2"]', 'to = ["s"]', "expected one theme in `from` and two or more"),
            (
                'kind = "drop"',
                'kind = "delete"',
                "a change of kind 'delete'; expected one of: keep",
            ),
            ('kind = "drop"', 'kind = "keep"', "the new codebook has no theme 'gone'"),
            ("note =", "remark =", "unknown key 'remark'"),
            ('from = ["gone"]', 'from = "gone"', "from is 'gone'; expected a list of texts"),
            ("[[changes]]", "[[", "is no TOML"),
        ],
    )
    def test_faults(self, write, old, new, said):
        with pytest.raises(CodebookError, match=said) as caught:
            read_mapping(write(TEXT.replace(old, new, 1)), NEW, OLD)
        assert caught.value.exit_code == 3

    def test_all_faults_at_once(self, write):
        text = TEXT.replace('"gone"', '"gonne"').replace('from_version = "1"', 'from_version = "0"')
        with pytest.raises(CodebookError, match=r"(?s)3 faults in the mapping:.*gonne.*対応表を直"):
            read_mapping(write(text), NEW, OLD)

    def test_no_file(self, tmp_path):
        with pytest.raises(CodebookError, match="cannot read the mapping"):
            read_mapping(tmp_path / "nowhere.toml", NEW)
