"""The words of the study, one for each thing, for a reader who knows neither paper."""

_MEANINGS = {
    "path": "A way through the network from one input through one unit of each hidden layer to one "
    "output. A network of widths 64-16-16-10 has 64 x 16 x 16 x 10 of them.",
    "digit": "One picture of a handwritten digit, which is what the networks look at: the sample.",
    "pixel": "One number of a digit: one input of the network.",
    "answer": "The class of a network's largest output.",
    "open": "A path is open on a digit if every unit on it gives more than zero there.",
    "gate": "1 where a path is open, 0 where it is not. A network without gates has no ReLU.",
    "rate": "The share of digits on which a path is open; pi in formulas.",
    "rho": "The mean rate of all paths. In the theorem every path has this rate.",
    "deep linear network": "Layers of weights W_1, ..., W_H with nothing between them. Its output "
    "W_H ... W_1 x is linear in x, but its loss is not convex in the weights.",
    "reduced model": "What Kawaguchi puts in the place of a ReLU network: rho times the deep linear "
    "network with the same weights. Its loss is the reduced loss.",
    "spin glass": "A model from physics: a random polynomial of many variables that lie on a sphere. The "
    "paper of 2015 takes the variables for weights and the polynomial for the loss.",
    "assumption": "What a theorem takes for granted. The labels A1p-m to A7p come from the papers.",
    "audit": "A measurement of how far an assumption is from true, with a tolerance fixed beforehand.",
    "spread of rates": "How much the rates differ from path to path: their variance over the square of "
    "their mean, Var(pi) / rho². 0 if all are equal, 1 if they scatter by as much as their mean.",
    "dispersion D": "How much the rates differ, as the rule of K9 has it: Var(pi) / (rho (1 - rho)), which "
    "is the spread of rates times rho / (1 - rho).",
    "critical point": "Weights at which the gradient of the loss is zero: a minimum or a saddle.",
    "index": "How many eigenvalues of the Hessian, the matrix of second derivatives, are negative at a "
    "critical point.",
    "nullity": "How many of these eigenvalues are zero.",
    "global value": "The least loss that a deep linear network can have on the digits.",
    "q": "A factor that both papers put before the network's output; 1/rho makes up for closed paths.",
    "p": "In a statement on rank(W_H ... W_2): the width of the narrowest hidden layer.",
    "variance term": "What the mean loss over random gates has beside the loss of the mean output: half "
    "the variance of the outputs.",
    "sum over paths": "The product of the weights along a path, times its input, added up over the open "
    "paths.",
    "Ψ": "The number of paths to one output.",
    "N": "The number of weights.",
    "H": "The number of layers of weights, one more than of hidden layers.",
    "n_0": "The number of inputs.",
    "Λ": "The size of the spin glass: the H-th root of the number of paths to one output.",
    "ε": "The share of digits on which two networks disagree in sign.",
    "combination": "The weight values along a path, in order.",
    "τ": "How many paths carry a combination if all are equally frequent.",
    "c": "The largest factor by which the number of paths of a combination differs from that.",
    "excess kurtosis": "How heavy the tails of a distribution are: 0 for the bell curve, -1.2 for an "
    "even distribution, more where extremes are frequent.",
    "KS distance": "The largest gap between two distributions, as shares of the cases below a number: 0 "
    "if they agree, 1 if they do not overlap.",
    "fan-in": "How many inputs a unit has.",
    "spectrum": "The eigenvalues of W W^T, W a matrix of weights.",
    "law of Marchenko and Pastur": "What the spectrum of a large matrix of pure noise looks like.",
}


def words(*names: str) -> tuple[tuple[str, str], ...]:
    """Words with their meanings."""
    return tuple((name, _MEANINGS[name]) for name in names)
