"""A user's own module: looked into where it can be, and left as it was found.

An `nn.Sequential` of linear layers and activations is a chain, whatever modules write it. Anything else
(convolution, normalisation, a skip connection, a module with a `forward` of its own) is run as it is, on
a copy: it gets the audits that ask only for signals, outputs and weights.
"""

from collections.abc import Iterator, Sequence

from jaxtyping import Float
from numpy import ndarray
from torch import nn

from lossatlas.errors import misuse

from ._chain import IDENTITY, RELU, Activation, Chain, Gating, leaky, read_chain
from ._frozen import DROPOUTS, frozen, has_hooks
from ._network import Network
from ._opaque import is_activation, read_opaque


def read_module(module: nn.Module, X: Float[ndarray, "n ..."]) -> Network:
    """What the audits need of a module.

    Raises:
        ValueError: If it does not take the samples, changes from pass to pass, or is not finite.
    """
    steps = list(_flattened(frozen(module)))
    name = f"{type(module).__name__} of {len(steps)} modules" if len(steps) > 1 else _kind(module)
    remarks: tuple[str, ...] = ()
    if has_hooks(module):
        remarks = ("Its hooks were left out: the audits speak of the network without them.",)
    if len(steps) > 1 and is_activation(steps[-1]):
        last = type(steps.pop()).__name__
        remarks += (
            f"The {last} after the last layer is left out: outputs are those of that layer.",
        )
    chain = _as_chain(steps)
    if chain is None:
        hidden = [s for s in steps if not type(s).__module__.startswith("torch.nn.modules")]
        if hidden:
            remarks += (_hint(hidden[0]),)
        return read_opaque(nn.Sequential(*steps), X, name=name, remarks=remarks)
    if len({id(s) for s in steps if isinstance(s, nn.Linear)}) < len(chain.matrices):
        remarks += ("A layer is used more than once: its weights count each time.",)
    flat = X.reshape(len(X), -1)
    _check_inputs(X, flat, chain)
    return read_chain(chain, flat, name=name, remarks=remarks)


def activation_of(module: nn.Module) -> Activation:
    """A module's elementwise function as an activation."""
    if isinstance(module, nn.ReLU):
        return RELU
    name = type(module).__name__
    # cloned, for a module may work in place
    if isinstance(module, nn.LeakyReLU):
        return leaky(name, module.negative_slope, lambda z: module(z.clone()))
    gating = Gating.SLOPES if isinstance(module, nn.PReLU) else Gating.NONE
    return Activation(name, gating, lambda z: module(z.clone()))


def _as_chain(steps: Sequence[nn.Module]) -> Chain | None:
    """The chain of linear layers and activations that the modules are, if they are one."""
    layers: list[tuple[nn.Linear, Activation]] = []
    for step in steps:
        if isinstance(step, nn.Identity | DROPOUTS) or _flattens(step):
            continue
        if isinstance(step, nn.Linear) and type(step).forward is nn.Linear.forward:
            layers.append((step, IDENTITY))
        elif layers and is_activation(step) and layers[-1][1] is IDENTITY:
            layers[-1] = (layers[-1][0], activation_of(step))
        else:
            return None
    if not layers:
        return None
    matrices = tuple(layer.weight.detach().numpy().copy() for layer, _ in layers)
    biases = tuple(
        None if layer.bias is None else layer.bias.detach().numpy().copy() for layer, _ in layers
    )
    return Chain(matrices, biases, tuple(a for _, a in layers[:-1]))


def _flattens(step: nn.Module) -> bool:
    """Whether a module makes a row of each sample, which it is in a chain anyhow."""
    return isinstance(step, nn.Flatten) and (step.start_dim, step.end_dim) == (1, -1)


def _flattened(module: nn.Module) -> Iterator[nn.Module]:
    """The modules in order, plain `nn.Sequential`s opened; one that is used twice comes twice."""
    if isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward:
        for step in module:
            yield from _flattened(step)
    else:
        yield module


def _kind(module: nn.Module) -> str:
    return type(module).__name__


def _hint(step: nn.Module) -> str:
    return (
        f"Of {type(step).__name__} only what it takes and gives, its weights and its activation modules "
        "are seen. If its layers follow one another, give them as an `nn.Sequential`, or its matrices as "
        "a list, for the audits of paths."
    )


def _check_inputs(X: Float[ndarray, "n ..."], flat: Float[ndarray, "n d"], chain: Chain) -> None:
    if flat.shape[1] != chain.widths[0]:
        raise misuse(
            "X",
            should=f"have {chain.widths[0]} numbers a sample",
            got=f"shape {X.shape}",
            remedy="They are what the first layer takes.",
        )
