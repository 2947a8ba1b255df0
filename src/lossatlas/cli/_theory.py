"""`lossatlas theory`: a calculator with provenance."""

from ._app import application
from ._deep_linear import EXAMPLE, deep_linear
from ._kac_rice import EXAMPLE as KAC_RICE_EXAMPLE, kac_rice
from ._random_matrix import EXAMPLE as RANDOM_MATRIX_EXAMPLE, random_matrix

app = application(
    "Compute what theory predicts: number, theorem, method, good digits.",
    "lossatlas theory deep-linear --eigenvalues 25,9,4 --widths 3,3,3,3",
    "lossatlas theory kac-rice --order 3 --size 20",
    "lossatlas theory random-matrix --goe 20 --at 0",
)
app.command("deep-linear", epilog=EXAMPLE)(deep_linear)
app.command("kac-rice", epilog=KAC_RICE_EXAMPLE)(kac_rice)
app.command("random-matrix", epilog=RANDOM_MATRIX_EXAMPLE)(random_matrix)
