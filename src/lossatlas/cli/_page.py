"""The page and the pictures of a run, as `study` and `report` write them."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossatlas.catalogue import AbstractStore
    from lossatlas.execution import Run


def write_page(store: "AbstractStore", run: "Run") -> Path:
    """Write the page of a run that is judged, and its figures for papers; say where the page is."""
    from lossatlas.evidence import Figure
    from lossatlas.report import save_figures, write_report
    from lossatlas.studies import STUDIES

    save_figures([Figure.from_dict(values) for values in store.figures()], run.figures)
    titles = {name: study.title for name, study in STUDIES.items()}
    return write_report(store, run.report, titles=titles)
