"""A page on this computer on which a coder gives themes to items, one after the other."""

from cio_topics.label_page.app import make_app
from cio_topics.label_page.queue import ORDERS, farthest_first, make_queue, theme_margins
from cio_topics.label_page.serve import listen, serve
from cio_topics.label_page.session import ONLY, SHOWN, ConflictError, Session, make_session
from cio_topics.label_page.suggestions import Suggestions, make_suggestions

__all__ = [
    "ONLY",
    "ORDERS",
    "SHOWN",
    "ConflictError",
    "Session",
    "Suggestions",
    "farthest_first",
    "listen",
    "make_app",
    "make_queue",
    "make_session",
    "make_suggestions",
    "serve",
    "theme_margins",
]
