"""A pool that is stopped lets its program end."""

import subprocess
import sys

PROGRAM = """
from time import sleep

from lossatlas.execution import rehearsal_tasks
from lossatlas.execution._pool import LocalPool

for turn in range(10):
    pool = LocalPool(1)
    first, *_ = [pool.submit(task) for task in rehearsal_tasks(3, seed=turn, size=250, records=60)]
    first.result()
    sleep(0.04 * turn)
    pool.stop()
"""


def test_a_worker_stopped_while_it_sends_its_records_does_not_keep_the_program_alive() -> None:
    # most of such a worker's time is spent on sending: some of ten are stopped in the middle of it
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=60)
