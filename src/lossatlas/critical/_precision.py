"""How proofs in balls are asked for: how far from the point they may look, with how many bits."""

from lossatlas.errors import misuse

FIRST_PRECISION = 64


def check_proof_request(within: float, most_bits: int) -> None:
    """Refuse what no proof can answer.

    Raises:
        ValueError: If the distance is not positive or the bits are fewer than the first attempt's.
    """
    if not within > 0:
        raise misuse(
            "within",
            should="be positive",
            got=within,
            remedy="The point of a search is never exact; the default is 1e-6.",
        )
    if most_bits < FIRST_PRECISION:
        raise misuse(
            "most_bits",
            should=f"be at least {FIRST_PRECISION}",
            got=most_bits,
            remedy="Fewer bits than that decide nothing.",
        )
