"""Who spoke for a party: the person by name, with the office held then."""

from __future__ import annotations

from api.models.answers import Role
from api.models.events import StatedPosition
from api.pages.shared.display_names import split_speaker
from api.pages.shared.page_context import PageContext
from domain.edtf import parse_span
from domain.model import Json


def find_spokesperson(frame: PageContext, position: StatedPosition) -> Json | None:
    """Return the person whose statement a party's own position is from, and the first office that
    the person held for this party by then; null where the statement is unknown or a party's."""
    if not position.statement or position.attributed_by:
        return None
    found = frame.answers.statements(position.statement, limit=1)
    reference = found[0].speaker if found else None
    kind, slug = split_speaker(reference)
    if kind != "person":
        return None
    roles = frame.answers.roles(slug)
    titles = (role.title for role in roles if _is_office_then(frame, role, position))
    name = frame.display_names.claimant_name(reference)
    return {"person": slug, "name": name, "title": next(titles, None)}


def _is_office_then(frame: PageContext, role: Role, position: StatedPosition) -> bool:
    zone = frame.view.zone
    said = parse_span(position.occurred, position.tz or zone)
    return role.party == position.party and parse_span(role.since, zone).lo <= said.hi
