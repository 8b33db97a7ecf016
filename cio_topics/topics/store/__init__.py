"""Fitted topic models in files: texts and numbers, nothing that could run."""

from cio_topics.topics.store.archive import FORMAT, ModelFileError
from cio_topics.topics.store.model import read_model, read_model_info, write_model

__all__ = ["FORMAT", "ModelFileError", "read_model", "read_model_info", "write_model"]
