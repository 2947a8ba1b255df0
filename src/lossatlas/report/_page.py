"""The page: one HTML file that loads nothing.

Style, script, drawing library and data stand inside it. Every text is escaped by the template
engine, the data are JSON in which no tag can begin or end, and a content security policy lets
run only the scripts written here, known by their hashes, and forbids every connection.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from json import dumps
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lossatlas.evidence import Panel

from ._figure_view import figure_views
from ._globe import globe_data
from ._layout import panel_height, panel_layout
from ._palette import DARK, LIGHT, VIRIDIS
from ._prose import prose
from ._report import Report
from ._style import Style, figure_style
from ._traces import panel_traces
from ._view import page_view


def render_report(report: Report) -> str:
    """The report as one self-contained HTML page.

    Args:
        report: What to show.

    Returns:
        The text of the page, to be written as UTF-8.

    Example:
        >>> from lossatlas.report import Report, render_report
        >>> page = render_report(Report(verdicts=(), title="An empty run"))
        >>> "<h1>An empty run</h1>" in page, "No claim was judged." in page
        (True, True)
    """
    panels, globes = _drawn(report)
    scripts = _scripts(bool(report.figures), bool(panels), bool(globes))
    return (
        _environment()
        .get_template("page.html")
        .render(
            **page_view(report),
            style=Markup(_resource("page.css")),
            scripts=[Markup(script) for script in scripts],
            policy=_policy(scripts),
            figure_data=safe_json(
                {
                    "themes": {"light": LIGHT, "dark": DARK},
                    "viridis": VIRIDIS,
                    "panels": panels,
                    "globes": globes,
                }
            ),
        )
    )


def safe_json(data: object) -> Markup:
    """JSON that may stand inside a script element: no tag can begin or end in it."""
    text = dumps(data, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _drawn(report: Report) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Panels with axes and panels with a globe, each with the element that it is drawn in."""
    panels, globes = [], []
    for view in figure_views(report):
        style = figure_style(view.figure.panels)
        for panel, place in zip(view.figure.panels, view.panels, strict=True):
            if panel.globe:
                globes.append({"element": place.element, **globe_data(panel.globe)})
            else:
                panels.append({"element": place.element, **_axes_data(panel, style)})
    return panels, globes


def _axes_data(panel: Panel, style: Style) -> dict[str, Any]:
    traces = panel_traces(panel, style)
    layout = panel_layout(panel, traces)
    return {"data": traces, "layout": layout, "height": panel_height(panel)}


def _scripts(drawn: bool, panels: bool, globes: bool) -> tuple[str, ...]:
    """The drawing library only where there are axes, the globe's script only where there is one."""
    library = (_plotly_script(),) if panels else ()
    turning = (_resource("sphere.js") + _resource("globe.js"),) if globes else ()
    return (*library, _resource("page.js"), *turning) if drawn else ()


def _policy(scripts: tuple[str, ...]) -> str:
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


@cache
def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


@cache
def _plotly_script() -> str:
    # Imported here: only a page with figures pays for it, never `import lossatlas`.
    from plotly.offline import get_plotlyjs

    bundle: str = get_plotlyjs()
    return bundle.replace("</script", "<\\/script")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lossatlas.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = prose
    return environment


def _resource(name: str) -> str:
    return (files("lossatlas.report") / "templates" / name).read_text("utf-8")
