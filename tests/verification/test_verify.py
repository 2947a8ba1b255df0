"""A run's certificates proved again, and whatever was changed in them caught."""

import shutil
import sqlite3
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, certify, certify_batch
from lossatlas.execution import open_run
from lossatlas.surfaces import DeepLinear, SpinGlass
from lossatlas.theory import deep_linear
from lossatlas.verification import Outcome, UnreadableCatalogueError, verify_catalogue

from .networks import proved

Call = Callable[..., Any]


@contextmanager
def tampering(run: Path) -> Iterator[sqlite3.Connection]:
    """The catalogue, open to whoever wants to change it."""
    connection = sqlite3.connect(run / "atlas.db")
    yield connection
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _counts(run: Path) -> Counter[tuple[str, str]]:
    found = verify_catalogue(run / "atlas.db")
    return Counter((item.kind, item.finding.outcome.value) for item in found)


def _reasons(run: Path) -> set[str]:
    found = list(verify_catalogue(run / "atlas.db"))
    return {item.finding.reason for item in found if not item.finding}


@pytest.mark.parametrize(
    ("order", "size"), [(2, 3), (2, 6), (3, 2), (3, 3), (3, 4), (4, 3), (5, 2), (6, 2)]
)
def test_all_points_of_a_draw_and_that_they_are_all_is_proved_again(
    order: int, size: int, draw: Call, stored: Call
) -> None:
    known = draw(order, size)
    counts = _counts(stored(known.stored()))
    assert counts == {
        ("point", Outcome.PROVED.value): len(known.certificates),
        ("complete", Outcome.PROVED.value): 1,
    }


def test_the_complex_roots_are_needed_for_completeness(draw: Call, stored: Call) -> None:
    known = draw(3, 4)
    assert len(known.roots) > 1
    run = stored(replace(known, roots=known.roots[:-1]).stored())
    assert _counts(run)["complete", Outcome.UNDECIDED.value] == 1
    assert _reasons(run) == {"13 classes are stored where there are at most 15"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ("twice", Outcome.REFUTED),
        ("nearly twice", Outcome.REFUTED),
        ("no antipode", Outcome.REFUTED),
        ("a root twice", Outcome.UNDECIDED),
        ("a root and its conjugate", Outcome.UNDECIDED),
        ("a real root", Outcome.UNDECIDED),
        ("the origin", Outcome.UNDECIDED),
        ("no root", Outcome.UNDECIDED),
    ],
)
def test_a_count_made_up_to_the_full_number_is_caught(
    change: str, outcome: Outcome, draw: Call, stored: Call
) -> None:
    known = draw(3, 4)
    proofs, roots = list(known.certificates), known.roots.copy()
    half = len(proofs) // 2  # the antipodes follow in the same order
    if change == "twice":
        proofs[1], proofs[half + 1] = proofs[0], proofs[half]
    elif change == "nearly twice":
        for a, b in ((0, 1), (half, half + 1)):
            point = proofs[a].point.clone()
            point[0] *= 1 + 1e-15
            proofs[b] = replace(proofs[a], point=point, radius=1e-13)
    elif change == "no antipode":
        proofs = proofs[:-1]
    elif change == "a root twice":
        roots[1] = roots[0]
    elif change == "a root and its conjugate":
        roots[1] = roots[0].conj()
    elif change == "a real root":
        low, high = proofs[0].energy
        mu = (low + high) / 2 * 2.0
        roots[0] = proofs[0].point.numpy() / 2.0 / mu
    elif change == "the origin":
        roots[0] = 1e-9
    else:
        roots[0] = 5.0
    run = stored(replace(known, certificates=proofs, roots=roots).stored())
    counts = _counts(run)
    assert counts["complete", outcome.value] == 1, counts
    assert not counts["complete", Outcome.PROVED.value]


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("radius", "1e-30", Outcome.REFUTED),
        ("radius", "0.0", Outcome.REFUTED),
        ("radius", "-1e-12", Outcome.REFUTED),
        ("alone_within", "3.0", Outcome.UNDECIDED),
        ("alone_within", "1e300", Outcome.UNDECIDED),
        ("index", "value + 1", Outcome.REFUTED),
        ("index", "-1", Outcome.REFUTED),
        ("index", "1000000000000", Outcome.REFUTED),
        ("energy_high", "value - 1e-9", Outcome.REFUTED),
        ("energy_low", "value + 1e-9", Outcome.REFUTED),
        ("energy_low", "9e999", Outcome.REFUTED),
        ("energy_low", "NULL", Outcome.REFUTED),
    ],
)
def test_a_claim_that_was_changed_is_caught(
    name: str, value: str, outcome: Outcome, draw: Call, stored: Call, tamper: Call
) -> None:
    run = stored(draw(3, 3).stored())
    record = "(SELECT id FROM records WHERE kind = 'point' ORDER BY id LIMIT 1)"
    tamper(
        run, f"UPDATE attributes SET value = {value} WHERE name = '{name}' AND record = {record}"
    )
    counts = _counts(run)
    assert counts["point", outcome.value] == 1, counts
    assert not counts["complete", Outcome.PROVED.value]


def test_a_point_moved_off_its_critical_point_is_refuted(draw: Call, stored: Call) -> None:
    known = draw(3, 3)
    proof = known.certificates[0]
    moved = replace(proof, point=proof.point + 1e-6)
    run = stored(replace(known, certificates=[moved]).stored(complete=False))
    assert _counts(run) == {("point", Outcome.REFUTED.value): 1}


def test_one_coupling_changed_in_its_ninth_digit_loses_every_point(
    draw: Call, stored: Call
) -> None:
    records = draw(3, 3).stored()
    entries = np.array(records[0].point)
    entries[0] *= 1 + 1e-9
    changed = replace(records[0], point=entries)
    counts = _counts(stored([changed, *records[1:]]))
    assert not counts["point", Outcome.PROVED.value]
    assert counts["complete", Outcome.UNDECIDED.value] == 1


@pytest.mark.parametrize(
    "attributes",
    [
        {"order": 1},
        {"order": 10**9},
        {"size": 10**18},
        {"size": -3},
        {"size": 2},
        {"order": 3.0},
        {"order": "3"},
        {"order": True},
        {"surface": "perceptron"},
        {"surface": None},
    ],
)
def test_an_absurd_draw_is_refused_at_once(
    attributes: dict[str, Any], draw: Call, stored: Call
) -> None:
    records = draw(3, 3).stored()
    records[0] = replace(records[0], attributes={**records[0].attributes, **attributes})
    counts = _counts(stored(records))
    assert sum(counts.values()) == len(draw(3, 3).certificates) + 1
    assert {outcome for _, outcome in counts} == {Outcome.UNDECIDED.value}


def _network_records(reduction: str) -> list[Record]:
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((7, 3)), rng.standard_normal((7, 3))
    surface = DeepLinear(
        (3, 2, 3),
        torch.from_numpy(X),
        torch.from_numpy(Y),
        reduction=reduction,  # type: ignore[arg-type]
    )
    data = np.concatenate([X.ravel(), Y.ravel()])
    about = {"instance": "net", "surface": "deep linear", "widths": "3,2,3", "samples": 7}
    records = [Record("sample", "instance", {**about, "reduction": reduction}, data)]
    for subset in [(0, 1), (0, 2), (1,), ()]:
        W = deep_linear.critical_point(X, Y, (3, 2, 3), subset, rng=rng)
        w = surface.point([torch.from_numpy(np.ascontiguousarray(M)) for M in W])
        proof = certify(surface, w)
        assert isinstance(proof, Certificate)
        records.append(
            Record("sample", "point", {"instance": "net", **proof.attributes()}, w.numpy())
        )
    return records


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_certificates_of_networks_are_proved_again(reduction: str, stored: Call) -> None:
    records = _network_records(reduction)
    assert _counts(stored(records)) == {("point", Outcome.PROVED.value): 4}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("index", "value + 1"),
        ("nullity", "value + 1"),
        ("nullity", "-1"),
        ("loss_low", "value + 1e-6"),
        ("loss_high", "value - 1e-6"),
        ("alone_within", "100.0"),
        ("radius", "'none'"),
        ("widths", "'3,3,3'"),
        ("widths", "'3,2'"),
        ("widths", "'3,,3'"),
        ("widths", "'3,-2,3'"),
        ("widths", "'3,999999999,3'"),
        ("widths", "3"),
        ("widths", "'3,140,3'"),
        ("widths", "'3,40,40,3'"),
        ("samples", "6"),
        ("samples", "-7"),
        ("samples", "9223372036854775807"),
        ("reduction", "'mean'"),
    ],
)
def test_a_changed_claim_on_a_network_is_caught(
    name: str, value: str, stored: Call, tamper: Call
) -> None:
    run = stored(_network_records("sum"))
    tamper(run, f"UPDATE attributes SET value = {value} WHERE name = '{name}'")
    counts = _counts(run)
    assert sum(counts.values()) == 4
    if name == "reduction":
        # The critical points are the same for either loss: its value tells.
        assert counts["point", Outcome.REFUTED.value] == 4
    assert not counts["point", Outcome.PROVED.value], counts


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e200])
def test_a_coupling_that_is_none_is_refused(value: float, draw: Call, stored: Call) -> None:
    records = draw(3, 3).stored()
    entries = np.array(records[0].point)
    entries[3] = value
    records[0] = replace(records[0], point=entries)
    assert {outcome for _, outcome in _counts(stored(records))} == {Outcome.UNDECIDED.value}


@pytest.mark.parametrize(
    "point", [None, [], [float("nan"), 1.0, 1.0], [0.0, 0.0, 0.0], [1.0], [1e308, 1e-308, 0.0]]
)
def test_a_point_that_is_none_is_never_proved(
    point: list[float] | None, draw: Call, stored: Call
) -> None:
    records = draw(3, 3).stored(complete=False)[:2]
    records[1] = replace(records[1], point=None if point is None else np.array(point))
    counts = _counts(stored(records))
    assert sum(counts.values()) == 1
    assert not counts["point", Outcome.PROVED.value]


def test_an_attribute_given_twice_is_refused(draw: Call, stored: Call, tamper: Call) -> None:
    """A reader who takes the first and a checker who takes the last would not see the same claim."""
    run = stored(draw(3, 2).stored(complete=False))
    record = "(SELECT min(id) FROM records WHERE kind = 'point')"
    tamper(run, f"INSERT INTO attributes VALUES ({record}, -1, 'index', 'integer', 77)")
    assert _counts(run)["point", Outcome.REFUTED.value] == 1
    assert _reasons(run) == {"its record is not one of a certified point"}


def test_a_point_of_energy_zero_does_not_count_as_a_class(draw: Call, stored: Call) -> None:
    """f = x^2 y: at (0, 1) the energy is 0, a solution at infinity of T z^2 = z, not one of three."""
    T = torch.zeros(2, 2, 2, dtype=torch.float64)
    T[0, 0, 1] = T[0, 1, 0] = T[1, 0, 0] = 1.0
    surface = SpinGlass.from_couplings(T)
    half = torch.tensor([[0.0, 2**0.5], [4 / 3, 2 / 3], [4 / 3, -2 / 3]], dtype=torch.float64)
    half[1:, 0], half[1:, 1] = (4 / 3) ** 0.5, torch.tensor([1.0, -1.0]) * (2 / 3) ** 0.5
    proofs = certify_batch(surface, torch.cat([half, -half]))
    assert all(isinstance(proof, Certificate) for proof in proofs)
    known = draw(3, 2)
    mine = replace(known, surface=surface, certificates=proofs, roots=np.zeros((0, 2), complex))
    run = stored(mine.stored())
    assert _counts(run) == {
        ("point", Outcome.PROVED.value): 6,
        ("complete", Outcome.UNDECIDED.value): 1,
    }
    assert _reasons(run) == {"a point's energy may be zero"}


def test_complex_roots_do_not_make_a_matrix_complete(draw: Call, stored: Call) -> None:
    known = draw(2, 3)
    proofs = [proof for i, proof in enumerate(known.certificates) if i not in (0, 1, 3, 4)]
    roots = np.array([[1.0, 1j, 0.0]])
    run = stored(replace(known, certificates=proofs, roots=roots).stored())
    assert _counts(run)["complete", Outcome.REFUTED.value] == 1


VALUES = [None, 0, -1, 2, 2**62, -(2**63), 1e308, float("inf"), 1e-320, "", "x" * 200, b"\xff"]
VALUES += ["tanh", "1.0.0 1.0.1", "2,9,1", "perceptron", "piecewise linear"]
VALUES += ["3,2", "spin glass", "deep linear", "1,1,1", "300,1,1", 0.5]
POINTS = [None, b"", b"x", bytes(8), struct.pack("<3d", 1e308, 1e308, 1e308), "text", 5]


def test_whatever_stands_in_the_tables_ends_in_findings_or_a_sentence(
    draw: Call, stored: Call, tmp_path: Path
) -> None:
    records = [*draw(3, 3).stored("a"), *draw(4, 2).stored(7), *_network_records("sum")[:2]]
    records += proved("one output").records()[:6]
    run = stored(records)
    with tampering(run):
        pass  # the log is written back
    rng = np.random.default_rng(1)
    mixed = "(record * 7919 + place * 104729 + ?) % 10007"
    some = f"SELECT record, place FROM attributes ORDER BY {mixed} LIMIT ?"
    for _ in range(80):
        shutil.copy(run / "atlas.db", tmp_path / "atlas.db")
        with tampering(tmp_path) as connection:
            for _ in range(rng.integers(1, 5)):
                value = VALUES[rng.integers(len(VALUES))]
                kind = ["none", "boolean", "integer", "real", "text", "blob"][rng.integers(6)]
                change = (
                    f"UPDATE attributes SET value = ?, type = ? WHERE (record, place) IN ({some})"
                )
                connection.execute(
                    change, (value, kind, int(rng.integers(10007)), int(rng.choice([1, 3, 30])))
                )
                point = POINTS[rng.integers(len(POINTS))]
                row = int(rng.integers(1, len(records)))
                connection.execute("UPDATE records SET point = ? WHERE id = ?", (point, row))
        try:
            found = list(verify_catalogue(tmp_path / "atlas.db"))
        except UnreadableCatalogueError:
            continue
        assert all(isinstance(item.finding.outcome, Outcome) for item in found)


def test_two_draws_of_one_name_prove_nothing(draw: Call, stored: Call) -> None:
    run = stored([*draw(3, 3).stored(1), draw(3, 3, 1).stored(1)[0]])
    assert {outcome for _, outcome in _counts(run)} == {Outcome.UNDECIDED.value}


def test_a_point_without_its_draw_is_undecided(draw: Call, stored: Call) -> None:
    records = draw(3, 3).stored(complete=False)
    run = stored([*records, *draw(3, 2).stored("lost")[1:]])
    counts = _counts(run)
    assert counts["point", Outcome.PROVED.value] == len(draw(3, 3).certificates)
    assert counts["point", Outcome.UNDECIDED.value] == len(draw(3, 2).certificates)


def test_what_claims_nothing_is_not_counted(draw: Call, stored: Call) -> None:
    record = Record("sample", "point", {"certified": False, "instance": "draw"}, np.ones(3))
    other = Record("kawaguchi2016", "point", {"kind": "bad saddle"}, np.ones(5))
    run = stored([*draw(3, 3).stored(), record, other])
    assert {outcome for _, outcome in _counts(run)} == {Outcome.PROVED.value}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW harmless AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON records BEGIN DELETE FROM attributes; END",
        "CREATE TABLE more (a, b AS (a + 1))",
        "CREATE VIRTUAL TABLE more USING fts5(a)",
    ],
)
def test_a_file_with_what_could_run_is_refused(
    statement: str, draw: Call, stored: Call, tamper: Call
) -> None:
    run = stored(draw(3, 2).stored())
    tamper(run, statement)
    with pytest.raises(UnreadableCatalogueError, match="tables of a catalogue"):
        list(verify_catalogue(run / "atlas.db"))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"x" * 5000])
def test_a_file_that_is_no_catalogue_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "atlas.db"
    path.write_bytes(content)
    with pytest.raises(UnreadableCatalogueError, match="not a catalogue"):
        list(verify_catalogue(path))
    with pytest.raises(UnreadableCatalogueError, match="cannot be read"):
        list(verify_catalogue(tmp_path / "nothing"))


def test_a_damaged_file_ends_in_a_sentence_or_in_findings(
    draw: Call, stored: Call, tamper: Call, tmp_path: Path
) -> None:
    """Bytes overwritten anywhere behind the header: never another exception, never a hang."""
    run = stored(draw(3, 2).stored())
    tamper(run, "PRAGMA user_version")  # the log is written back
    whole = (run / "atlas.db").read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(150):
        content = bytearray(whole)
        for place in rng.integers(100, len(whole), size=rng.integers(1, 60)):
            content[place] = rng.integers(256)
        path = tmp_path / "damaged.db"
        path.write_bytes(
            content[: rng.integers(200, len(whole) + 1)] if rng.random() < 0.2 else content
        )
        try:
            list(verify_catalogue(path))
        except UnreadableCatalogueError:
            refused += 1
    assert refused > 0


def test_the_room_runs_on_flint_and_the_standard_library_alone(
    draw: Call, stored: Call, tmp_path: Path
) -> None:
    """The folder, copied elsewhere and run by an interpreter that finds no torch and no numpy."""
    from lossatlas import verification

    run = stored(draw(3, 2).stored())
    shutil.copytree(Path(verification.__file__).parent, tmp_path / "alone" / "checker")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['numpy', 'torch', 'lossatlas']))\n"
        f"sys.path.insert(0, {str(tmp_path / 'alone')!r})\n"
        "from checker import verify_catalogue\n"
        f"print(all(s.finding for s in verify_catalogue({str(run / 'atlas.db')!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_run_that_is_still_going_on_can_be_verified(draw: Call, tmp_path: Path) -> None:
    """What is committed stands in the log only; a copy of a killed run is read the same way."""
    known = draw(3, 3)
    run = open_run(tmp_path / "run", {"preset": "quick"})
    with run.store() as store:
        store.commit("task", "{}", known.stored())
        assert (run.path / "atlas.db-wal").stat().st_size > 0
        assert _counts(run.path)["complete", Outcome.PROVED.value] == 1
        shutil.copytree(run.path, tmp_path / "killed")
        store.commit("more", "{}", draw(3, 2).stored("other"))
    assert _counts(tmp_path / "killed")["point", Outcome.PROVED.value] == len(known.certificates)
    before = sorted(path.name for path in run.path.iterdir())
    assert _counts(run.path)["complete", Outcome.PROVED.value] == 2
    assert sorted(path.name for path in run.path.iterdir()) == before
