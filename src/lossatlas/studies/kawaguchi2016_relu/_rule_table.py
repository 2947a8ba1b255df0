"""The five numbers that K9 is judged by, for each architecture."""

from lossatlas.evidence import Table

from ._judge_realism import AUDITED, NUMBERS, shares_of_audits, shares_of_numbers, trained
from ._numbers import middle_and_range
from ._rows import Rows, by_architecture, depth_in_words


def rule_tables(rows: Rows) -> tuple[Table, ...]:
    """The one table, where there are networks at the end of training."""
    ends = by_architecture(trained(rows))
    if not ends:
        return ()
    audited, numbers = shares_of_audits(rows), shares_of_numbers(rows)
    lines = []
    for key, own in ends.items():
        family, layers = key
        cells = [
            f"{share.count} of {share.total}" if (share := found.get(key)) else "not audited"
            for found in audited.values()
        ]
        for number in NUMBERS:
            share = numbers[number.column][key]
            told = middle_and_range(row[number.column] for row in own)
            cells.append(f"{told}; far in {share.count} of {share.total}")
        lines.append((f"{family}, {depth_in_words(layers)}", *cells))
    return (
        Table(
            "five-numbers",
            "The five numbers of the rule, by architecture",
            "At the end of training, in how many networks an assumption fails, and for the other three "
            "numbers the median (lowest to highest) and in how many networks it is far from the model.",
            "D and the correlation of gates are measured in units of rho (1 - rho), which is small in deep "
            "networks. The correlation of gates is 0 in the paper of 2015, whose paths toss coins of their "
            "own, and is part of neither A1p-m nor A5u-m.",
            ("networks", *(f"{id} fails" for id in AUDITED), *(n.heading for n in NUMBERS)),
            tuple(lines),
        ),
    )
