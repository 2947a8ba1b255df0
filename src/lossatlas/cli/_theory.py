"""`lossatlas theory`: a calculator with provenance."""

from ._app import application
from ._deep_linear import EXAMPLE, deep_linear

app = application(
    "Compute what theory predicts: number, theorem, method, good digits.",
    "lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3",
)
app.command("deep-linear", epilog=EXAMPLE)(deep_linear)


@app.callback()
def _theory() -> None:
    """A group, though it has one command as yet: `theory deep-linear` stays what it is called."""
