"""Settings of the site: `make docs` builds it from the pages in this folder."""

from __future__ import annotations

import simtrain

project = "simtrain"
author = "The simtrain authors"
version = release = simtrain.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "simtrain"
html_copy_source = False
html_show_sphinx = False
pygments_style = "tango"

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "smartquotes"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_attr_annotations = False
default_role = "code"
