# Cyrillic letters are meant
"""Who is named: spellings, titles with owner, capitals, bodies; and who takes no part."""

from __future__ import annotations

import pytest

from intake.registry import Registry
from intake.rules.words import name_key
from tests.intake.talks import PEACE, STRIKE, mentions, read

UMEROV, ZELENSKY = "person:rustem-umerov", "person:volodymyr-zelensky"
NAMED = [
    ("Umerov left.", PEACE, UMEROV),
    ("Rustem Umierov left.", PEACE, UMEROV),
    ("Рустем Умєров вийшов.", PEACE, UMEROV),
    ("Вони бачили Умєрова вчора.", PEACE, UMEROV),
    ("Зеленського там не було.", PEACE, ZELENSKY),
    ("President Zelensky left.", PEACE, ZELENSKY),
    ("Ukraine's president left.", PEACE, ZELENSKY),
    ("The Ukrainian president left.", PEACE, ZELENSKY),
    ("The Kremlin was silent.", PEACE, "party:russia"),
    ("Moscow was silent.", PEACE, "party:russia"),
    ("Росія мовчить.", PEACE, "party:russia"),
    ("The Russian side was silent.", PEACE, "party:russia"),
    ("Washington's envoy left.", PEACE, "person:steve-witkoff"),
    ("US officials left.", PEACE, "party:united-states"),
    ("Give it to us now.", PEACE, None),
    ("The company was silent.", STRIKE, "party:harbour"),
    ("The union was silent.", STRIKE, "party:dockers"),
    ("A union was silent.", STRIKE, None),
    ("The chief executive left.", STRIKE, "person:tom-blake"),
    ("Ann left.", STRIKE, None),
    ("Reading is fun.", STRIKE, None),
]


@pytest.mark.parametrize(("text", "registry", "actor"), NAMED)
def test_an_actor_is_found_by_any_name(text: str, registry: Registry, actor: str | None) -> None:
    found = [each.actor for each in mentions(text, registry) if each.actor]

    assert found[:1] == ([actor] if actor else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zelensky", "Zelenskyy"), ("Gruenbaum", "Grunbaum"), ("Yury", "Yuri"),
     ("Умєров", "Umerov"), ("Зеленського", "Zelenskyy"), ("Nyström", "Nystrom")],
)  # fmt: skip
def test_spellings_of_a_name_share_a_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_somebody_who_speaks_for_a_party_is_proposed_for_registration() -> None:
    reading = read('"We will not sign," said the union\'s treasurer, Jo Park, on Monday.')

    assert [(each.slug, each.party) for each in reading.unknown_actors] == [("jo-park", "dockers")]
    assert [each.type for each in reading.drafts] == ["person-registered", "statement-made"]


@pytest.mark.parametrize(
    "text",
    ['"It is late," said a passenger, Jo Park.',
     '"They will settle," Jo Park, who teaches law at York, said.',
     "Analysts at Bright Bank said the strike would cost millions.",
     "Two people familiar with the talks said a deal was near."],
)  # fmt: skip
def test_who_takes_no_part_is_not_drafted(text: str) -> None:
    reading = read(text)

    assert reading.drafts == ()
    assert len(reading.held_back) == 1
