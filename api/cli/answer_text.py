"""A state as text for 80 columns, the same in a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from api.cli.basis_text import coverage_text, heading_lines
from api.cli.client import Client, Params
from api.cli.event_text import (
    anomaly_paragraph,
    disputed_paragraph,
    event_paragraph,
    withdrawn_paragraph,
)
from api.cli.item_text import (
    Describe,
    Paragraph,
    brief_paragraph,
    claim_paragraph,
    listed_paragraph,
    meeting_paragraph,
    meeting_sort_key,
    plan_paragraph,
    position_paragraph,
    role_paragraph,
    section_lines,
    statement_paragraph,
)
from api.cli.left_off import left_off_texts
from api.cli.options import negotiation_path
from api.cli.sections import SECTIONS
from api.cli.terminal import wrap_text
from api.cli.wording import Wording
from api.listed_words import LIST_NAMES
from api.models.answers import Coverage, State
from api.models.base import BasisEcho, ListAnswer
from api.models.events import ActItem, Brief

DESCRIBE_BY_SECTION: dict[str, Describe] = {
    "briefs": brief_paragraph,
    "meetings": meeting_paragraph,
    **{name: partial(listed_paragraph, kind) for kind, name in LIST_NAMES.items()},
    "positions": position_paragraph,
    "claims": claim_paragraph,
    "plans": plan_paragraph,
    "statements": statement_paragraph,
    "disputed": disputed_paragraph,
    "possible": event_paragraph,
    "scheduled": event_paragraph,
    "not-actual": event_paragraph,
    "erased": event_paragraph,
    "roles": role_paragraph,
    "anomalies": anomaly_paragraph,
}


def ask_retractions(client: Client, negotiation: str, params: Params) -> dict[str, ActItem]:
    """Return the acts under a basis that took an event back, by their ids."""
    path = negotiation_path(negotiation, "events")
    acts = client.get_list(path, {**params, "type": "event-retracted", "limit": 1000})
    return {act.id: act for act in acts.read(ListAnswer[ActItem]).data if act.id}


def state_text(
    basis: BasisEcho,
    state: State,
    coverage: Coverage,
    wording: Wording,
    retractions: Mapping[str, ActItem],
    briefs: Sequence[Brief] = (),
    sections: Collection[str] = (),
) -> str:
    """Return a state, section by section; empty sections are left out.

    ``coverage`` is whole where that of the state may be cut. ``retractions`` are the acts that took
    an event back, by their ids. ``sections`` are those wanted, all if none is named.
    """
    if not any(value for name, value in state if name not in ("coverage", "more")):
        lines = ["Nothing was known of this negotiation yet.", *heading_lines(basis)[1:]]
        return "\n".join(lines).rstrip()
    opening = state.negotiation
    fate_of_opening = "struck out" if state.opening else "not known yet"
    lines = [
        (opening and opening.title) or f"A negotiation whose opening was {fate_of_opening}",
        *heading_lines(basis)[:-1],
        *wrap_text("" if sections else (opening and opening.summary) or "", ""),
        *wrap_text(coverage_text(coverage), ""),
        "",
    ]
    describe_by_section = DESCRIBE_BY_SECTION | {
        "withdrawn": partial(_describe_withdrawn, retractions)
    }
    shown_before = len(lines)
    for name, section in SECTIONS.items():
        if name in (sections or SECTIONS):
            items: Iterable[Any] = briefs if name == "briefs" else getattr(state, section.field)
            if name == "meetings":
                items = sorted(items, key=meeting_sort_key)
            paragraphs = [describe_by_section[name](wording, item) for item in items]
            left_off = map(Paragraph, left_off_texts(state, name))
            lines += section_lines(section.title, [*paragraphs, *left_off])
    if len(lines) == shown_before:
        lines.append("Nothing of what was asked for is known.")
    return "\n".join(lines).rstrip()


def _describe_withdrawn(
    retractions: Mapping[str, ActItem], wording: Wording, item: Any
) -> Paragraph:
    return withdrawn_paragraph(wording, retractions, item)
