"""One thread, for the same bits and honest timings; kernels compiled from the sources that are here."""

import os
import signal
import threading

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from ._kernel_cache import kernel_folder  # noqa: E402

# In the environment, before numba is loaded, so that the processes that tests start have it too.
os.environ["NUMBA_CACHE_DIR"] = str(kernel_folder())

import torch  # noqa: E402 (after the thread counts)
from hypothesis import settings  # noqa: E402

torch.set_num_threads(1)

# A shell that starts the tests in the background makes them ignore Ctrl-C, and so would every command
# that they start; what is handled here is at its default again in a child.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Derandomised: two runs of the suite draw the same examples; deadlines measure the machine.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("house")
