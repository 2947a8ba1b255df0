"""C5 and C23: the form of the reduced loss, its covariance and its degree."""

from collections.abc import Sequence

from lossatlas.evidence import Check, Strength

from ._claims import BROKEN_BEYOND, DEVIATIONS, HOMOGENEITY_TOLERANCE
from ._rows import Row, Rows, by, count

MEASURED = Strength.MEASURED


def check_covariance(rows: Rows) -> list[Check]:
    """C5: one check an order, over sizes and overlaps."""
    return [
        Check.no_exception(
            f"Order {order}: means of H(s) H(t) over {min(r['instances'] for r in own)} independent "
            f"couplings meet Λ R^{order} within {DEVIATIONS:g} standard errors (farthest "
            f"{max(map(_deviation, own)):.2f})",
            exceptions=count(own, lambda row: not _deviation(row) <= DEVIATIONS),
            sample_size=len(own),
            strength=MEASURED,
        )
        for order, own in sorted(by(lambda row: row["order"], rows.covariances).items())
    ]


def _deviation(row: Row) -> float:
    """The distance from the predicted covariance in standard errors."""
    return float(abs(row["mean"] - row["predicted"]) / row["standard_error"])


def check_degree(rows: Rows) -> list[Check]:
    """C23: homogeneous where it should be, and broken where it should be."""
    kept = [row for row in rows.homogeneities if not row["broken_by"]]
    broken = [row for row in rows.homogeneities if row["broken_by"]]
    return [
        *(_homogeneous(model, own) for model, own in by(lambda r: r["model"], kept).items()),
        *(_broken(by_what, own) for by_what, own in by(lambda r: r["broken_by"], broken).items()),
    ]


def _homogeneous(model: str, rows: Sequence[Row]) -> Check:
    depths = sorted({row["degree"] for row in rows})
    return Check.no_exception(
        f"{model}: f(c w) = c^H f(w) for H from {depths[0]} to {depths[-1]} "
        f"(farthest {max(row['error'] for row in rows):.1e})",
        exceptions=count(rows, lambda row: not row["error"] <= HOMOGENEITY_TOLERANCE),
        sample_size=len(rows),
        strength=MEASURED,
        tolerance=HOMOGENEITY_TOLERANCE,
    )


def _broken(by_what: str, rows: Sequence[Row]) -> Check:
    return Check.no_exception(
        f"With {by_what} the degree is lost, by more than {BROKEN_BEYOND:g} "
        f"(least {min(row['error'] for row in rows):.2g})",
        exceptions=count(rows, lambda row: not row["error"] > BROKEN_BEYOND),
        sample_size=len(rows),
        strength=MEASURED,
    )
