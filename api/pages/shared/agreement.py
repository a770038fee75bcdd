"""On which questions parties differ, on which they agree, and which points of plans are agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from api.pages.shared.page_context import PageContext
from api.pages.shared.page_state import Stands
from domain.basis import Basis
from domain.cells import holding_of
from domain.model import Json

AnswerSpread = Literal["apart", "agreed", "open", "single", "silent"]
AGREEMENTS: tuple[AnswerSpread, ...] = get_args(AnswerSpread)


def judge_spread(stands: Iterable[tuple[str | None, str | None]]) -> AnswerSpread:
    """Return whether the answers of some stances differ, are the same, are of one party, or none.

    Who refuses an answer differs from who holds it; of one that all leave open nothing is agreed.
    """
    places = [(answer, holding_of(stance)) for stance, answer in stands if answer]
    if len(places) < 2:
        return "single" if places else "silent"
    if len(set(places)) > 1:
        return "apart"
    return "open" if places[0][1] == "open" else "agreed"


def list_spreads(frame: PageContext, earlier: Basis | None = None) -> Json:
    """Return the issues on which parties differ and those on which all who answer agree, each with
    whether it was otherwise under another basis; then the points of plans that are agreed."""
    now = _spreads_by_issue(frame, frame.basis)
    before = _spreads_by_issue(frame, earlier) if earlier else now
    titles = {
        slug: frame.name_of("issue", slug) for slug in frame.display_names.registered_items("issue")
    }
    listed: Json = {
        spread: [
            {"issue": slug, "title": title, "is_new": before.get(slug) != spread}
            for slug, title in titles.items()
            if now.get(slug) == spread
        ]
        for spread in ("apart", "agreed")
    }
    return {**listed, "points": show_agreed_points(frame, frame.answers.agreed_points())}


def _spreads_by_issue(frame: PageContext, basis: Basis) -> dict[str, AnswerSpread]:
    stands: Stands = frame.page_state.stances.read_stands(frame.session, basis)
    by_issue: dict[str, list[tuple[str | None, str | None]]] = {}
    for key, stand in stands.items():
        if len(key) == 2:
            by_issue.setdefault(key[1], []).append(stand)
    return {issue: judge_spread(found) for issue, found in by_issue.items()}


def show_agreed_points(frame: PageContext, points: Mapping[str, Sequence[str]]) -> list[Json]:
    """Return each plan of which points are agreed by all, with these as people call them."""
    names = frame.display_names
    return [
        {
            "plan": plan,
            "title": names.full_name("plan", plan),
            "points": [{"point": each, "name": names.point_name(plan, each)} for each in agreed],
        }
        for plan, agreed in points.items()
        if agreed
    ]
