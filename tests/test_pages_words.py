"""The words of the pages: two dictionaries with the same keys, the language, numbers and dates."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup

from api.pages import routes
from api.pages.shared.dates import DateFormatter
from api.pages.shared.i18n import LANGUAGES, load_translations, preferred_language
from api.pages.shared.page import Language
from api.pages.shared.rail import TimeScale, time_labels
from domain.edtf import parse_span
from tests.pages import SOURCES, page
from tests.used_words import ANY, find_unused, used_in_modules, used_in_templates
from tests.world import World


def keys(lang: str) -> set[str]:
    return {re.sub(r"\.(zero|one|few|many)$", "", key) for key in load_translations(lang).entries}  # type: ignore[arg-type]


def test_both_dictionaries_have_the_same_keys() -> None:
    assert keys("en") == keys("uk")
    for lang in LANGUAGES:
        entries = load_translations(lang).entries
        for key in entries:
            head, _, form = key.rpartition(".")
            if form == "one" and f"{head}.many" in entries:
                assert (f"{head}.few" in entries) == (lang == "uk"), key


def test_both_dictionaries_fill_in_the_same_names() -> None:
    for key in keys("en"):
        for form in ("", ".one", ".many"):
            pair = [load_translations(lang).entries.get(key + form) for lang in LANGUAGES]
            names = [sorted(set(re.findall(r"{(\w+)}", text or ""))) for text in pair]
            assert names[0] == names[1], key + form


def test_no_verb_agrees_with_a_name() -> None:
    """A name may be of one or of many, as the studios, and nothing says which."""
    agreeing = {
        "en": r"\{(party|names|other)\} (?!was\b|as\b)(?:\w+ly )?(\w+[^s]s|is|are|has|have|do)\b",
        "uk": r"\{(party|names|other)\} (?:\w+ )?(\w+(?:є|ють|ять|ить)|каже|має|сказала)\b",
    }
    found = {
        lang: {
            key: text
            for key, text in load_translations(lang).entries.items()  # type: ignore[arg-type]
            if re.search(pattern, text) and not re.search(r"\{names?\} (?:and|та) \{", text)
        }
        for lang, pattern in agreeing.items()
    }
    assert found == {"en": {}, "uk": {}}


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_nothing_is_told_in_words_where_a_sentence_counts(lang: str) -> None:
    words = load_translations(lang)  # type: ignore[arg-type]
    days = {"first": "1", "last": "2", "day": "3"}
    told = [
        words("compare.told-n", 0, **days),
        words("overview.told", 0),
        words("overview.plan-new", 0, texts=""),
        words("positions.told", 0, **days),
        words("plan.told", 0, texts=""),
        words("plans.told", 0),
        words("gap.told", 0),
        words("activity.tip", 0, name="North", **days),
    ]
    assert [text for text in told if "0" in text or "{" in text] == []
    assert re.search(r"\b1\b", words("overview.told", 1))


def test_a_sentence_of_what_is_new_leaves_out_what_is_not(own_site: World) -> None:
    text = page(own_site, "", "?as_of=2025-12-21")
    assert "New by what became known in the week before: 1 position changed." in text
    uk = page(own_site, "", "?as_of=2025-12-21&lang=uk")
    assert "Нове за відомим за тиждень до того: змінилася 1 позиція." in uk


def test_an_element_in_a_text_stays_one_and_what_is_beside_it_is_escaped() -> None:
    words = load_translations("en")

    filled = words("dates.range", first=Markup("<b>1</b>"), last="<i>\u202e")

    assert filled == "<b>1</b>–&lt;i&gt;⟦U+202E⟧"


def test_every_word_that_a_template_asks_for_is_there() -> None:
    asked = set()
    for file in SOURCES.glob("*/*.html"):
        asked |= set(re.findall(r'\bt\("([\w.-]+)"[,)]', file.read_text()))

    assert len(asked) > 60
    assert asked - keys("en") == set()


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("uk", "uk"),
        ("uk-UA,uk;q=0.9,en;q=0.8", "uk"),
        ("en;q=0.5, uk;q=0.4", "en"),
        ("de, fr;q=0.9", "en"),
        ("uk;q=0", "en"),
        (";;;=,q", "en"),
        ("uk;q=0.1.1", "uk"),
    ],
)
def test_the_language_is_what_the_browser_likes_best(accepted: str, lang: str) -> None:
    assert preferred_language(accepted) == lang


def test_the_page_speaks_the_language_that_is_asked_for(site: World) -> None:
    assert '<html lang="uk">' in page(site, "", **{"accept-language": "uk"})
    assert '<html lang="en">' in page(site, "", "?lang=en", **{"accept-language": "uk"})
    assert "Що змінилося" in page(site, "", "?lang=uk")


@pytest.mark.parametrize(
    ("n", "told"),
    [
        (1, "1 подія"),
        (3, "3 події"),
        (5, "5 подій"),
        (11, "11 подій"),
        (22, "22 події"),
        (101, "101 подія"),
    ],
)
def test_numbers_take_their_form(n: int, told: str) -> None:
    assert load_translations("uk")("home.events", n=n) == told


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ("2025-12-21", "21 December 2025"),
        ("2025-12-21T18:30:00Z", "21 December 2025, 18:30 UTC"),
        ("2025-12-19/2025-12-21", "19–21 December 2025"),
        ("[2025-12-22..2025-12-24]", "some day within 22–24 December 2025"),
        ("[2025-11-28..2025-12-02]", "some day within 28 November – 2 December 2025"),
        ("2025-12-21?", "21 December 2025 (uncertain)"),
        ("2025-12-21~", "about 21 December 2025"),
        ("2025-12", "December 2025"),
        ("2025", "2025"),
        ("2025-22", "summer 2025"),
        ("2025-12-19/..", "since 19 December 2025"),
        ("../2025-12-21", "until 21 December 2025"),
        ("2025-12-2X", "some day within 20–29 December 2025"),
        ("202X", "some day within 1 January 2020 – 31 December 2029"),
        ("2025-12-19T13:00Z/2025-12-19T16:00Z", "19 December 2025, 13:00–16:00 UTC"),
    ],
)
def test_a_span_is_told_in_words(span: str, told: str) -> None:
    assert DateFormatter(load_translations("en"), "UTC").format_span(parse_span(span)) == told


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2025-12-01", "2025-12-22", ["1 Dec", "8 Dec", "15 Dec", "22 Dec"]),
        ("2025-12-22T04:00Z", "2025-12-24", ["22 Dec", "23 Dec", "24 Dec"]),
        ("2025-12-22T21:00Z", "2025-12-24", ["23 Dec", "24 Dec"]),  # else they overlap
        ("2025-12-22T21:00Z", "2025-12-22T23:00Z", ["23 Dec"]),  # a scale lasts a day
        ("2025-10-15", "2026-03-15", ["Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"]),
        ("2008-06-01", "2019-06-01", ["2010", "2012", "2014", "2016", "2018"]),
    ],
)
def test_a_scale_is_told_in_days_months_or_years(first: str, last: str, labels: list[str]) -> None:
    dates, scale = (
        DateFormatter(load_translations("en"), "UTC"),
        TimeScale(parse_span(first).lo, parse_span(last).lo),
    )
    assert [label for _, label in time_labels(dates, scale, 6)] == labels


TITLES = {f"{page.name}.title" for page in routes.PAGES}
"""What base.html asks for, also where what a page is about is not found."""


def test_every_page_has_a_title() -> None:
    assert TITLES - keys("en") == set()


def test_every_word_is_asked_for_somewhere() -> None:
    used = used_in_templates() | used_in_modules()
    used -= {f"{ANY}.title"}
    used |= TITLES

    assert find_unused(keys("en"), used) == []


def test_no_section_is_asked_for_as_a_whole() -> None:
    used = used_in_templates() | used_in_modules()
    sections = {key.partition(".")[0] for key in keys("en")}

    assert {each for each in used if each in {f"{section}.{ANY}" for section in sections}} <= {
        f"stance.{ANY}",
        f"status.{ANY}",
        f"plan-status.{ANY}",
        f"attribution.{ANY}",
        f"marks.{ANY}",
    }


def test_a_word_that_nothing_asks_for_is_noticed() -> None:
    used = ["overview.ask.stood", f"gap.{ANY}-note", "meetings.format"]
    known = {"overview.ask.stood", "gap.missed-note", "meetings.format.phone"}
    unknown = {"overview.ask.nowhere", "gap.missed.more-note", "meetings.formats"}

    assert set(find_unused(known | unknown, used)) == unknown


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "12,345 later events"), ("uk", "12\xa0345 пізніших подій")]
)
def test_thousands_stand_apart(lang: Language, told: str) -> None:
    words = load_translations(lang)
    assert told in words("strip.hidden", 12_345)
    assert "2025" in words("dates.day", day=3, month="x", year=2025)
    assert words.format_count(999) == "999"
