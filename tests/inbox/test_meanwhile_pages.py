"""On the pages too nothing is overwritten, recorded twice or lost, and all is said in words."""

from __future__ import annotations

import re

from tests.inbox.conftest import TEXT, Inbox, holds, read_drafts, said
from tests.inbox.desk import DESK, bring, fields_of, page, read, send

OTHER_TEXT = f"Agencies. {TEXT}"


def test_what_repeats_leads_to_the_draft_and_is_recorded_all_the_same_or_as_a_source(
    desk: Inbox,
) -> None:
    first, (one, other) = bring(desk)
    told = desk.bring(
        text=OTHER_TEXT, publisher="AP", drafts=read_drafts(said(), holds(), text=OTHER_TEXT)
    )
    path = f"/{told['article']}"
    statement, position = (each["draft"] for each in desk.drafts(article=told["article"]))
    for each in (one, other):
        send(desk, first, draft=each, step="accept")
    send(desk, first, step="record")
    for each in (statement, position):
        send(desk, path, draft=each, step="accept")
    held = send(desk, path, step="record")
    shown = read(held.text)

    assert held.status_code == 409
    assert "Nothing was recorded yet" in shown
    assert "Draft 1 : may repeat what was recorded meanwhile as seq 5" in shown
    assert re.search(r'<h2 id="draft"[^>]* autofocus>', held.text)
    assert f'href="{DESK}{path}?draft={statement}#draft"' in held.text
    assert f'value="report:{one}"' in held.text
    send(desk, path, draft=statement, step=f"report:{one}")
    assert send(desk, path, step="record").status_code == 409
    done = send(desk, path, step="record", repeats="1")
    reports = desk.world.get(f"/events/{one}", audience="staff").json()["data"]["reports"]

    assert done.status_code == 303, read(done.text)
    assert [each["publisher"] for each in reports] == ["Reuters", "AP"]
    assert reports[1]["sha256"] == told["sha256"]
    assert all(each["seq"] for each in desk.drafts(article=told["article"]))


def test_two_who_have_a_draft_open_lose_nothing(desk: Inbox) -> None:
    path, (first, _) = bring(desk)
    mine = fields_of(page(desk, f"{path}?draft={first}"), first)
    theirs = {**mine, "summary": "By the other tab", "occurred": "18 December 2025"}
    assert send(desk, path, **theirs, step="save").status_code == 303
    stale = send(desk, path, **mine | {"summary": "By this tab"}, step="accept")
    shown = read(stale.text)
    kept = desk.drafts()[0]
    sent = fields_of(stale.text, first)

    assert stale.status_code == 412
    assert (kept["event"]["summary"], kept["status"]) == ("By the other tab", "open")
    assert sent["summary"] == "By this tab"
    assert "stands now: By the other tab" in shown
    assert "local changed this draft while you had it open" in shown
    assert send(desk, path, **sent, step="save").status_code == 303
    assert desk.drafts()[0]["event"]["summary"] == "By this tab"
    late = send(desk, path, draft=first, version=mine["version"], step="discard")
    assert late.status_code == 412
    assert "local changed this draft while you had it open. Look at what stands now" in read(
        late.text
    )
    send(desk, path, draft=first, step="accept")
    send(desk, path, step="record")
    recorded = send(desk, path, draft=first, step="discard")
    assert recorded.status_code == 409
    assert "This was recorded, or proposed, by somebody meanwhile" in read(recorded.text)


def test_who_typed_nothing_goes_on_whatever_others_changed(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    mine = fields_of(page(desk, f"{path}?draft={first}"), first)
    send(desk, path, **mine | {"summary": "By the other tab"}, step="save")
    untouched = send(desk, path, **mine, step=f"go:{second}")
    typed = send(desk, path, **mine | {"summary": "By this tab"}, step=f"go:{second}")
    sent = fields_of(typed.text, first)

    assert (untouched.status_code, untouched.headers["location"]) == (
        303, f"{DESK}{path}?draft={second}#draft"
    )  # fmt: skip
    assert desk.drafts()[0]["event"]["summary"] == "By the other tab"
    assert typed.status_code == 412
    assert "stands now: By the other tab" in read(typed.text)
    assert sent["summary"] == "By this tab"
    assert send(desk, path, **sent, step=f"go:{second}").status_code == 303
    assert desk.drafts()[0]["event"]["summary"] == "By this tab"


def test_what_is_accepted_is_recorded_as_it_was_seen(desk: Inbox) -> None:
    path, (first, second) = bring(desk)
    send(desk, path, draft=first, step="accept")
    form = re.search(r'<form class="batch".*?</form>', page(desk, path), re.S)
    seen = re.search(r'name="version" value="(\w+)"', form[0])[1]
    send(desk, path, draft=second, step="accept")

    assert send(desk, path, step="record", version=seen).status_code == 412
    assert [each["seq"] for each in desk.drafts()] == [None, None]


def test_each_step_saves_first_what_was_typed(desk: Inbox) -> None:
    drafts = read_drafts(said(), holds())
    drafts[0]["alternatives"] = [{"field": "occurred", "value": None, "label": "not told"}]
    told = desk.bring(drafts=drafts)
    path = f"/{told['article']}"
    first, second = (each["draft"] for each in desk.drafts())
    for step, summary in (("alternative:0", "One"), ("discard", "Two"), ("reopen", "Three")):
        typed = fields_of(page(desk, f"{path}?draft={first}"), first) | {"summary": summary}
        send(desk, path, **typed, step=step)
        assert desk.drafts()[0]["event"]["summary"] == summary
    typed = fields_of(page(desk, f"{path}?draft={first}"), first) | {"summary": "Four"}
    led_to = send(desk, path, **typed, step=f"go:{second}")
    wrong = send(desk, path, **typed | {"occurred": "some day"}, step=f"go:{second}")

    assert led_to.headers["location"] == f"{DESK}{path}?draft={second}#draft"
    assert desk.drafts()[0]["event"]["summary"] == "Four"
    assert desk.drafts()[0]["event"]["occurred"] is None
    assert wrong.status_code in (412, 422)


def test_a_name_is_registered_without_losing_what_was_typed(desk: Inbox) -> None:
    path, (first, _) = bring(desk)
    typed = fields_of(page(desk, f"{path}?draft={first}"), first)
    typed |= {"speaker": "Nobody known", "summary": "Typed before"}
    drawn = send(desk, path, **typed, step="register:person:Nobody known")
    sent = fields_of(drawn.text, first)
    accepted = send(desk, path, **sent, step="accept")

    assert (sent["speaker"], sent["summary"]) == ("Nobody known", "Typed before")
    assert accepted.status_code == 303, read(accepted.text)
    assert desk.drafts()[0]["event"]["speaker"] == "person:nobody-known"


def test_a_position_says_that_its_statement_was_discarded(desk: Inbox) -> None:
    path, (first, second) = bring(desk, said(), holds(statement="envoy-accepts"))
    send(desk, path, draft=first, step="discard")
    shown = page(desk, f"{path}?draft={second}")
    send(desk, path, draft=second, step="accept")
    held = send(desk, path, step="record")
    send(desk, path, draft=second, step="unlink:/statement")

    assert "Statement: this is named here, but its draft was discarded" in read(shown)
    assert held.status_code == 409
    assert "Draft 2 · Statement : this is named here, but its draft was discarded" in read(
        held.text
    )
    assert "envoy-accepts" not in read(held.text)
    assert "statement" not in desk.drafts()[1]["event"]
    assert send(desk, path, draft=second, step="unlink:/party").status_code == 422


def test_a_corrected_date_drops_the_words_of_the_old_one(desk: Inbox) -> None:
    path, (first,) = bring(desk, said(phrase="on Friday", phrase_anchor="2025-12-20"))
    typed = fields_of(page(desk, f"{path}?draft={first}"), first)
    send(desk, path, **typed | {"occurred": "18 December 2025"}, step="save")
    event = desk.drafts()[0]["event"]
    assert (event["occurred"], "phrase" in event) == ("2025-12-18", False)
    typed = fields_of(page(desk, f"{path}?draft={first}"), first)
    send(desk, path, **typed | {"occurred": "mid-December 2025"}, step="save")

    assert desk.drafts()[0]["event"]["phrase"] == "mid-December 2025"


def test_a_draft_is_what_was_read_again(desk: Inbox) -> None:
    path, (first, _) = bring(desk)
    typed = fields_of(page(desk, f"{path}?draft={first}"), first)
    send(desk, path, **typed | {"summary": "Other"}, step="save")
    shown = page(desk, f"{path}?draft={first}")
    assert "Summary before: North accepts a ceasefire. now: Other" in read(shown)
    send(desk, path, draft=first, step="restore")

    assert desk.drafts()[0]["changes"] == []


def test_what_is_read_otherwise_is_shown_beside_what_was_accepted(desk: Inbox) -> None:
    desk.world.set_clock("2025-12-28T12:00:00Z")
    told = desk.bring()
    path = f"/{told['article']}"
    (draft,) = desk.drafts()
    send(desk, path, draft=draft["draft"], step="accept")
    send(desk, path, step="read", published="2025-12-27")
    shown = read(page(desk, path))
    send(desk, path, draft=draft["draft"], step="reread")

    assert "Happened stands now: 19 December 2025 is read now: 26 December 2025" in shown
    assert desk.drafts()[0]["event"]["occurred"] == "2025-12-26"
    assert not desk.drafts()[0]["is_stale"]


def test_nothing_raw_stands_in_what_is_refused_and_offered(desk: Inbox) -> None:
    drafts = read_drafts(said(speaker="person:nobody"), holds())
    drafts[1]["alternatives"] = [
        {"field": "stance", "value": "red-line", "label": "red-line rather than accepts"},
        {"field": "attributed_by", "value": "person:envoy", "label": "The envoy as the speaker"},
    ]
    told = desk.bring(drafts=drafts)
    path = f"/{told['article']}"
    first, second = (each["draft"] for each in desk.drafts())
    for lang, words in (
        ("en", ("Speaker :", "Stance: red line", "Said by: The envoy")),
        ("uk", ("Мовець :", "червона лінія", "The envoy")),
    ):
        text = read(page(desk, f"{path}?draft={first}&lang={lang}"))
        text += read(page(desk, f"{path}?draft={second}&lang={lang}"))
        assert "/speaker" not in text
        assert "rather than" not in text
        for each in words:
            assert each in text, (lang, each)


def test_many_drafts_fold_around_the_one_that_is_looked_at(desk: Inbox) -> None:
    told = desk.bring(drafts=read_drafts(*(said(f"s-{number}") for number in range(100))))
    drafts = [each["draft"] for each in desk.drafts(limit=1000)]
    first = page(desk, f"/{told['article']}")
    middle = page(desk, f"/{told['article']}?draft={drafts[50]}")

    assert "75 drafts after these" in first
    assert "38 drafts before these" in middle
    assert "37 drafts after these" in middle
    assert all(each in middle for each in drafts)


def test_who_is_new_is_registered_before_he_is_named(desk: Inbox) -> None:
    text = "“We agree to that,” the aide said."
    drafts = [
        *read_drafts(said(speaker="person:aide"), text=text, quote="We agree to that"),
        *read_drafts(
            {"type": "person-registered", "person": "aide", "name": "The aide"},
            text=text,
            quote="the aide",
        ),
    ]
    told = desk.bring(text=text, drafts=drafts)
    path = f"/{told['article']}"
    first, second = desk.drafts()
    before = read(page(desk, f"{path}?draft={second['draft']}"))
    send(desk, path, draft=first["draft"], step="accept")
    after = read(page(desk, f"{path}?draft={second['draft']}"))

    assert first["event"]["type"] == "person-registered"
    assert "The aide said: North accepts a ceasefire." in after
    assert "person:aide" not in after
    assert "The aide is registered by another draft; accept that one first: Draft 1" in before
    assert "it cannot be recorded" not in after


def test_corrections_of_a_month_are_told_in_words(desk: Inbox) -> None:
    _, (first, _) = bring(desk)
    patch = {
        "occurred": "[2025-12-18..2025-12-19]",
        "speaker": "party:north",
        "about": ["issue:border"],
    }
    desk.call("PATCH", f"/drafts/{first}", patch)
    desk.act(first, "accept")
    told = read(page(desk, "/quality"))

    assert "before: 19 December 2025 now: some day within 18–19 December 2025" in told
    assert "before: The envoy now: North" in told
    assert "before: not told now: The border" in told


def test_an_article_is_told_as_json_too(desk: Inbox) -> None:
    path, drafts = bring(desk)
    told = desk.world.client.get(f"{DESK}{path}.json").json()["data"]

    assert [each["draft"] for each in told["drafts"]] == drafts


def test_what_is_wrong_with_an_article_is_told_by_the_labels_of_its_form(desk: Inbox) -> None:
    path, _ = bring(desk)
    wrong = {"step": "read", "zone": "Kyiv", "published": "Friday", "url": "news"}
    english = read(send(desk, path, **wrong).text)
    ukrainian = read(send(desk, f"{path}?lang=uk", **wrong).text)

    for each in ("Time zone :", "Published :", "Address :"):
        assert each in english
    for each in ("Часовий пояс :", "Опубліковано :", "Адреса : це не посилання"):
        assert each in ukrainian
    assert "/zone" not in english


def test_another_reading_of_a_date_keeps_its_words_and_none_has_none(desk: Inbox) -> None:
    drafts = read_drafts(said(phrase="on Friday", phrase_anchor="2025-12-20"))
    drafts[0]["alternatives"] = [
        {"field": "occurred", "value": "2025-12-12", "label": "2025-12-12"},
        {"field": "occurred", "value": None, "label": "not told"},
    ]
    path = f"/{desk.bring(drafts=drafts)['article']}"
    (draft,) = desk.drafts()
    told = []
    for step in ("alternative:0", "alternative:1"):
        send(desk, path, draft=draft["draft"], step=step)
        event = desk.drafts()[0]["event"]
        told.append((event["occurred"], event.get("phrase")))

    assert told == [("2025-12-12", "on Friday"), (None, None)]
