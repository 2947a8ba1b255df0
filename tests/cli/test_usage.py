"""Bad usage: the message names what would do."""

import pytest
import typer
from pydantic import BaseModel, Field

from lossatlas.cli._usage import condition, judging, numbers, unknown
from lossatlas.errors import misuse


class _Settings(BaseModel):
    searches: int = Field(ge=0)


def test_a_near_name_is_suggested() -> None:
    error = unknown("study", "kawagutchi", ["kawaguchi2016", "other"], hint="NAME")
    assert "Did you mean 'kawaguchi2016'?" in error.format_message()


def test_without_a_near_name_all_are_listed() -> None:
    message = unknown("study", "zzz", ["b", "a"], hint="NAME").format_message()
    assert message.endswith("Known: a, b.")


def test_numbers_are_read_with_blanks() -> None:
    assert numbers("3, 4,5", int, hint="--widths", example="3,4,5") == (3, 4, 5)


@pytest.mark.parametrize("text", ["3,x", "1.5,2", "3;4"])
def test_what_is_no_list_of_numbers_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="Write it as 64,8,10"):
        numbers(text, int, hint="--widths", example="64,8,10")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=3", 3),
        ("a=true", True),
        ("a=x y", "x y"),
        ("a=b=c", "b=c"),
        ("a=", ""),
        ("a=1e-3", 1e-3),
    ],
)
def test_a_condition_is_a_name_and_a_value(text: str, value: object) -> None:
    assert condition(text, hint="--where") == ("a", value)


@pytest.mark.parametrize("text", ["depth", "=3", ""])
def test_a_condition_without_name_or_sign_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="Write it as"):
        condition(text, hint="--where")


def test_misuse_becomes_bad_usage_with_all_its_parts() -> None:
    with pytest.raises(typer.BadParameter) as caught, judging("--widths"):
        raise misuse("widths", should="be at least 1", got=(3, 0), remedy="Drop the layer.")
    assert caught.value.format_message() == (
        "Invalid value for '--widths': `widths` should be at least 1. Got (3, 0). Drop the layer."
    )


def test_a_settings_error_names_the_field_in_one_line() -> None:
    with pytest.raises(typer.BadParameter) as caught, judging("--settings"):
        _Settings(searches=-3)
    message = caught.value.format_message()
    assert "`searches`" in message
    assert "got -3" in message
    assert "\n" not in message
