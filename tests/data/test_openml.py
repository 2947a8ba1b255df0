"""scikit-learn's own reader, on a file in its own cache: what it hands over becomes bytes."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossatlas.data._openml import from_openml
from lossatlas.errors import DataError

from ._published import published

IMAGES, LABELS, _ = published(6, 4)
NAME, NUMBER = "rehearsal_of_mnist_784", 987_654


def _features() -> list[dict[str, Any]]:
    names = [f"pixel{i}" for i in range(1, 785)] + ["class"]
    return [
        {
            "index": str(i),
            "name": name,
            "data_type": "nominal" if name == "class" else "numeric",
            "is_target": str(name == "class").lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for i, name in enumerate(names)
    ]


def _arff(rows: np.ndarray) -> bytes:
    attributes = "".join(f"@ATTRIBUTE pixel{i} real\n" for i in range(1, 785))
    body = "\n".join(",".join(map(str, row)) for row in rows.tolist())
    labels = "{0,1,2,3,4,5,6,7,8,9}"
    return f"@RELATION m\n{attributes}@ATTRIBUTE class {labels}\n@DATA\n{body}\n".encode()


def _fill(home: Path, rows: np.ndarray) -> None:
    """The files that scikit-learn would have kept, had it fetched these rows before."""
    arff = _arff(rows)
    description = {
        "id": str(NUMBER),
        "name": NAME,
        "version": "1",
        "description": "",
        "format": "ARFF",
        "status": "active",
        "file_id": str(NUMBER),
        "url": f"https://www.openml.org/data/v1/download/{NUMBER}/rehearsal.arff",
        "md5_checksum": hashlib.md5(arff).hexdigest(),
    }
    listed = {"data": {"dataset": [{"did": NUMBER, "version": 1, "status": "active"}]}}
    quality = [{"name": "NumberOfInstances", "value": str(len(rows))}]
    api = "api/v1/json/data"
    files = {
        f"{api}/list/data_name/{NAME}/limit/2/data_version/1": json.dumps(listed).encode(),
        f"{api}/{NUMBER}": json.dumps({"data_set_description": description}).encode(),
        f"{api}/features/{NUMBER}": json.dumps(
            {"data_features": {"feature": _features()}}
        ).encode(),
        f"{api}/qualities/{NUMBER}": json.dumps({"data_qualities": {"quality": quality}}).encode(),
        f"data/v1/download/{NUMBER}/rehearsal.arff": arff,
    }
    for name, content in files.items():
        path = home / "openml" / "openml.org" / f"{name}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content))


def test_what_scikit_learn_has_kept_is_read_without_a_network(tmp_path: Path) -> None:
    _fill(tmp_path, np.column_stack([IMAGES, LABELS]))
    images, labels = from_openml(tmp_path, NAME)
    assert images.dtype == labels.dtype == np.uint8
    assert np.array_equal(images, IMAGES)
    assert np.array_equal(labels, LABELS)


@pytest.mark.parametrize("value", [0.5, -1, 256, 1e300])
def test_pixels_that_are_no_bytes_are_refused_and_not_cut_to_fit(
    tmp_path: Path, value: float
) -> None:
    rows = np.column_stack([IMAGES, LABELS]).astype(object)
    rows[3, 100] = value
    _fill(tmp_path, rows)
    with pytest.raises(DataError, match="not bytes"):
        from_openml(tmp_path, NAME)


def test_an_answer_that_is_no_list_of_numbers_is_one_line(tmp_path: Path) -> None:
    rows = np.column_stack([IMAGES, LABELS]).astype(object)
    rows[3, 100] = "a word"
    _fill(tmp_path, rows)
    with pytest.raises(DataError, match="cannot be") as caught:
        from_openml(tmp_path, NAME)
    assert "\n" not in str(caught.value)
    assert "mnist10 and mnist28" in str(caught.value)
