# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Places in the nominative, whatever case a sentence has them in."""

from __future__ import annotations

import pytest

from intake.rules.place_names import nominative_place
from tests.intake.act_worlds import acts_in

PLACES = [
    ("Стамбулі", "Стамбул"),
    ("Стамбула", "Стамбул"),
    ("Києві", "Київ"),
    ("Львові", "Львів"),
    ("Мінську", "Мінськ"),
    ("Варшаві", "Варшава"),
    ("Варшаву", "Варшава"),
    ("Женеви", "Женева"),
    ("Празі", "Прага"),
    ("Гаазі", "Гаага"),
    ("Брюсселі", "Брюссель"),
    ("Вінниці", "Вінниця"),
    ("Чернівцях", "Чернівці"),
    ("Софії", "Софія"),
    ("Тернополі", "Тернопіль"),
    ("Київ", "Київ"),
    ("Давос", "Давос"),
    ("Geneva", "Geneva"),
    ("Невідомівці", "Невідомівці"),
]


@pytest.mark.parametrize(("place", "nominative"), PLACES)
def test_a_known_place_is_told_in_the_nominative(place: str, nominative: str) -> None:
    assert nominative_place(place, "") == nominative


def test_the_article_itself_tells_how_a_place_is_called() -> None:
    assert nominative_place("Рудені", "РУДЕНЬ, 15 квітня – У Рудені") == "Рудень"


def test_a_meeting_has_the_nominative_in_place_and_slug() -> None:
    text = "Україна і Польща зустрінуться 24 березня в Стамбулі."

    [meeting] = acts_in("ukrainian", text, "meeting-announced")

    assert meeting["place"] == "Стамбул"
    assert "stambul" in meeting["meeting"].split("-")
