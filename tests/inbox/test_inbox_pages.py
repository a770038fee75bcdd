"""The pages of the inbox, without a browser."""

from __future__ import annotations

import html
import re

from tests.facts import event_id, statement
from tests.inbox.conftest import QUOTE, TEXT, Inbox, holds, read_drafts, said
from tests.inbox.desk import DESK, bring, fields_of, page, read, send
from tests.keyed_world import bearer, make_key


def test_without_scripts_no_way_to_another_draft_loses_what_was_typed(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    shown = page(desk, f"{path}?draft={first}")
    links = re.findall(r'<a [^>]*href="[^"]*#draft"', shown)
    step = f"go:{second}"
    typed = {**fields_of(shown, first), "summary": "In other words.", "step": step}
    answer = send(desk, path, **typed)
    (draft, _) = desk.drafts()

    assert links == []
    assert f'form="recording" name="step" value="{step}"' in shown
    assert answer.headers["location"] == f"{DESK}{path}?draft={second}#draft"
    assert draft["event"]["summary"] == "In other words."


def test_an_article_is_pasted_and_shown_with_its_passages(desk: Inbox) -> None:
    answer = send(desk, text=TEXT, publisher="Reuters", published="2025-12-20", title="Accepted")
    text = page(desk, answer.headers["location"].removeprefix(DESK))

    assert answer.status_code == 303
    assert "<mark>" in text
    assert "Accepted" in read(page(desk))
    assert "Draft 1" in read(text)


def test_a_draft_is_said_in_a_sentence(desk: Inbox) -> None:
    words = "The envoy: North accepts a ceasefire."
    statement = said(summary=words, on_behalf_of="north", occurred="2025-12-19/2025-12-20")
    talks = {
        "type": "meeting-held",
        "meeting": "m",
        "title": "Talks in Oslo",
        "occurred": "2025-12",
    }
    path, _ = bring(desk, statement, talks, holds())
    text = read(page(desk, path))

    assert "The envoy (North) said: North accepts a ceasefire. 19–20 December 2025" in text
    assert "Talks in Oslo took place. December 2025" in text
    assert re.search(r"North · The border .{0,3}accepts", text)


def test_what_a_draft_brings_is_called_by_its_title_in_others(desk: Inbox) -> None:
    talks = {"type": "meeting-held", "meeting": "oslo-talks", "title": "Talks in Oslo"}
    ended = {"type": "meeting-concluded", "meeting": "oslo-talks", "outcome": "no-result"}
    path, _ = bring(desk, talks, ended)

    assert "Talks in Oslo ended" in read(page(desk, path))


def test_the_passage_that_is_looked_at_is_marked_whole(desk: Inbox) -> None:
    within = read_drafts(holds(), quote="along the line of contact")
    told = desk.bring(drafts=[*read_drafts(said()), *within])
    path, drafts = f"/{told['article']}", desk.drafts(article=told["article"])
    marked = {
        number: re.findall(
            r'aria-current="true"><mark>(.*?)</mark>', page(desk, f"{path}?draft={each['draft']}")
        )
        for number, each in enumerate(drafts)
    }

    assert marked == {0: [QUOTE], 1: ["along the line of contact"]}
    assert "<mark>We accept a ceasefire </mark>" in page(desk, f"{path}?draft={drafts[1]['draft']}")


def test_what_nothing_was_drafted_of_is_quoted_with_its_reason(desk: Inbox) -> None:
    words = "The talks go on, a source close to the delegation said on Friday."
    answer = send(desk, text=f"Talks\n\n{words}", published="2025-12-20")
    text = page(desk, answer.headers["location"].removeprefix(DESK))

    assert re.search(
        rf"<q [^>]*>{re.escape(words)}</q> <span [^>]*><bdi[^>]*>[A-Z]", html.unescape(text)
    )


def test_what_is_wrong_with_a_pasted_article_is_said(desk: Inbox) -> None:
    answer = send(desk, text=TEXT, published="Friday")

    assert answer.status_code == 422
    assert "Friday" in answer.text
    assert TEXT[:40] in html.unescape(answer.text)
    assert "No article" in read(page(desk))


def test_the_form_of_a_draft_sent_as_it_is_changes_nothing(desk: Inbox) -> None:
    spelled_out = {"attribution": "self", "modality": "actual", "phrase": "on Friday"}
    path, drafts = bring(desk, said(), holds(**spelled_out))
    for draft in drafts:
        sent = fields_of(page(desk, f"{path}?draft={draft}"), draft)
        answer = send(desk, path, **sent, step="accept")
        assert answer.status_code == 303, read(answer.text)
    assert [(each["status"], each["changes"]) for each in desk.drafts()] == [("accepted", [])] * 2


def test_acts_on_what_is_recorded_are_accepted_as_they_are(desk: Inbox) -> None:
    desk.world.record("2025-12-22T13:00:00Z", [statement(1)])
    acts = [
        {"type": "report-added", "event": event_id(1)},
        {"type": "correction-published", "event": event_id(1), "changes": {"summary": "Less"}},
        {"type": "deadline-set", "deadline": "reply", "title": "To reply", "due": "2026-01-10"},
        {
            "type": "meeting-announced",
            "meeting": "second",
            "occurred": None,
            "expected": None,
            "invitees": ["north"],
            "phrase": "soon",
        },
    ]
    path, drafts = bring(desk, *acts)
    assert read(page(desk, path)).count("Word 1") >= 2
    for draft in drafts:
        sent = fields_of(page(desk, f"{path}?draft={draft}"), draft)
        answer = send(desk, path, **sent, step="accept")
        assert answer.status_code == 303, read(answer.text)
    assert [(each["status"], each["changes"]) for each in desk.drafts()] == [("accepted", [])] * 4
    send(desk, path, step="record")
    assert all(each["seq"] for each in desk.drafts())


def test_a_field_is_corrected_in_place_and_the_draft_accepted_at_once(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    sent = fields_of(page(desk, f"{path}?draft={first}"), first)
    sent |= {"occurred": "18 December 2025", "summary": "Accepts, with conditions"}
    answer = send(desk, path, **sent, step="accept")
    told = desk.drafts()[0]

    assert answer.headers["location"] == f"{DESK}{path}?draft={second}&done={first}#draft"
    assert told["status"] == "accepted"
    assert {each["field"]: each["after"] for each in told["changes"]} == {
        "occurred": "2025-12-18",
        "summary": "Accepts, with conditions",
    }


def test_a_wrong_correction_is_said_at_its_field(desk: Inbox) -> None:
    path, (first, _) = bring(desk)
    sent = fields_of(page(desk, f"{path}?draft={first}"), first) | {"speaker": "Nobody known"}
    answer = send(desk, path, **sent, step="accept")

    assert answer.status_code == 422
    assert "Nobody known" in read(answer.text)
    assert desk.drafts()[0]["status"] == "open"
    send(desk, path, **sent, step="register:person:Nobody known")
    assert desk.drafts()[-1]["event"] == {
        "type": "person-registered",
        "person": "nobody-known",
        "name": "Nobody known",
    }


def test_an_alternative_is_one_button(desk: Inbox) -> None:
    drafts = read_drafts(said())
    drafts[0]["alternatives"] = [
        {"field": "occurred", "value": "2025-12-12", "label": "the Friday before"}
    ]
    told = desk.bring(drafts=drafts)
    (draft,) = desk.drafts()
    path = f"/{told['article']}"
    assert "Happened: 12 December 2025" in read(page(desk, path))
    send(desk, path, draft=draft["draft"], step="alternative:0")

    assert desk.drafts()[0]["event"]["occurred"] == "2025-12-12"
    assert send(desk, path, draft=draft["draft"], step="alternative:7").status_code == 422


def test_decisions_are_undone_and_what_is_accepted_recorded(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    send(desk, path, draft=first, step="discard")
    send(desk, path, draft=first, step="reopen")
    send(desk, path, draft=first, step="accept")
    send(desk, path, draft=second, step="discard")
    answer = send(desk, path, step="record")
    text = read(page(desk, path))

    assert answer.status_code == 303
    assert [each["seq"] for each in desk.drafts()] == [5, None]
    assert "recorded seq 5" in text
    assert "0 open, 1 accepted, 1 discarded" in text
    assert send(desk, path, draft=first, step="reopen").status_code == 409


def test_the_last_decision_is_undone_from_the_draft_that_follows(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    led_to = send(desk, path, draft=first, step="accept").headers["location"]
    shown = page(desk, f"{path}{led_to.removeprefix(f'{DESK}{path}')}".partition("#")[0])
    undo = next(each for each in re.findall(r"<form.*?</form>", shown, re.S) if "reopen" in each)

    assert f"draft={second}&done={first}" in led_to
    assert first in undo
    assert 'data-press="u"' in undo
    assert shown.count('data-press="u"') == 1


def test_the_page_says_what_a_draft_would_change(desk: Inbox) -> None:
    path, (_, second) = bring(desk)
    shown = read(page(desk, f"{path}?draft={second}"))
    recorded = desk.world.post(holds(reports=[{"published": "2025-12-20"}])).json()
    again = page(desk, f"{path}?draft={second}")

    assert re.search(r"would change.*North.*accepts", shown)
    assert f"events/{recorded['recorded'][0]['id']}" in again


def test_an_unknown_name_becomes_another_name_of_who_is_known(desk: Inbox) -> None:
    person = {"type": "person-registered", "person": "sybiga", "name": "Andrii Sybiga"}
    other = {**person, "name": "A. Sybiga"}
    stated = said(speaker="person:sybiga")
    path, (first, _, third) = bring(desk, person, other, stated)
    assert "The envoy" in page(desk, path)
    send(desk, path, draft=third, step="accept")
    answer = send(desk, path, draft=first, alias="The envoy", step="alias")
    assert desk.drafts()[1]["event"]["person"] == "sybiga"
    assert desk.drafts()[2]["event"]["speaker"] == "person:envoy"
    send(desk, path, draft=first, step="accept")
    send(desk, path, step="record")
    people = desk.world.get("/people", audience="staff").json()["data"]

    assert answer.status_code == 303, read(answer.text)
    assert people[0]["names"] == {"also": "Andrii Sybiga"}
    assert send(desk, path, draft=first, alias="Nobody", step="alias").status_code != 303


def test_an_article_is_read_again_by_another_day(desk: Inbox) -> None:
    told = desk.bring()
    send(desk, f"/{told['article']}", step="read", published="2025-11-14", publisher="AP")

    assert desk.call("GET", f"/articles/{told['article']}").json()["published"] == "2025-11-14"


def test_dates_follow_the_publication_that_is_corrected(desk: Inbox) -> None:
    desk.world.set_clock("2025-12-28T12:00:00Z")
    told = desk.call("POST", "/articles", {"text": TEXT, "published": "2025-12-20"}).json()
    path = f"/{told['article']}"
    sent = {"step": "read", "published": "2025-12-27", "anchor": told["anchor"]}
    send(desk, path, **sent)
    (moved,) = desk.drafts(article=told["article"])
    send(desk, path, **sent | {"anchor": "2025-12-13"})
    (chosen,) = desk.drafts(article=told["article"])

    assert told["anchor"] == "2025-12-20"
    assert moved["event"]["occurred"] == "2025-12-26"
    assert chosen["event"]["occurred"] == "2025-12-12"


def test_only_who_may_append_is_led_to_the_inbox(desk: Inbox) -> None:
    admin = make_key(desk.world, "operator", "admin")
    keys = {name: make_key(desk.world, name, name, by=admin) for name in ("append", "propose")}
    for name, is_led in (("append", True), ("propose", False)):
        text = desk.world.client.get("/desk/talks?audience=staff", headers=bearer(keys[name])).text
        assert ('href="/desk/talks/inbox' in text) == is_led
    reader = bearer(make_key(desk.world, "reader", "read", by=admin, audience="staff"))
    assert desk.world.client.get(DESK, headers=reader).status_code == 403


def test_hostile_texts_are_shown_as_texts(desk: Inbox) -> None:
    text = f"<script>alert(1)</script><img src=x onerror=alert(1)> \u202etxet\u202c {TEXT}"
    told = desk.bring(text=text, title="<b>Bold</b>", drafts=read_drafts(said(), text=text))
    shown = page(desk, f"/{told['article']}")

    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "<b>Bold" not in shown
    assert "\u202e" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_the_quality_of_a_month_is_counted_by_type_and_field(desk: Inbox) -> None:
    _, (first, second) = bring(desk)
    other = desk.bring(text=f"{TEXT} More.", drafts=read_drafts(holds(), holds(stance="rejects")))
    third, fourth = [each["draft"] for each in desk.drafts(article=other["article"])]
    desk.call("PATCH", f"/drafts/{third}", {"stance": "supports"})
    for draft, act in ((first, "accept"), (second, "accept"), (third, "accept")):
        desk.act(draft, act)
    desk.act(fourth, "discard")
    told = desk.world.client.get(f"{DESK}/quality.json").json()["data"]
    text = read(page(desk, "/quality"))

    assert told["types"] == [
        {
            "type": "position-stated", "decided": 3, "accepted": 1, "corrected": 1,
            "discarded": 1, "precision": 0.667, "right": 0.333,
        },
        {
            "type": "statement-made", "decided": 1, "accepted": 1, "corrected": 0,
            "discarded": 0, "precision": 1.0, "right": 1.0,
        },
    ]  # fmt: skip
    assert [(each["field"], each["before"], each["after"]) for each in told["corrections"]] == [
        ("stance", "accepts", "supports")
    ]
    assert "67 %" in text
    assert "Stance 1 time most often, 1 time: before: accepts now: supports" in text
    earlier = desk.world.client.get(f"{DESK}/quality.json?month=2025-11").json()["data"]
    assert (earlier["counted"], earlier["later"]) == (0, "2025-12")


def test_an_article_that_suggests_nothing_shows_why_and_reads_from_its_own_side(
    desk: Inbox,
) -> None:
    told = desk.bring(text="قال المبعوث يوم الاثنين إن الشمال لن يتخلى عن الأرض. " * 3)
    text = page(desk, f"/{told['article']}")

    assert "language that is not read" in re.search(r"<details open>.*?</details>", text, re.S)[0]
    assert '<div class="words-of" dir="auto"' in text
    assert '<h1 dir="auto">' in text
