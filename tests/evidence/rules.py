"""The rules of time, each with one way to break it and the test that has to notice.

A rule is broken by replacing one function, method, property or constant of the product. ``broken``
takes the original and returns what takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any, NamedTuple

import regex

from domain.asked_dates import DateReader
from domain.catalogue import BOOKKEEPING_TYPES, CLASS_BY_TYPE, RECORDER_ACT_TYPES
from domain.edtf import Bounds, parse_span
from domain.events import AUDIENCES
from domain.instants import DAY, EARLIEST, LATEST, to_datetime
from domain.introductions import own_introduction
from domain.sources import publisher_key, source_keys
from ledger.content_ids import make_content_id
from projections.answer_json import join_objects
from projections.answers.facets import Facet
from projections.index.catch_up import tracked_seq
from projections.index.writer import OPEN_SEQ
from projections.log_query import LogQuery
from projections.merges import NO_MERGES

Breaker = Callable[[Any], Any]


class Rule(NamedTuple):
    """One rule: its name, the dotted name that is replaced, by what, and which test fails then."""

    name: str
    target: str
    broken: Breaker
    node: str


PROPERTIES = "tests/test_time_properties.py::"
ORACLE = f"{PROPERTIES}test_both_answer_as_the_independent_oracle"
OF_TEXTS = f"{ORACLE}[texts]"
OF_WATCHES = f"{ORACLE}[watches]"
OF_PROMISES, OF_MEETINGS = f"{ORACLE}[promises]", f"{ORACLE}[meetings]"
OF_AGREEMENTS = f"{ORACLE}[agreements]"
SOURCES = "tests/test_sources.py::test_"
FILTERED = f"{PROPERTIES}test_filtered_sources_answer_as_the_independent_oracle"
INDEXED = f"{PROPERTIES}test_the_index_answers_as_the_plain_fold"
INDEXED_ADOPTIONS = f"{INDEXED}[adoptions]"
IMMUTABLE = f"{PROPERTIES}test_pinned_and_settled_answers_never_change"
OFTEN = f"{PROPERTIES}test_the_questions_are_immutable_often_enough"
TOO_EARLY = f"{PROPERTIES}test_nothing_first_known_later_is_in_an_answer"
EMBARGO = f"{PROPERTIES}test_an_embargo_holds"
ENDS = f"{PROPERTIES}test_an_embargo_ends_when_it_ends"
CARRIED = "tests/test_live_states.py::test_a_state_carried_on_equals_one_made_anew"
REBUILT = f"{PROPERTIES}test_a_rebuild_equals_the_live_read_model"
CAUSES = f"{PROPERTIES}test_every_change_has_the_cause_of_the_last_step_that_produced_it"
CORRECTED_DEFAULT = "tests/test_resolution.py::test_a_correction_to_the_default_is_no_difference"
BACKWARDS = "tests/test_causes.py::test_backwards_the_causes_are_the_same_and_the_ends_exchanged"
LAST_STEP = "tests/test_causes.py::test_the_last_step_that_produced_a_change_is_its_cause"
POSITIONS = "tests/test_positions.py::test_"
FRONTIER = f"{POSITIONS}what_is_surely_before_any_other_is_no_candidate"
ONE_RUN = f"{POSITIONS}a_stance_holds_since_the_first_of_its_run"
ONE_PLACE = (
    "tests/test_issue_answers.py::test_a_place_is_the_answer_with_whether_it_is_held_or_refused"
)
HULL = "tests/test_resolution.py::test_a_disputed_time_happens_from_the_first_claim_on"
UNMENTIONED = "tests/test_acts.py::test_no_operation_on_a_point_that_nothing_mentioned_is_left_out"
SEARCH = "tests/test_search.py::test_"
SEARCH_PROPERTY = (
    "tests/test_search_properties.py::test_a_search_finds_what_the_independent_oracle_finds"
)
WORD_CHANGES = "tests/test_word_diff.py::test_a_change_reads_as_a_person_would_mark_it"
WORDINGS, REDLINE = "tests/test_wordings.py::test_", "tests/test_redline.py::test_"
ONLY_PROPOSED = "tests/test_acts.py::test_a_plan_that_is_only_to_be_amended_shows_what_is_pending"
ORDER = f"{PROPERTIES}test_the_order_of_recording_does_not_matter"


def always(value: Any) -> Breaker:
    """Put a value or a whole new function in place of the original."""
    return lambda original: value


def _untouched(of: str) -> Breaker:
    """Return what breaks the rule by which something read of this kind is touched."""
    return lambda is_touched: lambda read, touched: read[0] != of and is_touched(read, touched)


def without_types(acts: Any, *types: str) -> list[Any]:
    return [act for act in acts if act.entry.type not in types]


# The life of an assertion.

RESOLUTION, VERSION, VIEWER = "domain.resolution.", "domain.model.Version.", "domain.model.Viewer."


def _correction_does_not_tell(original: Any) -> Any:
    return lambda entry, acts, known_at: (original(entry, acts, known_at)[0], known_at)


def _last_writer_by_seq(original: Any) -> Any:
    def resolve_payload(entry: Any, acts: Any, known_at: int) -> tuple[Any, int]:
        payload, reported_at = original(entry, [], known_at)
        for act in sorted(acts, key=lambda each: each.entry.seq):
            payload, told_at = original(replace(entry, payload=payload), [act], known_at)
            if "occurred" in (act.payload.get("changes") or {}):
                reported_at = told_at
        return payload, reported_at

    return resolve_payload


def _acts_always_act(original: Any) -> Any:
    def resolve_version(entry: Any, *arguments: Any) -> Any:
        version = original(entry, *arguments)
        is_act = version and version.standing == "act"
        return replace(version, withdrawn=False) if is_act else version

    return resolve_version


def _any_retraction_holds(acts: Any) -> bool:
    return any(act.entry.type == "event-retracted" for act in acts)


def _last_retraction_by_seq(acts: Any) -> bool:
    turns = [x for x in acts if x.entry.type in ("event-retracted", "retraction-reversed")]
    last = max(turns, key=lambda act: act.entry.seq, default=None)
    return last is not None and last.entry.type == "event-retracted"


def _keep_voided(original: Any) -> Any:
    return lambda entry, acts, viewer, at: original(
        entry, without_types(acts, "record-voided"), viewer, at
    )


def _resolution_ends_nothing(original: Any) -> Any:
    return lambda version, acts: original(version, without_types(acts, "dispute-resolved"))


def _resolution_ends_all(original: Any) -> Any:
    def apply_disputes(version: Any, acts: Any) -> Any:
        if any(act.entry.type == "dispute-resolved" for act in acts):
            return version
        return original(version, acts)

    return apply_disputes


def _disputed_field_is_kept(original: Any) -> Any:
    return lambda version, acts: replace(original(version, acts), payload=version.payload)


def _corrected_default_is_said(original: Any) -> Any:
    def resolve_payload(entry: Any, acts: Any, known_at: int) -> tuple[Any, int]:
        payload, reported_at = original(entry, acts, known_at)
        changes = {k: v for act in acts for k, v in (act.payload.get("changes") or {}).items()}
        said = {k: v for k, v in changes.items() if v is not None and k != "reports"}
        return said | payload, reported_at

    return resolve_payload


def _disputed_default_is_no_rival(original: Any) -> Any:
    return lambda version, name: original(version, name) if name in version.payload else []


def _sees_only_own_audience(viewer: Any, report: Any) -> bool:
    is_own = report.get("audience", "public") == viewer.audience
    return is_own and viewer.counts(report)


def _recording_is_a_report_to_all(original: Any) -> Any:
    def resolve_known_at(entry: Any, *arguments: Any) -> int:
        known_at: int | None = original(entry, *arguments)
        return entry.recorded_at if known_at is None else min(known_at, entry.recorded_at)

    return resolve_known_at


def _recording_is_no_report(original: Any) -> Any:
    return lambda *arguments: original(*arguments[:-1], replace(arguments[-1], audience="press"))


def _known_by_latest_report(
    entry: Any, acts: Any, own: Any, reports: Any, viewer: Any
) -> int | None:
    instants = [report.out_at for report in reports]
    return max([*instants, entry.recorded_at] if viewer.is_staff else instants, default=None)


def _held_before_known(original: Any) -> Any:
    return lambda entry, acts, viewer, at: original(entry, acts, viewer, LATEST)


def _embargo_ends_a_moment_later(original: Any) -> Any:
    def resolve_version(entry: Any, acts: Any, viewer: Any, at: int) -> Any:
        version = original(entry, acts, viewer, at)
        return None if version and version.known_at == at else version

    return resolve_version


def _follows_original_reports(original: Any) -> Any:
    return lambda entry, reports: original(entry, entry.payload.get("reports", ()))


def _every_report_is_a_source(reports: Any, count: int) -> int | None:
    instants = sorted(report.out_at for report in reports if report.report.get("publisher"))
    return instants[count - 1] if len(instants) >= count else None


def _only_wins_over_exclusion(viewer: Any, report: Any) -> bool:
    keys = source_keys(report)
    if viewer.only_source:
        return not keys.isdisjoint(viewer.only_source)
    return keys.isdisjoint(viewer.exclude_source)


def _acts_need_sources_too(original: Any) -> Any:
    def resolve_known_at(entry: Any, *arguments: Any) -> Any:
        return original(replace(entry, type="meeting-held"), *arguments)

    return resolve_known_at


LIFE = (
    Rule(
        "recorded means out",
        RESOLUTION + "_last_published",
        always(lambda published, zone, recorded_at: parse_span(published, zone).start.last),
        ORACLE,
    ),
    Rule(
        "only staff knows by recording",
        RESOLUTION + "_last_published",
        lambda original: lambda *a: max(a[2], parse_span(a[0], a[1]).start.last),
        ORDER,
    ),
    Rule(
        "told means happened",
        RESOLUTION + "_resolve_occurred",
        lambda original: lambda entry, payload, reported_at: original(entry, payload, LATEST),
        ORACLE,
    ),
    Rule(
        "only what is actual has happened when told",
        RESOLUTION + "_resolve_occurred",
        lambda original: (
            lambda entry, payload, reported_at: original(
                entry, {**payload, "modality": "actual"}, reported_at
            )
        ),
        ORACLE,
    ),
    Rule(
        "a corrected time is told by its correction",
        RESOLUTION + "_resolve_payload",
        _correction_does_not_tell,
        ORACLE,
    ),
    Rule(
        "our own correction counts from its target",
        RESOLUTION + "_effective_at",
        lambda original: (
            lambda act, known_at: (
                act.entry.recorded_at
                if act.entry.type in RECORDER_ACT_TYPES
                else original(act, known_at)
            )
        ),
        ORACLE,
    ),
    Rule(
        "a source's act counts from its own known time",
        RESOLUTION + "_effective_at",
        always(lambda act, known_at: known_at),
        ORACLE,
    ),
    Rule(
        "a source's act never counts before its target",
        RESOLUTION + "_effective_at",
        always(
            lambda act, known_at: known_at if act.entry.type in RECORDER_ACT_TYPES else act.known_at
        ),
        ORACLE,
    ),
    Rule(
        "the last writer is the last by the acts' times",
        RESOLUTION + "_resolve_payload",
        _last_writer_by_seq,
        ORACLE,
    ),
    Rule(
        "an act that is taken back does not act",
        RESOLUTION + "resolve_version",
        _acts_always_act,
        ORACLE,
    ),
    Rule(
        "a retraction withdraws", RESOLUTION + "_is_withdrawn", always(lambda acts: False), ORACLE
    ),
    Rule(
        "a reversal ends a retraction",
        RESOLUTION + "_is_withdrawn",
        always(_any_retraction_holds),
        ORACLE,
    ),
    Rule(
        "the later of retraction and reversal holds",
        RESOLUTION + "_is_withdrawn",
        always(_last_retraction_by_seq),
        "tests/test_acts.py::"
        "test_the_later_of_retraction_and_reversal_holds_also_before_the_event_is_known",
    ),
    Rule("what is voided is nowhere", RESOLUTION + "resolve_version", _keep_voided, ORACLE),
    Rule(
        "a resolution ends the disputes known by then",
        RESOLUTION + "_apply_disputes",
        _resolution_ends_nothing,
        ORACLE,
    ),
    Rule(
        "a dispute known later opens again",
        RESOLUTION + "_apply_disputes",
        _resolution_ends_all,
        ORACLE,
    ),
    Rule(
        "a disputed field is null", RESOLUTION + "_apply_disputes", _disputed_field_is_kept, ORACLE
    ),
    Rule(
        "a disputed time is the hull of both",
        "domain.edtf.Bounds.hull_with",
        always(lambda bounds, other: other),
        ORACLE,
    ),
    Rule(
        "a default goes without saying, also in a correction",
        RESOLUTION + "_resolve_payload",
        _corrected_default_is_said,
        CORRECTED_DEFAULT,
    ),
    Rule(
        "a default that is disputed is a rival too",
        RESOLUTION + "_original_rival",
        _disputed_default_is_no_rival,
        ORACLE,
    ),
    Rule(
        "each audience sees the reports of those before it",
        VIEWER + "can_see",
        always(_sees_only_own_audience),
        ORACLE,
    ),
    Rule(
        "no audience sees the reports of those after it",
        VIEWER + "can_see",
        lambda original: (
            lambda viewer, report: original(replace(viewer, audience=AUDIENCES[-1]), report)
        ),
        EMBARGO,
    ),
    Rule(
        "a publisher left out says nothing",
        VIEWER + "can_see",
        lambda original: (
            lambda viewer, report: original(replace(viewer, exclude_source=frozenset()), report)
        ),
        FILTERED,
    ),
    Rule(
        "recording is a report to staff alone",
        RESOLUTION + "_resolve_known_at",
        _recording_is_a_report_to_all,
        EMBARGO,
    ),
    Rule(
        "recording is a report to staff",
        RESOLUTION + "_resolve_known_at",
        _recording_is_no_report,
        ORACLE,
    ),
    Rule(
        "an assertion is known by its earliest report",
        RESOLUTION + "_resolve_known_at",
        always(_known_by_latest_report),
        ORACLE,
    ),
    Rule(
        "what is known later is not held",
        RESOLUTION + "resolve_version",
        _held_before_known,
        TOO_EARLY,
    ),
    Rule(
        "an embargo ends at its very moment",
        RESOLUTION + "resolve_version",
        _embargo_ends_a_moment_later,
        ENDS,
    ),
    Rule(
        "reports are corrected as a whole list",
        RESOLUTION + "_own_reports",
        always(lambda entry, acts: entry.payload.get("reports", ())),
        ORACLE,
    ),
    Rule(
        "bookkeeping with reports follows them",
        RESOLUTION + "has_no_clock",
        always(lambda entry, reports: entry.type in {*RECORDER_ACT_TYPES, *BOOKKEEPING_TYPES}),
        ORACLE,
    ),
    Rule(
        "bookkeeping follows its corrected reports",
        RESOLUTION + "has_no_clock",
        _follows_original_reports,
        ORACLE,
    ),
    Rule(
        "a withdrawal of a stance that nobody took is listed",
        "projections.answers.positions._withdrawals_only",
        always(lambda newest_first: []),
        "tests/test_acts.py::test_verdicts_and_withdrawals_of_what_nobody_said_are_anomalies",
    ),
    Rule(
        "a verdict on nothing is listed",
        "projections.answers.plan_anomalies._verdicts_on_nothing",
        always(lambda plans: iter(())),
        "tests/test_acts.py::test_verdicts_and_withdrawals_of_what_nobody_said_are_anomalies",
    ),
    Rule(
        "an act on what is not there is listed",
        "projections.answers.anomaly_list.AFTER_PLANS",
        lambda finders: {**finders, "acts": lambda view: iter(())},
        "tests/test_phantom_acts.py::test_acts_that_find_nothing_in_their_event_are_anomalies",
    ),
    Rule(
        "an act on what is not there gets a warning, unless it follows in the batch",
        "domain.later_checks.introduce_objects",
        always(lambda kind, value, event, find_target: iter(())),
        "tests/test_phantom_acts.py::test_what_a_later_event_of_the_batch_gives_needs_no_warning",
    ),
    Rule(
        "what names a statement or meeting that is not there is listed",
        "projections.answers.anomaly_list.AFTER_PLANS",
        lambda finders: {**finders, "links": lambda view: iter(())},
        "tests/test_phantom_links.py::test_what_names_something_that_is_not_there_is_an_anomaly",
    ),
    Rule(
        "a link is in vain only while and for whom nobody made what it names",
        "projections.index.statement_links.subtract",
        always(lambda period, taken: [period]),
        "tests/test_phantom_links.py::test_it_ends_on_the_day_on_which_what_is_named_came_out",
    ),
    Rule(
        "a circle is followed through all that may lead back",
        "projections.index.statement_links.StatementLinks._place_circle",
        always(lambda links, link, own: None),
        "tests/test_phantom_links.py::test_circles_over_several_steps_are_anomalies",
    ),
    Rule(
        "a link of a submission is checked once all of it is known",
        "domain.later_checks.introduce_links",
        always(lambda kind, value, event, find_target, find_introducer: iter(())),
        "tests/test_phantom_links.py::test_recording_them_warns",
    ),
    Rule(
        "a text of another point is none of a point's events",
        "projections.answers.wordings.WordingSources._is_of_others",
        always(lambda sources, event, name: False),
        "tests/test_wordings.py::test_a_wording_has_its_own_date_and_sources",
    ),
    Rule(
        "an endorsement does not move the date of its plan",
        "projections.answers.plans.PLAN_LABELS",
        always(("plan-introduced", "plan-endorsed")),
        "tests/test_wordings.py::test_a_plan_is_known_since_it_was_introduced",
    ),
    Rule(
        "an insertion is no point that was claimed",
        "projections.answers.plans.CLAIMED",
        always("title"),
        "tests/test_redline.py::test_an_inserted_point_makes_no_unseen_one_known",
    ),
    Rule(
        "an appointment may be told in advance",
        "projections.fold.APPOINTMENT_TYPES",
        always(frozenset()),
        "tests/test_resolution.py::test_an_appointment_announced_in_advance_is_no_anomaly",
    ),
    Rule(
        "a report that is added counts",
        RESOLUTION + "_dated_reports",
        lambda original: lambda entry, own, acts, viewer: original(entry, own, (), viewer),
        ORACLE,
    ),
    Rule(
        "a text that is seen late is filled in",
        RESOLUTION + "apply_texts",
        always(lambda payload, points: None),
        "tests/test_acts.py::test_a_late_text_reaches_the_points_of_a_split",
    ),
    Rule(
        "early is what lies after its telling",
        VERSION + "reported_early",
        always(property(lambda version: version.occurred.lo > version.known_at)),
        "tests/test_resolution.py::test_a_correction_of_the_time_is_no_anomaly",
    ),
    Rule(
        "sources are counted by origin",
        RESOLUTION + "_nth_origin_at",
        always(_every_report_is_a_source),
        FILTERED,
    ),
    Rule(
        "a report counts with the publisher that it repeats",
        RESOLUTION + "origin_key",
        always(lambda report: publisher_key(report.get("publisher") or "")),
        SOURCES + "who_repeats_a_publisher_is_no_source_of_its_own",
    ),
    Rule(
        "publishers are compared by name without case, blanks and forms",
        "domain.sources.publisher_key",
        always(lambda name: name),
        SOURCES + "a_publisher_is_one_in_every_spelling",
    ),
    Rule(
        "exclusion wins over only_source",
        VIEWER + "counts",
        always(_only_wins_over_exclusion),
        SOURCES + "who_repeats_a_publisher_is_no_source_of_its_own",
    ),
    Rule(
        "what loses all its reports is not known to staff either",
        RESOLUTION + "recording_counts",
        always(lambda own, viewer: True),
        SOURCES + "an_event_that_loses_all_its_reports_is_not_known_to_staff_either",
    ),
    Rule(
        "a wording needs as many origins as an assertion",
        RESOLUTION + "_has_wording",
        always(lambda entry, acts: False),
        SOURCES + "a_wording_needs_as_many_origins_as_an_assertion",
    ),
    Rule(
        "a publisher that no report names is refused",
        "api.session.check_names",
        always(lambda asked, known: None),
        SOURCES + "a_name_that_no_report_bears_is_refused_with_the_nearest",
    ),
    Rule(
        "an anonymous claim is of the publisher that it comes from",
        "domain.cells.origin_name",
        always(lambda report: ""),
        SOURCES + "of_each_claimant_the_last_claim_stands_with_the_count_of_those_before",
    ),
    Rule(
        "of each claimant the last claim stands",
        "projections.answers.positions.resolve_claims",
        always(list),
        SOURCES + "of_each_claimant_the_last_claim_stands_with_the_count_of_those_before",
    ),
    Rule(
        "acts need one source", RESOLUTION + "_resolve_known_at", _acts_need_sources_too, FILTERED
    ),
    Rule(
        "only what is actual moves",
        VERSION + "affects_state",
        always(property(lambda it: not it.withdrawn and "erased" not in it.payload)),
        ORACLE,
    ),
)


# The clocks of a basis.

RESOLVE_BASIS = "domain.basis.resolve_basis"


def _knowledge_beyond_now(original: Any) -> Any:
    def resolve_basis(question: Any, log: Any, *reader: Any) -> Any:
        asked = question.known_at if question.known_at is not None else question.as_of
        basis = original(question, log, *reader)
        return basis if asked is None else replace(basis, known_at=max(basis.known_at, asked))

    return resolve_basis


def _lowered_is_pinned(original: Any) -> Any:
    def resolve_basis(question: Any, log: Any, *reader: Any) -> Any:
        given = (question.known_at, question.valid_at, question.seq)
        return replace(original(question, log, *reader), pinned=None not in given)

    return resolve_basis


def _pinned_by_two_clocks(original: Any) -> Any:
    def resolve_basis(question: Any, log: Any, *reader: Any) -> Any:
        seq = log.head if question.seq is None else question.seq
        pinned = original(replace(question, seq=seq), log, *reader).pinned
        return replace(original(question, log, *reader), pinned=pinned)

    return resolve_basis


def _seq_is_the_head(original: Any) -> Any:
    return lambda question, log, *reader: replace(original(question, log, *reader), seq=log.head)


def _turn(question: Any, log: Any) -> int:
    turn: int = log.now if question.as_of is None else question.as_of
    return turn


def _hindsight_of_the_turn(original: Any) -> Any:
    def resolve_basis(question: Any, log: Any, *reader: Any) -> Any:
        if question.basis == "hindsight" and question.known_at is None:
            question = replace(question, known_at=_turn(question, log))
        return original(question, log, *reader)

    return resolve_basis


def _as_known_by_the_record_of_the_turn(original: Any) -> Any:
    def resolve_basis(question: Any, log: Any, *reader: Any) -> Any:
        if question.basis == "as-known" and question.recorded_at is None:
            question = replace(question, recorded_at=_turn(question, log))
        return original(question, log, *reader)

    return resolve_basis


CLOCKS = (
    Rule("knowledge beyond now is lowered to now", RESOLVE_BASIS, _knowledge_beyond_now, EMBARGO),
    Rule("a lowered answer is not pinned", RESOLVE_BASIS, _lowered_is_pinned, IMMUTABLE),
    Rule(
        "an answer is pinned by all three clocks",
        RESOLVE_BASIS,
        _pinned_by_two_clocks,
        "tests/test_http.py::test_an_answer_without_one_of_the_three_clocks_is_not_pinned[http-seq=7]",
    ),
    Rule("a pinned answer keeps its seq", RESOLVE_BASIS, _seq_is_the_head, IMMUTABLE),
    Rule("hindsight knows what is known now", RESOLVE_BASIS, _hindsight_of_the_turn, ORACLE),
    Rule(
        "as-known has the whole record", RESOLVE_BASIS, _as_known_by_the_record_of_the_turn, ORACLE
    ),
    Rule(
        "an answer is settled once the head is past it",
        "domain.basis._is_settled",
        lambda original: (
            lambda question, log, as_of: original(
                question, replace(log, recorded_at=lambda seq: LATEST), as_of
            )
        ),
        IMMUTABLE,
    ),
    Rule(
        "pinned answers are immutable",
        "domain.basis.Basis.is_immutable",
        always(property(lambda basis: basis.settled)),
        OFTEN,
    ),
)


# What stands: positions, meetings, plans.

RESOLVE_POSITION = "domain.cells.resolve_position"


def _touching_is_before(original: Any) -> Any:
    return lambda newest_first: original(row._replace(lo=row.lo + 1) for row in newest_first)


def _frontier_of_the_last_row(original: Any) -> Any:
    def resolve(newest_first: Any) -> Any:
        rows = list(newest_first)
        cuts = (n for n in range(1, len(rows)) if rows[n].last < rows[n - 1].lo)
        cut = next(cuts, len(rows))
        return original([*(row._replace(last=LATEST) for row in rows[:cut]), *rows[cut:]])

    return resolve


def _since_the_candidates(original: Any) -> Any:
    def resolve(newest_first: Any) -> Any:
        position = original(newest_first)
        is_stated = position and position.since
        return replace(position, since=position.candidates[-1]) if is_stated else position

    return resolve


def _run_goes_on_behind_another(original: Any) -> Any:
    def resolve(newest_first: Any) -> Any:
        rows = list(newest_first)
        position = original(rows)
        if not position or not position.since:
            return position
        return replace(position, since=[r for r in rows if r.label == position.winner.label][-1])

    return resolve


def _first_by_tie_order(original: Any) -> Any:
    def resolve(newest_first: Any) -> Any:
        position = original(newest_first)
        if not position:
            return position
        return replace(position, candidates=position.candidates[::-1])

    return resolve


def _overdue_once_it_may_be_past(meeting: Any, valid_at: int) -> str:
    is_due = meeting.due_bounds and meeting.due_bounds.lo <= valid_at
    return "overdue" if is_due else str(meeting.base_status)


def _clock_makes_held(original: Any) -> Any:
    def status_at(meeting: Any, valid_at: int) -> str:
        return str(original(meeting, valid_at)).replace("overdue", "held")

    return status_at


def _cancelled_stays(original: Any) -> Any:
    def planning_status(rows: Any) -> str | None:
        status: str | None = original(rows)
        is_cancelled = any(row.label == "meeting-cancelled" for row in rows)
        return "cancelled" if is_cancelled else status

    return planning_status


def _held_goes_over_concluded(original: Any) -> Any:
    def occurrence_status(rows: Any) -> str | None:
        status: str | None = original(rows)
        held = any(row.label == "meeting-held" and not row.possible for row in rows)
        return "held" if held else status

    return occurrence_status


def _goes_on_without_end(meeting: Any, valid_at: int) -> bool:
    return any(span.kind in ("duration", "ongoing") for span in meeting.held_spans)


def _conclusion_overwrites_when_it_was_held(original: Any) -> Any:
    def values_of(values: Any, *types: str) -> Any:
        return original(
            values, *(("meeting-concluded", *types) if "meeting-held" in types else types)
        )

    return values_of


def _a_failed_watch_counts(original: Any) -> Any:
    return lambda value, zone: original({**value, "result": "changed"}, zone)


def _gaps_end_with_the_last_watch(original: Any) -> Any:
    def find_gaps(period: Any, watched: Any) -> Any:
        days = list(watched)
        until = max((last for _, last in days), default=period[1])
        return original((period[0], min(until, period[1])), days)

    return find_gaps


def _an_unset_date_leaves_the_one_before(original: Any) -> Any:
    def values_of(values: Any, *types: str) -> Any:
        chosen = original(values, *types)
        dated = "meeting-rescheduled" in types
        return [value for value in chosen if value.get("expected")] if dated else chosen

    return values_of


def _agreed_once_is_agreed(text_row: Any, rows: Any) -> bool:
    from domain.plans import AGREEING_LABELS

    last = max(rows, key=lambda row: row.tie_order, default=None)
    return last is not None and last.label in AGREEING_LABELS


def _substitution_keeps_the_date(original: Any) -> Any:
    def apply_wording(point: Any, row: Any) -> None:
        before = point.text_row
        original(point, row)
        point.text_row = before if row.label == "substitution" else point.text_row

    return apply_wording


def _by_name_of_the_point(steps: Any, standing: Any) -> list[str]:
    return sorted(standing)


def _lineage_forwards_only(original: Any) -> Any:
    def pair_points(old: Any, new: Any, origins: Any) -> Any:
        pairs = original(old, new, origins)
        return [(one, other) for one, other in pairs if one not in origins or not origins[one]]

    return pair_points


def _every_text_is_whole(original: Any) -> Any:
    def read_text(plans: Any, slug: str) -> Any:
        text = original(plans, slug)
        return text and text._replace(is_whole=True)

    return read_text


def _wordings_rest_on_their_event(original: Any) -> Any:
    return lambda sources, name, text, provenance: provenance


def _homeless_operations_are_left_out(original: Any) -> Any:
    def resolve_points(*arguments: Any) -> Any:
        points = original(*arguments)
        for point in points.values():
            point.rows = point.rows if point.established else point.rows[-1:]
        return points

    return resolve_points


def _only_plans_with_rows(original: Any) -> Any:
    def build_all(plans: Any, *lists: Any) -> Any:
        shown = {*plans.rows_by_plan, *plans.points}
        return [plan for plan in original(plans, *lists) if plan["plan"] in shown]

    return build_all


ENDING = "domain.plans.ENDING_LABELS"

STANDINGS = (
    Rule(
        "points stand in the order of their text",
        "domain.point_order.order_points",
        always(_by_name_of_the_point),
        f"{WORDINGS}points_stand_in_the_order_of_their_text",
    ),
    Rule(
        "a wording of uncertain order says so",
        "domain.plans._find_rivals",
        always(lambda last, rows: []),
        f"{WORDINGS}two_wordings_of_one_day_are_of_uncertain_order",
    ),
    Rule(
        "a wording has its own date and sources",
        "projections.answers.wordings.WordingSources._of_text",
        _wordings_rest_on_their_event,
        f"{WORDINGS}a_wording_has_its_own_date_and_sources",
    ),
    Rule(
        "a text seen later gives the points of an introduction without any",
        RESOLUTION + "add_points",
        always(lambda payload, points: None),
        f"{WORDINGS}a_text_seen_later_gives_the_points_of_an_introduction_without_any",
    ),
    Rule(
        "lineage pairs points in both directions",
        "projections.answers.pairing.pair_points",
        _lineage_forwards_only,
        f"{REDLINE}lineage_pairs_points_in_both_directions",
    ),
    Rule(
        "nothing is removed from a text that is not wholly known",
        "projections.answers.plans.PlanSet.read_text",
        _every_text_is_whole,
        f"{REDLINE}nothing_is_removed_from_a_text_of_which_fewer_points_are_known_than_claimed",
    ),
    Rule(
        "a paraphrase is never word for word",
        "projections.answers.redline.OWN_WORDS",
        always((None, "verbatim", "translated", "paraphrase")),
        f"{REDLINE}a_paraphrase_is_never_word_for_word",
    ),
    Rule(
        "a search finds inside runs of a script without blanks",
        "projections.words._split_run",
        always(lambda run: [run]),
        f"{SEARCH}a_word_of_any_script_is_found_and_marked",
    ),
    Rule(
        "a search does not find parts of a run that stand apart",
        "projections.search._holds_wanted",
        always(lambda texts, words, term: True),
        f"{SEARCH}what_no_text_has_is_not_found",
    ),
    Rule(
        "a name is found in every spelling that is registered",
        "projections.names.read_named_things",
        always(lambda view: iter(())),
        f"{SEARCH}a_name_is_found_in_every_spelling",
    ),
    Rule(
        "of a delegation only who has a typed name is found",
        "api.pages.people.page._named_people",
        always(lambda people, things: iter(people)),
        f"{SEARCH}of_a_delegation_only_who_has_the_typed_name_is_found",
    ),
    Rule(
        "of a name that nobody has the nearest are offered",
        "projections.names.nearest_names",
        always(lambda text, names: []),
        f"{SEARCH}the_page_of_people_says_that_nobody_has_a_name",
    ),
    Rule(
        "the rail has a lane for each group of events",
        "api.pages.shared.rail.GROUP_BY_TYPE",
        always(dict.fromkeys(CLASS_BY_TYPE, "statements")),
        "tests/test_pages_rail.py::test_the_rail_has_a_lane_for_each_group_that_there_is",
    ),
    Rule(
        "a page of a date shows as happened what was known then",
        "api.pages.shared.rail.replace",
        always(lambda basis, **changes: replace(basis, known_at=LATEST, valid_at=LATEST)),
        "tests/test_pages_rail.py::test_a_page_of_a_date_shows_as_happened_only_what_was_known_then",
    ),
    Rule(
        "what ends to be known is no longer counted as happened",
        "projections.index.rows.LATEST",
        always(0),
        "tests/test_time_properties.py::"
        "test_what_was_known_to_have_happened_is_counted_on_each_day_and_at_its_end",
    ),
    Rule(
        "a vowel sign is no accent, in whatever script",
        "projections.words._IGNORED",
        always(regex.compile(r"[[\p{M}--\p{ccc=0}]\p{Cf}\u0640]+", regex.VERSION1)),
        SEARCH_PROPERTY,
    ),
    Rule(
        "the words of a slug alone name nobody",
        "projections.search._holds_each",
        always(lambda item, terms: True),
        SEARCH_PROPERTY,
    ),
    Rule(
        "a second registration keeps its names in a language of the first",
        "projections.merged_view._join_registrations",
        always(lambda first, group: first),
        SEARCH_PROPERTY,
    ),
    Rule(
        "what is found by a name shows its spelling",
        "projections.passages._read_spellings",
        always(lambda item, terms: ()),
        "tests/test_search.py::test_what_is_found_by_a_name_shows_its_spelling",
    ),
    Rule(
        "a name under a slug does not take the place of a language",
        "projections.merged_view._free_key",
        always(lambda labels, key: key),
        "tests/test_same_as.py::test_a_slug_that_is_also_a_language_keeps_both_names",
    ),
    Rule(
        "a search finds publishers",
        "projections.full_text.REPORT_TEXTS",
        always(()),
        f"{SEARCH}a_publisher_is_found",
    ),
    Rule(
        "what is searched shows no more than the answer",
        "projections.passages.HIDDEN_FIELDS",
        always(()),
        f"{SEARCH}a_passage_is_of_what_stands",
    ),
    Rule(
        "a few words between two longer replacements are replaced with them",
        "projections.texts.word_diff._absorb_strays",
        always(list),
        WORD_CHANGES,
    ),
    Rule(
        "a change begins where a sentence or clause does",
        "projections.texts.word_diff._slide_changes",
        always(lambda hunks: hunks),
        WORD_CHANGES,
    ),
    Rule(
        "no operation begins inside a grapheme",
        "projections.texts.word_diff.split_tokens",
        always(lambda text: re.findall(r"\s+|\w+|[^\w\s]", text)),
        "tests/test_word_diff.py::test_no_operation_begins_inside_a_grapheme",
    ),
    Rule(
        "long texts are not compared by the process that answers",
        "projections.texts.comparer.LONG_TEXTS",
        always(2**30),
        "tests/test_text_comparer.py::test_long_texts_are_compared_in_another_process",
    ),
    Rule(
        "a stance on a point that no plan has is an anomaly",
        "projections.answers.plan_anomalies._stances_without_point",
        always(lambda plans: iter(())),
        "tests/test_acts.py::test_a_stance_on_a_point_that_no_plan_has_is_an_anomaly",
    ),
    Rule(
        "a position is surely before another or a candidate",
        RESOLVE_POSITION,
        _touching_is_before,
        POSITIONS + "two_stances_of_one_moment_are_both_candidates",
    ),
    Rule("the frontier is the latest lo", RESOLVE_POSITION, _frontier_of_the_last_row, FRONTIER),
    Rule(
        "different stances are mixed",
        "domain.cells.ResolvedPosition.mixed",
        always(property(lambda position: False)),
        ONE_PLACE,
    ),
    Rule("since begins the run of one stance", RESOLVE_POSITION, _since_the_candidates, ONE_RUN),
    Rule("another stance ends the run", RESOLVE_POSITION, _run_goes_on_behind_another, ONE_RUN),
    Rule(
        "the last by tie order is the position",
        RESOLVE_POSITION,
        _first_by_tie_order,
        POSITIONS + "of_stances_that_may_each_be_the_last_the_last_by_tie_order_is_shown",
    ),
    Rule(
        "third parties never move a position",
        "domain.cells.CLAIMED_ATTRIBUTIONS",
        always(("anonymous",)),
        POSITIONS + "a_claim_of_others_moves_no_position",
    ),
    Rule(
        "a disputed attribution moves nothing",
        "domain.cells._position_entries",
        lambda original: lambda kind, value, disputed: original(kind, value, False),
        ORACLE,
    ),
    Rule(
        "tie order goes by the last moment first",
        "domain.cells.CellRow.tie_order",
        always(property(lambda row: (row.lo, row.last, *row[2:5]))),
        ORACLE,
    ),
    Rule(
        "a promise is overdue once surely past",
        "domain.meetings.ResolvedMeeting.status_at",
        always(_overdue_once_it_may_be_past),
        OF_PROMISES,
    ),
    Rule(
        "the clock never makes a meeting held",
        "domain.meetings.ResolvedMeeting.status_at",
        _clock_makes_held,
        OF_PROMISES,
    ),
    Rule(
        "a reschedule revives what was cancelled",
        "domain.meetings._planning_status",
        _cancelled_stays,
        OF_PROMISES,
    ),
    Rule(
        "concluded goes over held",
        "domain.meetings._occurrence_status",
        _held_goes_over_concluded,
        OF_MEETINGS,
    ),
    Rule(
        "a meeting goes on until its end is past",
        "domain.meetings.ResolvedMeeting.is_ongoing_at",
        always(_goes_on_without_end),
        OF_MEETINGS,
    ),
    Rule(
        "a conclusion leaves when a meeting was held",
        "domain.meetings._values_of",
        _conclusion_overwrites_when_it_was_held,
        OF_MEETINGS,
    ),
    Rule(
        "a date not set takes the place of the one before",
        "domain.meetings._values_of",
        _an_unset_date_leaves_the_one_before,
        OF_PROMISES,
    ),
    Rule(
        "a failed watch covers nothing",
        "domain.coverage.watched_period",
        _a_failed_watch_counts,
        OF_WATCHES,
    ),
    Rule(
        "the days since the last watch are a gap",
        "projections.answers.coverage.find_gaps",
        _gaps_end_with_the_last_watch,
        OF_WATCHES,
    ),
    Rule(
        "a place is the answer with whether it is held",
        "domain.cells.is_same_place",
        always(lambda row, other: row.label == other.label),
        ONE_PLACE,
    ),
    Rule(
        "a refused answer is another place than a held one",
        "domain.cells.holding_of",
        always(lambda stance: stance),
        ONE_PLACE,
    ),
    Rule("a repeal ends a point", ENDING, always(("split", "joined")), OF_TEXTS),
    Rule("a split ends a point", ENDING, always(("repeal", "joined")), OF_TEXTS),
    Rule("a join ends its sources", ENDING, always(("repeal", "split")), OF_TEXTS),
    Rule(
        "a later text lapses an agreement",
        "domain.plans._accepts_text",
        always(_agreed_once_is_agreed),
        OF_AGREEMENTS,
    ),
    Rule(
        "a substitution is a change of the text",
        "domain.plans._apply_wording",
        _substitution_keeps_the_date,
        f"{WORDINGS}two_wordings_of_one_day_are_of_uncertain_order",
    ),
    Rule(
        "every operation without its point is listed",
        "projections.answers.plans.resolve_points",
        _homeless_operations_are_left_out,
        UNMENTIONED,
    ),
    Rule(
        "a plan shows by a proposed amendment alone",
        "projections.answers.plans.PlanSet.build_all",
        _only_plans_with_rows,
        ONLY_PROPOSED,
    ),
)


# The index against the plain fold.

BATCH, VIEW = "projections.index.writer.IndexBatch.", "projections.index.reader.IndexView."
ROWS = "projections.index.rows.build_rows"


def _reopens(table: str, column: str) -> Breaker:
    """Let closing a version forget the rows of a table whose column names it."""

    def broken(original: Any) -> Any:
        def close_version(batch: Any, version_id: int, now: int) -> None:
            original(batch, version_id, now)
            batch.c.execute(
                f"UPDATE {table} SET recorded_to = :open"  # noqa: S608  # only constants are put in
                f" WHERE {column} = :id AND recorded_to = :now",
                {"open": OPEN_SEQ, "id": version_id, "now": now},
            )

        return close_version

    return broken


def _proposal_has(**columns: int) -> Breaker:
    """Let the other half of an adopted amendment be what it is not."""
    return lambda original: (
        lambda batch, proposal, *rest: original(batch, {**dict(proposal), **columns}, *rest)
    )


def _rows_with(change: Callable[[Any], dict[str, Any]]) -> Breaker:
    def broken(original: Any) -> Any:
        def build_rows(rectangle: Any) -> Any:
            rows = original(rectangle)
            return rows._replace(**change(rows))

        return build_rows

    return broken


def _halved_widths(original: Any) -> Any:
    def latest_moments(begun_by: int) -> list[int]:
        return [begun_by + (latest - begun_by) // 2 for latest in original(begun_by)]

    return latest_moments


def _with_parameters(view: Any, **parameters: int) -> Any:
    other = copy(view)
    other.basis_params = {**view.basis_params, **parameters}
    return other


def _scheduled_from_the_clock_on(original: Any) -> Any:
    def list_by_standing(view: Any, standing: str, limit: int) -> Any:
        if standing == "scheduled":
            view = copy(view)
            view.basis = replace(view.basis, valid_at=view.basis.valid_at - 1)
        return original(view, standing, limit)

    return list_by_standing


def _with_the_newest_json(original: Any) -> Any:
    def read_json(view: Any, seqs: Any) -> Any:
        json_by_seq = original(view, seqs)
        newest = _with_parameters(view, known=LATEST - 1, seq=OPEN_SEQ - 1)
        items = newest.read_log(LogQuery(1000))
        newest_json = {item.seq: (item.body, item.provenance) for item in items}
        return {seq: newest_json.get(seq, own) for seq, own in json_by_seq.items()}

    return read_json


def _without_possible_rows(original: Any) -> Any:
    def read_cell_rows(view: Any, *arguments: Any) -> Any:
        pages = {
            key: [row for row in rows if not row.possible]
            for key, rows in original(view, *arguments).items()
        }
        return {key: rows for key, rows in pages.items() if rows}

    return read_cell_rows


def _one_more_word(original: Any) -> Any:
    def open_version(batch: Any, negotiation: str, rows: Any, now: int) -> None:
        is_next = rows.words is not None and tracked_seq(batch.c) == rows.item.seq - 1
        original(
            batch, negotiation, rows._replace(words=[*rows.words, "x"]) if is_next else rows, now
        )

    return open_version


READ_MODEL = (
    Rule(
        "what no longer holds is closed",
        BATCH + "_close_version",
        _reopens("version", "id"),
        INDEXED,
    ),
    Rule(
        "what a version placed is closed with it",
        BATCH + "_close_version",
        _reopens("placement", "version"),
        INDEXED,
    ),
    Rule(
        "what an amendment had placed is closed with it",
        BATCH + "_close_version",
        _reopens("placement", "partner"),
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "a rectangle is open above in the record",
        BATCH + "_close_version",
        lambda original: (
            lambda batch, version_id, act: original(
                batch, version_id, replace(act, seq=act.seq + 1)
            )
        ),
        INDEXED,
    ),
    Rule(
        "a rectangle holds from its record on",
        BATCH + "_open_version",
        lambda original: (
            lambda batch, slug, rows, now, *others: original(batch, slug, rows, now + 1, *others)
        ),
        INDEXED,
    ),
    Rule(
        "an amendment counts once both are known",
        BATCH + "_add_adoption",
        _proposal_has(known_from=EARLIEST),
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "an amendment counts while both are held",
        BATCH + "_add_adoption",
        _proposal_has(known_to=LATEST),
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "an amendment counts for who sees both",
        BATCH + "_add_adoption",
        _proposal_has(audiences=0b111),
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "one source is kept or left out by the filters",
        "projections.index.kept_sources._is_kept",
        always(lambda kind, key, viewer: True),
        INDEXED,
    ),
    Rule(
        "a candidate may have all that its acts tell",
        "projections.index.sources._Family._collect_changes",
        always(lambda family, payload: None),
        INDEXED,
    ),
    Rule(
        "a candidate may be as late as its last report",
        "projections.index.sources._Family._latest",
        lambda original: (
            lambda family, entry, starts, known: original(family, entry, starts, [min(known)])
        ),
        INDEXED,
    ),
    Rule(
        "what may change of an amendment may change its counterpart",
        "projections.index.candidates.Candidates._read_counterparts",
        always(lambda candidates, negotiation, amendments: []),
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "a candidate is touched by all moments of its family",
        "projections.index.sources._Family._reach_of",
        always(lambda family, entry: (entry.recorded_at, entry.recorded_at)),
        "tests/test_sources.py::test_a_difference_looks_at_times_that_only_a_filter_shows[http]",
    ),
    Rule(
        "a possible event lies in its class of vagueness",
        ROWS,
        _rows_with(lambda rows: {"item": rows.item._replace(width=max(rows.item.width - 1, 0))}),
        INDEXED,
    ),
    Rule(
        "a rectangle is open above in knowledge",
        ROWS,
        _rows_with(lambda rows: {"known_to": min(rows.known_to + 1, LATEST)}),
        INDEXED,
    ),
    Rule(
        "a rectangle is for its audiences",
        ROWS,
        _rows_with(lambda rows: {"audiences": 0b111}),
        INDEXED,
    ),
    Rule(
        "a possible event ends within its width",
        "projections.index.reader._latest_moments",
        _halved_widths,
        INDEXED,
    ),
    Rule(
        "scheduled is what lies ahead of the world clock",
        VIEW + "list_by_standing",
        _scheduled_from_the_clock_on,
        INDEXED,
    ),
    Rule(
        "a cell is read as far back as needed",
        "projections.index.indexed_cells.NotedRows",
        always(lambda rows, *noted: rows),
        INDEXED,
    ),
    Rule(
        "nothing that may be the last is passed over in a long run",
        "projections.index.indexed_cells.is_past_candidates",
        always(bool),
        "tests/test_long_runs.py::test_all_that_may_be_the_last_is_told[index]",
    ),
    *(
        Rule(
            f"what is read of {of} is noted where a state is carried on",
            "projections.answers.kept_parts.is_touched",
            _untouched(of),
            f"{CARRIED}[{theme}]",
        )
        for of, theme in (
            ("cells", "anything"),
            ("type", "anything"),
            ("standing", "anything"),
            ("event", "amendments"),
            ("anything", "anything"),
        )
    ),
    Rule(
        "a position has the JSON that it has under the basis",
        VIEW + "read_json",
        _with_the_newest_json,
        INDEXED,
    ),
    Rule(
        "a meeting's possible events are read too",
        VIEW + "_read_cell_rows",
        _without_possible_rows,
        INDEXED,
    ),
    Rule(
        "a seq that was recorded by then is looked for in the log",
        RESOLVE_BASIS,
        lambda original: (
            lambda question, log, *reader: original(
                question, replace(log, seq_at=lambda at: log.head), *reader
            )
        ),
        IMMUTABLE,
    ),
    Rule(
        "a rebuild throws every placement away",
        "projections.index.tables.index_tables",
        lambda original: lambda c: tuple(name for name in original(c) if name != "placement"),
        REBUILT,
    ),
    Rule(
        "words do not depend on how they are applied",
        BATCH + "_open_version",
        _one_more_word,
        REBUILT,
    ),
)


# Why something changed.

DIFF, BEGAN = "projections.answers.diff.diff_bases", "projections.answers.diff._began_between"


def _cause_is(cause: str, told: str) -> Breaker:
    """Tell one cause as another."""
    return lambda original: (
        lambda *arguments, **options: [
            {**each, "cause": told if each["cause"] == cause else each["cause"]}
            for each in original(*arguments, **options)
        ]
    )


def _first_step_is_the_cause(original: Any) -> Any:
    def find_cause(key: Any, whole: Any, steps: Any) -> str:
        first = next(n for n, step in enumerate(steps) if step.is_changed(key))
        return original(key, whole, steps) if first == 2 else ("record", "knowledge")[first]

    return find_cause


def _knowledge_moves_first(original: Any) -> Any:
    def diff_bases(open_view: Any, start: Any, end: Any, **options: Any) -> Any:
        by_knowledge = replace(start, known_at=end.known_at)
        by_record = replace(by_knowledge, seq=end.seq, recorded_at=end.recorded_at)
        late = {(x["kind"], x["subject"]) for x in original(open_view, by_knowledge, by_record)}
        return [
            {**each, "cause": "record"}
            if each["cause"] == "knowledge" and (each["kind"], each["subject"]) in late
            else each
            for each in original(open_view, start, end)
        ]

    return diff_bases


def _disputed_never_begin(original: Any) -> Any:
    def began_between(world_step: Any, event_ids: Any) -> Any:
        view = world_step.after.view
        items = [item for event in event_ids if (item := view.find_item(event))]
        return original(world_step, [x.event for x in items if "rivals" not in x.own_fields])

    return began_between


def _only_the_start_counts(original: Any) -> Any:
    def events_behind(key: Any, whole: Any) -> list[str]:
        before = whole.before.facets_of(key[0]).get(key)
        return list(before.events) if before else original(key, whole)

    return events_behind


def _every_claim_stands(original: Any) -> Any:
    def select_attributed(view: Any, *prefix: str) -> Any:
        claims = view.read_cells("attributed", *prefix).values()
        return [join_objects(row.body, row.provenance) for rows in claims for row in rows]

    return select_attributed


def _without_exchange(original: Any) -> Any:
    def diff_bases(open_view: Any, start: Any, end: Any, **options: Any) -> Any:
        turned = replace(end, valid_at=start.valid_at)
        end = turned if end.valid_at < start.valid_at else end
        return original(open_view, start, end, **options)

    return diff_bases


TOUCHED = f"{PROPERTIES}test_what_is_touched_holds_every_difference"
CAUSED = (
    Rule("a late record is the cause record", DIFF, _cause_is("record", "knowledge"), CAUSES),
    Rule("news is the cause knowledge", DIFF, _cause_is("knowledge", "record"), CAUSES),
    Rule("time alone is the cause clock", BEGAN, always(lambda *arguments: True), CAUSES),
    Rule("what happened is the cause world", BEGAN, always(lambda *arguments: False), CAUSES),
    Rule(
        "what was first admitted is no clock's doing",
        "projections.answers.diff.Comparison.admits",
        always(lambda step, event: False),
        CAUSES,
    ),
    Rule(
        "a change rests on the events of its end",
        "projections.answers.diff._events_behind",
        _only_the_start_counts,
        "tests/test_causes.py::test_a_change_has_its_cause[http-an office that ended]",
    ),
    Rule(
        "a difference over a merger names what merged",
        "projections.answers.mergers.merger_events",
        always(lambda place, before, after: iter(())),
        "tests/test_mergers.py::test_a_difference_names_the_merger_and_what_was_held_before[http]",
    ),
    Rule("backwards is forwards exchanged", DIFF, _without_exchange, BACKWARDS),
    Rule(
        "a changed claim is the difference of both states",
        "projections.answers.select_attributed",
        _every_claim_stands,
        f"{PROPERTIES}test_changed_claims_are_the_difference_of_both_states",
    ),
    Rule(
        "the end of a claim rests on the one after it",
        "projections.answers.diff.find_ended_claims",
        always(
            lambda view, scope, subjects: {
                subject: Facet(None, (subject.partition("#")[2],)) for subject in subjects
            }
        ),
        "tests/test_causes.py::"
        "test_a_claim_that_a_later_one_of_the_same_claimant_follows_ends[http]",
    ),
    Rule(
        "the last step is the cause",
        "projections.answers.diff._find_cause",
        _first_step_is_the_cause,
        LAST_STEP,
    ),
    Rule(
        "what was decided after a date waits on it",
        "projections.index.undecided.LATEST",
        always(0),
        ORACLE,
    ),
    Rule(
        "a difference looks at all that ends between both",
        "projections.index.statements.MOVED_BY_CLOCK",
        always({"known": ("known_from",), "valid": ("last",)}),
        "tests/test_changes.py::test_what_was_retracted_between_two_dates_is_no_more",
    ),
    Rule(
        "a difference looks at all that may be overdue",
        "projections.index.rows.clock_moments",
        always(lambda version: iter(())),
        TOUCHED,
    ),
    Rule(
        "a difference looks at what was reported long after it happened",
        "projections.index.reach.Reach.index_class",
        always(property(lambda reach: 0)),
        TOUCHED,
    ),
    Rule(
        "a difference looks at what was recorded long after it became known",
        "projections.index.writer.late_class",
        always(lambda *moments: 0),
        TOUCHED,
    ),
    Rule(
        "of many that were recorded, a difference looks at what acts revised",
        "projections.index.statements.MANY_SEQS",
        always(("timely_between", "late_between")),
        TOUCHED,
    ),
    Rule(
        "of what is read for some events in a row, each sees what shows at it",
        "projections.index.shared_items.Shown.shows_under",
        always(lambda shown, basis: shown.recorded_from <= basis.seq),
        "tests/test_changes.py::test_the_story_of_an_event_tells_all_that_it_changed",
    ),
    Rule("the record moves before knowledge", DIFF, _knowledge_moves_first, LAST_STEP),
    Rule("a disputed time happens from its hull's lo on", BEGAN, _disputed_never_begin, HULL),
)

INTRODUCTIONS = "tests/test_introductions.py::"
ACCEPTED = (
    Rule(
        "one event introduces a slug",
        "domain.acceptance._check_introduction",
        always(lambda introduction, context: ()),
        f"{INTRODUCTIONS}test_a_second_introduction_names_the_first_and_the_remedy",
    ),
    Rule(
        "a corrected slug is reserved",
        "ledger.submission.find_introduction",
        always(lambda kind, value, event, find_target: own_introduction(kind, value, event)),
        f"{INTRODUCTIONS}test_a_slug_set_by_a_correction_is_taken_by_the_corrected_event",
    ),
    Rule(
        "the first introduction by seq introduces",
        "projections.answers.plans.first_introduction",
        always(lambda rows, label: next((row for row in rows[::-1] if row.label == label), None)),
        f"{INTRODUCTIONS}test_of_two_introductions_the_first_that_stands_introduces",
    ),
    Rule(
        "a date more than 200 years away has a warning",
        "domain.acceptance_warnings.FAR",
        always(2**62),
        "tests/test_warnings.py::test_a_date_more_than_200_years_from_the_recording_is_far",
    ),
)


def _on_each_possible_day(original: Any) -> Any:
    return lambda frame, meeting: [place | {"within": False} for place in original(frame, meeting)]


def _later_than_the_last_day(original: Any) -> Any:
    def lags_until_known(frame: Any, item: Any) -> Any:
        lags = original(frame, item)
        return lags and (lags[0], lags[0])

    return lags_until_known


VAGUE = "tests/test_pages_vague_dates.py::"
SHOWN = (
    Rule(
        "one unknown day is one mark",
        "api.pages.meetings.month.list_places",
        _on_each_possible_day,
        f"{VAGUE}test_one_unknown_day_is_one_mark_beside_the_month_and_on_no_day",
    ),
    Rule(
        "how much later is a range",
        "api.pages.events.event_lines.lags_until_known",
        _later_than_the_last_day,
        f"{VAGUE}test_how_much_later_days_of_talks_became_known_is_a_range",
    ),
    Rule(
        "how much later is counted in days of the calendar",
        "api.pages.shared.dates.DateFormatter._count_days",
        always(lambda dates, first, last: (last - first) // DAY),
        "tests/test_pages_spans.py::"
        "test_how_late_it_became_known_is_counted_in_days_of_the_calendar",
    ),
    Rule(
        "the week's list tells changes apart as a difference does",
        "projections.answers.diff.comparable_part",
        always(lambda kind, value: value and value.get("text")),
        "tests/test_recent_changes.py::test_a_heading_alone_that_changed_is_in_the_week",
    ),
    Rule(
        "a disputed text is every account's",
        "api.pages.shared.disputes.rival_values",
        always(lambda value, field: []),
        "tests/test_pages_truth.py::test_a_disputed_statement_keeps_its_words_and_is_marked",
    ),
    Rule(
        "silence says whether anybody looked",
        "api.pages.shared.coverage.describe_silence",
        always(lambda frame, first: frame.words("coverage.watched")),
        "tests/test_pages_coverage.py::"
        "test_a_week_of_which_nothing_is_known_says_whether_anybody_looked",
    ),
    Rule(
        "a back-dated event has its effect on its date",
        "api.pages.event.page._effect_on_its_date",
        always(lambda frame, item: []),
        "tests/test_pages_event.py::test_a_back_dated_event_changed_what_it_changed_on_its_own_date",
    ),
)

ZONE_TESTS, EDTF_TESTS = "tests/test_zones.py::", "tests/test_edtf.py::"
ZONED = (
    Rule(
        "a date that is asked is read where the talks are",
        "domain.basis.LogTimeline.date_reader",
        always(lambda self, tz=None: DateReader(tz or "UTC", self.now)),
        f"{ZONE_TESTS}test_a_first_day_of_talks_is_not_overdue_on_that_day",
    ),
    Rule(
        "a word for a date is never pinned",
        "api.http.query_params.is_relative",
        always(lambda *dates: False),
        f"{ZONE_TESTS}test_an_answer_to_a_word_is_never_kept_for_ever",
    ),
    Rule(
        "a question sets the record clock once",
        "api.http.query_params.refuse_two_record_clocks",
        always(lambda question, *names: None),
        f"{ZONE_TESTS}test_seq_and_recorded_at_together_are_refused_with_both_names",
    ),
    Rule(
        "days on which news became known are those of the zone",
        "projections.index.rows.local_microseconds",
        always(lambda instant, zone: instant),
        f"{ZONE_TESTS}test_weeks_of_the_rail_are_those_of_the_negotiation",
    ),
    Rule(
        "pages show days of the zone",
        "api.pages.shared.dates.local_datetime",
        always(lambda instant, zone: to_datetime(instant)),
        f"{ZONE_TESTS}test_a_whole_day_never_becomes_two_in_pages_and_files",
    ),
    Rule(
        "a report is read in its own zone",
        "domain.resolution.out_at",
        lambda out_at: lambda report, entry: out_at({**report, "tz": None}, entry),
        f"{ZONE_TESTS}test_a_report_may_have_a_zone_of_its_own",
    ),
    Rule(
        "the zone is corrected only while nothing else is recorded",
        "domain.acceptance.check_timezone",
        always(lambda *values: ()),
        f"{ZONE_TESTS}test_the_zone_is_refused_later_with_the_remedy",
    ),
    Rule(
        "the opening stays once more is recorded",
        "domain.acceptance.check_opening_stays",
        always(lambda *values: ()),
        "tests/test_struck_openings.py::test_the_opening_stays_once_more_is_recorded",
    ),
    Rule(
        "what is not recorded yet is not struck out",
        "projections.index.reader.IndexView.is_opening_void",
        always(lambda view: True),
        "tests/test_struck_openings.py::test_before_it_is_recorded_an_opening_is_not_struck_out",
    ),
    Rule(
        "a corrected zone is computed with",
        "ledger.submission.corrected_timezone",
        always(lambda *values: None),
        f"{ZONE_TESTS}test_the_zone_is_corrected_while_only_the_opening_is_recorded",
    ),
    Rule(
        "zones are digested up to the seq",
        "api.session.zones_digest",
        lambda zones_digest: lambda uses, seq: zones_digest(uses, 2**62),
        f"{ZONE_TESTS}test_the_rules_of_an_answer_name_semantics_and_zones",
    ),
    Rule(
        "a side of a set may be open",
        "domain.edtf.OPEN_BOUNDS",
        always(Bounds(0, 0)),
        f"{EDTF_TESTS}test_row",
    ),
)

# Following.

FOLLOWING = "tests/test_following.py::"
FOLLOWED = f"{FOLLOWING}test_each_event_comes_once_each_time_that_it_becomes_visible"


def _items_by_seq_alone(original: Any) -> Any:
    return lambda view, since: [x for x in original(view, since) if x.seq > since.seq]


FOLLOWED_RULES = (
    Rule(
        "a stream with filters wakes when the next report comes out",
        "projections.fold.FoldView.next_embargo_end",
        always(lambda view: None),
        f"{FOLLOWING}test_a_second_source_under_embargo_is_told_when_it_comes_out",
    ),
    Rule(
        "the end of an embargo is told",
        "projections.index.reader.IndexView.items_since",
        _items_by_seq_alone,
        f"{FOLLOWING}test_the_end_of_an_embargo_is_told_after_any_resume",
    ),
    Rule(
        "a stream wakes at the end of the next embargo",
        "projections.index.reader.IndexView.next_embargo_end",
        always(lambda view: None),
        f"{FOLLOWING}test_a_page_read_under_embargo_is_not_served_when_it_has_ended",
    ),
    Rule(
        "a first mention tells what it makes visible",
        "projections.answers.visibility._items_brought_by",
        always(lambda *arguments: iter(())),
        f"{FOLLOWING}test_a_first_mention_tells_what_became_visible_by_it",
    ),
    Rule(
        "what was visible is not told again",
        "projections.answers.visibility._without_visible",
        always(lambda before, items: list(items)),
        FOLLOWED,
    ),
    Rule(
        "a mark knows what became visible by something later",
        "api.http.stream_pages._shows_by_itself",
        always(lambda *arguments: True),
        f"{FOLLOWING}test_who_is_cut_off_among_what_one_mention_tells_gets_the_rest",
    ),
)

TRIPS = "tests/test_round_trips.py::test_"
ROUND_TRIPS = (
    Rule(
        "each of equal rows has an id of its own",
        "ledger.content_ids.make_content_id",
        lambda original: lambda namespace, state, number: original(namespace, state, number > 0),
        "tests/test_content_ids.py::test_each_of_equal_rows_is_an_event[sqlite-2]",
    ),
    Rule(
        "what a negotiation had before its namespace is recognised by content",
        "ledger.content_ids.ContentIds.find_earlier",
        always(lambda *arguments: []),
        "tests/test_content_ids.py::test_a_restored_ledger_knows_the_rows_of_the_old_file",
    ),
    Rule(
        "a correction that was voided does not stand",
        "domain.own_acts.OwnActs.find_voids",
        always(lambda *arguments: []),
        "tests/test_changed_rows.py::test_a_voided_correction_does_not_count",
    ),
    Rule(
        "a dry run names the registrations that would change",
        "api.preview.compare_registrations",
        always(lambda before, after: []),
        "tests/test_void.py::test_a_dry_run_names_the_registrations_that_would_change[sqlite]",
    ),
    Rule(
        "a deadline's day is told with its zone",
        "domain.deadlines.resolve",
        lambda original: lambda *arguments: replace(original(*arguments), zones={}),
        "tests/test_deadlines.py::test_each_date_of_a_deadline_has_its_own_zone",
    ),
    Rule(
        "a meeting's days are told with their zones",
        "domain.meetings._own_zones",
        always(lambda **values: {}),
        "tests/test_meetings.py::test_each_date_of_a_meeting_has_its_own_zone",
    ),
    Rule(
        "what names itself as another is refused",
        "domain.acceptance.check_self_references",
        always(lambda value: ()),
        "tests/test_bad_input.py::test_a_bad_event_sinks_its_batch",
    ),
    Rule(
        "a second vote of a party is named",
        "domain.acceptance_warnings.find_repeated_votes",
        always(lambda value: ()),
        "tests/test_warnings.py::test_what_may_be_right_but_looks_like_a_slip_is_named",
    ),
    Rule(
        "a row whose event is void is recorded anew",
        "ledger.content_ids._StandingIds.find",
        always(lambda self, number: make_content_id(self.namespace, self.state, number)),
        "tests/test_void_rows.py::test_void_rows_without_ids_are_recorded_anew[sqlite]",
    ),
    Rule(
        "a void registration registers nothing",
        "domain.acceptance.AcceptanceContext.is_registered",
        always(lambda self, kind, slug: self.find_introducer(kind, slug) is not None),
        "tests/test_void_rows.py::test_a_registration_stands_again_where_its_void_is_void",
    ),
    Rule(
        "a changed row is told from one that stands",
        "ledger.changed_rows.compare_row",
        always(lambda *arguments: {}),
        "tests/test_changed_rows.py::test_changed_rows_are_skipped",
    ),
    Rule(
        "the id of an import is of one ledger and negotiation",
        "api.cli.import_ids._make_check",
        always(lambda *arguments: "00000000"),
        "tests/test_void.py::test_an_id_that_is_of_no_import_here_is_refused[sqlite]",
    ),
    Rule(
        "a cell of an exported table is no formula",
        "api.exported_table.FORMULA_STARTS",
        lambda original: ("\0",),
        "tests/test_export_formats.py::test_a_table_has_the_fields_of_its_types_and_no_formula",
    ),
    Rule(
        "an edited export is not restored",
        "ledger.restore._require_leaf_hash",
        always(lambda *arguments: None),
        f"{TRIPS}an_edited_export_is_not_restored[sqlite-changed]",
    ),
    Rule(
        "an audit knows the answers that positions name",
        "ledger.introductions.INTRODUCING_TYPES",
        lambda original: original - {"position-stated"},
        "tests/test_issue_answers.py::test_a_ledger_with_stated_answers_verifies",
    ),
    Rule(
        "an act on what is left out of an export is left out",
        "api.cli.exported_rows.ExportedRows._is_about_left_out",
        always(lambda *arguments: False),
        f"{TRIPS}erased_events_and_acts_on_them_are_left_out_and_named",
    ),
)

BOUNDED_STATES = (
    Rule(
        "of a long list a state keeps the newest",
        "projections.answers.newest.nlargest",
        lambda original: lambda n, items, key: original(n, items, key=lambda each: -each),
        "tests/test_bounded_state.py::"
        "test_a_state_gives_the_newest_of_each_list_and_says_how_many_there_are",
    ),
)

LISTED = (
    Rule(
        "a deadline passes by the end of its due",
        "domain.deadlines._end_of_span",
        always(lambda span: span.start),
        "tests/test_deadlines.py::test_a_deadline_passes_by_the_end_of_its_due",
    ),
    Rule(
        "the clock never makes a deadline met",
        "domain.deadlines.ResolvedDeadline.status_at",
        lambda original: (
            lambda deadline, valid_at: original(deadline, valid_at).replace("passed", "met")
        ),
        f"{ORACLE}[deadlines]",
    ),
    Rule(
        "an extension reopens a deadline",
        "domain.deadlines._closing_row",
        lambda original: (
            lambda rows: original([row for row in rows if row.label != "deadline-extended"])
        ),
        f"{ORACLE}[deadlines]",
    ),
    Rule(
        "a deadline is met late only where that is sure",
        "domain.deadlines._is_late",
        always(lambda met, end_of_due: end_of_due.last < met.last),
        "tests/test_deadlines.py::test_a_deadline_is_met_in_time_or_late",
    ),
    Rule(
        "what is told of a deadline that nothing set is an anomaly",
        "projections.answers.tracked.find_unfounded",
        always(lambda *arguments: []),
        f"{ORACLE}[deadlines]",
    ),
    Rule(
        "counts below the votes that are listed get a warning",
        "domain.acceptance_warnings.find_contradictions",
        always(lambda value: ()),
        "tests/test_votes_and_incidents.py::"
        "test_counts_below_the_votes_that_are_listed_get_a_warning",
    ),
    Rule(
        "of a brief the last in tie order holds",
        "projections.answers.briefs._first_row",
        always(lambda rows: list(rows)[-1]),
        "tests/test_briefs.py::test_the_last_of_a_slug_in_tie_order_holds",
    ),
    Rule(
        "a brief is absent where sources are filtered",
        "projections.view.EDITORIAL_TYPES",
        always(frozenset()),
        "tests/test_briefs.py::test_it_is_absent_where_sources_are_filtered",
    ),
    Rule(
        "a brief is no news",
        "domain.model.EDITORIAL_TYPES",
        always(frozenset()),
        "tests/test_briefs.py::test_it_moves_no_cell_and_is_counted_nowhere",
    ),
)

REGISTERED_TWICE = (
    Rule(
        "what is registered twice is one",
        "projections.merged_view._find_merges",
        always(lambda view: NO_MERGES),
        f"{ORACLE}[anything]",
    ),
    Rule(
        "nothing is the same as itself through others",
        "domain.later_checks._current_same_as",
        always(lambda *arguments: None),
        "tests/test_same_as.py::test_a_circle_is_refused_until_it_is_taken_back[http]",
    ),
    Rule(
        "what rests on an undone batch is named",
        "api.cli.void_batches._find_dependents",
        always(lambda voided, others: iter(())),
        "tests/test_void.py::test_later_events_that_rest_on_it_are_named[sqlite]",
    ),
)

RULES = (
    *LIFE,
    *CLOCKS,
    *STANDINGS,
    *READ_MODEL,
    *CAUSED,
    *ACCEPTED,
    *SHOWN,
    *ZONED,
    *FOLLOWED_RULES,
    *ROUND_TRIPS,
    *BOUNDED_STATES,
    *LISTED,
    *REGISTERED_TWICE,
    Rule(
        "a log that does not continue what is known of it stops all",
        "ledger.proofs.continuity.LogContinuity.report_fork",
        always(lambda continuity, known, size: None),
        "tests/test_forks.py::test_an_older_state_below_a_running_server[sqlite]",
    ),
    Rule(
        "another history of the same length or longer is no continuation",
        "ledger.proofs.continuity.LogContinuity.check_tree",
        always(lambda continuity, c: None),
        "tests/test_forks.py::test_another_history_below_a_running_server[sqlite-5]",
    ),
    Rule(
        "a witness cosigns only what continues the tree that it knows",
        "ledger.witness._require_continuation",
        always(lambda known, new, path: None),
        "tests/test_witness.py::test_a_witness_never_cosigns_two_trees_of_one_size",
    ),
    Rule(
        "a witness remembers what it cosigned beyond its process",
        "ledger.witness_state.WitnessState.keep",
        always(lambda state, origin, note: state.notes.update({origin: note})),
        "tests/test_witness.py::test_what_was_cosigned_outlasts_the_process",
    ),
    Rule(
        "a cosignature is of its note and its time",
        "ledger.proofs.cosignature.cosigned_message",
        always(lambda text, timestamp: f"cosignature/v1\n{text}".encode()),
        "tests/test_witness.py::test_the_message_is_that_of_the_specification",
    ),
    Rule(
        "a checkpoint that a witness shows has to be of this log's tree",
        "ledger.recovery.contains",
        always(lambda c, head: True),
        "tests/test_witnesses.py::test_what_a_witness_shows_is_held_against_the_log",
    ),
    Rule(
        "fewer cosignatures than the policy are a failure",
        "ledger.proofs.verify_bundle.check_witnesses",
        always(lambda note, witnesses, policy: []),
        "tests/test_witness.py::test_fewer_cosignatures_than_the_policy_are_a_failure",
    ),
    Rule(
        "a clock that jumped is not gone by",
        "ledger.guarded_clock.GuardedClock.__call__",
        always(lambda clock: clock._wall()),
        "tests/test_guarded_clock.py::test_a_jump_stops_what_goes_by_the_clock_until_it_is_set_right",
    ),
    Rule(
        "a page of the log that was changed is found",
        "ledger.scrub._find_faults",
        always(lambda c, first, hashes: iter(())),
        "tests/test_scrub.py::test_each_damage_stops_all_once_the_scrub_has_passed_it",
    ),
    Rule(
        "a file that was changed below a server is noticed",
        "ledger.file_guard.FileGuard.find_change",
        always(lambda guard: None),
        "tests/test_file_faults.py::"
        "test_a_file_changed_by_another_program_stops_all_before_the_next_answer",
    ),
    Rule(
        "a disk that failed to sync stops all",
        "ledger.database.is_disk_failure",
        always(lambda error: False),
        "tests/test_file_faults.py::"
        "test_after_a_failed_sync_nothing_is_acknowledged_until_a_start_has_verified",
    ),
    Rule(
        "other rules of time zones rebuild the index",
        "projections.index.catch_up.find_outdated_zone",
        always(lambda c, schema=None: None),
        "tests/test_zone_rules.py::test_other_rules_of_zones_rebuild_the_index_with_a_word",
    ),
    Rule(
        "a receipt is signed by the key of the log",
        "ledger.proofs.verify_bundle.open_signed",
        always(lambda note, key, label: note.rpartition("\n\n")[0]),
        "tests/test_documents.py::test_a_receipt_of_another_key_is_refused",
    ),
    Rule(
        "the answer of a receipt is what its events give",
        "api.recomputed._compute_answer",
        always(lambda receipt, events: receipt.answer),
        "tests/test_documents.py::"
        "test_an_answer_that_its_events_do_not_give_is_refused_though_signed",
    ),
    Rule(
        "a receipt cites the bytes that its address gives",
        "api.http.cited_answers.ask_cited",
        lambda original: (
            lambda *asked: replace(
                original(*asked), body=original(*asked).body.replace(b":", b": ", 1)
            )
        ),
        "tests/test_documents.py::test_the_answer_of_a_receipt_is_computed_anew_from_a_bundle",
    ),
)
