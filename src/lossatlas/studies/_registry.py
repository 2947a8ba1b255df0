"""The studies by name."""

from collections.abc import Sequence

from lossatlas.errors import misuse

from ._study import AbstractStudy
from .auffinger2013 import Auffinger2013
from .choromanska2015_glass import Choromanska2015Glass
from .choromanska2015_networks import Choromanska2015Networks
from .depth import Depth
from .kawaguchi2016 import Kawaguchi2016
from .kawaguchi2016_relu import Kawaguchi2016Relu
from .nonlinearity import Nonlinearity
from .width import Width

STUDIES: dict[str, AbstractStudy] = {
    study.name: study
    for study in (
        Kawaguchi2016(),
        Auffinger2013(),
        Choromanska2015Glass(),
        Choromanska2015Networks(),
        Width(),
        Depth(),
        Kawaguchi2016Relu(),
        Nonlinearity(),
    )
}


def chosen(names: str | Sequence[str]) -> list[AbstractStudy]:
    """The studies that are named, in the registry's order; "all" means all.

    Raises:
        ValueError: If a name is unknown or none is given.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [name for name in wanted if name not in STUDIES and name != "all"]
    if unknown or not wanted:
        raise misuse(
            "names",
            should=f"be among {', '.join(STUDIES)}, or all",
            got=", ".join(unknown) or "none",
            remedy="Correct the spelling.",
        )
    return [study for name, study in STUDIES.items() if name in wanted or "all" in wanted]
