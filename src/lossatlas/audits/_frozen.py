"""A copy of a user's module that can be run and differentiated without the module's noticing.

The copy is on the processor and in float64. It has none of the user's hooks: a hook may write where it
likes, and would be called by passes that the user never asked for. PyTorch's own, which compute a weight
from other parameters (weight norm, pruning), stay.
"""

import copy
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules import batchnorm

from lossatlas.errors import misuse

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
DROPOUTS = nn.modules.dropout._DropoutNd


def frozen(module: nn.Module) -> nn.Module:
    """The copy.

    Raises:
        ValueError: If the module has no shapes yet, changes from pass to pass, or cannot be copied.
    """
    _check_steady(module)
    memo: dict[int, Any] = {}
    for part in module.modules():
        for name in _HOOKS:
            memo[id(vars(part)[name])] = OrderedDict(
                (key, copy.deepcopy(hook))
                for key, hook in vars(part)[name].items()
                if _torchs(hook)
            )
        # a weight that a hook computed belongs to the last pass, and would refuse to be copied
        computed = [v for v in vars(part).values() if isinstance(v, Tensor) and not v.is_leaf]
        memo |= {id(value): value.detach().clone() for value in computed}
    try:
        copied = copy.deepcopy(module, memo).cpu().double()
    except Exception as error:
        raise misuse(
            "network",
            should="be a module that `copy.deepcopy` copies",
            got=f"{type(module).__name__}, of which it says: {said(error)}",
            remedy="Give its weight matrices as a list instead.",
        ) from error
    with torch.no_grad():
        for part in copied.modules():
            for hook in part._forward_pre_hooks.values():
                hook(part, ())
    return copied.requires_grad_(False)


def has_hooks(module: nn.Module) -> bool:
    """Whether there are hooks on passes that the copy leaves out."""
    return any(
        not _torchs(hook)
        for part in module.modules()
        for hook in (*part._forward_hooks.values(), *part._forward_pre_hooks.values())
    )


def said(error: Exception) -> str:
    """The first line of an error."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _torchs(hook: object) -> bool:
    return type(hook).__module__.startswith("torch.nn.utils")


def _check_steady(module: nn.Module) -> None:
    """Refuse what would give other outputs on another pass, or in other company."""
    for part in module.modules():
        name = type(part).__name__
        if any(nn.parameter.is_lazy(p) for p in (*part.parameters(), *part.buffers())):
            raise misuse(
                "network",
                should="know its shapes",
                got=f"{name}, which has not seen a sample",
                remedy="Run it once first.",
            )
        if isinstance(part, DROPOUTS):
            changes = part.training and part.p > 0
        else:
            changes = part.training and isinstance(part, batchnorm._NormBase | nn.RReLU)
        if changes:
            raise misuse(
                "network",
                should="give the same outputs twice",
                got=f"{type(module).__name__} with {name} in training mode",
                remedy="Call `.eval()` on it first.",
            )
        if isinstance(part, batchnorm._BatchNorm) and part.running_mean is None:
            raise misuse(
                "network",
                should="answer a sample whatever others are beside it",
                got=f"{name} without running statistics",
                remedy="Train it with `track_running_stats=True`.",
            )
