"""The theorem's assumptions on each data choice, with the number behind each."""

from typing import Any

from lossatlas.catalogue import Record

from ._instance import load
from ._judge import STUDY
from ._settings import DataChoice


def assume(settings: dict[str, Any], seed: tuple[int, ...]) -> list[Record]:
    """Test HA1 to HA4 on a data choice and certify the order of Sigma's eigenvalues.

    Args:
        settings: `data_name` and `data`, a `DataChoice`.
        seed: Unused: nothing is drawn.

    Returns:
        One record an assumption, with Sigma's eigenvalues as the array of the first.
    """
    del seed
    instance = load(DataChoice.model_validate(settings["data"]))
    common = {
        "data": settings["data_name"],
        "description": instance.dataset.description,
        "checksum": instance.dataset.checksum,
        "samples": len(instance.inputs),
        "inputs": instance.inputs.shape[1],
        "outputs": instance.targets.shape[1],
        "smallest_gap": instance.smallest_gap,
        "order_certified": instance.order_certified,
    }
    return [
        Record(
            STUDY,
            "assumption",
            {
                **common,
                "id": item.id,
                "statement": item.statement,
                "holds": item.holds,
                "number": item.number,
                "threshold": item.threshold,
                "remark": item.remark,
            },
            instance.spectrum.eigenvalues,
        )
        for item in instance.assumptions
    ]
