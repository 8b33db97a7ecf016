"""Sphinx settings: ``sphinx-build -W -b html docs docs/_build/html``; needs no network."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cio_topics import __version__

project = "cio_topics"
author = "The cio_topics founders"
copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
language = "en"

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings carry the types, with shapes
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autosummary_generate = False
# scikit-learn adds methods for metadata routing, whose docstrings point into its own pages.
autodoc_default_options = {
    "exclude-members": "set_fit_request, set_partial_fit_request, set_score_request, "
    "set_transform_request"
}

myst_heading_anchors = 3

html_theme = "alabaster"
html_theme_options = {
    "description": "Themes over time from Japanese government agendas (議事次第)",
    "fixed_sidebar": True,
}
html_show_sphinx = False


def link_files(app, document, content):
    """Offer Markdown files outside of docs/ as files; elsewhere their plain links work as well."""
    content[0] = re.sub(r"(\.\./(?:corpus|experiments)/[\w/]*README\.md)", r"path:\1", content[0])


def setup(app):
    app.connect("source-read", link_files)
