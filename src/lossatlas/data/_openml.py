"""MNIST in full from OpenML, through scikit-learn: the one place of the package that needs a network.

scikit-learn keeps the file that it downloads in its own cache, compares it with the checksum that
OpenML states, and parses it. The parser written in Python is asked for: it is slower than pandas,
and does not need pandas.
"""

import http.client
import socket
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from lossatlas.errors import DataError

from ._place import INSTEAD

NAME, VERSION = "mnist_784", 1
# Without a limit a network that swallows packets would hold the caller for ever.
_TIMEOUT = 30.0
_NETWORK = (URLError, TimeoutError, ConnectionError, http.client.HTTPException, socket.gaierror)
# A page of a captive portal, an answer in another format, a file that does not match its checksum.
_ANSWER = (ValueError, LookupError, EOFError, zlib.error)


def from_openml(home: Path, name: str = NAME) -> tuple[UInt8[ndarray, "n d"], UInt8[ndarray, " n"]]:
    """The images and labels of a set of digits, as bytes, in OpenML's order.

    Args:
        home: scikit-learn's data home, where the downloaded file is kept.
        name: What OpenML calls the set.

    Raises:
        DataError: If there is no network, or what comes back is not digits.
        OSError: If `home` cannot be written to.
    """
    try:
        with _quietly():
            from sklearn.datasets import fetch_openml

            images, labels = fetch_openml(
                name,
                version=VERSION,
                data_home=home,
                return_X_y=True,
                as_frame=False,
                parser="liac-arff",
                n_retries=1,
            )
    except _NETWORK as error:
        raise DataError(
            f"OpenML cannot be reached ({getattr(error, 'reason', error)}), and MNIST in full needs it "
            f"once. {INSTEAD}"
        ) from None
    except _ANSWER as error:
        raise DataError(
            f"OpenML's answer cannot be read ({(str(error).splitlines() or [''])[0]}). Try again "
            f"later. {INSTEAD}"
        ) from None
    return _bytes(images), _bytes(labels)


def _bytes(values: ndarray) -> UInt8[ndarray, "..."]:
    """Whole numbers from 0 to 255 as bytes; labels come as text. Nothing is cut to fit."""
    with suppress(ValueError), np.errstate(invalid="ignore"):
        numbers = values.astype(np.float64, copy=False)
        whole = numbers.astype(np.uint8)
        if np.array_equal(whole, numbers):
            return whole
    raise DataError(f"OpenML's answer holds values that are not bytes. {INSTEAD}")


@contextmanager
def _quietly() -> Generator[None]:
    """A network that may not hang, and no warning at each retry: one error says it all."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_TIMEOUT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        socket.setdefaulttimeout(before)
