"""Draws all of whose critical points are known, found without the package's own search, and stored."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lossatlas.catalogue import Record
from lossatlas.critical import Certificate, certify_batch
from lossatlas.execution import open_run
from lossatlas.surfaces import SpinGlass

STUDY = "sample"


@dataclass(frozen=True, eq=False)
class Draw:
    """A spin glass with certificates of all its points and the complex roots besides."""

    surface: SpinGlass
    certificates: list[Certificate]
    roots: np.ndarray
    records: list[Record] = field(default_factory=list)

    def stored(self, name: str | int = "draw", *, complete: bool = True) -> list[Record]:
        about = {
            "instance": name,
            "surface": "spin glass",
            "order": self.surface.order,
            "size": self.surface.size,
            "complete": complete,
        }
        records = [Record(STUDY, "instance", about, self.surface.entries.numpy())]
        for proof in self.certificates:
            attributes = {"instance": name, **proof.attributes()}
            records.append(Record(STUDY, "point", attributes, proof.point.numpy()))
        if len(self.roots):
            flat = self.roots.view(np.float64).ravel()
            count = {"instance": name, "count": len(self.roots)}
            records.append(Record(STUDY, "complex roots", count, flat))
        return records


@lru_cache
def draw_of(order: int, size: int, seed: int = 0) -> Draw:
    surface = SpinGlass(order, size, generator=torch.Generator().manual_seed(seed))
    T = surface.couplings.numpy()
    if order == 2:
        real, roots = np.linalg.eigh(T)[1].T, np.zeros((0, size), complex)
    else:
        real, roots = _split(order, _classes(T))
    points = torch.from_numpy(np.concatenate([real, -real]) * size**0.5)
    proofs = [proof for proof in certify_batch(surface, points) if isinstance(proof, Certificate)]
    assert len(proofs) == len(points)
    return Draw(surface, proofs, roots)


@pytest.fixture
def draw() -> Callable[..., Draw]:
    return draw_of


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[list[Record]], Path]:
    """A run's folder with these records."""

    def store(records: list[Record]) -> Path:
        run = open_run(tmp_path / "run", {"preset": "quick"})
        with run.store() as catalogue:
            catalogue.commit("task", "{}", records)
        return run.path

    return store


@pytest.fixture
def tamper() -> Callable[..., Any]:
    """Run statements of SQL on a run's catalogue."""

    def change(run: Path, *statements: str) -> None:
        connection = sqlite3.connect(run / "atlas.db")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    return change


def _form(T: np.ndarray, z: np.ndarray) -> np.ndarray:
    """T z^{p-2} for rows z."""
    form = np.broadcast_to(T, (len(z), *T.shape))
    for _ in range(T.ndim - 2):
        form = np.einsum("b...i,bi->b...", form, z)
    return form


def _classes(T: np.ndarray) -> np.ndarray:
    """A root of T z^{p-1} = z of every class, by Newton's method from many starts."""
    p, N = T.ndim, T.shape[0]
    expected = ((p - 1) ** N - 1) // (p - 2)
    rng = np.random.default_rng(0)
    found: list[np.ndarray] = []
    for _ in range(200):
        z = rng.standard_normal((100, N, 2)) @ [1, 1j] * 10 ** rng.uniform(-1, 1.5, (100, 1))
        with np.errstate(all="ignore"):
            for _ in range(60):
                form = _form(T, z)
                value = np.einsum("bij,bj->bi", form, z) - z
                J = (p - 1) * form - np.eye(N)
                sane = np.isfinite(J).all((1, 2)) & (np.abs(z).max(1) < 1e6)
                z, value, J = z[sane], value[sane], J[sane]
                z = z - np.linalg.solve(J, value[..., None])[..., 0]
        value = np.einsum("bij,bj->bi", _form(T, z), z) - z
        good = (np.linalg.norm(value, axis=1) < 1e-11) & (np.linalg.norm(z, axis=1) > 1e-3)
        for root in z[good]:
            if all(_apart(p, root, other) for other in found):
                found.append(root)
        if len(found) == expected:
            return np.array(found)
    raise AssertionError(f"{len(found)} of {expected} classes")


def _apart(p: int, z: np.ndarray, other: np.ndarray) -> bool:
    turns = np.exp(2j * np.pi * np.arange(p - 2) / (p - 2))
    return bool(min(np.linalg.norm(z - turn * other) for turn in turns) > 1e-7)


def _split(p: int, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors of the real classes, and one root of every two conjugate ones."""
    real: list[np.ndarray] = []
    roots: list[np.ndarray] = []
    for z in classes:
        if not _apart(p, z.conj(), z):
            x = z / z[np.abs(z).argmax()]
            real.append(x.real / np.linalg.norm(x.real))
        elif all(_apart(p, z.conj(), other) for other in roots):
            roots.append(z)
    return np.array(real).reshape(-1, classes.shape[1]), np.array(roots).reshape(
        -1, classes.shape[1]
    )
