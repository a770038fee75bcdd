"""An article that says again, a little edited, what another one said brings further reports."""

from __future__ import annotations

from tests.inbox.conftest import Inbox

WIRE = (
    "The envoy said on Friday: “We accept a ceasefire along the line of contact, and wait for an"
    " answer from the other side.” He said that North would never give up its border posts in the"
    " valley."
)
EDITED = (
    "“We accept a ceasefire along the line of contact, and are waiting for an answer from the other"
    " side,” the envoy said on Friday. He added that North would never give up its posts on the"
    " border in the valley. It rained."
)
NEWS = (
    "The envoy said on Friday: “We have sent our engineers to the bridge and will repair it by"
    " spring, whatever it costs us.”"
)


def bring(desk: Inbox, text: str) -> tuple[str, list[dict[str, object]]]:
    told = desk.bring(text=text, published="2025-12-20")
    return told["article"], desk.drafts(article=told["article"])


def test_an_edited_copy_adds_its_source_to_what_is_recorded(desk: Inbox) -> None:
    article, first = bring(desk, WIRE)
    for each in first:
        desk.act(str(each["draft"]), "accept")
    recorded = desk.record(article)
    ids = {str(each["draft"]) for each in first}
    copy, second = bring(desk, EDITED)
    events = [each["event"] for each in second]

    assert recorded.status_code == 200, recorded.text
    assert len(first) >= 2
    assert {each["type"] for each in events} == {"report-added"}  # type: ignore[index]
    assert {each["event"] for each in events} <= ids  # type: ignore[index]
    assert len(events) >= 2

    done = desk.record(copy, *[str(each["draft"]) for each in second])

    assert done.status_code == 200, done.text


def test_what_the_same_speaker_says_besides_is_drafted(desk: Inbox) -> None:
    article, first = bring(desk, WIRE)
    for each in first:
        desk.act(str(each["draft"]), "accept")
    desk.record(article)
    _, second = bring(desk, NEWS)

    assert [each["event"]["type"] for each in second][:1] == ["statement-made"]  # type: ignore[index]


def test_a_copy_of_what_was_recorded_and_no_longer_stands_adds_its_source(desk: Inbox) -> None:
    article, first = bring(desk, WIRE)
    for each in first:
        desk.act(str(each["draft"]), "accept")
    desk.record(article)
    later = {
        "type": "position-stated", "party": "north", "issue": "border", "stance": "accepts",
        "attribution": "third-party", "attributed_by": "person:envoy", "occurred": "2025-12-20",
        "summary": "Gives up the posts.",
        "reports": [{"published": "2025-12-21"}],
    }  # fmt: skip
    assert desk.call("POST", "/events", later).status_code == 201
    _, second = bring(desk, EDITED)
    events = [each["event"] for each in second]
    ids = {str(each["draft"]) for each in first if each["event"]["type"] == "position-stated"}  # type: ignore[index]

    assert len(ids) == 1
    assert {each["type"] for each in events} == {"report-added"}  # type: ignore[index]
    assert ids <= {each["event"] for each in events}  # type: ignore[index]
