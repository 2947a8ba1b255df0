"""What a newcomer must know to see why anybody asks, claim by claim."""

TWO_PAPERS = (
    "In 2015 Choromanska and others put a model from physics, a spherical spin glass, in the place of the "
    "loss of a ReLU network: a random polynomial of the weights, which lie on a sphere. Nearly all minima "
    "of such a polynomial lie in a narrow band of low values, so training could not get stuck far above "
    "the best. To get there they assumed seven things of the network and of the data. Kawaguchi dropped "
    "five of them in 2016: he treats a deep linear network, all of whose local minima are global, and "
    "needs only two, A1p-m and A5u-m, to carry this over to ReLU. If these two fail, his theorem is still "
    "true, but says nothing of the network that one trains."
)
REDUCTION = (
    "A ReLU lets a signal through or blocks it, so a network is a sum over paths, each open or closed. "
    "Kawaguchi replaces 'open or closed' by the toss of a coin. Then the network's output is, on average, "
    "that of a network without ReLU, of which everything is known. Here coins are tossed and the "
    "formulas are compared with what comes out."
)
PATHS = (
    "Both papers begin by writing a ReLU network as a sum over paths. This is exact. What they assume "
    "of the paths comes later."
)
SIZES = (
    "The spin glass has one variable for each distinct weight, and the theorem ties the number of these to "
    "the numbers of weights and of paths."
)
FEW_VALUES = (
    "The spin glass knows only a short list of weight values. The theorem says what follows if a network "
    "rounded to so few values seldom disagrees with the original; the audit of A2p measures whether it does."
)
UNIFORM = (
    "In the spin glass every combination of variables occurs once. In a network some combinations of "
    "weight values lie along many paths and others along none. The theorem says how much is lost by "
    "pretending that all are equally frequent; the audit of A3p measures how far from that networks are."
)
BELL_CURVES = (
    "What reaches a unit is a sum of many parts, and sums of many independent parts follow the bell curve. "
    "Calculations with spin glasses rest on bell curves. How good is that at the widths of real networks?"
)
SPECTRA = (
    "Summaries of the paper of 2015 say that it takes the weights for random. Before training they are, by "
    "construction. A matrix of pure noise has a known spectrum, so one can look whether a matrix still "
    "looks like noise."
)
