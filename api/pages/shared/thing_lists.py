"""What a person, party or issue has a list of: statements, moves, claims, meetings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from api.answers import read_as
from api.models.answers import Meeting
from api.models.base import Provenance
from api.models.events import Claim, StatedPosition, Statement
from api.models.positions import Position
from api.pages.meetings.month import find_mark
from api.pages.shared.display_names import split_speaker
from api.pages.shared.disputes import disputed_text, show_disputes, title_of
from api.pages.shared.overdue import overdue_meeting
from api.pages.shared.page_context import PageContext
from api.pages.shared.sentences import meeting_date
from api.pages.shared.spoken_by import find_spokesperson
from api.pages.shared.things import Thing, show_list
from api.stance_words import answer_word, label_word
from domain.catalogue import CLASS_BY_TYPE
from domain.cells import CellKey
from domain.errors import NotFoundError
from domain.model import Json
from projections import answers
from projections.answer_json import merge_newest
from projections.answers.moves import Move
from projections.answers.positions import row_fragment

MEETING_TYPES = tuple(
    name for name, cls in CLASS_BY_TYPE.items() if cls.CELL and cls.CELL.kind == "meeting"
)
"""The types of events that tell of meetings."""


def show_provenance(value: Provenance) -> Json:
    """Return since when something is known, and from whom."""
    return {
        "known_at": value.known_at,
        "sources": [source.to_json() for source in value.sources],
        "events": list(value.events),
    }


def show_statement(frame: PageContext, statement: Statement) -> Json:
    """Return what a list shows of a statement."""
    return {
        "event": statement.event,
        "statement": statement.statement,
        "speaker": frame.display_names.claimant_name(statement.speaker) or "",
        "speaker_ref": statement.speaker,
        "summary": disputed_text(statement, "summary"),
        "disputes": show_disputes(frame, statement),
        "withdrawn": statement.withdrawn,
        "occurred": statement.occurred,
        "tz": statement.tz,
        **show_provenance(statement),
    }


def list_statements(frame: PageContext, name: str, **asked: str) -> Json:
    """Return the newest statements of a speaker or about something."""
    return show_list(
        frame,
        name,
        lambda limit: frame.answers.statements(limit=limit, **asked),
        lambda statement: show_statement(frame, statement),
    )


def list_moves(
    frame: PageContext, party: str | None = None, keys: Collection[CellKey] | None = None
) -> Json:
    """Return the newest moves of a party, or of all parties in some cells: from which place to
    which, since when that is known, and what it rests on. Parties that moved alike are together."""
    found = show_list(
        frame,
        "moves",
        lambda limit: answers.find_moves(frame.view, party, limit, keys),
        lambda move: _show_move(frame, move),
    )
    alike: dict[tuple[object, ...], Json] = {}
    for move in found["items"]:
        key = tuple(move[name] for name in _ALIKE_FIELDS)
        first = alike.setdefault(key, {**move, "parties": []})
        first["parties"].append({"party": move["party"], "name": move["party_name"]})
    return {**found, "items": list(alike.values())}


_ALIKE_FIELDS = (
    "issue",
    "word",
    "answer_words",
    "before",
    "answer_before",
    "occurred",
    "known_at",
    "quote",
    "summary",
)
"""What is the same of moves that are told as one."""


def _show_move(frame: PageContext, move: Move) -> Json:
    party, issue = move.key
    value = read_as(list[StatedPosition], [row_fragment(move.row)])[0]
    return {
        "party": party,
        "party_name": frame.name_of("party", party),
        "issue": issue,
        "issue_title": frame.name_of("issue", issue),
        "word": answer_word(value),
        "answer_words": frame.display_names.given_answer(issue, value.answer),
        "before": move.before and label_word(move.before.label),
        "answer_before": move.before
        and frame.display_names.given_answer(issue, move.before.answer),
        "event": value.event,
        "occurred": value.occurred,
        "tz": value.tz,
        "summary": disputed_text(value, "summary"),
        "quote": value.quote,
        "spoken_by": find_spokesperson(frame, value),
        "disputes": show_disputes(frame, value),
        **show_provenance(value),
    }


def show_claim(frame: PageContext, claim: StatedPosition) -> Json:
    """Return what a list shows of what others say of a party's position."""
    names = frame.display_names
    claimant = claim.claimant if isinstance(claim, Claim) else claim.attributed_by
    return {
        "party": claim.party,
        "party_name": frame.name_of("party", claim.party or ""),
        "issue": claim.issue,
        "plan": claim.plan,
        "point": claim.point,
        "on": subject_name(frame, claim),
        "word": answer_word(claim),
        "answer_words": names.given_answer(claim.issue, claim.answer),
        "claimant": names.claimant_name(claimant) if claimant else None,
        "claimant_ref": claimant,
        "event": claim.event,
        "occurred": claim.occurred,
        "tz": claim.tz,
        "summary": disputed_text(claim, "summary"),
        "quote": claim.quote,
        "disputes": show_disputes(frame, claim),
        **show_provenance(claim),
    }


def subject_name(frame: PageContext, value: StatedPosition | Position) -> str:
    """Return what a position is on: an issue, or a point of a plan."""
    if value.issue:
        return frame.name_of("issue", value.issue)
    if not (value.plan and value.point):
        return ""
    names = frame.display_names
    return f"{names.display_name('plan', value.plan)}, {names.point_name(value.plan, value.point)}"


def list_meetings(frame: PageContext, thing: Thing) -> Json:
    """Return the meetings that somebody took part in or is invited to, the newest first, with the
    part they have in each."""
    return show_list(
        frame,
        "meetings",
        lambda limit: list(islice(_meetings_of(frame, thing), limit)),
        lambda each: _show_meeting(frame, thing, each),
    )


def _meetings_of(frame: PageContext, thing: Thing) -> Iterator[Meeting]:
    told = merge_newest(frame.view.read_newest(kind, thing.subject) for kind in MEETING_TYPES)
    seen = set[str]()
    for item in told:
        slug = item.own_fields.get("meeting")
        if slug is None or slug in seen:
            continue
        seen.add(slug)
        try:
            meeting = frame.answers.meeting(slug)
        except NotFoundError:
            continue
        if _part_in(frame, thing, meeting):
            yield meeting


def _part_in(frame: PageContext, thing: Thing, meeting: Meeting) -> Json | None:
    """Return the part that somebody has in a meeting; None where only something is said of them."""
    for member in meeting.participants:
        if getattr(member, thing.kind) == thing.slug:
            return {"role": member.role or "participant", "head": bool(member.head)}
    invited = {split_speaker(each)[1] for each in meeting.invitees or ()}
    return {"role": "invited", "head": False} if thing.slug in invited else None


def _show_meeting(frame: PageContext, thing: Thing, meeting: Meeting) -> Json:
    date = meeting_date(meeting)
    return {
        "meeting": meeting.meeting,
        "title": title_of(frame.words, meeting) or meeting.meeting,
        "status": meeting.status,
        "when": date.text,
        "tz": date.tz,
        "place": meeting.place,
        "overdue": overdue_meeting(frame, meeting),
        "mark": find_mark(frame, meeting),
        "part": _part_in(frame, thing, meeting),
        "disputes": show_disputes(frame, meeting),
        **show_provenance(meeting),
    }
