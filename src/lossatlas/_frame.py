"""Data frames, for those who have pandas."""

from importlib import import_module
from typing import Any


def data_frame(data: Any) -> Any:
    """Columns or rows as a pandas data frame.

    Raises:
        ImportError: If pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ImportError as missing:
        raise ImportError("`to_frame` needs pandas. Install it, or use `to_dict`.") from missing
    return pandas.DataFrame(data)
