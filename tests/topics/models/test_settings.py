import numpy as np
import pytest

from cio_topics.errors import SettingsError
from cio_topics.topics.models.settings import (
    check_choice,
    check_decay,
    check_offset,
    check_prior,
    check_whole,
    make_seed,
)


class TestChecks:
    @pytest.mark.parametrize("value", [2, np.int64(3), 32_767])
    def test_whole_numbers_pass(self, value):
        check_whole(2, {"n_components": value})

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (1, "n_components is 1; expected a whole number of at least 2"),
            (2.0, r"n_components is 2\.0; expected a whole"),
            (True, "n_components is True; expected a whole"),
            ("3", "n_components is '3'; expected a whole"),
            (None, "n_components is None; expected a whole"),
            (32_768, "n_components is 32768; expected at most 32767"),  # the limit of tomotopy
        ],
    )
    def test_whole_numbers_refused(self, value, message):
        with pytest.raises(SettingsError, match=message):
            check_whole(2, {"n_components": value})

    @pytest.mark.parametrize("value", [1e-6, 1, np.float32(0.5), 1e6, "auto"])
    def test_priors_pass(self, value):
        check_prior("doc_topic_prior", value, ("auto",))

    @pytest.mark.parametrize(
        "value",
        # 1e-7 and below are 0 for tomotopy, which then ends the process.
        [0, -1.0, 1e-7, 1e7, float("nan"), float("inf"), None, True, "learned", [0.1, 0.2]],
    )
    def test_priors_refused(self, value):
        with pytest.raises(SettingsError, match=r"doc_topic_prior is .*or one of: auto"):
            check_prior("doc_topic_prior", value, ("auto",))

    @pytest.mark.parametrize("decay", [0.5, 1, np.float64(0.7)])
    def test_decay_passes(self, decay):
        check_decay("decay", decay)
        check_offset("offset", 1)

    @pytest.mark.parametrize("decay", [0, 1.1, "fast", float("nan")])
    def test_decay_refused(self, decay):
        with pytest.raises(SettingsError, match=f"decay is {decay!r}; expected a number above 0"):
            check_decay("decay", decay)

    @pytest.mark.parametrize("offset", [0.9, float("inf"), float("nan")])
    def test_offset_refused(self, offset):
        with pytest.raises(SettingsError, match=f"offset is {offset}; expected a number of at lea"):
            check_offset("offset", offset)

    def test_choice(self):
        check_choice("learning_method", "batch", ("batch", "online"))
        with pytest.raises(SettingsError, match="unknown learning_method 'Batch'; expected one of"):
            check_choice("learning_method", "Batch", ("batch", "online"))


class TestMakeSeed:
    def test_a_number_is_itself(self):
        assert make_seed(0) == 0
        assert make_seed(np.int64(12)) == 12

    def test_a_generator_gives_its_next_number(self):
        first, again = np.random.RandomState(3), np.random.RandomState(3)
        assert make_seed(first) == make_seed(again)
        assert make_seed(first) != make_seed(3)

    def test_refusal(self):
        with pytest.raises(ValueError, match="cannot be used to seed"):
            make_seed("zero")
