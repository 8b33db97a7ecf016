"""How good topics are: coherent, different, stable, foretelling texts, near to what people say."""

from cio_topics.topics.quality.agreement import label_agreement
from cio_topics.topics.quality.diversity import (
    exclusivity,
    inverted_rbo,
    rank_biased_overlap,
    topic_diversity,
)
from cio_topics.topics.quality.held_out import held_out_likelihood, held_out_perplexity
from cio_topics.topics.quality.intrusion import make_intrusion_sheet
from cio_topics.topics.quality.intrusion_files import (
    intrusion_files,
    read_intrusion_answers,
    read_intrusion_key,
)
from cio_topics.topics.quality.intrusion_score import score_intrusion
from cio_topics.topics.quality.stability import (
    model_stability,
    stability_runs,
    summarize_runs,
    topic_stability,
)
from cio_topics.topics.quality.topic_coherence import coherence, mean_coherence
from cio_topics.topics.quality.windows import make_reference

__all__ = [
    "coherence",
    "exclusivity",
    "held_out_likelihood",
    "held_out_perplexity",
    "intrusion_files",
    "inverted_rbo",
    "label_agreement",
    "make_intrusion_sheet",
    "make_reference",
    "mean_coherence",
    "model_stability",
    "rank_biased_overlap",
    "read_intrusion_answers",
    "read_intrusion_key",
    "score_intrusion",
    "stability_runs",
    "summarize_runs",
    "topic_diversity",
    "topic_stability",
]
