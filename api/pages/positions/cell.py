"""One cell in full: what was said and by whom, when it came out, when it was written down here."""

from __future__ import annotations

import orjson

from api.models.events import StatedPosition
from api.models.positions import PositionDetail
from api.pages.events.event_lines import lags_until_known
from api.pages.shared.disputes import disputed_text, show_disputes
from api.pages.shared.page_context import PageContext
from api.pages.shared.spoken_by import find_spokesperson
from api.stance_words import answer_word
from domain.cells import CellKey
from domain.errors import NotFoundError
from domain.instants import to_rfc3339
from domain.model import Json
from projections.answer_json import Item
from projections.answers.plans import resolve_points

MAX_STATEMENTS = 20
"""Statements of a cell that are shown; the rest is among the events."""


def load_cell(frame: PageContext, key: CellKey) -> Json | None:
    """Return one cell in full, empty where nothing is known of it; refuse what no cell can be."""
    try:
        detail = frame.answers.position(*key)
    except NotFoundError as error:
        if not _is_possible_cell(frame, key):
            frame.refuse_parameter("cell", error.detail, error.hint)
            return None
        detail = PositionDetail(position=None, history=(), attributed=())
    told = (*detail.history[:MAX_STATEMENTS], *detail.attributed[:MAX_STATEMENTS])
    frame.view.find_items(statement.event for statement in told)  # at once
    position = detail.position
    asked_party, key = key[0], (detail.same_as or key[0], *key[1:])
    return {
        "key": "/".join(key),
        "path": "/".join(key[1:]),
        "party": key[0],
        "issue": key[1] if len(key) == 2 else None,
        "party_name": frame.name_of("party", key[0]),
        "merged": asked_party if detail.same_as else None,
        "on": _subject_name(frame, key),
        "word": position and answer_word(position),
        "answer_words": position
        and frame.display_names.given_answer(position.issue, position.answer),
        "unknown": not (detail.history or detail.attributed),
        "since": position and position.since,
        "last_stated": position and position.last_stated,
        "red_line": _red_line(detail),
        "history": [
            _statement_entry(frame, statement) for statement in detail.history[:MAX_STATEMENTS]
        ],
        "more": max(0, len(detail.history) - MAX_STATEMENTS),
        "attributed": [
            _statement_entry(frame, statement) for statement in detail.attributed[:MAX_STATEMENTS]
        ],
        "disputes": show_disputes(frame, position) if position else [],
    }


def _red_line(detail: PositionDetail) -> Json | None:
    """Return the last red line that was drawn here and that another stance has followed since."""
    red_lines = [statement for statement in detail.history if statement.stance == "red-line"]
    if not red_lines or (detail.position and detail.position.stance == "red-line"):
        return None
    return {name: getattr(red_lines[0], name) for name in ("event", "occurred", "summary")}


def _is_possible_cell(frame: PageContext, key: CellKey) -> bool:
    """Return whether party and issue, or point, are known, so only nothing is said of it."""
    subject_known = (
        key[1] in frame.known_names.registered_items("issue")
        if len(key) == 2
        else key[1:] in resolve_points(frame.view)
    )
    party = frame.view.merges.slug_of("party", key[0])
    return subject_known and party in frame.known_names.registered_items("party")


def _subject_name(frame: PageContext, key: CellKey) -> str:
    """Return what the position is on, in the words of the record."""
    if len(key) == 2:
        return frame.name_of("issue", key[1])
    display_names = frame.display_names
    return f"{display_names.display_name('plan', key[1])}, {display_names.point_name(*key[1:])}"


def _statement_entry(frame: PageContext, statement: StatedPosition) -> Json:
    item = frame.view.find_item(statement.event)
    return {
        **statement.to_json(),
        "says": disputed_text(statement, "summary"),
        "disputes": show_disputes(frame, statement),
        "answer_words": frame.display_names.given_answer(statement.issue, statement.answer),
        **(_event_details(frame, item) if item else {}),
        "spoken_by": find_spokesperson(frame, statement),
        "by": frame.display_names.claimant_name(statement.attributed_by),
    }


def _event_details(frame: PageContext, item: Item) -> Json:
    """Return seq, clocks and reports of an event, and how late it came out."""
    return {
        "seq": item.seq,
        "recorded_at": to_rfc3339(item.recorded_at),
        "out_after": lags_until_known(frame, item),
        "reports": orjson.loads(item.reports),
    }
