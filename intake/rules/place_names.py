# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Places in Ukrainian, from the case in which a sentence has them to the nominative."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from babel import Locale

_CITIES = (
    "Київ Харків Одеса Дніпро Донецьк Запоріжжя Львів Миколаїв Маріуполь Луганськ Вінниця "
    "Севастополь Сімферополь Херсон Полтава Чернігів Черкаси Житомир Суми Хмельницький Чернівці "
    "Рівне Кропивницький Івано-Франківськ Тернопіль Луцьк Ужгород Мукачево Ялта Женева Гаага "
    "Страсбург Брюссель Люксембург Давос Базель Берн Мюнхен Гамбург Франкфурт Бонн Дрезден "
    "Краків Гданськ Люблін Жешув Вроцлав Познань Барселона Мілан Венеція Неаполь Флоренція "
    "Зальцбург Грац Салоніки Анталія Ізмір Батумі Шанхай Джидда Ер-Ріяд Абу-Дабі Шарм-еш-Шейх "
    "Нью-Йорк Вашингтон Анкоридж Маямі Бостон Кемп-Девід Монреаль Глазго Единбург "
    "Манчестер Белфаст Роттердам Антверпен Гомель Брест Гродно Санкт-Петербург Сочі Стамбул"
)
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ії", ("ія", "ій")),
    ("зі", ("га", "за", "з")),
    ("еві", ("їв", "ев", "ева", "єв", "ів")),
    ("єві", ("їв", "єв")),
    ("ові", ("ів", "ове", "ов")),
    ("ополі", ("опіль", "ополь")),
    ("ці", ("ця", "ка", "ць", "ц", "ці")),
    ("ені", ("ень", "ен", "ена", "ене")),
    ("і", ("", "а", "ь", "о", "е", "я")),
    ("ях", ("і",)),
    ("ах", ("и",)),
    ("ську", ("ськ",)),
    ("цьку", ("цьк",)),
    ("ому", ("ий",)),
    ("у", ("", "а", "о")),
    ("ю", ("ь", "я", "й")),
    ("єва", ("їв",)),
    ("ова", ("ів", "ов")),
    ("а", ("", "о")),
    ("я", ("ь", "й")),
    ("и", ("а",)),
)
"""What an ending may stand for, the likelier first."""


def nominative_place(place: str, text: str) -> str:
    """Return a place in the nominative where that is known: by the list of cities, or as the text
    has it elsewhere; else as it stands."""
    if not place or place.isascii():
        return place
    written = _capitalised(text)
    for candidate in _nominatives(place):
        if candidate != place and (candidate in _known_cities() or candidate.casefold() in written):
            return candidate
    return place


def _nominatives(place: str) -> Iterator[str]:
    if place in _known_cities():
        return
    for ending, others in _ENDINGS:
        if place.endswith(ending) and len(place) - len(ending) >= 2:
            stem = place[: len(place) - len(ending)]
            yield from (stem + other for other in others)


@lru_cache(maxsize=1)
def _known_cities() -> frozenset[str]:
    zones = Locale("uk").time_zones.values()
    return frozenset(zone["city"] for zone in zones if zone.get("city")) | set(_CITIES.split())


@lru_cache(maxsize=2)
def _capitalised(text: str) -> Collection[str]:
    """Return the words of a text that begin with a capital and end in a consonant, or stand in
    capitals, in small letters."""
    return frozenset(
        found[0].casefold()
        for found in re.finditer(r"[А-ЯІЇЄҐ][\w'’ʼ-]+", text)
        if found[0].isupper() or found[0][-1] in "бвгґджзйклмнпрстфхцчшщь"
    )
