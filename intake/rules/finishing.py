# Cyrillic letters are meant
"""Drafts from proposals: what repeats is dropped, what is recorded is matched, all is checked."""

from __future__ import annotations

from domain.model import Json
from intake.checks import check_event
from intake.draft import Alternative, DraftEvent, HeldBack
from intake.registrations import order_drafts
from intake.rules.matching import RecordedWords
from intake.rules.repeats import drop_repeats
from intake.rules.story import DraftProposal, Story
from intake.rules.withdrawals import settle_withdrawal

_RANK = {"plan-introduced": 0, "meeting-held": 1, "statement-made": 2}


def finish(story: Story) -> tuple[list[DraftEvent], list[HeldBack]]:
    """Return the drafts of an article in the order of its text, and what is held back."""
    proposals = drop_repeats(story.proposals)
    drafts: list[DraftEvent] = []
    recorded, reported = RecordedWords(story), set[object]()
    for proposal in sorted(proposals, key=lambda each: (each.start, _RANK.get(each.type, 3))):
        if proposal.type == "statement-withdrawn" and (
            reason := settle_withdrawal(proposal, story)
        ):
            story.hold_back(proposal.start, proposal.end, reason)
            continue
        matched = recorded.match(proposal)
        if matched is None:
            story.hold_back(proposal.start, proposal.end, "This is recorded already.")
            continue
        if matched.type == "report-added":
            if matched.fields["event"] in reported:
                continue
            reported.add(matched.fields["event"])
        draft = _to_draft(matched, story)
        if draft.is_sound:
            drafts.append(draft)
        else:
            failed = next(check for check in draft.checks if not check.ok)
            reason = f"{failed.name}: {failed.detail}"
            story.held_back.append(HeldBack(span=draft.span, reason=reason, event=draft.event))
    drafts += _registrations(story)
    return order_drafts(drafts), sorted(story.held_back, key=lambda each: each.span)


def _to_draft(proposal: DraftProposal, story: Story) -> DraftEvent:
    event: Json = {"type": proposal.type, "occurred": proposal.when.expression}
    if proposal.when.phrase and proposal.when.expression:
        event["phrase"] = proposal.when.phrase
        if proposal.anchor:
            event["phrase_anchor"] = proposal.anchor
    if story.calendar.zone != story.registry.timezone:
        event["tz"] = story.calendar.zone
    if proposal.type == "meeting-announced":
        event["modality"] = "actual"
    event |= proposal.fields
    event["reports"] = [_report(proposal, story)]
    alternatives = [
        *proposal.alternatives,
        *(Alternative(field="occurred", value=each, label=each) for each in proposal.when.others),
    ]
    if proposal.when.expression is not None:
        alternatives.append(
            Alternative(field="occurred", value=None, label="the article does not say when")
        )
    checks = check_event(
        event,
        (proposal.start, proposal.end),
        story.article,
        story.registry,
        {unknown.slug for unknown in story.unknown.values()},
    )
    return DraftEvent(
        event=event,
        span=(proposal.start, proposal.end),
        why=proposal.why,
        confidence=proposal.confidence,
        alternatives=tuple(alternatives),
        checks=tuple(checks),
    )


def _report(proposal: DraftProposal, story: Story) -> Json:
    article = story.article
    quote = story.text[proposal.start : proposal.end].strip()
    report: Json = {"published": article.published or story.anchor_text}
    for name, value in (("url", article.url), ("publisher", article.publisher)):
        if value:
            report[name] = value
    return report | {
        "language": article.read_language,
        "quote": quote,
        "sha256": article.text_sha256,
    }


def _registrations(story: Story) -> list[DraftEvent]:
    """Return registrations of those who act in a draft and are not registered."""
    found = []
    acting = {each.actor for each in story.proposals} | {
        f"person:{each.fields.get('person')}" for each in story.proposals
    }
    for unknown in story.unknown.values():
        if f"person:{unknown.slug}" not in acting:
            continue
        event: Json = {"type": "person-registered", "person": unknown.slug, "name": unknown.name}
        found.append(
            DraftEvent(
                event=event,
                span=unknown.span,
                why=f"{unknown.name} acts in the article and is not registered.",
                confidence=0.7,
            )
        )
    return found
