"""One thread, for the same bits and honest timings, and the shape checks' switch."""

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import torch  # noqa: E402 (after the thread counts)
from hypothesis import settings  # noqa: E402

torch.set_num_threads(1)

# Derandomised: two runs of the suite draw the same examples; deadlines measure the machine.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("house")
