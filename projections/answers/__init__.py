"""The answers of the contract: each built from a view by pure rules."""

from projections.answer_json import to_plain
from projections.answers.anomaly_list import select_anomalies
from projections.answers.briefs import select_briefs
from projections.answers.coverage import build_coverage
from projections.answers.meetings import find_meeting, select_meetings
from projections.answers.moves import find_moves
from projections.answers.plans import find_agreed_points, find_plan, find_point, select_plans
from projections.answers.positions import (
    find_cell,
    select_attributed,
    select_positions,
    trace_positions,
)
from projections.answers.roles import select_people, select_roles, trace_roles
from projections.answers.state import (
    build_event_line,
    build_event_lines,
    build_hits,
    build_state,
    find_event,
    join_state,
    select_by_standing,
    select_issues,
    select_parties,
)
from projections.answers.statements import select_statements, summarize_speakers

__all__ = [
    "build_coverage",
    "build_event_line",
    "build_event_lines",
    "build_hits",
    "build_state",
    "find_agreed_points",
    "find_cell",
    "find_event",
    "find_meeting",
    "find_moves",
    "find_plan",
    "find_point",
    "join_state",
    "select_anomalies",
    "select_attributed",
    "select_briefs",
    "select_by_standing",
    "select_issues",
    "select_meetings",
    "select_parties",
    "select_people",
    "select_plans",
    "select_positions",
    "select_roles",
    "select_statements",
    "summarize_speakers",
    "to_plain",
    "trace_positions",
    "trace_roles",
]
