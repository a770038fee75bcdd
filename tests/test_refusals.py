"""What the core refuses, in the language of a page."""

from __future__ import annotations

import re

import pytest

from api.pages.shared.i18n import load_translations
from api.pages.shared.refusals import translate_refusal
from domain.validation_messages import MESSAGES_BY_KIND, MESSAGES_BY_PATTERN
from tests.pages import BASE, main
from tests.test_pages_record import FORM, OURS
from tests.world import World

UKRAINIAN, ENGLISH = load_translations("uk"), load_translations("en")
KNOWN = [text for pair in MESSAGES_BY_KIND.values() for text in pair] + [
    text for pair in MESSAGES_BY_PATTERN.values() for text in pair
]


@pytest.mark.parametrize("text", sorted(set(KNOWN)))
def test_every_message_of_a_field_is_translated(text: str) -> None:
    said = re.sub(r"(?<!\{)\{\w+\}", "7", text).replace("{{", "{").replace("}}", "}")
    assert 'lang="en"' not in translate_refusal(UKRAINIAN, said)
    assert translate_refusal(ENGLISH, said) == f"<bdi>{said}</bdi>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("expected a number, got a list", "<bdi>очікується число; надано: список</bdi>"),
        (
            "did you mean north? register the party first, or fix the slug",
            "<bdi>можливо, north? спершу зареєструйте це (сторона) або виправте назву</bdi>",  # noqa: RUF001
        ),
        ("<b> is given twice", "<bdi>&lt;b&gt; задано двічі</bdi>"),
        ("nobody has words for this", '<bdi lang="en">nobody has words for this</bdi>'),
    ],
)
def test_what_differs_is_kept_and_what_is_unknown_is_marked(text: str, told: str) -> None:
    assert translate_refusal(UKRAINIAN, text) == told


def test_a_remedy_stands_apart_from_what_is_refused() -> None:
    refused, remedy = "expected a number, got a list", "nobody has words for this"

    assert translate_refusal(UKRAINIAN, refused, remedy) == (
        f'<bdi>очікується число; надано: список</bdi>; <bdi lang="en">{remedy}</bdi>'
    )
    assert translate_refusal(ENGLISH, refused, None) == f"<bdi>{refused}</bdi>"


def test_a_form_refuses_in_the_language_of_the_page(own_site: World) -> None:
    form = FORM | {"reports.url": "ftp://herald", "quote": "a\0b"}
    answer = own_site.client.post(f"{BASE}/record?lang=uk", data=form, headers=OURS)
    faults = re.findall(r'<p class="fault">(.*?)</p>', main(answer.text), re.DOTALL)

    assert answer.status_code == 422
    assert faults
    assert not [fault for fault in faults if 'lang="en"' in fault], faults
