"""The result of each claim in a sentence or two with its numbers, for a reader who stops there.

A headline is empty where there is nothing to report.
"""

from collections.abc import Sequence

from lossatlas.evidence import Check

from ._claims import EXACT, LEVEL, STANDARD_ERRORS
from ._judge_signals import LAW, per_network
from ._judge_spectra import mean_in_words, rejected
from ._names import END, START
from ._numbers import spanned
from ._rows import Rows, by, of


def reduction_headline(rows: Rows) -> str:
    """K8: the two losses, and the critical points."""
    cases, points = rows.gates, rows.reduced
    if not cases:
        return ""
    limit = STANDARD_ERRORS
    good = sum(abs(row["reduced_z"]) <= limit >= abs(row["expected_z"]) for row in cases)
    ratio = spanned(row["expected"] / row["reduced"] for row in cases)
    known = [row for row in points if row["predicted_index"] is not None]
    same = sum(row["index"] == row["predicted_index"] for row in known)
    return (
        f"In {good} of {len(cases)} networks whose gates are coins, the loss of the mean output is the deep "
        f"linear loss and the mean loss is that with the variance term, within {limit:g} standard errors. "
        f"The two are not the same: the mean loss is {ratio} times as large. At {same} of {len(known)} "
        "constructed critical points the index is that of the deep linear theory."
    )


def path_sum_headline(rows: Rows) -> str:
    """C1: the largest error."""
    found = [*rows.path_sums, *of(rows.checkpoints, finite=True)]
    if not found:
        return ""
    good = sum(row["path_sum_error"] <= EXACT for row in found)
    largest = max(row["path_sum_error"] for row in found)
    return (
        f"In all {good} cases, untrained networks and others at each checkpoint of their training, the sum "
        f"over paths is the output; the largest relative difference is {largest:.1e}, which is rounding."
        if good == len(found)
        else f"In {len(found) - good} of {len(found)} cases the sum over paths is not the output."
    )


def size_headline(rows: Rows) -> str:
    """C2: how many shapes, and what that proves."""
    if not rows.sizes:
        return ""
    shapes, bad, ten = (
        sum(row[name] for row in rows.sizes)
        for name in ("shapes", "exceptions", "exceptions_ten_outputs")
    )
    return (
        f"{shapes - bad} of {shapes} random shapes with one output satisfy all three inequalities, in exact "
        "integers: a proof of these cases, not of the theorem. With ten outputs, as networks on digits "
        f"have them and of which the theorem does not speak, {ten} violate one."
    )


def few_values_headline(rows: Rows) -> str:
    """C3: the bound where it speaks, where it does not, and what rounding does."""
    found = rows.few_values
    if not found:
        return ""
    balanced, bad, others, below = (
        sum(row[name] for row in found)
        for name in ("balanced", "exceptions", "unbalanced", "unbalanced_exceptions")
    )
    groups = sorted(by("values", found).items())
    (least, few), (most, many) = groups[0], groups[-1]
    changed = [sum(row["other_answers"] for row in own) / len(own) for own in (few, many)]
    told = f"{changed[0]:.0%} of the answers with {least} values"
    told += f", {changed[1]:.1%} with {most}" if most != least else ""
    return (
        f"{balanced - bad} of {balanced} comparisons that meet the theorem's condition reach the bound; of "
        f"the {others} that do not meet it (the paper does not state it) {below} lie below. The "
        f"bound is no comfort where many signs flip: rounding, without training again, changes {told}."
    )


def tuple_headline(rows: Rows) -> str:
    """C4: the bound on synthetic tables."""
    found = rows.tuples
    if not found:
        return ""
    good = sum(
        row["measured"] >= row["bound"] - STANDARD_ERRORS * row["standard_error"] - EXACT
        for row in found
    )
    return (
        f"In {good} of {len(found)} synthetic tables, with factors c up to "
        f"{max(row['spread'] for row in found):.3g}, the correlation is at least 1 / c². Of real "
        "networks the theorem says nothing where a combination lies along no path: c is infinite there."
    )


def signal_headline(checks: Sequence[Check], rows: Rows) -> str:
    """G1: how the kurtosis falls at the outputs."""
    outputs = per_network(of(rows.signals, stage=START, output=True))
    if len(outputs) < 2:
        return ""
    first, *_, last = outputs
    laws = [check for check in checks if LAW in check.what]
    good = sum(check.passed is True for check in laws)
    return (
        f"At the start the excess kurtosis of the outputs, 0 for a bell curve, is "
        f"{outputs[first].mean():.2g} at width {first} and {outputs[last].mean():.2g} at width {last}; it "
        f"follows the law in {good} of {len(laws)} layers."
    )


def spectrum_headline(rows: Rows) -> str:
    """G2: matrices that are further from the law than noise, at the start and at the end."""
    start, end = (of(rows.spectra, stage=stage) for stage in (START, END))
    if not start:
        return ""
    before, after = rejected(start), rejected(end)
    return (
        f"At the start {before.count} of {before.total} matrices are further from the law of noise than 95 % "
        f"of fresh noise is; chance gives about {LEVEL * before.total:.2g}. After training they are "
        f"{after.count} of {after.total}, and the sizes of a unit's incoming and outgoing weights correlate "
        f"by {mean_in_words(end)} (0 for noise)."
    )
