"""The memory of a kernel: rooms do not overlap, and hold what they are for."""

from itertools import pairwise

from hypothesis import given, strategies as st

from lossatlas.ensembles import _kernel_plan as p


@given(
    st.lists(st.integers(1, 70), min_size=2, max_size=5),
    st.booleans(),
    st.booleans(),
    st.integers(1, 9),
    st.sampled_from([4, 8]),
)
def test_rooms_are_aligned_apart_and_large_enough(
    widths: list[int], biases: bool, momentum: bool, batch_size: int, itemsize: int
) -> None:
    scheme = p.plan(
        tuple(widths), biases=biases, batch_size=batch_size, itemsize=itemsize, momentum=momentum
    )
    rooms = [(scheme.floor, int(scheme.layers[-1, p.PADDED]))]
    for layer in scheme.layers:
        matrix = int(layer[p.ROWS] * layer[p.PADDED])
        rooms += [
            (int(layer[p.WEIGHTS]), matrix),
            (int(layer[p.X]), int(batch_size * layer[p.X_STEP])),
            (int(layer[p.DELTAS]), int(batch_size * layer[p.PADDED])),
        ]
        rooms += [(int(layer[p.VELOCITY]), matrix)] if momentum else []
        assert layer[p.X_STEP] >= layer[p.ROWS]
        assert layer[p.ROWS] == layer[p.INPUTS] + biases
    for below, layer in pairwise(scheme.layers):
        turned = int(layer[p.OUTPUTS] * below[p.PADDED])
        rooms += [(int(below[p.SLOPES]), int(batch_size * below[p.PADDED]))]
        rooms += [(int(layer[p.TURNED]), turned)] if batch_size > 1 else []
        assert (below[p.Z], below[p.Z_STEP]) == (layer[p.X], layer[p.X_STEP])
    rooms.sort()
    assert all(start % (p.NARROW // itemsize) == 0 for start, _ in rooms)
    assert all(start + size <= after for (start, size), (after, _) in pairwise(rooms))
    assert rooms[-1][0] + rooms[-1][1] <= scheme.size
