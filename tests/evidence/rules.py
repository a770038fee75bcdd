"""The rules of time, each with one way to break it and the test that has to notice."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One rule: where it stands, what it says, what is put in its place, which test fails then."""

    name: str
    file: str
    old: str
    new: str
    node: str


PROPERTIES = "tests/test_time_properties.py::"
ORACLE = f"{PROPERTIES}test_both_answer_as_the_independent_oracle"
OF_A_POSITION, OF_TEXTS = f"{ORACLE}[a-position]", f"{ORACLE}[texts]"
OF_PROMISES, OF_MEETINGS = f"{ORACLE}[promises]", f"{ORACLE}[meetings]"
OF_AGREEMENTS = f"{ORACLE}[agreements]"
FILTERED = f"{PROPERTIES}test_filtered_sources_answer_as_the_independent_oracle"
INDEXED = f"{PROPERTIES}test_the_index_answers_as_the_plain_fold"
INDEXED_ADOPTIONS = f"{INDEXED}[adoptions]"
IMMUTABLE = f"{PROPERTIES}test_pinned_and_settled_answers_never_change"
OFTEN = f"{PROPERTIES}test_the_questions_are_immutable_often_enough"
TOO_EARLY = f"{PROPERTIES}test_nothing_first_known_later_is_in_an_answer"
EMBARGO = f"{PROPERTIES}test_an_embargo_holds"
ENDS = f"{PROPERTIES}test_an_embargo_ends_when_it_ends"
REBUILT = f"{PROPERTIES}test_a_rebuild_equals_the_live_read_model"
CAUSES = f"{PROPERTIES}test_every_change_has_the_cause_of_the_last_step_that_produced_it"
HULL = "tests/test_held.py::test_a_disputed_time_happens_from_the_first_claim_on"
UNMENTIONED = "tests/test_acts.py::test_no_operation_on_a_point_that_nothing_mentioned_is_left_out"
ONLY_PROPOSED = "tests/test_acts.py::test_a_plan_that_is_only_to_be_amended_shows_what_is_pending"
ORDER = f"{PROPERTIES}test_the_order_of_recording_does_not_matter"

LIVES, BASIS, CELLS = "domain/resolution.py", "domain/basis.py", "domain/cells.py"
VERSIONS = "domain/model.py"
POSITIONS, MEETINGS, PLANS = "domain/positions.py", "domain/meetings.py", "domain/plans.py"
INDEX, VIEW, CHANGES = (
    "projections/index/writer.py",
    "projections/index/reader.py",
    "projections/answers/diff.py",
)
CONDITIONS = "projections/index/sql.py"

LIFE = (
    Rule(
        "recorded means out",
        LIVES,
        "parse(published, zone).start.lowered(recorded_at).last",
        "parse(published, zone).start.last",
        ORACLE,
    ),
    Rule(
        "told means happened",
        LIVES,
        'return bounds.lowered(told) if payload.get("modality", "actual") == "actual" else bounds',
        "return bounds",
        ORACLE,
    ),
    Rule(
        "only what is actual has happened when told",
        LIVES,
        'return bounds.lowered(told) if payload.get("modality", "actual") == "actual" else bounds',
        "return bounds.lowered(told)",
        ORACLE,
    ),
    Rule(
        "a corrected time is told by its correction",
        LIVES,
        'told = _act_time(act, known) if name == "occurred" else told',
        "told = known",
        ORACLE,
    ),
    Rule(
        "our own correction counts from its target",
        LIVES,
        "return known if act.entry.type in OWN_ACTS else max(act.known_at, known)",
        "return act.entry.recorded_at if act.entry.type in OWN_ACTS else max(act.known_at, known)",
        ORACLE,
    ),
    Rule(
        "a source's act counts from its own known time",
        LIVES,
        "return known if act.entry.type in OWN_ACTS else max(act.known_at, known)",
        "return known",
        ORACLE,
    ),
    Rule(
        "a source's act never counts before its target",
        LIVES,
        "return known if act.entry.type in OWN_ACTS else max(act.known_at, known)",
        "return known if act.entry.type in OWN_ACTS else act.known_at",
        ORACLE,
    ),
    Rule(
        "the last writer is the last by the acts' times",
        LIVES,
        "for act in sorted(acts, key=lambda each: (_act_time(each, known), each.entry.seq)):",
        "for act in sorted(acts, key=lambda each: each.entry.seq):",
        ORACLE,
    ),
    Rule(
        "an act that is taken back does not act",
        LIVES,
        "if entry.type in ACTS and not version.withdrawn:",
        "if entry.type in ACTS:",
        ORACLE,
    ),
    Rule(
        "a retraction withdraws",
        LIVES,
        'return last is not None and last.entry.type == "event-retracted"',
        "return False",
        ORACLE,
    ),
    Rule(
        "a reversal ends a retraction",
        LIVES,
        'return last is not None and last.entry.type == "event-retracted"',
        "return last is not None",
        ORACLE,
    ),
    Rule(
        "the later of retraction and reversal holds",
        LIVES,
        "last = max(turns, key=lambda act: (act.known_at, act.entry.seq), default=None)",
        "last = max(turns, key=lambda act: act.entry.seq, default=None)",
        ORACLE,
    ),
    Rule(
        "what is voided is nowhere",
        LIVES,
        'if any(act.entry.type == "record-voided" for act in acts):',
        "if False:",
        ORACLE,
    ),
    Rule(
        "a resolution ends the disputes known by then",
        LIVES,
        'if act.entry.type == "event-disputed" and act.known_at > ended]',
        'if act.entry.type == "event-disputed"]',
        ORACLE,
    ),
    Rule(
        "a dispute known later opens anew",
        LIVES,
        'if act.entry.type == "event-disputed" and act.known_at > ended]',
        'if act.entry.type == "event-disputed" and ended < EARLIEST]',
        ORACLE,
    ),
    Rule("a disputed field is null", LIVES, "payload.pop(name, None)", "pass", ORACLE),
    Rule(
        "a disputed time is the hull of both",
        LIVES,
        "occurred = occurred.hull(",
        "occurred = (",
        ORACLE,
    ),
    Rule(
        "a default goes without saying, also in a correction",
        LIVES,
        "if value is not None and value != defaults.get(name)}",
        "if value is not None}",
        "tests/test_held.py::test_a_correction_to_the_default_is_no_difference",
    ),
    Rule(
        "a default that is disputed is a rival too",
        LIVES,
        "version.payload.get(name, DEFAULTS[version.entry.type].get(name))",
        "version.payload.get(name)",
        ORACLE,
    ),
    Rule(
        "each audience sees the reports of those before it",
        VERSIONS,
        "rank <= AUDIENCES.index(self.audience)",
        "rank == AUDIENCES.index(self.audience)",
        ORACLE,
    ),
    Rule(
        "no audience sees the reports of those after it",
        VERSIONS,
        "rank <= AUDIENCES.index(self.audience)",
        "rank >= 0",
        EMBARGO,
    ),
    Rule(
        "recording is a report to staff alone",
        LIVES,
        "min([*outs, entry.recorded_at] if reader.is_staff else outs, default=None)",
        "min([*outs, entry.recorded_at], default=None)",
        EMBARGO,
    ),
    Rule(
        "recording is a report to staff",
        LIVES,
        "min([*outs, entry.recorded_at] if reader.is_staff else outs, default=None)",
        "min(outs, default=None)",
        ORACLE,
    ),
    Rule(
        "an assertion is known by its earliest report",
        LIVES,
        "min([*outs, entry.recorded_at] if reader.is_staff else outs, default=None)",
        "max([*outs, entry.recorded_at] if reader.is_staff else outs, default=None)",
        ORACLE,
    ),
    Rule(
        "what is known later is not held",
        LIVES,
        "if known is None or known > at:",
        "if known is None:",
        TOO_EARLY,
    ),
    Rule(
        "reports are mended as a whole list",
        LIVES,
        "reports = reports if mended is None else mended",
        "pass",
        ORACLE,
    ),
    Rule(
        "bookkeeping with reports follows them",
        LIVES,
        "return entry.type in OWN_ACTS or (entry.type in BOOKKEEPING and not reports)",
        "return entry.type in OWN_ACTS or entry.type in BOOKKEEPING",
        ORACLE,
    ),
    Rule(
        "bookkeeping follows its mended reports",
        LIVES,
        "EARLIEST if _unreported(entry, own)",
        'EARLIEST if _unreported(entry, entry.payload.get("reports", ()))',
        ORACLE,
    ),
    Rule(
        "a report that is added counts",
        LIVES,
        'if act.entry.type == "report-added":',
        "if False:",
        ORACLE,
    ),
    Rule(
        "a text that is seen late is filled in",
        LIVES,
        '_put_texts(payload, act.payload.get("points") or ())',
        "pass",
        ORACLE,
    ),
    Rule(
        "early is what lies after its telling",
        VERSIONS,
        "self.occurred.lo > self.told",
        "self.occurred.lo > self.known_at",
        ORACLE,
    ),
    Rule(
        "sources are counted by publisher",
        LIVES,
        'seen |= {each.report["publisher"]} if each.report.get("publisher") else set()',
        "seen |= {len(seen)}",
        FILTERED,
    ),
    Rule(
        "acts need one source",
        LIVES,
        "if entry.type not in ACTS and reader.min_sources > 1:",
        "if reader.min_sources > 1:",
        FILTERED,
    ),
    Rule(
        "a publisher left out says nothing",
        VERSIONS,
        'and report.get("publisher") not in self.exclude_source',
        "",
        FILTERED,
    ),
)

CLOCKS = (
    Rule(
        "knowledge beyond now is lowered to now",
        BASIS,
        "min(known, log.now), min(recorded, log.now)",
        "known, min(recorded, log.now)",
        EMBARGO,
    ),
    Rule(
        "a lowered answer is not pinned",
        BASIS,
        "pinned=given and whole,",
        "pinned=given,",
        IMMUTABLE,
    ),
    Rule(
        "an answer is pinned by all three clocks",
        BASIS,
        "given = None not in (question.known_at, question.valid_at, question.seq)",
        "given = None not in (question.known_at, question.valid_at)",
        IMMUTABLE,
    ),
    Rule(
        "an answer is settled once the head is past it",
        BASIS,
        "and log.recorded_at(log.head) >= turn",
        "",
        IMMUTABLE,
    ),
    Rule(
        "a pinned answer keeps its seq",
        BASIS,
        "        seq = last\n",
        "        seq = log.head\n",
        IMMUTABLE,
    ),
    Rule(
        "pinned answers are immutable",
        BASIS,
        "return self.pinned or self.settled",
        "return self.settled",
        OFTEN,
    ),
    Rule(
        "hindsight knows what is known now",
        BASIS,
        'log.now if question.basis == "hindsight" else moment)\n    valid',
        "moment)\n    valid",
        ORACLE,
    ),
    Rule(
        "as-known has the whole record",
        BASIS,
        'moment if question.basis == "as-recorded" else log.now)\n    known_cut',
        "moment)\n    known_cut",
        ORACLE,
    ),
    Rule(
        "an embargo ends at its very moment",
        LIVES,
        "if known is None or known > at:",
        "if known is None or known >= at:",
        ENDS,
    ),
    Rule(
        "only staff knows by recording",
        LIVES,
        "return parse(published, zone).start.lowered(recorded_at).last",
        "return max(recorded_at, parse(published, zone).start.last)",
        ORDER,
    ),
)

STANDINGS = (
    Rule(
        "a position is surely before another or a candidate",
        POSITIONS,
        "if row.last < frontier:",
        "if row.last <= frontier:",
        OF_A_POSITION,
    ),
    Rule(
        "the frontier is the latest lo",
        POSITIONS,
        "frontier = max(frontier, row.lo)",
        "frontier = row.lo",
        OF_A_POSITION,
    ),
    Rule(
        "different stances are mixed",
        POSITIONS,
        "if any(row.mark != winner.mark for row in candidates):",
        "if False:",
        OF_A_POSITION,
    ),
    Rule(
        "since begins the run of one stance",
        POSITIONS,
        "    since = candidates[-1]\n",
        "    since, rest = candidates[-1], iter(())\n",
        OF_A_POSITION,
    ),
    Rule(
        "another stance ends the run",
        POSITIONS,
        "takewhile(lambda row: row.mark == winner.mark, rest)",
        "(row for row in rest if row.mark == winner.mark)",
        OF_A_POSITION,
    ),
    Rule(
        "the last by tie order is the position",
        POSITIONS,
        "    winner = candidates[0]\n",
        "    winner = candidates[-1]\n",
        OF_A_POSITION,
    ),
    Rule(
        "third parties never move a position",
        CELLS,
        'NOT_OWN = ("third-party", "anonymous")',
        'NOT_OWN = ("anonymous",)',
        OF_A_POSITION,
    ),
    Rule(
        "a disputed attribution moves nothing",
        CELLS,
        'claimed = disputed or value.get("attribution") in NOT_OWN',
        'claimed = value.get("attribution") in NOT_OWN',
        ORACLE,
    ),
    Rule(
        "only what is actual moves",
        VERSIONS,
        'return self.modality == "actual" and not self.withdrawn',
        "return not self.withdrawn",
        ORACLE,
    ),
    Rule(
        "a promise is overdue once surely past",
        MEETINGS,
        'return "overdue" if self.due and self.due.past(valid_at)',
        'return "overdue" if self.due and self.due.lo <= valid_at',
        OF_PROMISES,
    ),
    Rule(
        "the clock never makes a meeting held",
        MEETINGS,
        'return "overdue" if self.due',
        'return "held" if self.due',
        OF_PROMISES,
    ),
    Rule(
        "a reschedule revives what was cancelled",
        MEETINGS,
        'return "cancelled" if plan[-1]["type"] == "meeting-cancelled" else "announced"',
        'return "cancelled" if "meeting-cancelled" in [each["type"] for each in plan]'
        ' else "announced"',
        OF_PROMISES,
    ),
    Rule(
        "concluded goes over held",
        MEETINGS,
        '    if "meeting-concluded" in happened:\n',
        "    if not happened:\n",
        OF_MEETINGS,
    ),
    Rule(
        "a meeting goes on until its end is past",
        MEETINGS,
        "self.lasting.lo <= valid_at < self.lasting.hi",
        "self.lasting.lo <= valid_at",
        OF_MEETINGS,
    ),
    Rule(
        "a repeal ends a point",
        PLANS,
        'ENDING = ("repeal", "split", "joined")',
        'ENDING = ("split", "joined")',
        OF_TEXTS,
    ),
    Rule(
        "a split ends a point",
        PLANS,
        'ENDING = ("repeal", "split", "joined")',
        'ENDING = ("repeal", "joined")',
        OF_TEXTS,
    ),
    Rule(
        "a join ends its sources",
        PLANS,
        'ENDING = ("repeal", "split", "joined")',
        'ENDING = ("repeal", "split")',
        OF_TEXTS,
    ),
    Rule(
        "a later text lapses an agreement",
        PLANS,
        "last.mark in AGREEING and last.order[:4] > text.order[:4]",
        "last.mark in AGREEING",
        OF_AGREEMENTS,
    ),
    Rule(
        "a substitution is a change of the text",
        PLANS,
        'if row.mark in ESTABLISHING or "text" in detail:',
        "if row.mark in ESTABLISHING:",
        OF_AGREEMENTS,
    ),
    Rule(
        "every operation without its point is listed",
        "projections/answers/plans.py",
        "if not found[key].established:",
        "if False:",
        UNMENTIONED,
    ),
    Rule(
        "a plan shows by a proposed amendment alone",
        "projections/answers/plans.py",
        "sorted(set(self.rows) | set(self.points) | proposed)",
        "sorted(set(self.rows) | set(self.points))",
        ONLY_PROPOSED,
    ),
    Rule(
        "tie order goes by the last moment first",
        CELLS,
        "return self[:5]",
        "return (self.lo, self.last, *self[2:5])",
        ORACLE,
    ),
)

READ_MODEL = (
    Rule(
        "what no longer holds is closed",
        INDEX,
        '"UPDATE version SET recorded_to = ? WHERE id = ?", (now, identity)',
        '"UPDATE version SET recorded_to = ? WHERE id = ?", (OPEN, identity)',
        INDEXED,
    ),
    Rule(
        "what a version placed is closed with it",
        INDEX,
        '("version = ?", "partner = ? AND partner <> 0")',
        '("partner = ? AND partner <> 0",)',
        INDEXED,
    ),
    Rule(
        "what an amendment had placed is closed with it",
        INDEX,
        '("version = ?", "partner = ? AND partner <> 0")',
        '("version = ?",)',
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "an amendment counts once both are known",
        INDEX,
        'start = max(proposal["known_from"], adoption["known_from"])',
        'start = adoption["known_from"]',
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "an amendment counts while both are held",
        INDEX,
        'end = min(proposal["known_to"], adoption["known_to"])',
        'end = adoption["known_to"]',
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "an amendment counts for who sees both",
        INDEX,
        'audiences = proposal["audiences"] & adoption["audiences"]',
        'audiences = adoption["audiences"]',
        INDEXED_ADOPTIONS,
    ),
    Rule(
        "a possible event lies in its class of vagueness",
        "projections/index/rows.py",
        "if own.last - own.lo <= most)",
        "if own.last - own.lo <= 2 * most)",
        INDEXED,
    ),
    Rule(
        "a possible event ends within its width",
        CONDITIONS,
        "min(at + width, MOST)",
        "min(at + width // 2, MOST)",
        INDEXED,
    ),
    Rule(
        "scheduled is what lies ahead of the world clock",
        VIEW,
        'later = "v.lo > :valid AND',
        'later = "v.lo >= :valid AND',
        INDEXED,
    ),
    Rule(
        "a rectangle is open above in knowledge",
        CONDITIONS,
        "{0}.known_to > :known",
        "{0}.known_to >= :known",
        INDEXED,
    ),
    Rule(
        "a rectangle holds from its record on",
        CONDITIONS,
        "{0}.recorded_from <= :seq",
        "{0}.recorded_from < :seq",
        INDEXED,
    ),
    Rule(
        "a rectangle is open above in the record",
        CONDITIONS,
        "{0}.recorded_to > :seq",
        "{0}.recorded_to >= :seq",
        INDEXED,
    ),
    Rule(
        "a rectangle is for its audiences",
        CONDITIONS,
        " AND {0}.audiences & :audience",
        "",
        INDEXED,
    ),
    Rule(
        "a cell is read as far back as needed",
        VIEW,
        "short += [cell] if rows.ended and len(placed) == page else []",
        "short += []",
        INDEXED,
    ),
    Rule(
        "a position has the JSON that it has under the basis",
        VIEW,
        "AND v.seq IN {self.native.NUMBERS} AND {CUT.format('v')}",
        "AND v.seq IN {self.native.NUMBERS}",
        INDEXED,
    ),
    Rule(
        "a seq that was recorded by then is looked for in the log",
        "api/session.py",
        "lambda at: size if at >= last else log.seq_at(c, at)",
        "lambda at: size",
        IMMUTABLE,
    ),
    Rule(
        "a meeting's possible events are read too",
        VIEW,
        'bound = "lo <= :valid" if kind == "meeting" else "last <= :valid"',
        'bound = "last <= :valid"',
        INDEXED,
    ),
    Rule(
        "a rebuild throws every placement away",
        "projections/index/sqlite.py",
        '"cell", "placement", "mention"',
        '"cell", "mention"',
        REBUILT,
    ),
    Rule(
        "words do not depend on how they are applied",
        INDEX,
        "self.words.append((identity, new.words))",
        'again = ["x"] * (position(self.c) == seq - 1)\n'
        "            self.words.append((identity, new.words + again))",
        REBUILT,
    ),
)

CAUSED = (
    Rule(
        "a late record is the cause record",
        CHANGES,
        'cause = ("record", "knowledge", "clock")',
        'cause = ("knowledge", "knowledge", "clock")',
        CAUSES,
    ),
    Rule(
        "news is the cause knowledge",
        CHANGES,
        'cause = ("record", "knowledge", "clock")',
        'cause = ("record", "record", "clock")',
        CAUSES,
    ),
    Rule(
        "time alone is the cause clock",
        CHANGES,
        'if cause == "clock" and _world(',
        'if cause == "clock" or _world(',
        CAUSES,
    ),
    Rule("what happened is the cause world", CHANGES, 'cause = "world"', 'cause = "clock"', CAUSES),
    Rule("the last step is the cause", CHANGES, "[moved[-1] - 1]", "[moved[0] - 1]", CAUSES),
    Rule(
        "the record moves before knowledge",
        CHANGES,
        "by_record = replace(start, seq=end.seq, recorded_at=end.recorded_at)",
        "by_record = replace(start, known_at=end.known_at)",
        CAUSES,
    ),
    Rule(
        "a disputed time happens from its hull's lo on",
        CHANGES,
        "low < item.lo <= high for item in items",
        'low < item.lo <= high and "rivals" not in item.value for item in items',
        HULL,
    ),
)

RULES = (*LIFE, *CLOCKS, *STANDINGS, *READ_MODEL, *CAUSED)
