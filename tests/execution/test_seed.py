"""Every task owns its generator."""

import numpy as np
import torch
from hypothesis import given, strategies as st

from lossatlas.execution import numpy_generator, task_seed, torch_generator


def test_seeds_of_different_tasks_studies_and_settings_differ() -> None:
    seeds = {
        task_seed(study, {"seed": seed, "widths": [4, 3]}, task)
        for study in ("kawaguchi", "choromanska")
        for seed in (0, 1)
        for task in (*range(500), "a", ["a", 1])
    }
    assert len(seeds) == 2 * 2 * 502


def test_the_seed_is_the_one_that_it_was_when_this_was_written() -> None:
    assert task_seed("kawaguchi", {"seed": 0}, 7) == (2505630566, 331024579, 3238187389, 3588552236)
    assert numpy_generator((1, 2)).integers(2**32) == 2762783682
    assert int(torch.randint(2**31, (), generator=torch_generator((1, 2)))) == 1636800573


@given(seed=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=5))
def test_the_generators_depend_on_the_seed_alone(seed: list[int]) -> None:
    assert numpy_generator(seed).random() == numpy_generator(tuple(seed)).random()
    one, other = (torch.rand(3, generator=torch_generator(s)) for s in (seed, tuple(seed)))
    assert torch.equal(one, other)


def test_generators_of_different_tasks_are_uncorrelated() -> None:
    draws = np.array(
        [numpy_generator(task_seed("s", {}, i)).standard_normal(2000) for i in range(20)]
    )
    correlations = np.corrcoef(draws)[np.triu_indices(20, 1)]
    # 190 correlations of standard deviation 1/sqrt(2000) = 0.022.
    assert np.abs(correlations).max() < 0.1
