"""The file: what it holds when the process is gone, when two write, and when nothing more fits."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from lossatlas.catalogue import Record, SqliteStore
from lossatlas.errors import LossatlasError


def _records(count: int, size: int = 50) -> list[Record]:
    return [Record("s", "x", {"i": i, "loss": -i / 7}, np.full(size, i / 3)) for i in range(count)]


def test_what_was_committed_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "atlas.db") as store:
        store.commit("k", "{}", _records(1200))
        store.save_outcome("s", [{"id": "K1"}], [])
        digest = store.digest()
    assert [f.name for f in tmp_path.iterdir()] == ["atlas.db"]
    with SqliteStore(tmp_path / "atlas.db") as store:
        assert store.digest() == digest
    with SqliteStore(tmp_path / "atlas.db", read_only=True) as store:
        assert store.digest() == digest


def test_points_lie_in_the_file_as_little_endian_float64(tmp_path: Path) -> None:
    point = np.array([1.0, -2.5, float("nan"), 1e-310])
    with SqliteStore(tmp_path / "a.db") as store:
        store.commit("k", "{}", [Record("s", "x", {}, point)])
    file = sqlite3.connect(tmp_path / "a.db")
    (blob,) = file.execute("SELECT point FROM records").fetchone()
    file.close()
    assert blob == point.astype("<f8").tobytes()


def test_records_can_be_asked_for_in_plain_sql(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as store:
        store.commit("k", "{}", _records(10))
    file = sqlite3.connect(tmp_path / "a.db")
    query = (
        "SELECT r.ordinal FROM records r JOIN attributes a ON a.record = r.id "
        "WHERE a.name = 'loss' AND a.value < -1 ORDER BY 1"
    )
    assert [i for (i,) in file.execute(query)] == [8, 9]
    file.close()


def test_two_stores_on_one_file_never_keep_a_task_twice(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as one, SqliteStore(tmp_path / "a.db") as other:
        assert one.commit("k", "{}", _records(3))
        assert not other.commit("k", "{}", _records(3))
        assert other.commit("l", "{}", _records(3))
        assert one.count() == other.count() == 6
        assert one.digest() == other.digest()


def test_a_file_held_by_another_process_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossatlas.catalogue._connection._BUSY_SECONDS", 0.1)
    SqliteStore(tmp_path / "a.db").close()
    holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    with SqliteStore(tmp_path / "a.db") as store:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LossatlasError, match="in use by another process"):
            store.commit("k", "{}", _records(1))
        holder.execute("ROLLBACK")
        assert store.commit("k", "{}", _records(1))
    holder.close()


def test_a_reader_sees_whole_tasks_while_another_writes(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as writer:
        writer.commit("k", "{}", _records(2))
        with SqliteStore(tmp_path / "a.db", read_only=True) as reader:
            assert reader.count() == 2
            writer.commit("l", "{}", _records(3))
            assert reader.count() == 5


def test_a_store_opened_for_reading_cannot_be_written(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "a.db").close()
    before = (tmp_path / "a.db").read_bytes()
    with (
        SqliteStore(tmp_path / "a.db", read_only=True) as store,
        pytest.raises(LossatlasError, match="cannot be opened for this"),
    ):
        store.commit("k", "{}", _records(1))
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_full_database_is_one_clear_error_and_the_rest_is_kept(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as store:
        store.commit("k", "{}", _records(5))
        digest = store.digest()
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LossatlasError, match=r"disk is full.*run the same command again"):
            store.commit("big", "{}", _records(200))
        assert store.digest() == digest
    with SqliteStore(tmp_path / "a.db") as store:
        assert store.completed() == {"k"}
        assert store.commit("big", "{}", _records(200))


_FILL = """
import resource, sys
from pathlib import Path
import numpy as np
from lossatlas.catalogue import Record, SqliteStore
from lossatlas.errors import LossatlasError
store = SqliteStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    for task in range(1000):
        store.commit(str(task), "{}", [Record("s", "x", {"i": task}, np.ones(5000))])
except LossatlasError as error:
    print(len(store.completed()), error)
    store.close()
"""


def test_a_file_that_may_not_grow_is_one_clear_error_and_the_rest_is_kept(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _FILL, tmp_path / "a.db"], capture_output=True, text=True, check=True
    )
    number, _, message = told.stdout.partition(" ")
    assert "run the same command again to resume" in message
    assert "Traceback" not in told.stderr
    with SqliteStore(tmp_path / "a.db") as store:
        assert 10 < len(store.completed()) == int(number) < 1000
        assert store.commit("after", "{}", _records(5))
        assert store.count() == int(number) + 5


def _fill(store: SqliteStore) -> None:
    for task in range(1000):
        store.commit(str(task), "{}", [Record("s", "x", {}, np.ones(5000))])


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_small_disk_that_is_full_is_one_clear_error_and_the_rest_is_kept(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a small disk")
    try:
        with SqliteStore(disk / "a.db") as store:
            with pytest.raises(LossatlasError, match=r"disk is full|cannot be read or written"):
                _fill(store)
            done = len(store.completed())
            assert 5 < done < 26
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        with SqliteStore(disk / "a.db") as store:
            assert len(store.completed()) == done
            assert store.commit("after", "{}", _records(5))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


_WRITE = """
import sys
import numpy as np
from lossatlas.catalogue import Record, SqliteStore
with SqliteStore(sys.argv[1]) as store:
    done = len(store.completed())
    print("ready", flush=True)
    for task in range(done, 10_000):
        records = [Record("s", "x", {"i": i}, np.full(300, float(task))) for i in range(40)]
        store.commit(f"{task:05d}", "{}", records)
        print(task, flush=True)
"""


def test_a_process_killed_at_any_moment_leaves_whole_tasks_only(tmp_path: Path) -> None:
    path, before = tmp_path / "a.db", 0
    for more in (0, 1, 7, 20):
        child = subprocess.Popen([sys.executable, "-c", _WRITE, path], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        for task in range(before, before + more):
            assert int(child.stdout.readline()) == task
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        child.stdout.close()
        with SqliteStore(path) as store:
            done = sorted(store.completed())
            assert done == [f"{i:05d}" for i in range(len(done))]
            assert store.count() == 40 * len(done)
            found = [(r.origin, r.point[0]) for r in store.records() if r.point is not None]
            assert found == [((key, i), float(key)) for key in done for i in range(40)]
        assert len(done) >= before + more
        before = len(done)


def test_a_process_killed_while_it_makes_the_file_leaves_one_that_opens(tmp_path: Path) -> None:
    program = "import sys; from lossatlas.catalogue import SqliteStore\nprint(1, flush=True)\n"
    program += "for i in range(10000): SqliteStore(f'{sys.argv[1]}/{i}.db').close()"
    for delay in (0.0, 0.01, 0.02, 0.035):
        child = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(delay)
        child.kill()
        child.wait()
        child.stdout.close()
        for path in tmp_path.glob("*.db"):
            with SqliteStore(path) as store:
                assert store.commit("k", "{}", _records(1))
            path.unlink()


_AS_NOBODY = """
import os, sys
import numpy as np
from lossatlas.catalogue import SqliteStore
from lossatlas.errors import LossatlasError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""


def _as_nobody(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Root may write anywhere, so what a user may not do is tried as a user."""
    command = [sys.executable, "-c", _AS_NOBODY + program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A catalogue in a folder that others may read and enter, and nobody may write."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with SqliteStore(folder / "a.db") as store:
            store.commit("k", "{}", _records(3))
        (folder / "a.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_catalogue_in_a_folder_that_cannot_be_written_can_be_read(locked: Path) -> None:
    program = "with SqliteStore(sys.argv[1], read_only=True) as store: print(store.count())"
    told = _as_nobody(program, locked / "a.db")
    assert (told.stdout, told.stderr) == ("3\n", "")
    assert [f.name for f in locked.iterdir()] == ["a.db"]


def test_writing_to_a_catalogue_that_cannot_be_written_is_one_clear_error(locked: Path) -> None:
    program = (
        "try: SqliteStore(sys.argv[1]).commit('l', '{}', [])\n"
        "except LossatlasError as error: print(error)"
    )
    told = _as_nobody(program, locked / "a.db")
    assert "Check its permissions" in told.stdout
    assert told.stderr == ""


def test_no_file_is_made_outside_the_catalogues_folder(tmp_path: Path) -> None:
    """Large sorts would go to SQLite's temporary folder if they were allowed to."""
    (tmp_path / "run").mkdir()
    (tmp_path / "temporary").mkdir()
    program = (
        "import sys\nimport numpy as np\nfrom lossatlas.catalogue import Record, SqliteStore\n"
        "with SqliteStore(sys.argv[1]) as store:\n"
        "    for t in range(20):\n"
        "        store.commit(str(t), '{}', [Record('s', 'x', {'i': i}) for i in range(500)])\n"
        "    sum(1 for _ in store.records()); store.digest(); store.kinds()\n"
    )
    temporary = str(tmp_path / "temporary")
    before = os.stat(temporary).st_mtime_ns
    subprocess.run(
        [sys.executable, "-c", program, tmp_path / "run" / "a.db"],
        env={**os.environ, "TMPDIR": temporary, "SQLITE_TMPDIR": temporary},
        check=True,
    )
    # A file that came and went would have changed the folder's time.
    assert os.stat(temporary).st_mtime_ns == before
    assert [f.name for f in (tmp_path / "run").iterdir()] == ["a.db"]
