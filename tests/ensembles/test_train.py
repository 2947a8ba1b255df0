"""The front door: a plain loop's networks, each of its own start and seed alone."""

from _thread import interrupt_main
from threading import Event, Thread

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from lossatlas import ensembles, surfaces
from lossatlas.ensembles import orders
from lossatlas.errors import MemoryForecastError

from ._loop import perceptron, plain_loop

SURFACE = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=10, biases=True)
TEST = perceptron((5, 4, 3), surfaces.Tanh(), surfaces.CrossEntropy(), n=6, biases=True, seed=1)
STARTS = ensembles.draw_starts(SURFACE, range(6), law=ensembles.UniformCube(1.0))
METHOD = ensembles.SGD(
    rate=ensembles.InverseTime(0.3, 0.01), epochs=4, batch_size=3, momentum=0.5, weight_decay=0.01
)


def _mistyped(*values: object) -> object:
    """A case that the shape checks refuse before the house's own message is reached."""
    return pytest.param(*values, marks=pytest.mark.unhooked)


def _train(**changes: object) -> ensembles.Trained:
    arguments = {"starts": STARTS, "seeds": range(6), "method": METHOD, "engine": "torch"} | changes
    return ensembles.train(SURFACE, **arguments)


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_every_network_is_where_the_plain_loop_takes_it(engine: str) -> None:
    trained = _train(engine=engine)
    assert trained.engine == engine
    rates = [METHOD.rate.at(epoch, 4).tolist() for epoch in range(4)]
    for m in range(6):
        own = [orders([m], epoch, 10)[0].tolist() for epoch in range(4)]
        end = plain_loop(
            SURFACE, STARTS[m], own, rates, batch_size=3, momentum=0.5, weight_decay=0.01
        )
        torch.testing.assert_close(trained.points[m], end, rtol=1e-11, atol=1e-12)


def test_the_losses_are_those_of_the_ends_and_of_the_starts() -> None:
    trained = _train(held_out={"test": TEST})
    assert torch.equal(trained.loss, SURFACE.loss(trained.points))
    assert torch.equal(trained.held_out["test"], TEST.loss(trained.points))
    history = trained.history
    assert history.epochs.tolist() == [0, 1, 2, 3, 4]
    torch.testing.assert_close(history.losses[:, 0], SURFACE.loss(STARTS))
    torch.testing.assert_close(history.held_out["test"][:, 0], TEST.loss(STARTS))
    assert torch.equal(history.losses[:, -1], trained.loss)
    assert torch.equal(history.held_out["test"][:, -1], trained.held_out["test"])


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_the_same_seeds_give_the_same_bits_and_leave_the_starts_alone(engine: str) -> None:
    before = STARTS.clone()
    assert torch.equal(_train(engine=engine).points, _train(engine=engine).points)
    assert torch.equal(STARTS, before)


def test_a_network_goes_the_same_way_in_every_ensemble() -> None:
    together = _train()
    chosen = [4, 1]
    apart = _train(starts=STARTS[chosen], seeds=chosen)
    torch.testing.assert_close(apart.points, together.points[chosen], rtol=1e-12, atol=1e-13)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
@settings(max_examples=8)
def test_the_kernel_takes_a_network_to_the_same_bits_in_every_ensemble(chosen: list[int]) -> None:
    apart = _train(starts=STARTS[chosen], seeds=chosen, engine="kernel")
    together = _train(engine="kernel")
    assert torch.equal(apart.points, together.points[chosen])
    # The products of the records may be ordered by the number of networks, on any engine.
    torch.testing.assert_close(apart.loss, together.loss[chosen], rtol=1e-13, atol=0.0)


def test_auto_takes_the_kernel_where_it_can_and_says_so() -> None:
    assert _train(engine="auto").engine == "kernel"


def test_an_engine_made_for_the_surface_will_do() -> None:
    engine = ensembles.KernelEngine(SURFACE, threads=2)
    kernel = _train(engine="kernel")
    assert torch.equal(_train(engine=engine).points, kernel.points)


def test_parts_of_one_call_of_the_engine_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    together = _train()
    monkeypatch.setattr("lossatlas.ensembles._torch_engine._ORDER_BYTES", 4 * 10 * 2)
    torch.testing.assert_close(_train().points, together.points, rtol=1e-12, atol=1e-13)


def test_another_seed_is_another_order_and_another_end() -> None:
    other = _train(seeds=[0, 1, 2, 3, 4, 77])
    same = (other.points == _train().points).all(-1)
    assert same.tolist() == [True] * 5 + [False]


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_a_network_that_blows_up_is_kept_and_marked_and_its_neighbours_keep_their_bits(
    engine: str,
) -> None:
    spoilt = STARTS.clone()
    spoilt[2] = float("inf")
    spoilt[3] = 1e308
    trained, clean = _train(starts=spoilt, engine=engine), _train(engine=engine)
    assert trained.finite.tolist() == [True, True, False, False, True, True]
    others = [0, 1, 4, 5]
    assert torch.equal(trained.points[others], clean.points[others])
    assert torch.equal(trained.history.losses[others], clean.history.losses[others])
    assert not trained.points[2].isfinite().all()
    assert "4 finite" in repr(trained)


def test_an_evaluation_is_the_multiplications_of_one_forward_pass() -> None:
    # 5 x 4 and 4 x 3: forward 32, back to the matrices 32, back to the hidden units 12
    assert _train().evaluations.tolist() == pytest.approx([4 * 76 / 32] * 6)
    assert ensembles.gradient_evaluations((7, 3)) == 2.0


def test_progress_is_told_after_every_epoch() -> None:
    news: list[ensembles.Progress] = []
    _train(progress=news.append)
    assert [(n.epoch, n.num_epochs, n.num_networks) for n in news] == [
        (k, 4, 6) for k in (1, 2, 3, 4)
    ]


def test_progress_true_prints_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossatlas._progress._SECONDS", 0.0)
    _train(progress=True)
    assert capsys.readouterr().err.splitlines()[-1] == "epoch 4 of 4, 6 networks"


@pytest.mark.parametrize("engine", ["kernel", "torch"])
def test_ctrl_c_ends_a_long_training_at_once(engine: str) -> None:
    _train(engine=engine)  # compiles
    method = ensembles.SGD(rate=ensembles.Constant(0.1), epochs=10**9)
    under_way = Event()

    def press() -> None:
        under_way.wait()
        interrupt_main()

    Thread(target=press, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        _train(method=method, engine=engine, progress=lambda _: under_way.set())


def test_what_progress_raises_passes_through() -> None:
    def interrupt(_: ensembles.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _train(progress=interrupt)


def test_records_are_thinned_and_the_last_epoch_is_among_them() -> None:
    method = ensembles.SGD(rate=ensembles.Constant(0.1), epochs=200, batch_size=10)
    epochs = _train(method=method, num_records=9).history.epochs.tolist()
    assert epochs[:3] == [0, 1, 2]
    assert epochs[-1] == 200
    assert len(epochs) <= 9
    assert epochs == sorted(set(epochs))
    assert _train(method=method, num_records=2).history.epochs.tolist() == [0, 1, 200]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        _mistyped({"starts": STARTS[0]}, "`starts` should have the shape"),
        ({"starts": STARTS[:, 1:]}, "`starts` should have the shape"),
        ({"starts": STARTS.float()}, "`starts` should be torch.float64 on cpu"),
        ({"seeds": range(5)}, "`seeds` should hold one number for each of the 6 networks"),
        ({"seeds": [-1] * 6}, "`seeds` should hold one whole number a network"),
        _mistyped({"engine": "gpu"}, '`engine` should be "auto"'),
        ({"num_records": 1}, "`num_records`"),
        _mistyped({"held_out": {"test": surfaces.SpinGlass}}, "`held_out` should hold losses"),
        (
            {"method": ensembles.SGD(rate=ensembles.Constant(0.1), epochs=1, batch_size=11)},
            "`batch_size` should be at most the 10 samples",
        ),
    ],
)
def test_bad_input_is_refused_with_a_remedy(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _train(**changes)


def test_held_out_losses_are_of_the_same_networks() -> None:
    other = perceptron((5, 4, 3), surfaces.ReLU(), surfaces.CrossEntropy(), n=6, biases=True)
    with pytest.raises(ValueError, match=r"ReLU\(\), biases, torch.float64 on cpu as 'test'"):
        _train(held_out={"test": other})


@pytest.mark.parametrize(
    "fields",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"momentum": 1.0},
        {"momentum": -0.1},
        {"weight_decay": -1.0},
        _mistyped({"rate": 0.1}),
    ],
)
def test_settings_out_of_range_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="should"):
        ensembles.SGD(**{"rate": ensembles.Constant(0.1), "epochs": 1} | fields)


def test_an_ensemble_that_would_not_fit_is_refused_before_it_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The house's own rule asks the system for what is free; here it has 64 MiB and a little.
    monkeypatch.setattr("lossatlas.linalg._memory.available_memory", lambda _: 2**26)
    begun = []
    monkeypatch.setattr(ensembles.SGD, "begin", lambda *_: begun.append(1))
    starts = torch.zeros(1, SURFACE.dimension, dtype=torch.float64).expand(10**6, -1)
    with pytest.raises(MemoryForecastError, match="Training 1000000 networks of 39 weights"):
        _train(starts=starts, seeds=range(10**6))
    assert not begun


def test_the_forecast_grows_with_every_copy_and_covers_the_networks() -> None:
    copy = 1000 * SURFACE.dimension * 8
    plain = ensembles.SGD(rate=ensembles.Constant(0.1), epochs=1)
    without = ensembles.forecast_bytes(SURFACE, 10**6, method=plain, engine="torch")
    with_momentum = ensembles.forecast_bytes(SURFACE, 10**6, method=METHOD, engine="torch")
    assert without > 1000 * copy
    assert with_momentum - without >= 900 * copy
    with pytest.raises(ValueError, match="`num_networks`"):
        ensembles.forecast_bytes(SURFACE, 0, method=plain)


def test_a_result_prints_as_counts_and_unfolds_into_columns() -> None:
    trained = _train(held_out={"test": TEST})
    assert repr(trained).startswith("Trained(6 networks, 6 finite: mean loss 0.")
    assert "test 1." in repr(trained) or "test 0." in repr(trained)
    assert "<td>6</td>" in trained._repr_html_()
    columns = trained.to_dict()
    assert list(columns) == ["seed", "loss", "loss_test", "finite", "evaluations"]
    assert columns["loss_test"] == trained.held_out["test"].tolist()
    assert len(trained.to_dict(points=True)["point"]) == len(trained) == 6
    np.testing.assert_array_equal(trained.seeds, np.arange(6))
    assert repr(trained.history) == "History(5 records to epoch 4)"
    assert trained.history.quantiles((0.5,)).shape == (1, 5)


def test_a_name_is_escaped_in_the_notebooks_table() -> None:
    assert "&lt;b&gt;" in _train(held_out={"<b>": TEST})._repr_html_()


def test_float32_stays_float32() -> None:
    surface = perceptron(
        (5, 4, 3), surfaces.ReLU(), surfaces.CrossEntropy(), n=10, biases=False, dtype=torch.float32
    )
    starts = ensembles.draw_starts(surface, range(3), law=ensembles.He())
    trained = ensembles.train(surface, starts, seeds=range(3), method=METHOD, engine="torch")
    assert trained.points.dtype == trained.loss.dtype == torch.float32
    assert bool(trained.finite.all())
