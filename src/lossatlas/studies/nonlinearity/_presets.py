"""The three presets: half a minute, a quarter of an hour, and a night."""

from typing import Any

from lossatlas.studies._choices import DigitsChoice

from ._data import DigitsData, TeacherData
from ._settings import FamilyChoice

_SLOPES = (1.0, 0.8, 0.6, 0.4, 0.2, 0.1, 0.0)
_FEW_SLOPES = (1.0, 0.75, 0.5, 0.25, 0.0)
_WIDTHS = ((2,), (3,), (4,), (6,), (8,), (12,))


def _digits(components: int, train: int, *, contrast: bool) -> DigitsData:
    choice = DigitsChoice(classes=(3, 8), components=components, train=train, test=50)
    return DigitsData(choice=choice, contrast=contrast)


_TEACHER = TeacherData(inputs=2, hidden=(2,), samples=20)
_WIDE_TEACHER = TeacherData(inputs=3, hidden=(2,), samples=60)


def _curve(data: DigitsData | TeacherData, hidden: tuple[tuple[int, ...], ...]) -> FamilyChoice:
    """Every activation."""
    return FamilyChoice(
        data=data, hidden=hidden, slopes=_SLOPES, smooth=("tanh", "softplus"), searches=1000
    )


_QUICK: dict[str, Any] = {
    "newton_steps": 100,
    "finishing_steps": 50,
    "students": (6,),
    "families": {
        "student and teacher": FamilyChoice(
            data=_TEACHER,
            hidden=((2,),),
            slopes=_FEW_SLOPES,
            smooth=("tanh", "softplus"),
            searches=200,
        ),
        "students of more units": FamilyChoice(
            data=_TEACHER, hidden=((2,), (3,), (4,), (6,)), slopes=(0.0,), searches=200, sweep=True
        ),
        "two digits": FamilyChoice(
            data=_digits(3, 100, contrast=True), hidden=((2,),), searches=200
        ),
    },
}

_STANDARD: dict[str, Any] = {
    "families": {
        "student and teacher": _curve(_TEACHER, ((2,), (3,))),
        "students of more units": FamilyChoice(
            data=_WIDE_TEACHER, hidden=_WIDTHS, slopes=(0.0,), searches=1000, sweep=True
        ),
        "two digits": _curve(_digits(3, 100, contrast=True), ((2,),)),
        "two digits, two outputs": _curve(_digits(4, 100, contrast=False), ((3,),)),
        "two digits, two hidden layers": _curve(
            _digits(5, 100, contrast=False), ((4, 3),)
        ).model_copy(update={"searches": 400}),
        "two digits, more units": FamilyChoice(
            data=_digits(3, 100, contrast=True),
            hidden=_WIDTHS,
            slopes=(0.0,),
            searches=1000,
            sweep=True,
        ),
    },
}

_PAPER: dict[str, Any] = {
    "families": {
        **{
            name: family.model_copy(update={"searches": 4 * family.searches})
            for name, family in _STANDARD["families"].items()
        },
        "three teachers' units": FamilyChoice(
            data=TeacherData(inputs=5, hidden=(5,), samples=200),
            hidden=((5,), (6,), (8,), (12,), (16,)),
            slopes=(0.0,),
            searches=1000,
            sweep=True,
        ),
    },
}

PRESETS: dict[str, dict[str, Any]] = {"quick": _QUICK, "standard": _STANDARD, "paper": _PAPER}
