"""Majorants of a perceptron's passes, for a bound on the rounding error of its Hessian.

Every quantity of the passes is replaced by its absolute value plus what the rounding of all before
it, in units of gamma, can add (a running error analysis, Higham 2002, section 3.3; to first order
in the unit roundoff, and away from kinks). The Hessian product of these passes subtracts nothing,
so it majorises the Hessian entry by entry, and gamma times it majorises the Hessian's error.
"""

from torch import Tensor

from ._criteria import second_product
from ._network import Network, pull_back
from ._passes import Passes


def majorant(network: Network) -> Passes:
    """Passes without negative entries, above the network's own and above their errors / gamma."""
    weights = [W.abs() for W in network.weights]
    zs, xs = _forward(network, weights)
    slopes = [
        slope.abs() if second is None else slope.abs() + second.abs() * z
        for slope, second, z in zip(network.slopes, network.seconds, zs[:-1], strict=True)
    ]
    derivative, second = _output(network, zs[-1])
    deltas, pulls = pull_back(weights, slopes, [derivative * network.samples.weight])
    third = network.activation.third_bound
    bends = [
        None if second is None else (second.abs() + third * z) * pull
        for second, z, pull in zip(network.seconds, zs[:-1], pulls, strict=True)
    ]
    coupled, weight = network.criterion.coupled, network.samples.weight
    rows = network.samples.rows.abs()
    return Passes(weights, rows, xs, deltas, slopes, bends, second, coupled, weight, sign=1.0)


def num_roundings(network: Network) -> int:
    """Roundings on the longest way from the data into an entry of the Hessian.

    Each of at most 2 L + 4 factors of a product has gone through every layer, and then the samples
    are summed.
    """
    fan_in = sum(W.shape[-1] + 8 for W in network.weights)
    return network.samples.inputs.shape[-1] + (2 * len(network.weights) + 4) * fan_in


def _forward(network: Network, weights: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Majorants of every z_k and of what each layer reads."""
    zs: list[Tensor] = []
    xs = [network.samples.inputs.abs()]
    for k, W in enumerate(weights):
        if k:
            xs.append(network.inputs[k].abs() + network.slopes[k - 1].abs() * zs[-1])
        z = W @ xs[-1]
        zs.append(z if network.biases is None else z.add_(network.biases[k].abs()[..., None]))
    return zs, xs


def _output(network: Network, f: Tensor) -> tuple[Tensor, Tensor]:
    """Majorants of l' and of the vector s of l''."""
    derivative, s = network.output_derivatives
    coupled = network.criterion.coupled
    moved = second_product(s, f, coupled=coupled, sign=1.0)
    return derivative.abs() + moved, s + moved if coupled else s
