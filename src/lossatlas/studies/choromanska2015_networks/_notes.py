"""What the report says of the protocol, of choices that the paper leaves open, of broken networks."""

from ._rows import Rows, by_width, is_finite
from ._settings import Choromanska2015NetworksSettings, ProtocolChoice

_CAVEATS = (
    "The paper states digits of 10 x 10 pixels, one hidden layer, starts uniform in the unit cube, "
    "200 epochs and a rate that decays; all else here is our choice and a setting."
)


def protocol_notes(settings: Choromanska2015NetworksSettings) -> list[str]:
    """The protocol in words."""
    return [f"Protocol: {_in_words(settings.protocol)}. {_CAVEATS}"]


def _in_words(protocol: ProtocolChoice) -> str:
    biases = "with biases" if protocol.biases else "no biases"
    power = f" (25 / n1)^{protocol.rate_power:g}" if protocol.rate_power else " at every width"
    return (
        f"{protocol.data} at {protocol.side} x {protocol.side} pixels, {protocol.train} digits to "
        f"train on and {protocol.test} held out (split seed {protocol.split_seed}); "
        f"{protocol.activation}, {protocol.criterion}, mean over samples, {biases}; weights start "
        f"uniform on ±{protocol.half_width:g}; {protocol.epochs} epochs of descent by batches of "
        f"{protocol.batch}, rate {protocol.rate:g}{power} falling as 1 / (1 + c t) to its "
        f"{protocol.slowdown:g}th part, momentum {protocol.momentum:g}, weight decay "
        f"{protocol.weight_decay:g}; {protocol.precision}"
    )


def broken_notes(rows: Rows) -> list[str]:
    """Networks whose losses are not finite, by width; they are kept, and enter no mean."""
    broken = {
        width: sum(not is_finite(row) for row in own)
        for width, own in by_width(rows.networks).items()
    }
    total = sum(broken.values())
    engines = sorted({row["engine"] for row in rows.networks})
    where = ", ".join(f"{number} at n1 = {width}" for width, number in broken.items() if number)
    counted = f"{total} of {len(rows.networks)} networks are not finite at the end"
    tail = f": {where}; they are kept and enter no mean." if total else "."
    return [f"{counted}{tail} Engine: {', '.join(engines)}."] if rows.networks else []
