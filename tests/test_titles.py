"""Titles and the words of answers, by language: what a reader sees, and what the API gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from api.stance_words import words_of_issues
from domain.titles import merge_titles
from tests.facts import OPENING, STANCE, Event, act, event, report
from tests.pages import main, page
from tests.world import World, tell_story

AT = "2025-12-24T12:00:00Z"
OPENED = [
    OPENING[0] | {"names": {"uk": "Переговори"}},
    OPENING[1],
    OPENING[2],
    OPENING[3]
    | {
        "names": {"uk": "Кордон"},
        "question": "Where is it?",
        "questions": {"uk": "Де він?"},
        "answers": [
            {"answer": "river", "label": "The river", "names": {"uk": "Річка"}},
            {"answer": "road", "label": "The road"},
        ],
    },
]

NAMED_BESIDE = re.compile(r'lang="uk">[^<]*')
"""What a thing is called elsewhere, where its own page says so."""


def told(label: str, type_: str, **fields: object) -> Event:
    said = report("2025-12-20", "post")
    return event(label, type_, said, **{"occurred": "2025-12-20"} | fields)


EVENTS = [
    STANCE | {"answer": "river"},
    told("plan", "plan-introduced", plan="draft", title="Draft", names={"uk": "Проєкт"}),
    told(
        "planned",
        "meeting-announced",
        meeting="first",
        title="First round",
        names={"uk": "Перший раунд"},
        expected="2025-12-22",
    ),
    told("met", "meeting-held", meeting="first", occurred="2025-12-22"),
    told(
        "second",
        "meeting-announced",
        meeting="second",
        title="Second round",
        names={"uk": "Другий раунд"},
        expected="2025-12-23",
    ),
    told("renamed", "meeting-held", meeting="second", title="A long night", occurred="2025-12-23"),
    told(
        "due",
        "deadline-set",
        deadline="reply",
        title="Reply",
        names={"uk": "Відповідь"},
        due="2025-12-28",
    ),
    told("bridge", "incident-reported", incident="bridge", title="Bridge", names={"uk": "Міст"}),
    told("third", "meeting-held", meeting="third", title="Third", names={"uk": "Третій"}),
    act(
        "named otherwise",
        "event-disputed",
        "third",
        report("2025-12-21", "wire"),
        rival={"title": "No round"},
    ),
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with tell_story([(AT, [*OPENED, *EVENTS])]) as told_world:
        yield told_world


def shown(world: World, path: str, lang: str) -> str:
    return re.sub(r"<[^>]+>", "", main(page(world, path, f"?lang={lang}"))).replace("\u00ad", "")


@pytest.mark.parametrize(
    ("values", "merged"),
    [
        ([], {}),
        ([{"title": "A"}], {"title": "A"}),
        ([{"title": "A", "names": {"uk": "Я"}}, {}], {"title": "A", "names": {"uk": "Я"}}),
        ([{"title": "A", "names": {"uk": "Я"}}, {"title": "B"}], {"title": "B"}),
        (
            [{"title": "A", "names": {"de": "A"}}, {"names": {"uk": "Я"}}],
            {"title": "A", "names": {"de": "A", "uk": "Я"}},
        ),
        ([{"names": {"uk": "Я"}}], {"names": {"uk": "Я"}}),
    ],
)
def test_a_title_brings_its_names_with_it(values: list[Event], merged: Event) -> None:
    assert merge_titles(values) == merged


@pytest.mark.parametrize(
    ("path", "told_as", "translated"),
    [
        ("", "Talks", "Переговори"),
        ("positions", "The border", "Кордон"),
        ("positions", "The river", "Річка"),
        ("positions", "Where is it?", "Де він?"),
        ("issues/border", "Where is it?", "Де він?"),
        ("pictures/drift", "Where is it?", "Де він?"),
        ("", "Where is it?", "Де він?"),
        ("positions?cell=north/border", "The river", "Річка"),
        ("issues/border", "The border", "Кордон"),
        ("parties/north", "The river", "Річка"),
        ("plans", "Draft", "Проєкт"),
        ("plans/draft", "Draft", "Проєкт"),
        ("meetings", "First round", "Перший раунд"),
        ("meetings", "Reply", "Відповідь"),
        ("meetings", "Bridge", "Міст"),
        ("events", "First round", "Перший раунд"),
        ("compare?from=2025-12-19", "First round", "Перший раунд"),
        ("compare?from=2025-12-19", "Draft", "Проєкт"),
        ("compare?from=2025-12-19", "The river", "Річка"),
        ("pictures/chronology", "First round", "Перший раунд"),
    ],
)
def test_a_page_shows_titles_in_its_language(
    world: World, path: str, told_as: str, translated: str
) -> None:
    name, _, query = path.partition("?")
    pages = {
        lang: page(world, name, f"?{query}&lang={lang}".replace("?&", "?")) for lang in ("en", "uk")
    }
    pages = {lang: text.replace("\u00ad", "") for lang, text in pages.items()}
    assert told_as in pages["en"]
    assert translated in pages["uk"]
    assert translated not in NAMED_BESIDE.sub("", pages["en"])


def test_a_new_title_is_not_shown_by_the_names_of_the_one_before(world: World) -> None:
    text = shown(world, "meetings", "uk")
    assert "A long night" in text
    assert "Другий раунд" not in text


def test_a_disputed_title_is_shown_in_the_words_of_each_account(world: World) -> None:
    text = shown(world, "meetings", "uk")
    assert "Third / No round" in text
    assert "Третій" not in text


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("800\u00a0000 воїнів", "800\u00a0000 воїнів"),
        ("800 000", "800 000"),
        ("800.000", "800.000"),
        ("Many", "Many, 800,000"),
        ("80 at most", "80 at most, 800,000"),
    ],
)
def test_a_number_is_not_said_twice_however_its_digits_are_parted(label: str, words: str) -> None:
    answer = {"answer": "cap", "label": "A cap", "names": {"uk": label}, "value": 800_000}
    issue = {"issue": "army", "answers": [answer]}
    assert words_of_issues([issue], "uk") == {("army", "cap"): words}
    assert words_of_issues([issue]) == {("army", "cap"): "A cap, 800,000"}


def test_the_api_gives_the_names_of_what_it_lists(world: World) -> None:
    state = world.get("/state").json()["data"]
    assert state["issues"][0]["names"] == {"uk": "Кордон"}
    assert state["issues"][0]["answers"][0]["names"] == {"uk": "Річка"}
    assert state["plans"][0]["names"] == {"uk": "Проєкт"}
    by_slug = {each["meeting"]: each for each in state["meetings"]}
    assert by_slug["first"]["names"] == {"uk": "Перший раунд"}
    assert "names" not in by_slug["second"]
    assert state["deadlines"][0]["names"] == {"uk": "Відповідь"}
    (listed,) = world.client.get("/v1/negotiations").json()["data"]
    assert listed["names"] == {"uk": "Переговори"}
