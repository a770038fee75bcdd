"""The article before names of parties within English sentences."""

from __future__ import annotations

import pytest

from api.articles import english_name, with_article
from api.cli.wording import Wording
from tests.facts import event, report
from tests.pages import page, without_links
from tests.world import World

NAMES = {"en": "the Hansa"}


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("European Union", "the European Union"),
        ("United States", "the United States"),
        ("European states (joint papers)", "the European states (joint papers)"),
        ("Republic of Moldova", "the Republic of Moldova"),
        ("EU", "the EU"),
        ("The news page (outlet not named)", "the news page (outlet not named)"),
        ("Crane crew", "the Crane crew"),
        ("NATO", "NATO"),
        ("Ukraine", "Ukraine"),
        ("Bank of England Staff", "the Bank of England Staff"),
        ("Us", "Us"),
        ("", ""),
    ],
)
def test_an_english_name_has_the_article_that_it_takes(name: str, within: str) -> None:
    assert with_article(name, "en") == within
    assert with_article(name, "uk") == name


@pytest.mark.parametrize(
    ("name", "names", "within"),
    [
        ("Hansa", {"en": "the Hansa"}, "the Hansa"),
        ("Ганза", {"en": "The Hansa"}, "the Hansa"),
        ("Delta Force", {"en": "Delta Force"}, "Delta Force"),
        ("Delta Force", {"uk": "Дельта"}, None),
        ("Ганза", {"en": "Hansa"}, None),
        ("Hansa", None, None),
    ],
)
def test_a_registration_says_which_article_a_name_has(
    name: str, names: dict[str, str] | None, within: str | None
) -> None:
    assert english_name(name, names) == within


def test_the_article_that_is_given_goes_before_the_list() -> None:
    wording = Wording(english_names={"Hansa": "the Hansa", "Delta Force": "Delta Force"})

    assert wording.within("Hansa") == "the Hansa"
    assert wording.within("Delta Force") == "Delta Force"
    assert wording.within("Port Board") == "the Port Board"


def test_a_sentence_has_the_article_and_a_list_has_not(own_site: World) -> None:
    own_site.record(
        "2025-12-21T09:00:00Z",
        [
            {"type": "party-registered", "party": "hansa", "name": "Hansa", "names": NAMES},
            {"type": "issue-defined", "issue": "toll", "title": "Toll"},
            event(
                "claim",
                "position-stated",
                report("2025-12-20"),
                party="hansa",
                issue="toll",
                stance="opposes",
                summary="No toll",
                attribution="self",
                occurred="2025-12-20",
            ),
        ],
    )

    assert "The Hansa took a position" in without_links(page(own_site, "compare"))
    assert "<bdi>Hansa</bdi>" in page(own_site, "parties/hansa")
    assert (
        "the Hansa" not in page(own_site, "parties/hansa").partition("<h1")[2].partition("</h1>")[0]
    )
