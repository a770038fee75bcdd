# ruff: noqa: RUF001  # letters of many scripts are meant
"""Search: words of every script, names in every spelling, and the passage that was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.full_text import Term, event_words, holds_all
from projections.index import news_search
from projections.words import _TOKEN_PATTERN, index_words, split_query, split_tokens
from tests.facts import OPENING, Event, act, event, event_id, report, statement
from tests.pages import BASE, main, page
from tests.small_blocks import small_blocks
from tests.world import World

AT = "2025-12-21T09:00:00Z"
SENTENCES = [
    "双方同意在三十天内停火，并交换全部战俘。",
    "両国は来月、東京で和平交渉を再開することで合意した。",
    "ทั้งสองฝ่ายตกลงหยุดยิงและเปิดด่านชายแดนภายในสามสิบวัน",
    "اتَّفَقَ الطَّرَفَانِ عَلَى وَقْفِ إِطْلَاقِ النَّارِ",
    "دو طرف می‌خواهند گفت‌وگوها را ادامه دهند",  # with zero-width non-joiners
    "दोनों पक्ष युद्धविराम पर सहमत हुए और क़ैदियों की अदला-बदली होगी",
    "Сторони п'ять годин обговорювали гарантії безпеки для України",
    "Taraflar Iğdır sınır kapısının açılmasını kararlaştırdı",
    "The parties' envoys agreed to a cease-fire of 1,500 hours (naïve?)",
]


def tell(world: World, *events: Event) -> None:
    world.record(AT, [*OPENING, *events])
    world.set_clock("2025-12-31T09:00:00Z")


def search(world: World, query: str, **params: str) -> list[dict[str, Any]]:
    """Return the hits of a query."""
    answer = world.get("/search", q=query, **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def found_statements(world: World, query: str, **params: str) -> list[str]:
    return [each["statement"] for each in search(world, query, **params)]


def matched(hit: dict[str, Any]) -> list[str]:
    """Return what the passage of a hit marks."""
    return [hit["passage"]["text"][start:end] for start, end in hit["passage"]["match"]]


@pytest.mark.parametrize(
    ("query", "sentence", "marked"),
    [
        ("停火", 0, ["停火"]),
        ("交换全部战俘", 0, ["交换全部战俘"]),
        ("俘", 0, ["俘"]),
        ("和平交渉", 1, ["和平交渉"]),
        ("หยุดยิง", 2, ["หยุดยิง"]),
        ("ชายแดน", 2, ["ชายแดน"]),
        ("اتفق", 3, ["اتَّفَقَ"]),
        ("میخواهند", 4, ["می‌خواهند"]),
        ("می‌خواهند", 4, ["می‌خواهند"]),
        ("युद्ध", 5, ["युद्धविराम"]),
        ("कैदियों", 5, ["क़ैदियों"]),
        ("ГАРАНТІЇ україни", 6, ["гарантії", "України"]),
        ("IĞDIR", 7, ["Iğdır"]),
        ("ığdır", 7, ["Iğdır"]),
        ("SINIR", 7, ["sınır"]),
        ("naive", 8, ["naïve"]),
    ],
)
@pytest.mark.parametrize("filtered", [{}, {"exclude_source": "chronicle"}])
def test_a_word_of_any_script_is_found_and_marked(
    http_world: World, query: str, sentence: int, marked: list[str], filtered: dict[str, str]
) -> None:
    told = [statement(n, summary=text) for n, text in enumerate(SENTENCES)]
    other = statement(99, reports=[report("2025-12-20", "chronicle")])
    tell(http_world, *told, other)

    (hit,) = search(http_world, query, **filtered)
    assert hit["statement"] == f"s{sentence}"
    assert hit["passage"]["field"] == "/summary"
    assert matched(hit) == marked


@pytest.mark.parametrize("query", ["火停", "东京", "ยิงหยุด", "ात", "火，并双方"])
@pytest.mark.parametrize("filtered", [{}, {"exclude_source": "chronicle"}])
def test_what_no_text_has_is_not_found(
    http_world: World, query: str, filtered: dict[str, str]
) -> None:
    other = statement(99, reports=[report("2025-12-20", "chronicle")])
    tell(http_world, *(statement(n, summary=text) for n, text in enumerate(SENTENCES)), other)

    assert found_statements(http_world, query, **filtered) == []


@given(st.sampled_from(SENTENCES), st.data())
def test_every_part_of_a_sentence_finds_it(text: str, data: st.DataObject) -> None:
    tokens = split_tokens(text)
    start = data.draw(st.integers(0, len(tokens)))
    query = "".join(tokens[start : data.draw(st.integers(start, len(tokens)))])

    assert is_found(text, query)


@given(st.text(st.characters(max_codepoint=127)) | st.text("a1_', .\r\n"))
def test_words_of_ascii_are_those_of_any_text(text: str) -> None:
    assert split_tokens(text) == _TOKEN_PATTERN.findall(text)


@given(st.text(max_size=30))
def test_every_word_of_a_text_finds_it(text: str) -> None:
    assert all(is_found(text, word) for word in text.split())


def is_found(text: str, query: str) -> bool:
    terms = [Term(each, index_words(each)) for each in split_query(query)]
    return holds_all(" ".join(event_words({"summary": text}, ())), terms)


VARIANTS: list[Event] = [
    {
        "type": "person-registered",
        "person": "minister",
        "name": "Andrii Sybiha",
        "names": {"uk": "Андрій Сибіга", "de": "Andrij Sybiha"},
    },
    {"type": "party-registered", "party": "ua", "name": "Ukraine", "names": {"zh": "乌克兰"}},
]


@pytest.mark.parametrize("query", ["Сибіга", "андрій сиб", "Andrij", "sybiha"])
@pytest.mark.parametrize("filtered", [{}, {"exclude_source": "chronicle"}])
def test_a_name_is_found_in_every_spelling(
    http_world: World, query: str, filtered: dict[str, str]
) -> None:
    said = statement(1, speaker="minister")
    other = statement(3, reports=[report("2025-12-20", "chronicle")])
    tell(http_world, *VARIANTS, said, statement(2), other)

    assert found_statements(http_world, query, **filtered) == ["s1"]
    assert found_statements(http_world, f"{query} nothing", **filtered) == []
    (hit,) = search(http_world, query, **filtered)
    assert hit["passage"]["field"] == "/speaker"


@pytest.mark.parametrize("name", ["Сибіга", "andrij", "Sybiha Andrii", "minister"])
def test_a_typed_name_finds_the_person_and_the_statements(http_world: World, name: str) -> None:
    tell(http_world, *VARIANTS, statement(1, speaker="minister"), statement(2))

    people = http_world.get("/people", q=name).json()["data"]
    said = http_world.get("/statements", speaker=name).json()["data"]
    assert [each["person"] for each in people] == ["minister"]
    assert [each["statement"] for each in said] == ["s1"]
    assert http_world.get("/people", q="nobody").json()["data"] == []
    assert http_world.get("/statements", speaker="nobody").json()["data"] == []


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("Сибіга", "Andrii Sybiha (Андрій Сибіга)", ["Сибіга"]),
        ("sybiha andrii", "Andrii Sybiha", ["Andrii", "Sybiha"]),
        ("乌克", "Ukraine (乌克兰)", ["乌克"]),
    ],
)
def test_what_is_found_by_a_name_shows_its_spelling(
    http_world: World, query: str, text: str, found: list[str]
) -> None:
    tell(http_world, *VARIANTS, statement(1, speaker="minister", on_behalf_of="ua"))

    (hit,) = search(http_world, query)
    assert (hit["passage"]["text"], matched(hit)) == (text, found)


def test_the_page_shows_the_spelling_that_was_found(own_site: World) -> None:
    own_site.record(AT, [*VARIANTS, statement(1, speaker="minister")])

    assert "Andrii Sybiha (Андрій <mark>Сибіга</mark>)" in page(own_site, "events", "?q=Сибіга")


def test_the_words_of_a_slug_name_nobody(http_world: World) -> None:
    tell(http_world, *VARIANTS, statement(1, summary="The minister left"), statement(2))

    assert found_statements(http_world, "Sybiha") == []
    assert found_statements(http_world, "minister") == ["s1"]


def test_vowel_signs_make_a_difference(http_world: World) -> None:
    tell(http_world, statement(1, summary="కై"), statement(2, summary="ཞི་བད"))

    assert (found_statements(http_world, "కై"), found_statements(http_world, "కె")) == (["s1"], [])
    assert (found_statements(http_world, "ཞི"), found_statements(http_world, "ཞུ")) == (["s2"], [])


@pytest.mark.parametrize("name", ["Сибіга", "andrij", "minister"])
def test_the_page_of_people_finds_a_typed_name(own_site: World, name: str) -> None:
    own_site.record(AT, [*VARIANTS, statement(1, speaker="minister"), statement(2, speaker="ua")])

    text = page(own_site, "people", f"?q={name}")
    data = own_site.client.get(f"{BASE}/people.json", params={"q": name}).json()["data"]
    assert [each["person"] for each in data["others"]] == ["minister"]
    assert data["parties"] == []
    assert "Andrii Sybiha" in text
    assert "also <bdi>Andrij Sybiha</bdi>, <bdi>Андрій Сибіга</bdi>" in text


def test_the_page_of_people_finds_a_party_with_its_people(own_site: World) -> None:
    role = event("role", "role-assumed", report("2025-12-20"), person="minister", party="ua")
    own_site.record(AT, [*VARIANTS, {**role, "title": "Minister", "occurred": "2025-12-01"}])

    for name, also in (("乌克兰", ["乌克兰"]), ("Сибіга", ["乌克兰"])):
        (party,) = found_parties(own_site, name)
        assert (party["party"], party.get("also")) == ("ua", also)
        assert [each["person"] for each in party["people"]] == ["minister"]


def test_of_a_delegation_only_who_has_the_typed_name_is_found(own_site: World) -> None:
    deputy = event("deputy", "person-registered", person="deputy", name="Olha Deputy")
    post = {"party": "ua", "title": "Envoy", "occurred": "2025-12-01"}
    roles = [
        event(f"role of {person}", "role-assumed", report("2025-12-20"), person=person, **post)
        for person in ("minister", "deputy")
    ]
    own_site.record(AT, [*VARIANTS, deputy, *roles])

    (party,) = found_parties(own_site, "Сибіга")
    assert [each["person"] for each in party["people"]] == ["minister"]


def found_parties(site: World, name: str) -> list[dict[str, Any]]:
    answer = site.client.get(f"{BASE}/people.json", params={"q": name})
    parties: list[dict[str, Any]] = answer.json()["data"]["parties"]
    return parties


@pytest.mark.parametrize(
    ("name", "near"),
    [("Sibyha", ["Andrii Sybiha"]), ("Андрій Сибига", ["Андрій Сибіга"]), ("!", []), ("Xu", [])],
)
def test_the_page_of_people_says_that_nobody_has_a_name(
    own_site: World, name: str, near: list[str]
) -> None:
    own_site.record(AT, [*VARIANTS, statement(1, speaker="minister")])

    text = main(page(own_site, "people", f"?q={name}"))
    assert "Nobody who is known on this date has such a name." in text
    assert ("Names spelt much like it:" in text) is bool(near)
    assert all(f"<bdi>{each}</bdi></a>" in text for each in near)


def test_the_form_suggests_a_slug_for_every_spelling(own_site: World) -> None:
    own_site.record(AT, [*VARIANTS, statement(1, speaker="minister")])

    text = page(own_site, "record", "?type=statement-made")
    assert '<option value="Andrii Sybiha">Andrij Sybiha · Андрій Сибіга · minister<' in text


def test_a_name_that_is_not_known_yet_finds_nobody(http_world: World) -> None:
    late = {**VARIANTS[0], "reports": [report("2025-12-24")]}
    tell(http_world, late, statement(1, speaker="minister"))

    assert found_statements(http_world, "Сибіга") == ["s1"]
    assert found_statements(http_world, "Сибіга", as_of="2025-12-22") == []


def test_a_publisher_is_found(http_world: World) -> None:
    reports = [report("2025-12-20", "Süddeutsche Zeitung"), report("2025-12-20", "Secret", "press")]
    tell(http_world, statement(1, reports=reports), statement(2))

    (hit,) = search(http_world, "suddeutsche")
    assert hit["passage"] == {
        "field": "/reports/0/publisher",
        "text": "Süddeutsche Zeitung",
        "match": [[0, 11]],
    }
    assert found_statements(http_world, "secret") == []
    assert found_statements(http_world, "secret", audience="press") == ["s1"]


def test_a_passage_is_of_what_stands(http_world: World) -> None:
    tell(
        http_world,
        statement(1, summary="On the ridge", text="All left", channel="us"),
        statement(2),
    )
    dispute = act(3, "event-disputed", 1, report("2025-12-22"), rival={"summary": "All us stayed"})
    http_world.record("2025-12-23T09:00:00Z", [dispute])
    http_world.set_clock("2025-12-31T09:00:00Z")

    (hit,) = search(http_world, "all us")
    assert (hit["passage"]["field"], matched(hit)) == ("/text", ["All"])


def test_a_passage_is_cut_around_the_match(http_world: World) -> None:
    text = "before " * 40 + "the cease-fire holds " + "after " * 40
    tell(http_world, statement(1, summary=text))

    (hit,) = search(http_world, "ceas hold")
    passage = hit["passage"]
    assert matched(hit) == ["cease", "holds"]
    assert (passage["text"][0], passage["text"][-1]) == ("…", "…")
    assert 120 <= len(passage["text"]) <= 170
    assert passage["text"].strip("…") in text


def test_the_passage_with_most_words_is_shown(http_world: World) -> None:
    tell(http_world, statement(1, summary="A word.", text="A word of the army.", note="army"))

    (hit,) = search(http_world, "army word")
    assert (hit["passage"]["field"], matched(hit)) == ("/text", ["word", "army"])


def test_what_is_disputed_is_not_found(http_world: World) -> None:
    tell(http_world, statement(1, summary="Withdrawn to the ridge"), statement(2))
    dispute = act(3, "event-disputed", 1, report("2025-12-22"), rival={"summary": "Stayed put"})
    http_world.record("2025-12-23T09:00:00Z", [dispute])
    http_world.set_clock("2025-12-31T09:00:00Z")

    (hit,) = search(http_world, "ridge", as_of="2025-12-21")
    assert matched(hit) == ["ridge"]
    assert search(http_world, "ridge", as_of="2025-12-24") == []


@pytest.mark.parametrize("length", [3000, 60_000])
def test_a_passage_of_one_endless_word_is_short(http_world: World, length: int) -> None:
    tell(http_world, statement(1, summary="b" * length))

    (hit,) = search(http_world, "bbb")
    assert len(hit["passage"]["text"]) < 400
    assert hit["passage"]["match"] == [[0, 320]]


def test_events_of_a_log_have_no_passage(http_world: World) -> None:
    tell(http_world, statement(1))

    assert all("passage" not in each for each in http_world.get("/events").json()["data"])
    assert event_id(1) == search(http_world, "word")[0]["id"]


def test_the_page_marks_the_passage(own_site: World) -> None:
    said = statement(7, summary="Short", text="A long <text> on the cease-fire.")
    own_site.record(AT, [said])

    text = page(own_site, "events", "?q=ceas+fire")
    assert "A long &lt;text&gt; on the <mark>cease</mark>-<mark>fire</mark>." in text
    assert "<mark>" not in page(own_site, "events")


@pytest.mark.parametrize("spelled", [64, 0])
def test_what_was_mended_later_is_found_as_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelled: int
) -> None:
    """It is among versions of which nothing else was known by then."""
    monkeypatch.setattr(news_search, "MAX_SPELLINGS", spelled)
    changes = {"summary": "Banana"}
    slip = {"reports": [report("2025-12-22")], "occurred": "2025-12-21"}
    late = [
        act(90, "correction-published", 2, report("2025-12-22"), changes=changes),
        *(statement(n, 26) for n in range(11, 20)),
        act(91, "record-corrected", 4, changes=changes, reason="a slip"),
        act(92, "record-corrected", 17, changes=slip, reason="a slip"),
        *(statement(n, 26) for n in range(20, 30)),
    ]
    asked: list[dict[str, str]] = [
        {},
        {"as_of": "2025-12-23"},
        {"as_of": "2025-12-23", "basis": "as-recorded"},
    ]
    with small_blocks(), World(tmp_path, "http") as world:
        world.record(AT, [*OPENING, *(statement(n) for n in range(1, 9))])
        world.record("2025-12-27T09:00:00Z", late)
        world.set_clock("2025-12-31T09:00:00Z")
        found = [[hit["event"] for hit in search(world, "banana", **each)] for each in asked]
        logs = [told_events(world, "/v1/negotiations/talks/events", "id", each) for each in asked]
        pages = [told_events(world, f"{BASE}/events.json", "event", each) for each in asked]

    assert found == [[event_id(4), event_id(2)]] * 2 + [[]]
    assert pages == [log[::-1] for log in logs]
    assert [len(log) for log in logs] == [10 + 22, 10 + 4, 10]


def told_events(world: World, address: str, name: str, asked: dict[str, str]) -> list[str]:
    data = world.client.get(address, params=asked).json()["data"]
    return [each[name] for each in (data if isinstance(data, list) else data["events"])]
