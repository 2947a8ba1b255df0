"""The six statements under test, with the rule that decides each.

All are theorems of Auffinger, Ben Arous, Cerny 2013 (arXiv 1003.1129), by which Choromanska et al.
2015 (arXiv 1412.0233) describe the loss surface. Rules on counted instances were fixed before any was
counted. Margins epsilon were chosen with exact tables at hand, that of C9 after its literal form had
been seen to fail; C21's bound on the rate replaced a flat 0.02, which p = 4 had missed.
N is the number of spins, p the order, u = H / N the energy per spin, Crt_{N,k} the number of
critical points of index k, E_inf = 2 sqrt((p - 1) / p) the threshold, E_k the layer of index k.
The theorems let N grow at a fixed margin epsilon; so do the rules.
"""

from lossatlas.evidence import Claim

DEVIATIONS = 4.0
"""Standard errors within which a mean over independent instances meets its exact value."""
INSTANCES_NEEDED = 100
"""Instances of a size that a comparison of means needs."""
MARGIN = 0.02
"""epsilon below -E_0 and -E_k."""
DOMINANCE_MARGIN = 0.1
"""epsilon below -E_inf where minima are said to outnumber saddles exponentially."""
BAND_MARGIN = 0.4
"""epsilon above -E_inf where minima are said to be exponentially rare."""
LAYER_TOLERANCE = 1e-8
SHARP_TOLERANCE = 0.05
SHARP_SIZE = 320
RATE_SIZE = 40
"""From here on the rate is held against its limit."""

_PAPER = "Auffinger, Ben Arous, Černý 2013"
_TALK = "Choromanska et al. 2015"

C21 = Claim(
    "C21",
    "Saddles outnumber minima exponentially: (1/N) ln(E Crt_N / E Crt_{N,0}) tends to (p - 2)/p.",
    "For every valley there are exponentially many passes: a place where the surface is flat is "
    "almost never the bottom of anything.",
    f"{_PAPER}, Theorems 2.5 and 2.8; {_TALK}, section 4",
    "On the exact means critical points outnumber minima at every size and the more the larger, and "
    f"from N = {RATE_SIZE} on the rate is within c_p/√N of (p - 2)/p, c_p = (2/3) a √(a E_∞³), "
    "a = (p - 2) E_∞ / (2(p - 1)): by so much minima are more numerous than their complexity says. "
    f"On enumerated instances, at least {INSTANCES_NEEDED} a size, the mean number of critical points "
    f"of every index lies within {DEVIATIONS:g} standard errors of its exact value.",
)
C6 = Claim(
    "C6",
    "No critical value lies below the ground state energy -N E_0: the mean number of critical points "
    "below -N (E_0 + ε) vanishes exponentially.",
    "There is a floor, known in advance, below which nothing is to be found.",
    f"{_PAPER}, Theorem 2.12; {_TALK}, Theorem 4.1",
    f"The exact mean number below -(E_0 + {MARGIN:g}) falls from each size to the next, and the rate "
    "of the limit there is negative. On enumerated instances the mean numbers in the lowest window of "
    f"energies lie within {DEVIATIONS:g} standard errors of the exact ones.",
)
C8 = Claim(
    "C8",
    "Low critical points lie in layers: below -N E_k there is none of index k or more, in the limit.",
    "Near the floor there are only valleys, a little higher passes with one way down, then two.",
    f"{_PAPER}, Theorem 2.15; {_TALK}, section 4.2",
    f"The complexity of index k vanishes at -E_k within {LAYER_TOLERANCE:g}, the E_k fall towards "
    "E_∞, and the exact mean number of points of index at least k below "
    f"-(E_k + {MARGIN:g}) falls from each size to the next, for k = 1 and 2.",
)
C9 = Claim(
    "C9",
    "Below the threshold -N E_∞ minima outnumber the saddles of every index, exponentially.",
    "In the deep part of the landscape almost every flat place is the bottom of a valley.",
    f"{_TALK}, Corollary 4.1; {_PAPER}, Theorem 2.8",
    "On the exact means E Crt_{N,k} / E Crt_{N,0} below -E_∞ is less than 1 at every size, for k = 1 "
    f"and 2, and below -(E_∞ + {DOMINANCE_MARGIN:g}) it falls from each size to the next.",
)
C10 = Claim(
    "C10",
    "The mean number of critical points below an energy grows like exp(N Θ_p(u)).",
    "How many flat places lie below a height is given, to leading order, by one curve.",
    f"{_PAPER}, Theorems 2.5 and 2.17; {_TALK}, Theorem 4.1",
    "(1/N) ln E Crt_N comes nearer to Θ_p(u) from each size to the next, and the sharp asymptotics "
    f"with its prefactor is within {SHARP_TOLERANCE:.0%} of the exact mean at N = {SHARP_SIZE}. On "
    "enumerated instances the mean number in every window of energies lies within "
    f"{DEVIATIONS:g} standard errors of its exact value.",
)
C19 = Claim(
    "C19",
    "Minima outside the band above -N E_∞ are exponentially rare.",
    "Almost all valleys end almost equally low, and the larger the system the more so.",
    f"{_TALK}, section 4.2 and Corollary 4.1; {_PAPER}, Theorem 2.14",
    f"The share of minima above -(E_∞ - {BAND_MARGIN:g}) on the exact means falls from each size to "
    f"the next from N = 4/ε² on, at least exponentially: -(1/N) ln of it does not fall.",
)

CLAIMS = (C21, C6, C8, C9, C10, C19)
