"""The colours of figures, by role, in the light and in the dark.

Classes take the colours of Okabe and Ito (2008), which stay apart for every common colour vision,
shifted in lightness where a ground would swallow them; a class also has its own symbol, so that
colour never carries a meaning alone. Magnitudes take Viridis, whose lightness is monotone.
"""

from collections.abc import Sequence

LIGHT = {
    "ink": "#1b2330",
    "muted": "#5c6675",
    "grid": "#e4e8ee",
    "ground": "#ffffff",
    "veil": "rgba(255,255,255,0.78)",
    "shade": "rgba(16,21,28,0.62)",
    "over": "#ffffff",
    "outline": "#10151c",
    "c0": "#0072b2",
    "c1": "#d55e00",
    "c2": "#009e73",
    "c3": "#b8528f",
    "c4": "#b97d00",
    "c5": "#2a8fce",
    "c6": "#6a51a3",
    "c7": "#6b7280",
}
DARK = {
    "ink": "#e6eaf0",
    "muted": "#9aa5b5",
    "grid": "#2a323e",
    "ground": "#161b22",
    "veil": "rgba(22,27,34,0.78)",
    "shade": "rgba(16,21,28,0.62)",
    "over": "#ffffff",
    "outline": "#10151c",
    "c0": "#5bb4ee",
    "c1": "#f5894a",
    "c2": "#2fc79b",
    "c3": "#e58cc4",
    "c4": "#f0c04a",
    "c5": "#9fd8ff",
    "c6": "#b39ddb",
    "c7": "#a6afbd",
}
# Ten stops of Viridis, dark to light, for what draws colours itself.
VIRIDIS = (
    "#440154",
    "#482878",
    "#3e4989",
    "#31688e",
    "#26828e",
    "#1f9e89",
    "#35b779",
    "#6ece58",
    "#b5de2b",
    "#fde725",
)
SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "x",
    "star",
    "triangle-down",
)
NUM_CLASSES = len(SYMBOLS)


def class_slots(groups: Sequence[int]) -> dict[int, int] | None:
    """Which palette slot each class takes; None when there are more classes than slots.

    Small classes keep their own number, so that index 0 looks the same in every figure.
    """
    distinct = sorted(set(groups))
    if len(distinct) > NUM_CLASSES:
        return None
    if not distinct or (distinct[0] >= 0 and distinct[-1] < NUM_CLASSES):
        return {group: group for group in distinct}
    return {group: slot for slot, group in enumerate(distinct)}
