"""The overview: what changed recently, who meets next, which plans there are, what divides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from api.models.answers import Meeting, MeetingStatus
from api.models.events import Brief
from api.models.plans import Plan
from api.pages.meetings.month import find_mark
from api.pages.overview.change_origins import tell_origins
from api.pages.overview.editor_order import EditorOrder, read_editor_order
from api.pages.positions.layout import judge_agreement
from api.pages.positions.page import build_matrix, cell_key, changed_cells, tell_cells
from api.pages.positions.scale import group_by_answer
from api.pages.shared.agreement import AGREEMENTS, show_agreed_points
from api.pages.shared.coverage import describe_silence
from api.pages.shared.dates import date_of_day, week_before
from api.pages.shared.display_names import question_in
from api.pages.shared.disputes import show_disputes, title_of
from api.pages.shared.listed import changed_listed, show_deadlines, show_entry
from api.pages.shared.overdue import overdue_meeting
from api.pages.shared.page import PageDefinition
from api.pages.shared.page_context import PageContext
from api.pages.shared.sentences import meeting_date
from api.pages.shared.thing_lists import show_statement
from domain.basis import CLOCK_PARAMS
from domain.edtf import parse_span
from domain.instants import from_rfc3339, local_day
from domain.model import Json
from projections.answers.diff import ChangesBetween

MAX_STATEMENTS = 4
MAX_BRIEFS = 2
MAX_CHANGES = 10
"""Lines of what is new: of positions, meetings, plans and all else."""
MAX_LINES = 6
"""Lines of each list; the pages behind show the rest."""


def load_overview(frame: PageContext) -> Json:
    """Return the state in short and what changed in the seven days before the date.

    Where nothing became known in them, it is the seven days before the last day on which it did.
    """
    start = frame.earlier_question(None)
    quiet = frame.rail.last is not None and str(frame.rail.last) <= frame.question_day(start)
    if quiet and frame.rail.last:
        start = frame.earlier_question(None, day=frame.rail.last - timedelta(days=7))
    basis = frame.derive_basis(start)
    matrix_data, earlier = build_matrix(frame, basis), frame.session.answers(basis)
    meetings, plans = frame.answers.meetings(), frame.answers.plans()
    difference = frame.answers.difference(basis)
    briefs = frame.answers.briefs()
    order = read_editor_order(frame, briefs)
    changed = changed_cells(matrix_data["rows"])
    tell_cells(frame, matrix_data, (cell_key(row, party) for row, party, _ in changed))
    changes = {
        "positions": order.sort(changed_positions(changed)),
        "moved": order.sort(_moved_meetings(frame, difference, meetings)),
        "redrawn": order.sort(_changed_plans(frame, difference, plans)),
        "listed": order.sort(changed_listed(frame, earlier)),
    }
    shown = share_lines({name: len(found) for name, found in changes.items()}, MAX_CHANGES)
    tell_origins(
        frame, difference, (line for name, n in shown.items() for line in changes[name][:n])
    )
    return {
        "from": frame.question_day(start),
        "quiet": quiet,
        "silence": describe_silence(frame, week_before(frame.rail.day)) if quiet else None,
        "parties": {party["party"]: party["name"] for party in matrix_data["parties"]},
        "summary": frame.about or None,
        **changes,
        "shown": shown,
        "statements": order.sort(_newest_statements(frame, order))[:MAX_STATEMENTS],
        "upcoming": order.sort(_meetings_with_status(frame, meetings, "announced"))[:MAX_LINES],
        "overdue": order.sort(_meetings_with_status(frame, meetings, "overdue"))[:MAX_LINES],
        "deadlines": order.sort(_running_deadlines(frame))[:MAX_LINES],
        "briefs": [_show_brief(frame, brief) for brief in briefs[:MAX_BRIEFS]],
        "n_briefs": len(briefs),
        "order": order.describe(frame),
        "plans": order.sort(_current_plans(frame, plans))[:MAX_LINES],
        "stands": order.sort(_stands_by_issue(frame, matrix_data)),
        "agreed_points": show_agreed_points(frame, {plan.plan: plan.agreed for plan in plans}),
        "questions": _suggested_questions(frame),
    }


def share_lines(lengths: Mapping[str, int], total: int) -> dict[str, int]:
    """Return how many lines each list is given of a total: in turn one each, as long as it has
    any."""
    shown = dict.fromkeys(lengths, 0)
    for place in range(total):
        for name, length in lengths.items():
            if length > place and sum(shown.values()) < total:
                shown[name] += 1
    return shown


def _meetings_with_status(
    frame: PageContext, meetings: list[Meeting], status: MeetingStatus
) -> list[Json]:
    matching = [meeting for meeting in meetings if meeting.status == status]
    matching.sort(
        key=lambda meeting: (
            meeting.expected is None,
            parse_span(meeting.expected, frame.view.zone).lo,
        ),
        reverse=status == "overdue",
    )
    return [summarize_meeting(frame, meeting) for meeting in matching]


def _running_deadlines(frame: PageContext) -> list[Json]:
    return [each for each in show_deadlines(frame) if each["status"] in ("open", "passed")]


def _current_plans(frame: PageContext, plans: list[Plan]) -> list[Json]:
    """Return the newest plans that none has superseded, with how much of each is known."""
    current = [plan for plan in plans if plan.status != "superseded"]
    current.sort(key=lambda plan: plan.known_at or "", reverse=True)
    return [
        {
            "plan": plan.plan,
            "title": title_of(frame.words, plan) or plan.plan,
            "status": plan.status,
            "points": len(plan.points),
            "claimed": plan.claimed_points,
            "seen": _count_texts(plan),
            "agreed": len(plan.agreed),
            "pending": len(plan.pending),
        }
        for plan in current
    ]


def _count_texts(plan: Plan) -> int:
    return sum(bool(point.text) for point in plan.points)


def _stands_by_issue(frame: PageContext, matrix: Json) -> list[Json]:
    """Return every issue with its answers in their order and who gives each, first those on which
    the answers differ; then who acted without giving one, and who said nothing of it."""
    rows_by_issue = {row["issue"]: row for row in matrix["rows"] if "issue" in row}
    parties = [party["party"] for party in matrix["parties"]]
    stands: list[Json] = []
    for slug, item in frame.display_names.registered_items("issue").items():
        cells = rows_by_issue[slug]["cells"] if slug in rows_by_issue else {}
        given = group_by_answer(cells)
        labels = frame.display_names.answers_by_issue.get(slug, {})
        value = item.own_fields
        stands.append(
            {
                "issue": slug,
                "title": frame.name_of("issue", slug),
                "question": question_in(value, frame.words.lang),
                "agreement": judge_agreement({"cells": cells}),
                "answers": [
                    {"answer": answer, "label": label, "stances": given[answer]}
                    for answer, label in labels.items()
                    if answer in given
                ],
                "acts": given.get(None, []),
                "silent": [party for party in parties if not cells.get(party, {}).get("word")],
            }
        )
    return sorted(stands, key=lambda each: AGREEMENTS.index(each["agreement"]))


def _newest_statements(frame: PageContext, order: EditorOrder) -> list[Json]:
    """Return the newest statements, and those that come first."""
    first = [
        statement
        for slug in order.slugs_of("statement")
        for statement in frame.answers.statements(slug)
    ]
    newest = frame.answers.statements(limit=MAX_STATEMENTS)
    return [
        show_statement(frame, statement)
        for statement in {each.event: each for each in (*first, *newest)}.values()
    ]


def _suggested_questions(frame: PageContext) -> list[Json]:
    """Return three questions worth asking here, made from when most became known."""
    weeks = frame.rail.events_by_week
    if not weeks:
        return []
    busiest_week = max(weeks, key=lambda week: weeks[week])
    busiest, after = date_of_day(busiest_week), date_of_day(busiest_week + 6)
    questions: list[tuple[str, str, Json]] = [
        ("stood", "positions", {"as_of": busiest}),
        ("changed-between", "compare", {"from": busiest, "as_of": after}),
        ("unknown", "gap", {"as_of": busiest}),
    ]
    return [
        {
            "name": name,
            "day": str(busiest),
            **({"to": str(after)} if "from" in params else {}),
            "address": frame.page_address(path, **params, **dict.fromkeys(CLOCK_PARAMS)),
        }
        for name, path, params in questions
    ]


def _show_brief(frame: PageContext, brief: Brief) -> Json:
    """Return a brief with the day of what it was written from; an old one is opened by readers."""
    known_at = brief.known_at
    known_day = local_day(from_rfc3339(known_at), frame.view.zone) if known_at else None
    is_old = known_day is not None and known_day < week_before(frame.rail.day)
    return {**show_entry(frame, brief), "known_day": known_day, "is_old": is_old}


MOVED_FIELDS = ("word", "answer_words", "before", "answer_before", "summary")
"""What is shown of a position that changed."""


def changed_positions(cells: list[tuple[Json, str, Json]]) -> list[Json]:
    """Return the positions that changed; parties that moved alike stand together."""
    positions: dict[tuple[object, ...], Json] = {}
    for row, party, cell in cells:
        names = ("path", "issue", "plan", "point", "title", "of")
        position: Json = {name: row.get(name) for name in names}
        position |= {name: cell[name] for name in MOVED_FIELDS}
        key = row["path"], *(position[name] for name in MOVED_FIELDS if name != "summary")
        positions.setdefault(key, {"parties": [], **position})["parties"].append(party)
    return list(positions.values())


def _moved_meetings(
    frame: PageContext, difference: ChangesBetween, meetings: list[Meeting]
) -> list[Json]:
    """Return the meetings that are new or have changed, with the earlier status."""
    before = {key[1]: difference.values_of(key)[0] for key in difference.changed_of("meeting")}
    return [
        {**summarize_meeting(frame, meeting), "before": old and old["status"]}
        for meeting in meetings
        if meeting.meeting in before
        for old in (before[meeting.meeting],)
    ]


def summarize_meeting(frame: PageContext, meeting: Meeting) -> Json:
    """Return what a list shows of a meeting."""
    names = ("meeting", "title", "status", "occurred", "expected", "place", "outcome")
    return {
        **{name: getattr(meeting, name) for name in names},
        "title": title_of(frame.words, meeting) or meeting.meeting,
        "when": meeting_date(meeting).text,
        "when_tz": meeting_date(meeting).tz,
        "expected_tz": meeting.expected_tz,
        "overdue": overdue_meeting(frame, meeting),
        "mark": find_mark(frame, meeting),
        "disputes": show_disputes(frame, meeting),
    }


def _changed_plans(frame: PageContext, difference: ChangesBetween, plans: list[Plan]) -> list[Json]:
    """Return the plans that are new or whose points have changed, with how many of these differ."""
    changed = Counter(subject.partition("/")[0] for _, subject in difference.changed_of("point"))
    found = []
    for plan in plans:
        before, after = difference.values_of(("plan", plan.plan))
        is_new = before is None and after is not None
        if is_new or changed[plan.plan]:
            found.append(
                {
                    "plan": plan.plan,
                    "new": is_new,
                    "points": changed[plan.plan],
                    "title": title_of(frame.words, plan) or plan.plan,
                    "with_text": _count_texts(plan),
                }
            )
    return found


PAGE = PageDefinition("overview", load_overview, path_override="")
