"""How good a topic model is, and whether another seed would say the same."""

from cio_topics.topics.quality.old import coherence, diversity, seed_stability

__all__ = ["coherence", "diversity", "seed_stability"]
