"""How the documentation is built; `make docs` calls it with warnings as errors."""

from importlib.metadata import version as installed

project = "lossatlas"
author = "The lossatlas developers"
copyright = "the lossatlas developers"
release = version = installed("lossatlas")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
# Brackets and underscores are mathematics here, dollars in shell examples are not.
myst_dmath_double_inline = True

napoleon_google_docstring = True
napoleon_numpy_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"

doctest_test_doctest_blocks = ""
# The same setting as in the test suite: one thread, so that the same bits come out everywhere.
doctest_global_setup = """
import os
os.environ.setdefault("OMP_NUM_THREADS", "1")
"""

html_theme = "furo"
html_title = f"lossatlas {release}"
html_copy_source = False
