"""Running tasks: here in processes, or on a cluster, into a store that can be taken up again.

A `Task` is a function's import path, frozen settings and a seed; its hash is its key. `run_tasks`
runs those that a store does not have yet. A run is a folder, opened by `open_run`. The room does
not know what the tasks do.
"""

from ._files import inside as inside, write_whole as write_whole
from ._progress import ProgressReport as ProgressReport
from ._rehearsal import rehearsal_tasks as rehearsal_tasks, rehearse as rehearse
from ._run import Run as Run, open_run as open_run, read_run as read_run
from ._run_tasks import RunSummary as RunSummary, run_tasks as run_tasks
from ._seed import (
    numpy_generator as numpy_generator,
    task_seed as task_seed,
    torch_generator as torch_generator,
)
from ._task import Task as Task
from ._toml import to_toml as to_toml
