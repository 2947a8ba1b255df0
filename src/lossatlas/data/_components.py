"""Principal components with signs that are fixed.

X - mean = U S V^T; the scores on the first k rows of V^T are the best k numbers a sample can be
known by. A singular vector's sign is arbitrary, so it is chosen here: the entry of largest modulus
is positive.
"""

from dataclasses import dataclass
from typing import final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from lossatlas.errors import misuse


@final
@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """A data matrix in its own best coordinates.

    `mean` is zero where the data were not centred; `singular_values` are those of the (centred)
    data matrix, descending, and `explained` is the share of its squared norm that is kept.
    """

    scores: Float[ndarray, "n k"]
    directions: Float[ndarray, "k d"]
    mean: Float[ndarray, " d"]
    singular_values: Float[ndarray, " k"]
    explained: float


def principal_components(
    inputs: Float[ndarray, "n d"], number: int, *, centred: bool = True
) -> PrincipalComponents:
    """Reduce samples to their first principal components.

    Args:
        inputs: One sample a row.
        number: How many components k to keep, at most the numerical rank.
        centred: Whether the mean is taken out first. Without, the components are those of the raw
            second moments, the first of them close to the mean.

    Returns:
        Scores, directions and what they explain: scores = (inputs - mean) directions^T.

    Raises:
        ValueError: If `number` is not in 1..rank: a direction beyond the rank is rounding.

    Example:
        >>> import numpy as np
        >>> from lossatlas.data import principal_components
        >>> X = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.5], [0.0, -0.5]])
        >>> principal_components(X, 1).scores.ravel().tolist()
        [1.0, -1.0, 0.0, 0.0]
    """
    mean = inputs.mean(axis=0) if centred else np.zeros(inputs.shape[1])
    _, values, directions = np.linalg.svd(inputs - mean, full_matrices=False)
    rank = int((values > values[0] * max(inputs.shape) * np.finfo(np.float64).eps).sum())
    if not 1 <= number <= rank:
        raise misuse(
            "components",
            should=f"be in 1..{rank}, the rank of the data",
            got=number,
            remedy="Ask for fewer components.",
        )
    chosen = directions[:number] * _signs(directions[:number])
    return PrincipalComponents(
        scores=(inputs - mean) @ chosen.T,
        directions=chosen,
        mean=mean,
        singular_values=values[:number],
        explained=float((values[:number] ** 2).sum() / (values**2).sum()),
    )


def _signs(directions: Float[ndarray, "k d"]) -> Float[ndarray, "k 1"]:
    largest = np.abs(directions).argmax(axis=1)
    signs: ndarray = np.sign(directions[np.arange(len(directions)), largest])
    return signs[:, None]
