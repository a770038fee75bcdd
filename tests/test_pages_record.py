"""Recording by a form: names and dates as people write them, tried before it is written."""

from __future__ import annotations

import re
from typing import Any

import pytest

from api.pages.record import fields
from tests.facts import event_id, statement
from tests.pages import BASE, main, page, without_links
from tests.world import World

OURS = {"sec-fetch-site": "same-origin"}
FORM = {
    "type": "position-stated",
    "party": "North",
    "issue": "The border",
    "stance": "opposes",
    "summary": "not so",
    "occurred": "2025-12-29",
    "reports.published": "2025-12-29",
    "reports.publisher": "herald",
}
MEETING = {
    "type": "meeting-held",
    "meeting": "Talks in Geneva",
    "occurred": "2025-12-29",
    "reports.published": "2025-12-29",
}


def send_form(site: World, form: dict[str, str], headers: dict[str, str] = OURS) -> Any:
    address = f"{BASE}/record"
    return site.client.post(address, data=form, headers=headers, follow_redirects=False)


def head(site: World) -> int:
    number: int = site.client.get("/readyz").json()["head"]
    return number


def previewed(answer: Any) -> str:
    found = re.search(r'name="previewed" value="([^"]+)"', answer.text)
    assert found, main(answer.text)
    return found[1]


def record(site: World, form: dict[str, str]) -> Any:
    """Try a form, then record what was shown; return the event that stands then."""
    done = send_form(site, form | {"step": "record", "previewed": previewed(send_form(site, form))})
    assert done.status_code == 303, main(done.text)
    events = site.client.get("/v1/negotiations/talks/events?audience=staff").json()["data"]
    return max(events, key=lambda event: event["seq"])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without_links(main(answer.text))))


@pytest.mark.parametrize("kind", fields.FORM_TYPES)
def test_every_type_has_a_form_in_both_languages(site: World, kind: str) -> None:
    for language in ("en", "uk"):
        text = main(page(site, "record", f"?type={kind}&lang={language}"))
        assert f'name="type" value="{kind}"' in text
        assert 'name="reports.published"' in text
        labels = re.findall(r"<label[^>]*>([^<]+)", text)
        assert labels
        assert not [label for label in labels if re.fullmatch(r"[a-z_0-9]+", label.strip())]
        if language == "uk":
            assert not [label for label in labels if re.search(r"[A-Za-z]{3}", label)][1:]


def test_a_form_offers_what_may_be_named(site: World) -> None:
    text = page(site, "record", "?type=statement-made")
    assert re.search(r'<input[^>]*name="speaker"[^>]* list="of-person.party"', text)
    assert '<option value="The envoy">envoy</option>' in text
    assert '<option value="North">north</option>' in text


@pytest.mark.parametrize("typed", ["north", "North", " NORTH", "Nor", "North (party:north)"])
def test_a_name_is_taken_in_place_of_its_slug(own_site: World, typed: str) -> None:
    assert record(own_site, FORM | {"party": typed})["party"] == "north"


def test_a_name_that_is_not_known_is_refused_with_the_nearest(own_site: World) -> None:
    answer = send_form(own_site, FORM | {"party": "Nroth"})
    assert answer.status_code == 422
    assert "No party is called “Nroth”. Nearly so: North." in text_of(answer)
    assert 'name="step" value="register:party:Nroth"' in answer.text


def test_an_answer_that_its_issue_lacks_is_refused_with_those_that_it_has(own_site: World) -> None:
    answers = [{"answer": each.lower(), "label": each} for each in ("Never", "Later")]
    ports = {"type": "issue-defined", "issue": "ports", "title": "Ports", "answers": answers}
    own_site.record("2025-12-30T09:00:00Z", [ports])

    asked = send_form(own_site, FORM | {"issue": "ports", "answer": "Half of it"})
    told = "The issue has no answer “Half of it”. It has: Never · Ports; Later · Ports."
    assert told in text_of(asked)
    bare = send_form(own_site, FORM | {"issue": "border", "answer": "Half of it"})
    assert "The issue has no answers; leave this out" in text_of(bare)


def test_an_unknown_name_is_registered_with_the_form_that_names_it(own_site: World) -> None:
    form = FORM | {"party": "Південь"}
    more = send_form(own_site, form | {"step": "register:party:Південь"}).text
    assert re.search(r'name="1.name" value="Південь"', more)

    event = record(own_site, form | {"1.type": "party-registered", "1.name": "Південь"})
    events = own_site.client.get("/v1/negotiations/talks/events?audience=staff").json()["data"]
    assert [each["type"] for each in events[-2:]] == ["party-registered", "position-stated"]
    assert event["party"] == events[-2]["party"] == "pivden"


def test_a_name_of_several_is_asked(own_site: World) -> None:
    for n, name in enumerate(("North-East", "North-West")):
        own_site.record(
            "2025-12-30T09:00:00Z", [{"type": "party-registered", "party": f"p{n}", "name": name}]
        )
    assert record(own_site, FORM)["party"] == "north"
    answer = send_form(own_site, FORM | {"party": "Nort"})
    assert "“Nort” may be several of this name" in text_of(answer)
    assert "North; North-East; North-West" in text_of(answer)


def test_a_new_thing_gets_a_slug_made_from_its_name(own_site: World) -> None:
    form = {"type": "person-registered", "name": "Володимир Зеленський"}
    assert "its short name: volodymyr-zelenskyi" in text_of(send_form(own_site, form))
    assert record(own_site, form)["person"] == "volodymyr-zelenskyi"
    assert record(own_site, form | {"name": "The Envoy"})["person"] == "the-envoy"
    assert record(own_site, form | {"name": "Another", "person": "own"})["person"] == "own"
    assert record(own_site, MEETING) | {"meeting": "talks-in-geneva", "title": MEETING["meeting"]}


def test_a_slug_that_is_taken_gets_a_number(own_site: World) -> None:
    form = {"type": "party-registered", "name": "North"}
    assert record(own_site, form)["party"] == "north-2"


@pytest.mark.parametrize(
    ("typed", "expression", "words"),
    [
        ("24.12.2025", "2025-12-24", None),
        ("24 December", "2025-12-24", "24 December"),
        ("last Friday", "2025-12-26", "last Friday"),
        ("кінець грудня", "[2025-12-21..2025-12-31]", "кінець грудня"),
        ("22–24 Dec, one of them", "[2025-12-22..2025-12-24]", "22–24 Dec, one of them"),
        ("2025-12-2X", "2025-12-2X", None),
    ],
)
def test_a_date_is_read_as_people_write_it(
    own_site: World, typed: str, expression: str, words: str | None
) -> None:
    event = record(own_site, FORM | {"occurred": typed, "reports.published": "29.12.2025"})

    assert event["occurred"] == expression
    assert event["reports"][0]["published"] == "2025-12-29"
    assert event.get("phrase") == words
    assert event.get("phrase_anchor") == ("2025-12-29" if words else None)


def test_a_date_counts_from_the_report_unless_another_day_is_given(own_site: World) -> None:
    told = text_of(send_form(own_site, FORM | {"occurred": "yesterday"}))
    assert "read as: 28 December 2025 2025-12-28 (counted from 29 December 2025)" in told
    assert "29 December 2025, the day of the report" in told
    other = FORM | {"occurred": "yesterday", "anchor": "20 December"}
    assert record(own_site, other)["occurred"] == "2025-12-19"
    bare = {name: text for name, text in FORM.items() if not name.startswith("reports.")}
    assert record(own_site, bare | {"occurred": "yesterday"})["occurred"] == "2025-12-29"


def test_what_may_be_several_dates_is_asked(own_site: World) -> None:
    form = FORM | {"occurred": "03/04/2025"}
    asked = send_form(own_site, form | {"step": "record"})

    assert asked.status_code == 422
    assert 'name="meant:occurred" value="2025-04-03"' in asked.text
    assert 'name="meant:occurred" value="2025-03-04"' in asked.text
    chosen = form | {"meant:occurred": "2025-03-04"}
    assert record(own_site, chosen)["occurred"] == "2025-03-04"


def test_a_date_that_is_not_understood_is_refused_with_examples(own_site: World) -> None:
    answer = send_form(own_site, FORM | {"occurred": "soon"})
    assert "“soon” is not understood as a date. Write it like one of these" in text_of(answer)
    told = own_site.client.get(f"{BASE}/record.json?when=soon&lang=uk").json()["data"]["when_wrong"]
    assert told.startswith("«soon» не зрозуміло як дату")


@pytest.mark.parametrize("hidden", ["\u200f", "\u202e", "\u200d", "\u00ad", "\u2028"])
def test_a_form_gives_back_what_was_typed(own_site: World, hidden: str) -> None:
    typed = f"A{hidden}B"
    tried = send_form(own_site, FORM | {"summary": typed, "reports.publisher": typed})
    field = re.search(r'<textarea id="f-summary"[^>]*>(.*?)</textarea>', tried.text, re.DOTALL)

    assert field
    assert field[1] == typed
    assert f'name="reports.publisher" value="{typed}"' in tried.text


def test_a_form_is_tried_before_it_is_written(own_site: World) -> None:
    tried = send_form(own_site, FORM)

    assert "North moved on “The border”: from accepts to opposes." in without_links(tried.text)
    assert "read as: 29 December 2025" in tried.text
    assert "known since 29 December 2025 · dated <time" in tried.text
    assert "it was recorded" not in tried.text
    assert head(own_site) == 5

    whole = FORM | {"step": "record", "previewed": previewed(tried)}
    done = [send_form(own_site, whole) for _ in range(2)]
    assert [each.status_code for each in done] == [303, 303]
    assert len({each.headers["location"] for each in done}) == 1
    assert head(own_site) == 6


def test_only_what_was_previewed_is_recorded(own_site: World) -> None:
    whole = FORM | {"step": "record", "previewed": previewed(send_form(own_site, FORM))}
    changed = send_form(own_site, whole | {"stance": "rejects"})

    assert changed.status_code == 200
    assert "changed after its preview, so nothing was recorded" in text_of(changed)
    assert "from accepts to rejects" in text_of(changed)
    assert head(own_site) == 5
    assert send_form(own_site, FORM | {"step": "record"}).status_code == 200
    assert head(own_site) == 5


def test_the_first_button_tries_so_enter_never_records(own_site: World) -> None:
    form = send_form(own_site, FORM).text.partition('id="recording"')[2]
    assert re.search(r'<button[^>]*name="step" value="([^"]+)"', form)[1] == "preview"  # type: ignore[index]  # a failure


def test_a_preview_says_what_changes_now_and_on_its_own_date(own_site: World) -> None:
    early = FORM | {"occurred": "10 December", "stance": "rejects"}
    told = text_of(send_form(own_site, early))
    now, _, then = told.partition("What it would change on its own date")

    assert "it would change no position" in now
    assert "North took a position on “The border”: rejects." in then


def test_events_that_may_be_the_same_are_named(own_site: World) -> None:
    answer = send_form(own_site, FORM | {"occurred": "2025-12-20"})
    assert "1 event is of the same type, subject and time:" in text_of(answer)
    assert f'<a href="{BASE}/events/{event_id(100)}"><bdi>yes</bdi></a>' in answer.text
    assert f'value="report::{event_id(100)}"' in answer.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("occurred", "2025-13-45", "not understood as a date"),
        ("party", "nobody", "Register it as a party here"),
        ("stance", "", "stance"),
        ("reports.url", "ftp://x", "http"),
        ("type", "payload-erased", "no event type"),
    ],
)
def test_a_form_is_refused_beside_its_field(
    own_site: World, field: str, value: str, told: str
) -> None:
    answer = send_form(own_site, FORM | {field: value, "step": "record"})
    assert answer.status_code == 422
    assert told in main(answer.text)
    assert head(own_site) == 5


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1"}, 200),
        (OURS, 200),
    ],
)
def test_a_foreign_form_is_turned_away(
    own_site: World, headers: dict[str, str], status: int
) -> None:
    assert send_form(own_site, FORM, headers).status_code == status


def test_rows_are_added_and_removed_by_buttons(own_site: World) -> None:
    rows = {
        "participants.0.row": "1",
        "participants.0.party": "North",
        "participants.0.person": "The envoy",
        "participants.0.head": "on",
        "participants.1.row": "1",
    }
    more = send_form(own_site, MEETING | rows | {"step": "add:participants"})
    assert 'name="participants.2.party"' in more.text
    assert 'name="participants.1.party"' in more.text
    assert 'name="participants.0.party" value="North"' in more.text
    less = send_form(own_site, MEETING | rows | {"step": "remove:participants.0"})
    assert 'name="participants.0.person"' not in less.text
    assert 'name="participants.1.party"' in less.text

    blank = {"participants.3.row": "1", "participants.4.person": "envoy"}
    event = record(own_site, MEETING | rows | blank)
    assert event["participants"] == [
        {"party": "north", "person": "envoy", "head": True},
        {"person": "envoy"},
    ]


def test_a_fault_in_a_row_stands_at_its_field(own_site: World) -> None:
    rows = {"participants.4.role": "host", "participants.7.party": "Nowhere"}
    text = send_form(own_site, MEETING | rows).text
    wrong = re.findall(r'aria-invalid="true" aria-describedby="h-f-([^"]+)"', text)
    assert wrong == ["participants.7.party"]
    rows = {"participants.2.row": "1", "participants.4.role": "host"}
    text = send_form(own_site, MEETING | rows).text
    assert "needs a party or a person" in text.partition('id="h-f-participants.4.party"')[2][:300]


def test_an_issue_is_defined_with_its_answers_in_order(own_site: World) -> None:
    answers = {
        "answers.0.label": "None",
        "answers.1.label": "600,000",
        "answers.1.value": "600,000",
    }
    form = {"type": "issue-defined", "title": "Size of the army", **answers}
    event = record(own_site, form)

    assert event["issue"] == "size-of-the-army"
    assert event["answers"] == [
        {"answer": "none", "label": "None"},
        {"answer": "600-000", "label": "600,000", "value": 600000},
    ]
    position = FORM | {"issue": "Size of the army", "answer": "600,000 · Size of the army"}
    assert record(own_site, position)["answer"] == "600-000"


@pytest.mark.parametrize("number", ["1e999", "nan", "9" * 5000, "-" + "9" * 400, "1.2.3"])
def test_what_is_no_number_is_refused(own_site: World, number: str) -> None:
    form = {"type": "issue-defined", "title": "X", "answers.0.label": "a", "step": "record"}
    answer = send_form(own_site, form | {"answers.0.value": number})
    assert answer.status_code == 422
    assert "This is no number." in text_of(answer)


@pytest.mark.parametrize(("typed", "number"), [("600 000", 600000), ("1,5", 1.5), ("-12", -12)])
def test_a_number_is_taken_as_people_write_it(own_site: World, typed: str, number: float) -> None:
    form = {"type": "issue-defined", "title": "X", "answers.0.label": "a"}
    event = record(own_site, form | {"answers.0.value": typed})
    assert event["answers"][0]["value"] == number


def test_several_events_of_one_source_are_recorded_at_once(own_site: World) -> None:
    more = send_form(own_site, FORM | {"step": "add-event", "new-type": "statement-made"})
    assert 'name="1.type" value="statement-made"' in more.text
    second = {"1.type": "statement-made", "1.speaker": "A new person", "1.summary": "Word"}
    third = {"2.type": "party-registered", "2.name": "South"}
    refused = send_form(own_site, FORM | second | third)
    assert "No person is called “A new person”." in text_of(refused) or refused.status_code == 422

    first = {"type": "person-registered", "name": "A new person"}
    shared = {"reports.published": "2025-12-29", "reports.publisher": "herald"}
    told = first | shared | second | {"1.occurred": "yesterday"} | third
    record(own_site, told)
    events = own_site.client.get("/v1/negotiations/talks/events?audience=staff").json()["data"][-3:]
    assert [event["type"] for event in events] == [first["type"], third["2.type"], "statement-made"]
    assert events[2]["speaker"] == "person:a-new-person"
    assert events[2]["statement"] == "a-new-person-2025-12-28"
    assert len({event["recorded_at"] for event in events}) == 1
    assert all(event["reports"][0]["publisher"] == "herald" for event in events)


def test_a_fault_in_one_of_several_events_stands_at_its_field(own_site: World) -> None:
    both = FORM | {"1.type": "statement-made", "1.speaker": "envoy", "1.occurred": "2025-12-29"}
    text = send_form(own_site, both).text
    assert re.findall(r'aria-invalid="true" aria-describedby="h-f-([^"]+)"', text) == ["1.summary"]
    assert head(own_site) == 5


CORRECTION = {
    "act": "correct",
    "event": event_id(100),
    "type": "position-stated",
    "party": "North",
    "issue": "The border",
    "stance": "accepts",
    "summary": "yes",
    "occurred": "2025-12-20",
}


def test_an_event_is_corrected_in_its_own_form(own_site: World) -> None:
    text = page(own_site, "record", f"?event={event_id(100)}&act=correct")
    assert 'name="party" value="North"' in text
    assert 'name="occurred" value="2025-12-20"' in text
    assert '<option value="accepts" selected>' in text

    changed = CORRECTION | {"stance": "rejects", "correction": "slip", "correction-reason": "typo"}
    told = text_of(send_form(own_site, changed))
    assert "Position accepts rejects" not in told
    assert "What changes" in told
    event = record(own_site, changed)
    assert event["type"] == "record-corrected"
    assert event["changes"] == {"stance": "rejects"}
    assert event["reason"] == "typo"
    assert event["reports"] == []


@pytest.mark.parametrize(
    ("why", "type_", "field"),
    [("source", "correction-published", "changes"), ("rival", "event-disputed", "rival")],
)
def test_a_correction_of_a_source_needs_its_source(
    own_site: World, why: str, type_: str, field: str
) -> None:
    changed = CORRECTION | {"summary": "no", "occurred": "19 December", "correction": why}
    assert send_form(own_site, changed).status_code == 422
    event = record(own_site, changed | {"reports.published": "2025-12-29"})

    assert event["type"] == type_
    assert event[field]["summary"] == "no"
    assert event[field]["occurred"] == "2025-12-19"
    assert "stance" not in event[field]


def test_a_correction_shows_old_and_new_in_words_and_its_effect(own_site: World) -> None:
    later = FORM | {"stance": "rejects", "summary": "no"}
    record(own_site, later)
    changed = CORRECTION | {"stance": "accepts-conditionally", "correction": "slip"}
    told = text_of(send_form(own_site, changed))
    _, _, effect = told.partition("What it would change on its own date")

    assert "Stance accepts accepts with conditions" in told
    assert "was corrected: accepts with conditions; it had been: accepts." in effect


def test_what_only_staff_see_is_shown_to_staff_after_it_is_recorded(own_site: World) -> None:
    form = {"type": "person-registered", "name": "Quiet person"}
    shown = {"step": "record", "previewed": previewed(send_form(own_site, form))}
    done = send_form(own_site, form | shown)
    assert done.headers["location"].endswith("?audience=staff")
    assert own_site.client.get(done.headers["location"]).status_code == 200


def test_a_correction_must_say_why_and_what(own_site: World) -> None:
    told = text_of(send_form(own_site, CORRECTION | {"summary": "no"}))
    assert "Choose what this difference is." in told
    told = text_of(send_form(own_site, CORRECTION | {"correction": "slip"}))
    assert "Nothing differs from what stands." in told


def test_a_field_that_is_emptied_is_corrected_away(own_site: World) -> None:
    quoted = statement(7, text="Long", about=["issue:border"])
    own_site.record("2025-12-30T09:00:00Z", [quoted])
    form = {
        "act": "correct",
        "event": event_id(7),
        "type": "statement-made",
        "statement": "s7",
        "speaker": "envoy",
        "summary": "Word 7",
        "occurred": "2025-12-20",
        "correction": "slip",
    }
    assert record(own_site, form)["changes"] == {"text": None, "about": []}


@pytest.mark.parametrize(
    ("sent", "phrase"),
    [
        ({"occurred": "19 December 2025"}, None),
        ({"occurred": "mid-December 2025"}, "mid-December 2025"),
        ({"occurred": "19 December 2025", "phrase": "the day before"}, "the day before"),
    ],
)
def test_a_date_that_is_corrected_takes_the_words_of_the_old_one_along(
    own_site: World, sent: dict[str, str], phrase: str | None
) -> None:
    told = statement(8, phrase="on Saturday", phrase_anchor="2025-12-21")
    own_site.record("2025-12-30T09:00:00Z", [told])
    form = {
        "act": "correct",
        "event": event_id(8),
        "type": "statement-made",
        "statement": "s8",
        "speaker": "envoy",
        "summary": "Word 8",
        "phrase": "on Saturday",
        "phrase_anchor": "2025-12-21",
        "correction": "slip",
    }
    changes = record(own_site, form | sent)["changes"]

    assert changes["phrase"] == phrase


def test_the_source_of_a_form_is_added_to_what_is_recorded_instead(own_site: World) -> None:
    twin = FORM | {"stance": "accepts", "occurred": "2025-12-20", "reports.quote": "Yes."}
    offered = re.search(r'value="(report::[^"]+)"', send_form(own_site, twin).text)
    assert offered
    drawn = send_form(own_site, twin | {"step": offered[1]}).text
    sent = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', drawn))
    kept = {name: text for name, text in twin.items() if name.startswith("reports.")}
    event = record(own_site, kept | {"type": sent["type"], "event": sent["event"]})

    assert (sent["type"], sent["event"]) == ("report-added", event_id(100))
    assert {name: sent.get(name) for name in ("reports.published", "reports.publisher")} == {
        "reports.published": "2025-12-29",
        "reports.publisher": "herald",
    }
    assert "Yes." in drawn
    assert "not so" not in drawn
    assert event["reports"] == [{"published": "2025-12-29", "publisher": "herald", "quote": "Yes."}]


def test_of_several_events_one_becomes_a_further_report(own_site: World) -> None:
    two = FORM | {"1.type": "position-stated", "1.party": "North", "1.summary": "again"}
    drawn = send_form(own_site, two | {"step": f"report:1.:{event_id(100)}"}).text
    sent = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', drawn))

    assert (sent["type"], sent["1.type"], sent["1.event"]) == (
        *("position-stated", "report-added", event_id(100)),
    )
    assert "not so" in drawn
    assert "again" not in sent.values()


def test_a_further_report_is_added_from_the_page_of_an_event(own_site: World) -> None:
    text = page(own_site, f"events/{event_id(100)}")
    assert f'href="{BASE}/record?event={event_id(100)}&amp;act=report"' in text
    form = {"type": "report-added", "event": event_id(100), "reports.published": "2025-12-29"}
    event = record(own_site, form)
    assert event["event"] == event_id(100)
    assert event["reports"] == [{"published": "2025-12-29"}]


def test_an_act_opens_with_its_event(site: World) -> None:
    text = page(site, "record", f"?event={event_id(100)}&act=retract")
    assert 'name="type" value="event-retracted"' in text
    assert f'name="event" value="{event_id(100)}"' in text
