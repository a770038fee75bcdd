# Cyrillic letters are meant
"""Dates that are asked of a page: fields of text that take what people write."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.pages import BASE, SOURCES, main, page
from tests.world import World


@pytest.mark.parametrize(
    "text",
    ["2025-12-24", "24.12.2025", "24 December 2025", "24 грудня 2025", "last Wednesday", "24 Dec"],
)
def test_a_date_is_asked_as_people_write_it(site: World, text: str) -> None:
    found = page(site, "positions", f"?as_of={quote(text)}&lang=en")

    assert "what was known on 24 December 2025" in found
    assert 'id="as_of" class="date" name="as_of" value="24 December 2025"' in found
    assert "as_of=2025-12-24" in found
    assert f"as_of={quote(text)}" not in found or text == "2025-12-24"
    assert "<ul>\n<li><b><bdi>as_of" not in found


@pytest.mark.parametrize(
    ("path", "name"),
    [("compare", "from"), ("positions", "from"), ("events", "from"), ("events", "to")],
)
@pytest.mark.parametrize("lang", ["en", "uk"])
def test_every_field_shows_the_day_in_the_words_of_the_page_and_reads_them_again(
    site: World, path: str, name: str, lang: str
) -> None:
    once = page(site, path, f"?{name}=2025-12-19&lang={lang}")
    (shown,) = re.findall(rf'class="date" name="{name}" value="([^"]+)"', once)
    again = page(site, path, f"?{name}={quote(unescape(shown))}&lang={lang}")

    assert shown == {"en": "19 December 2025", "uk": "19 грудня 2025"}[lang]
    assert main(again) == main(once)
    answers = [
        site.client.get(f"{BASE}/{path}.json?{name}={quote(each)}").json()["data"]
        for each in ("2025-12-19", shown)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [("3/4/2025", "2025-04-03 or 2025-03-04"), ("soon", "as_of"), ("late December 2025", "as_of")],
)
def test_what_means_no_one_day_is_asked_again(site: World, text: str, said: str) -> None:
    found = page(site, "positions", f"?as_of={quote(text)}&lang=en", 422)
    refused = found.partition('class="refused"')[2].partition("</ul>")[0]

    assert said in refused


def test_no_field_follows_the_language_of_the_browser() -> None:
    pages = "".join(each.read_text("utf-8") for each in SOURCES.rglob("*.html"))
    assert 'type="date"' not in pages


@pytest.mark.parametrize(
    ("query", "shown", "told", "field"),
    [
        (
            "as_of=2025-12-19&tz=America/New_York",
            "19 December 2025 in America/New_York",
            " (20 December 2025, 04:59 UTC)",
            "19 December 2025",
        ),
        ("as_of=2025-12-19&tz=UTC", "19 December 2025", "", "19 December 2025"),
        ("as_of=2025-12-19T12:00Z", "19 December 2025, 12:00 UTC", "", "2025-12-19T12:00Z"),
    ],
)
def test_a_page_says_until_when_its_date_reaches(
    site: World, query: str, shown: str, told: str, field: str
) -> None:
    found = page(site, "", f"?{query}")

    assert f'<strong id="day">{shown}</strong>' in found
    assert f"what was known on {shown}{told}." in found
    assert f"Where the talks stood on {shown}</h1>" in found
    assert f'id="as_of" class="date" name="as_of" value="{field}"' in found
    zone = "America/New_York" if "New_York" in query else "UTC" if "tz" in query else ""
    assert f'id="tz" name="tz" list="zones" value="{zone}"' in found


def test_a_zone_is_asked_beside_the_date_and_stays_out_of_steps(site: World) -> None:
    found = page(site, "", "?as_of=2025-12-19&tz=America/New_York")

    form = found.partition('class="as-of"')[2].partition("</form>")[0]
    assert form.count('name="tz"') == 1
    assert 'placeholder="UTC"' in form
    assert '<option value="UTC">' in form
    previous = re.findall(r'id="previous" href="([^"]+)"', found)
    assert all("tz=" not in address for address in previous)
    assert "&#39;Mars&#39; is not an IANA time zone" in page(site, "", "?tz=Mars", 422)
