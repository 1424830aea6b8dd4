"""The documentation site: `make docs` builds it without a network, and every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_extensions"), str(HERE.parent / "scripts")]

from asset_inventory import __version__  # noqa: E402 it may come from the tree

project = "asset_inventory"
author = "asset_inventory developers"
copyright = "asset_inventory developers, BSD 3-Clause licence"
version = release = __version__
language = "en"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_click",
    "command_line",
    "generated_reference",
    "played_tutorials",
]
exclude_patterns = ["_build", "findings.md"]
html_theme = "furo"
html_title = f"asset_inventory {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # a page that is opened from disk cannot read its neighbours
html_copy_source = False

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_merge_streams = True

autodoc_typehints = "none"  # the signatures hold them
numpydoc_show_class_members = False
nitpicky = True
# Names of other libraries: their documentation is not read while this site is built.
nitpick_ignore_regex = [("py:.*", r"(?!asset_inventory).*")]
