"""A first-order bound on the rounding error of a perceptron's Hessian, entry by entry.

Every quantity a of the passes has an error of at most gamma e_a, where e_a follows from the passes
themselves (a running error analysis, Higham 2002, section 3.3; to first order in the unit roundoff,
and away from kinks). Passes made of |a| + t e_a subtract nothing, and their Hessian product f(t) is
a polynomial in t with no negative coefficient; so (f(t) - f(0)) / t is an upper bound on f'(0), and
gamma (f'(0) + f(0)) bounds what the errors of the factors and of the products add up to.
"""

from torch import Tensor

from ._criteria import second_product
from ._network import Network, pull_back
from ._passes import Passes


def majorant(network: Network, step: float) -> Passes:
    """Passes made of |a| + step e_a for every quantity a."""
    weights = [W.abs() for W in network.weights]
    e_z, e_x = _forward(network, weights)
    inputs = [x.abs() + step * e for x, e in zip(network.inputs, e_x, strict=True)]
    slopes = [
        slope.abs() if second is None else slope.abs() + step * second.abs() * e
        for slope, second, e in zip(network.slopes, network.seconds, e_z[:-1], strict=True)
    ]
    derivative, output_second = _output(network, step, e_z[-1])
    deltas, pulls = pull_back(weights, slopes, [derivative * network.samples.weight])
    third = network.activation.third_bound
    bends = [
        None if second is None else (second.abs() + step * third * e) * pull
        for second, e, pull in zip(network.seconds, e_z[:-1], pulls, strict=True)
    ]
    return Passes(
        weights,
        network.samples.rows.abs(),
        network.samples.columns.abs(),
        inputs,
        deltas,
        slopes,
        bends,
        output_second,
        network.criterion.coupled,
        network.samples.weight,
        biases=network.biases is not None,
        sign=1.0,
    )


def num_roundings(network: Network) -> int:
    """Roundings on the longest way from the data to an entry of the Hessian.

    Up and down the network twice, with a few for each activation, then over the samples.
    """
    fan_in = sum(W.shape[-1] + 8 for W in network.weights)
    return network.samples.inputs.shape[-1] + 4 * fan_in


def _forward(network: Network, weights: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """The errors of every z_k and of what each layer reads, in units of gamma."""
    e_z: list[Tensor] = []
    e_x = [network.samples.inputs.new_zeros(())]
    for k, W in enumerate(weights):
        if k:
            e_x.append(network.inputs[k].abs() + network.slopes[k - 1].abs() * e_z[-1])
        e = W @ (network.inputs[k].abs() + e_x[-1])
        e_z.append(e if network.biases is None else e.add_(network.biases[k].abs()[..., None]))
    return e_z, e_x


def _output(network: Network, step: float, e_f: Tensor) -> tuple[Tensor, Tensor]:
    """|a| + step e_a of l' and of the vector s of l''."""
    derivative, s = network.output_derivatives
    coupled = network.criterion.coupled
    e = second_product(s, e_f, coupled=coupled, sign=1.0)
    return derivative.abs() + step * e, s + step * e if coupled else s
