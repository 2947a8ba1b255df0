"""`lossatlas theory`: a calculator with provenance."""

from ._app import application, example

EXAMPLE = example("lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3 --subset 0")
app = application(
    "Compute what theory predicts, each number with its theorem, method and good digits.",
    "lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3",
)


@app.command(epilog=EXAMPLE)
def deep_linear() -> None:
    """Critical values, global minimum, index and nullity of deep linear networks."""


@app.callback()
def _theory() -> None:
    pass
