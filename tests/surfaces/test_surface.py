"""The contract: laws that every surface keeps, whatever it is the loss of.

Each loss is written a second time in plain PyTorch; its derivatives by `torch.func`, after a step
along the manifold, are one witness, finite differences of the surface's own loss and gradient
another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product

import pytest
import torch
from hypothesis import given, strategies as st
from torch import Generator, Tensor, nn
from torch.testing import assert_close

from lossatlas.surfaces import (
    AbsoluteError,
    AbstractActivation,
    AbstractCriterion,
    AbstractGates,
    AbstractSurface,
    CrossEntropy,
    DeepLinear,
    Flat,
    GatedExpected,
    GatedLinear,
    Hinge,
    Identity,
    LeakyReLU,
    Module,
    PathGates,
    Perceptron,
    ReLU,
    Softplus,
    Sphere,
    SpinGlass,
    SquaredError,
    StudentTeacher,
    Tanh,
    UnitGates,
)

PLAIN_ACTIVATIONS: dict[AbstractActivation, Callable[[Tensor], Tensor]] = {
    Identity(): lambda z: z,
    ReLU(): torch.relu,
    LeakyReLU(0.1): lambda z: nn.functional.leaky_relu(z, 0.1),
    Tanh(): torch.tanh,
    Softplus(): lambda z: torch.logaddexp(z, torch.zeros((), dtype=z.dtype)),
}
PLAIN_CRITERIA: dict[AbstractCriterion, Callable[[Tensor, Tensor], Tensor]] = {
    SquaredError(): lambda f, y: ((f - y) ** 2).sum() / 2,
    CrossEntropy(): lambda f, y: nn.functional.cross_entropy(f, y, reduction="sum"),
    Hinge(): lambda f, y: (1 - f * y).relu().sum(),
    AbsoluteError(): lambda f, y: (f - y).abs().sum(),
}
SMOOTH = (Identity(), Tanh(), Softplus())


@dataclass(frozen=True)
class Network:
    """What a network surface is made from; `activation` None is `DeepLinear`."""

    widths: tuple[int, ...] = (3, 4, 2)
    num_samples: int = 6
    activation: AbstractActivation | None = None
    criterion: AbstractCriterion = SquaredError()  # noqa: RUF009 - a frozen value
    biases: bool = False
    reduction: str = "sum"
    batch: tuple[int, ...] = ()

    def __str__(self) -> str:
        activation = type(self.activation).__name__ if self.activation else "DeepLinear"
        return f"{activation}-{type(self.criterion).__name__}-{self.widths}-{self.biases}"


@dataclass(frozen=True)
class Case:
    """A surface, its loss at one point in plain PyTorch, and points to look at."""

    surface: AbstractSurface
    plain: Callable[[Tensor], Tensor]
    points: Tensor


def network_case(network: Network, dtype: torch.dtype = torch.float64) -> Case:
    g = Generator().manual_seed(0)
    X, Y = _data(network, g)
    X, Y = X.to(dtype), Y.to(dtype)
    if network.activation is None:
        surface: AbstractSurface = DeepLinear(
            network.widths, inputs=X, targets=Y, reduction=network.reduction
        )
    else:
        surface = Perceptron(
            network.widths,
            network.activation,
            network.criterion,
            X,
            Y,
            biases=network.biases,
            reduction=network.reduction,
        )
    points = torch.randn(*network.batch, surface.dimension, generator=g, dtype=torch.float64)
    return Case(surface, _plain(network, surface, X, Y), points.to(dtype))


def module_case(dtype: torch.dtype = torch.float64) -> Case:
    g = Generator().manual_seed(0)
    X, labels = torch.randn(9, 3, generator=g, dtype=dtype), torch.arange(9) % 2
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).to(dtype)

    def loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        return nn.functional.cross_entropy(model(batch[0]), batch[1])

    surface = Module(model, loss, [(X[:4], labels[:4]), (X[4:], labels[4:])])

    def plain(w: Tensor) -> Tensor:
        p = surface.weights(w)
        hidden = (X @ p["0.weight"].T + p["0.bias"]).tanh()
        return nn.functional.cross_entropy(hidden @ p["2.weight"].T + p["2.bias"], labels)

    points = torch.randn(2, surface.dimension, generator=g, dtype=torch.float64).to(dtype)
    return Case(surface, plain, points)


@dataclass(frozen=True)
class Glass:
    """What a spin glass is made from."""

    order: int
    size: int
    batch: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"SpinGlass-{self.order}-{self.size}"


def glass_case(glass: Glass, dtype: torch.dtype = torch.float64) -> Case:
    g = Generator().manual_seed(0)
    J = torch.randn((glass.size,) * glass.order, generator=g, dtype=torch.float64).to(dtype)
    surface = SpinGlass.from_couplings(J)

    def plain(w: Tensor) -> Tensor:
        contracted = J
        for _ in range(glass.order):
            contracted = contracted @ w
        return contracted / glass.size ** ((glass.order - 1) / 2)

    return Case(surface, plain, surface.random_point(g, glass.batch))


@dataclass(frozen=True)
class Gated:
    """What a gated surface is made from; `gates` None is `GatedLinear`."""

    widths: tuple[int, ...]
    gates: AbstractGates | None = None
    probability: float = 0.4
    scale: float | None = None
    reduction: str = "sum"
    batch: tuple[int, ...] = ()

    def __str__(self) -> str:
        name = f"GatedExpected-{type(self.gates).__name__}" if self.gates else "GatedLinear"
        return f"{name}-{self.widths}-{self.scale}"

    def surface(self, X: Tensor, Y: Tensor) -> AbstractSurface:
        args = (self.widths, X, Y, self.probability, self.scale)
        if self.gates is None:
            return GatedLinear(*args, reduction=self.reduction)
        return GatedExpected(*args, gates=self.gates, reduction=self.reduction)


def gated_case(gated: Gated, dtype: torch.dtype = torch.float64) -> Case:
    g = Generator().manual_seed(0)
    X = torch.randn(5, gated.widths[0], generator=g, dtype=torch.float64).to(dtype)
    Y = torch.randn(5, gated.widths[-1], generator=g, dtype=torch.float64).to(dtype)
    surface = gated.surface(X, Y)
    points = torch.randn(*gated.batch, surface.dimension, generator=g, dtype=torch.float64)
    scale = 1 / gated.probability if gated.scale is None else gated.scale
    units = torch.cartesian_prod(*map(torch.arange, gated.widths[:-1])).reshape(
        -1, len(gated.widths) - 1
    )
    mean = torch.full((len(units),), gated.probability, dtype=dtype)
    covariance = _covariance(gated, units).to(dtype)
    weight = 1 / len(X) if gated.reduction == "mean" else 1.0

    def plain(w: Tensor) -> Tensor:
        """Path by path: the mean and the covariance of the gates of all paths."""
        *hidden, last = surface.weights(w)
        paths = scale * X[:, units[:, 0]]
        for k, W in enumerate(hidden):
            paths = paths * W[units[:, k + 1], units[:, k]]
        terms = paths[..., None] * last.T[units[:, -1]]  # (n, paths, d_y)
        residual = torch.einsum("npj,p->nj", terms, mean) - Y
        variance = torch.einsum("npj,pq,nqj->", terms, covariance, terms)
        return weight * (residual.square().sum() + variance) / 2

    return Case(surface, plain, points.to(dtype))


def _covariance(gated: Gated, units: Tensor) -> Tensor:
    """Of the gates of every two paths through the input and hidden units given."""
    rho = gated.probability
    if gated.gates is None:
        return torch.zeros(len(units), len(units))
    if isinstance(gated.gates, PathGates):
        return rho * (1 - rho) * torch.eye(len(units))
    shared = (units[:, None, 1:] == units[None, :, 1:]).sum(-1).double()
    num_hidden = units.shape[1] - 1
    r = rho ** (1 / num_hidden)
    both_open: Tensor = r ** (2 * num_hidden - shared)
    return both_open - rho**2


@dataclass(frozen=True)
class Taught:
    """What a student with a teacher is made from."""

    width: int
    teacher_width: int
    num_inputs: int
    batch: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"StudentTeacher-{self.width}-{self.teacher_width}-{self.num_inputs}"


def taught_case(taught: Taught, dtype: torch.dtype = torch.float64) -> Case:
    g = Generator().manual_seed(0)
    shape = (taught.teacher_width, taught.num_inputs)
    V = torch.randn(shape, generator=g, dtype=torch.float64).to(dtype)
    surface = StudentTeacher(V, taught.width)

    def kernel(u: Tensor, v: Tensor) -> Tensor:
        size = u.norm() * v.norm()
        t = torch.acos(u @ v / size)
        return size * (t.sin() + (torch.pi - t) * t.cos()) / (2 * torch.pi)

    def plain(w: Tensor) -> Tensor:
        """Pair by pair; a unit with itself is half its square."""
        rows = [*w.reshape(taught.width, -1), *V]
        signs = [1.0] * taught.width + [-1.0] * len(V)
        loss = sum(row @ row / 4 for row in rows)
        for i, j in combinations(range(len(rows)), 2):
            loss = loss + signs[i] * signs[j] * kernel(rows[i], rows[j])
        return loss

    return Case(surface, plain, surface.random_point(g, taught.batch))


def _data(network: Network, g: Generator) -> tuple[Tensor, Tensor]:
    n, widths = network.num_samples, network.widths
    X = torch.randn(n, widths[0], generator=g, dtype=torch.float64)
    Y = torch.randn(n, widths[-1], generator=g, dtype=torch.float64)
    if isinstance(network.criterion, CrossEntropy):
        return X, Y.softmax(1)
    return X, torch.where(Y > 0, 1.0, -1.0).double() if network.criterion == Hinge() else Y


def _plain(
    network: Network, surface: AbstractSurface, X: Tensor, Y: Tensor
) -> Callable[[Tensor], Tensor]:
    activation = PLAIN_ACTIVATIONS[network.activation or Identity()]
    scale = 1 / len(X) if network.reduction == "mean" else 1.0

    def plain(w: Tensor) -> Tensor:
        parts = list(surface.weights(w))
        step = 2 if network.biases else 1
        x = X
        for k in range(0, len(parts), step):
            x = nn.functional.linear(
                activation(x) if k else x, parts[k], parts[k + 1] if network.biases else None
            )
        return scale * PLAIN_CRITERIA[network.criterion](x, Y)

    return plain


NETWORKS = [
    Network(batch=(3,)),
    Network((4, 3, 2, 3, 2), 5, batch=(2, 2), reduction="mean"),
    Network((2, 3), 9, batch=(2,)),
    *(
        Network((3, 4, 2), 7, activation, criterion, biases=True, batch=(2,))
        for activation, criterion in product(PLAIN_ACTIVATIONS, PLAIN_CRITERIA)
    ),
    Network((4, 3, 4, 3, 2), 6, Tanh(), CrossEntropy(), biases=True, reduction="mean"),
    Network((4, 3, 3, 2), 6, ReLU(), SquaredError(), biases=False, batch=(2, 1)),
    Network((3, 5, 4, 3), 6, Softplus(), Hinge(), biases=True),
    Network((3, 2), 4, Tanh(), CrossEntropy(), biases=True),
]
GLASSES = [Glass(2, 5, (3,)), Glass(3, 2), Glass(3, 7, (2, 2)), Glass(4, 4, (2,)), Glass(5, 3)]
GATED = [
    Gated((3, 4, 2), batch=(3,)),
    Gated((3, 2, 2, 2), scale=-0.7, reduction="mean", batch=(2, 2)),
    Gated((3, 2), batch=(2,)),
    Gated((3, 2), PathGates(), batch=(2,)),
    Gated((2, 3, 2), PathGates(), 0.3, 2.0, "mean", (2, 1)),
    Gated((3, 2, 3, 2), PathGates(), batch=(2,)),
    Gated((2, 3, 2), UnitGates(), 0.7, batch=(3,)),
    Gated((2, 3, 2, 2), UnitGates(), 0.3, -2.0, "mean", (2, 2)),
]
TAUGHT = [Taught(3, 2, 4, (3,)), Taught(1, 1, 2), Taught(2, 4, 3, (2, 2))]
BUILDERS = [
    *(lambda dtype, n=n: network_case(n, dtype) for n in NETWORKS),
    *(lambda dtype, n=n: glass_case(n, dtype) for n in GLASSES),
    *(lambda dtype, n=n: gated_case(n, dtype) for n in GATED),
    *(lambda dtype, n=n: taught_case(n, dtype) for n in TAUGHT),
    module_case,
]
NAMES = [*map(str, [*NETWORKS, *GLASSES, *GATED, *TAUGHT]), "Module"]


@st.composite
def random_networks(draw: st.DrawFn) -> Network:
    activation = draw(st.sampled_from([None, *PLAIN_ACTIVATIONS]))
    return Network(
        tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))),
        draw(st.integers(1, 6)),
        activation,
        draw(st.sampled_from(list(PLAIN_CRITERIA))) if activation else SquaredError(),
        biases=draw(st.booleans()) if activation else False,
        reduction=draw(st.sampled_from(["sum", "mean"])),
        batch=tuple(draw(st.lists(st.integers(1, 3), max_size=2))),
    )


@st.composite
def random_glasses(draw: st.DrawFn) -> Glass:
    return Glass(
        draw(st.integers(2, 5)),
        draw(st.integers(2, 4)),
        tuple(draw(st.lists(st.integers(1, 3), max_size=2))),
    )


@st.composite
def random_gated(draw: st.DrawFn) -> Gated:
    gates = draw(st.sampled_from([None, PathGates(), UnitGates()]))
    return Gated(
        tuple(draw(st.lists(st.integers(1, 3), min_size=2 + (gates == UnitGates()), max_size=5))),
        gates,
        draw(st.floats(0.05, 1.0)),
        draw(st.one_of(st.none(), st.floats(0.1, 3.0), st.floats(-3.0, -0.1))),
        draw(st.sampled_from(["sum", "mean"])),
        tuple(draw(st.lists(st.integers(1, 3), max_size=2))),
    )


def _each(function: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """A function of one point at each point of a batch."""
    rows = [function(point) for point in points.reshape(-1, points.shape[-1])]
    return torch.stack(rows).reshape((*points.shape[:-1], *rows[0].shape))


def _vectors(points: Tensor, *leading: int) -> Tensor:
    g = Generator().manual_seed(1)
    v = torch.randn(*leading, *points.shape, generator=g, dtype=torch.float64)
    return v.to(points.dtype)


def _pulled_back(case: Case, point: Tensor) -> Callable[[Tensor], Tensor]:
    """The plain loss after a step from a point: a function on all of R^P, constant off the tangent."""
    manifold = case.surface.manifold
    return lambda v: case.plain(manifold.retract(point, manifold.project(point, v)))


def _at_zero(case: Case, act: Callable[[Callable[[Tensor], Tensor]], Callable]) -> Tensor:
    """A derivative of the pulled-back loss at a step of zero, for each point."""
    return _each(lambda w: act(_pulled_back(case, w))(torch.zeros_like(w)), case.points)


def _beside(case: Case, v: Tensor) -> tuple[Tensor, Tensor]:
    """The points that steps v and -v lead to."""
    manifold = case.surface.manifold
    up, down = (
        manifold.retract(case.points, manifold.project(case.points, s * v)) for s in (1, -1)
    )
    return up, down


def _times(H: Tensor, v: Tensor) -> Tensor:
    return (H @ v[..., None])[..., 0]


def loss_is_the_plain_loss(case: Case) -> None:
    assert_close(case.surface.loss(case.points), _each(case.plain, case.points))


def gradient_is_the_plain_gradient(case: Case) -> None:
    expected = _at_zero(case, torch.func.grad)
    assert_close(case.surface.gradient(case.points), expected)


def hessian_is_the_plain_hessian(case: Case) -> None:
    expected = _at_zero(case, lambda f: torch.func.jacrev(torch.func.grad(f)))
    found = case.surface.hessian(case.points)
    scale = expected.abs().max().clamp(min=1.0)
    assert_close(found / scale, expected / scale)


def hessian_is_symmetric_to_the_last_bit(case: Case) -> None:
    H = case.surface.hessian(case.points)
    assert torch.equal(H, H.mT)


def products_are_those_of_the_hessian(case: Case) -> None:
    v = _vectors(case.points)
    H = case.surface.hessian(case.points)
    found, expected = case.surface.hvp(case.points, v), _times(H, v)
    scale = H.abs().max().clamp(min=1.0)
    assert_close(found / scale, expected / scale, atol=20 * torch.finfo(H.dtype).eps, rtol=1e-4)


def blocks_of_products_are_products(case: Case) -> None:
    """One point and a block of vectors; points with one vector; points and vectors crossed."""
    point = case.points.reshape(-1, case.surface.dimension)[0]
    v = _vectors(point, 5)
    block = case.surface.hvp(point, v)
    for row, vector in zip(block, v, strict=True):
        assert_close(row, case.surface.hvp(point, vector), atol=1e-5, rtol=1e-4)
    crossed = case.surface.hvp(case.points, v.reshape(5, *[1] * (case.points.ndim - 1), -1))
    assert crossed.shape == (5, *case.points.shape)
    for layer, vector in zip(crossed, v, strict=True):
        assert_close(layer, case.surface.hvp(case.points, vector), atol=1e-5, rtol=1e-4)


def batches_are_loops(case: Case) -> None:
    s = case.surface
    for act in (s.loss, s.gradient, s.hessian, s.gradient_scale, s.hessian_error):
        assert_close(act(case.points), _each(act, case.points), atol=1e-6, rtol=1e-4)


def gradient_is_the_losses_difference_quotient(case: Case) -> None:
    v, h = _vectors(case.points), 1e-6
    up, down = map(case.surface.loss, _beside(case, h * v))
    slope = (case.surface.gradient(case.points) * v).sum(-1)
    scale = (1 + case.surface.loss(case.points).abs()) * v.norm(dim=-1)
    assert bool((((up - down) / (2 * h) - slope).abs() <= 1e-6 * scale).all())


def product_is_the_gradients_difference_quotient(case: Case) -> None:
    v, h = _vectors(case.points), 1e-6
    up, down = map(case.surface.gradient, _beside(case, h * v))
    product = case.surface.hvp(case.points, v)
    change = case.surface.manifold.project(case.points, up - down)
    scale = 1 + product.norm(dim=-1) + case.surface.gradient_scale(case.points)
    assert bool(((change / (2 * h) - product).norm(dim=-1) <= 1e-6 * scale).all())


LAWS = [
    loss_is_the_plain_loss,
    gradient_is_the_plain_gradient,
    hessian_is_the_plain_hessian,
    hessian_is_symmetric_to_the_last_bit,
    products_are_those_of_the_hessian,
    blocks_of_products_are_products,
    batches_are_loops,
]
QUOTIENTS = [
    gradient_is_the_losses_difference_quotient,
    product_is_the_gradients_difference_quotient,
]


class TestContract:
    """Every surface."""

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
    @pytest.mark.parametrize("build", BUILDERS, ids=NAMES)
    def test_derivatives_are_those_of_the_plain_loss(
        self, build: Callable[[torch.dtype], Case], dtype: torch.dtype
    ) -> None:
        case = build(dtype)
        for law in LAWS:
            law(case)

    @pytest.mark.parametrize("build", BUILDERS, ids=NAMES)
    def test_derivatives_are_limits_of_difference_quotients(
        self, build: Callable[[torch.dtype], Case]
    ) -> None:
        case = build(torch.float64)
        for law in QUOTIENTS:
            law(case)

    @given(network=random_networks())
    def test_laws_hold_for_all_shapes(self, network: Network) -> None:
        case = network_case(network)
        for law in LAWS:
            law(case)

    @given(glass=random_glasses())
    def test_laws_hold_for_all_spin_glasses(self, glass: Glass) -> None:
        case = glass_case(glass)
        for law in LAWS:
            law(case)

    @given(gated=random_gated())
    def test_laws_hold_for_all_gated_networks(self, gated: Gated) -> None:
        case = gated_case(gated)
        for law in LAWS:
            law(case)

    @given(
        taught=st.builds(Taught, st.integers(1, 4), st.integers(1, 4), st.integers(2, 4)),
    )
    def test_laws_hold_for_all_students(self, taught: Taught) -> None:
        case = taught_case(taught)
        for law in LAWS:
            law(case)

    @pytest.mark.parametrize("build", BUILDERS, ids=NAMES)
    def test_the_manifold_is_the_surfaces_and_types_are_the_datas(
        self, build: Callable[[torch.dtype], Case]
    ) -> None:
        surface = build(torch.float32).surface
        curved = isinstance(surface, SpinGlass)
        assert surface.manifold == (Sphere if curved else Flat)(surface.dimension)
        assert surface.dtype is torch.float32
        assert surface.device == torch.device("cpu")

    @pytest.mark.parametrize("build", BUILDERS, ids=NAMES)
    def test_random_points_are_their_generators(self, build: Callable[[torch.dtype], Case]) -> None:
        surface = build(torch.float64).surface
        first, again = (surface.random_point(Generator().manual_seed(3), (2, 3)) for _ in range(2))
        assert first.shape == (2, 3, surface.dimension)
        assert first.dtype == surface.dtype
        assert torch.equal(first, again)
        assert not torch.equal(first[0], first[1])

    @pytest.mark.parametrize("build", BUILDERS, ids=NAMES)
    def test_points_of_other_length_or_type_are_refused(
        self, build: Callable[[torch.dtype], Case]
    ) -> None:
        surface = build(torch.float64).surface
        for act in (surface.loss, surface.gradient, surface.hessian, surface.gradient_scale):
            with pytest.raises(ValueError, match=f"{surface.dimension} entries in its last axis"):
                act(torch.zeros(surface.dimension + 1).double())
            with pytest.raises(ValueError, match="should have the surface's type"):
                act(torch.zeros(surface.dimension).float())
        with pytest.raises(ValueError, match="`v` should have the surface's type"):
            surface.hvp(torch.zeros(surface.dimension).double(), torch.zeros(surface.dimension))

    @pytest.mark.parametrize("made", [*NETWORKS, *GLASSES, *GATED, *TAUGHT], ids=str)
    def test_error_of_the_hessian_in_float32_is_within_its_bound(
        self, made: Network | Glass | Gated | Taught
    ) -> None:
        case = BUILDERS_OF[type(made)](made, torch.float32)
        exact = _same_data_in_float64(made, case.surface)
        error = torch.linalg.matrix_norm(
            case.surface.hessian(case.points).double() - exact.hessian(case.points.double()), 2
        )
        bound = case.surface.hessian_error(case.points).double()
        assert bool((error <= bound).all())
        norm = torch.linalg.matrix_norm(exact.hessian(case.points.double()), 2)
        assert bool((bound <= 0.1 * norm.clamp(min=1.0)).all())  # and the bound says something


BUILDERS_OF: dict[type, Callable[..., Case]] = {
    Network: network_case,
    Glass: glass_case,
    Gated: gated_case,
    Taught: taught_case,
}


def _same_data_in_float64(
    made: Network | Glass | Gated | Taught, surface: AbstractSurface
) -> AbstractSurface:
    if isinstance(surface, StudentTeacher):
        return StudentTeacher(surface.teacher.double(), surface.width)
    if isinstance(surface, SpinGlass):
        return SpinGlass.from_couplings(surface.couplings.double())
    assert isinstance(surface, DeepLinear | Perceptron | GatedLinear | GatedExpected)
    assert isinstance(made, Network | Gated)
    X, Y = surface.inputs.double(), surface.targets.double()
    if isinstance(made, Gated):
        return made.surface(X, Y)
    if isinstance(surface, DeepLinear):
        return DeepLinear(made.widths, inputs=X, targets=Y, reduction=made.reduction)
    return Perceptron(
        made.widths,
        surface.activation,
        surface.criterion,
        X,
        Y,
        biases=made.biases,
        reduction=made.reduction,
    )
