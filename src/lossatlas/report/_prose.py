"""Sentences as the page prints them: code between backticks, raised and lowered signs, plain numbers."""

from re import Match, split, sub

from markupsafe import Markup, escape

from ._text import told


def prose(text: str) -> Markup:
    """A sentence as mark-up; whatever it holds, it adds no element but code, sup and sub.

    Example:
        >>> from lossatlas.report._prose import prose
        >>> str(prose("`seed` of W_H X^T < 1e-08"))
        '<code>seed</code> of W<sub>H</sub> X<sup>T</sup> &lt; 10\u207b\u2078'
    """
    parts = split(r"`([^`\n]+)`", str(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else _formulas(told(part))
        for place, part in enumerate(parts)
    )


def paragraphs(text: str) -> list[str]:
    r"""The paragraphs of a longer text, which blank lines part.

    Example:
        >>> from lossatlas.report._prose import paragraphs
        >>> paragraphs("One\nline.\n\nTwo.\n")
        ['One\nline.', 'Two.']
    """
    return [part.strip() for part in split(r"\n\s*\n", text) if part.strip()]


def _formulas(text: str) -> Markup:
    """Indices of one sign and exponents of one word, as formulas in plain text have them."""
    lowered = sub(
        r"(?<![\w&#])([^\W\d_])_([\w\u221e])(?!\w)", r"\1<sub>\2</sub>", str(escape(text))
    )
    raised = sub(r"(?<=[\w)\]>])\^(?:\{([^{}]+)\}|\(([^()]+)\)|(\w+)(?![\w/.]))", _raised, lowered)
    return Markup(raised)


def _raised(found: Match[str]) -> str:
    return f"<sup>{found[1] or found[2] or found[3]}</sup>"
