"""Topic models as scikit-learn estimators, and pipelines of them."""

from cio_topics.topics.models.make import KINDS, choose_kind, fit_topics, make_topic_model

__all__ = ["KINDS", "choose_kind", "fit_topics", "make_topic_model"]
