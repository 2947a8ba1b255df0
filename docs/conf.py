"""How the documentation is built; `make docs` calls it with warnings as errors."""

import re
from importlib.metadata import version as installed
from typing import Any

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

# Docstrings are written for readers of the source: `name` is code, and |x|, *b are mathematics.
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# Shapes such as "*b n" in annotations are no mark-up; the members show them anyway.
napoleon_attr_annotations = False
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

_OUTSIDE_CODE = re.compile(r"(`[^`]*`)|(?<!\\)([*|])")


def escape_mathematics(
    _app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]
) -> None:
    """Take stars and bars in docstrings as they are; examples are left alone."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[i] = _OUTSIDE_CODE.sub(lambda found: found[1] or "\\" + found[2], line)


def setup(app: Any) -> None:
    """Before napoleon, whose own mark-up must stay."""
    app.connect("autodoc-process-docstring", escape_mathematics, priority=400)
