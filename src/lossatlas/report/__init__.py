"""One self-contained HTML page a run, and the same figures for papers.

The report knows claims, verdicts and figures as data, and rows of the catalogue: nothing that
produced them. The ledger stands first; every sentence on the page is computed from the checks.
"""

from ._collect import collect_report as collect_report
from ._page import render_report as render_report
from ._report import Report as Report
from ._write import save_figures as save_figures, write_report as write_report
