"""Networks are shared out once each, what goes wrong is heard, and annealing on threads is the same."""

import time
from threading import Barrier, get_ident

import pytest
import torch
from hypothesis import given, strategies as st

from lossatlas import dynamics, ensembles, surfaces
from lossatlas.ensembles._threads import Work, parts, share_out

from ._loop import perceptron

SURFACE = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=30, biases=True)
SEEDS = [3, 1, 4, 15, 9, 2]
STARTS = ensembles.draw_starts(SURFACE, SEEDS, law=ensembles.UniformCube(1.0))
COUNTS = st.integers(0, 300)
THREADS = st.integers(1, 5)


@given(COUNTS, THREADS, st.integers(1, 400))
def test_parts_are_all_networks_once_and_no_larger_than_allowed(
    count: int, threads: int, most: int
) -> None:
    taken = [range(count)[part] for part in parts(count, threads, most=most)]
    assert [i for own in taken for i in own] == list(range(count))
    assert all(1 <= len(own) <= most for own in taken)


@given(st.integers(2, 300), st.integers(2, 5))
def test_no_part_is_more_than_half_a_threads_share_of_the_rest(count: int, threads: int) -> None:
    for part in parts(count, threads, most=count):
        left = count - part.start
        assert part.stop - part.start <= max(1, left / (2 * threads))


def test_one_thread_is_the_calling_one_and_takes_as_much_at_once_as_it_may() -> None:
    seen: list[tuple[int, slice]] = []
    share_out(10, 1, lambda: lambda part: seen.append((get_ident(), part)), most=7)
    assert seen == [(get_ident(), slice(0, 7)), (get_ident(), slice(7, 10))]


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_begin_once_each_and_do_every_network_once(threads: int) -> None:
    begun: list[int] = []
    done = [0] * 50
    together = Barrier(threads)

    def begin() -> Work:
        begun.append(get_ident())
        together.wait(timeout=120)  # none may have done it all before the others came

        def work(part: slice) -> None:
            for i in range(50)[part]:
                done[i] += 1

        return work

    share_out(50, threads, begin, most=50)
    assert done == [1] * 50
    assert len(set(begun)) == len(begun) == threads
    assert get_ident() not in begun


def test_fewer_parts_than_threads_begin_no_more_threads_than_parts() -> None:
    begun: list[int] = []

    def begin() -> Work:
        begun.append(1)
        return lambda part: None  # noqa: ARG005

    share_out(1, 4, begin, most=1)
    share_out(0, 4, begin, most=1)
    assert len(begun) == 1


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_passes_through_and_the_rest_is_left(threads: int) -> None:
    done: list[slice] = []

    def work(part: slice) -> None:
        if part.start == 0:
            raise ArithmeticError("here")
        done.append(part)
        time.sleep(0.05)  # were the rest not left, it would take minutes

    def begin() -> Work:
        return work

    with pytest.raises(ArithmeticError, match="here"):
        share_out(1000, threads, begin, most=1)
    assert len(done) < 1000


@pytest.mark.parametrize("values", [None, (-1.0, 0.0, 1.0)])
def test_annealing_on_threads_changes_no_bit(values: tuple[float, ...] | None) -> None:
    told = {"cooling": dynamics.Geometric(0.05, 0.001), "sweeps": 2.5, "values": values}
    one = ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=ensembles.Annealing(**told))
    for threads in (2, 3):
        method = ensembles.Annealing(**told, threads=threads)
        assert method == ensembles.Annealing(**told)
        other = ensembles.train(SURFACE, STARTS, seeds=SEEDS, method=method)
        assert torch.equal(other.points, one.points)
        assert torch.equal(other.history.losses, one.history.losses)
        for name, column in one.details.items():
            assert torch.equal(other.details[name], column)


@pytest.mark.parametrize("threads", [0, -1])
def test_annealing_on_less_than_one_thread_is_refused(threads: int) -> None:
    with pytest.raises(ValueError, match="`threads` should be a whole number, at least 1"):
        ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=1, threads=threads)


def test_each_thread_of_annealing_is_in_the_forecast() -> None:
    one, two = (
        ensembles.forecast_bytes(
            SURFACE,
            6,
            method=ensembles.Annealing(cooling=dynamics.Constant(0.1), sweeps=1, threads=threads),
        )
        for threads in (1, 2)
    )
    assert two - one == 8 * len(SURFACE.inputs) * 4 * (4 + 3)
