"""Typed answers for pages and the command line: the models that HTTP sends as ready JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, cast

import orjson
from pydantic import TypeAdapter

from api.models.answers import (
    Anomaly,
    Deadline,
    Meeting,
    PersonRoles,
    RailWeek,
    Role,
    SpeakerSummary,
    State,
)
from api.models.base import Disputable
from api.models.changes import AnyChange, Gap
from api.models.events import AnyEvent, Brief, Claim, Issue, Party, Statement
from api.models.plans import Plan, PlanLineage, PointDetail
from api.models.positions import Position, PositionDetail
from domain.basis import Basis
from domain.model import Json
from projections import answers
from projections.answer_json import Item
from projections.answers import diff, lineage
from projections.answers.listed_kinds import DEADLINES
from projections.answers.listing import ListedKind
from projections.answers.newest import ListLimits
from projections.answers.pairing import PointKey

if TYPE_CHECKING:
    from api.session import Session

ModelT = TypeVar("ModelT")
MAX_ANSWERS = 100
"""How many statements or hits are returned unless more are asked for."""


_ADAPTERS: dict[object, TypeAdapter[object]] = {}


def read_as(model: type[ModelT], answer: object) -> ModelT:
    """Return an answer of the projections as a model, such as ``list[Position]``."""
    adapter = _ADAPTERS.get(model) or _ADAPTERS.setdefault(model, TypeAdapter(model))
    return cast("ModelT", adapter.validate_json(orjson.dumps(answer)))


class Answers:
    """The answers of one negotiation as of a basis. Unknown slugs raise NotFoundError."""

    def __init__(self, session: Session, basis: Basis) -> None:
        self.session, self.basis = session, basis
        self.view = session.open_view(basis)

    def parties(self) -> list[Party]:
        return read_as(list[Party], answers.select_parties(self.view))

    def issues(self) -> list[Issue]:
        return read_as(list[Issue], answers.select_issues(self.view))

    def people(self, name: str | None = None) -> list[PersonRoles]:
        """Return the persons, or those who have such a name in any spelling."""
        return read_as(list[PersonRoles], answers.select_people(self.view, name))

    def roles(self, *person: str) -> list[Role]:
        """Return the roles that are held, or those of one person."""
        return read_as(list[Role], answers.select_roles(self.view, *person))

    def positions(self, *party: str) -> list[Position]:
        """Return every position, or those of one party."""
        return read_as(list[Position], answers.select_positions(self.view, *party))

    def attributed(self, *party: str) -> list[Claim]:
        """Return what others last claimed of every party, of one, or of one on an issue or plan."""
        return read_as(list[Claim], answers.select_attributed(self.view, *party))

    def position(self, *key: str, start: int = 0, limit: int = 100) -> PositionDetail:
        """Return one position by party and issue, or by party, plan and point, with its history."""
        return read_as(PositionDetail, answers.find_cell(self.view, *key, start=start, limit=limit))

    @cached_property
    def plan_json(self) -> dict[str, Json]:
        """Every plan by its slug, as plain JSON, of its lists the newest 100."""
        limits = ListLimits(MAX_ANSWERS)
        plans = answers.to_plain(answers.select_plans(self.view, self.session.address, limits))
        return {plan["plan"]: plan for plan in plans}

    def plans(self) -> list[Plan]:
        return read_as(list[Plan], list(self.plan_json.values()))

    def agreed_points(self) -> dict[str, list[str]]:
        """Return by plan the points that everybody concerned agrees to."""
        return answers.find_agreed_points(self.view)

    def plan_descents(self) -> list[list[str]]:
        """Return the slugs of plans that derive from each other, a line for each last one."""
        return lineage.list_descents(self.plan_json)

    def plan_strands(self) -> tuple[list[str], list[tuple[PointKey, PointKey]]]:
        """Return all plans in the order of their descent, and which point came from which."""
        return lineage.trace_all(self.plan_json)

    def plan_lineage(self, line: list[str]) -> PlanLineage:
        """Return where the points of a line of descent went."""
        return read_as(PlanLineage, lineage.trace_lineage(self.plan_json, line))

    def plan(self, slug: str) -> Plan:
        return read_as(Plan, answers.find_plan(self.view, slug, self.session.address))

    def point(self, plan: str, name: str) -> PointDetail:
        return read_as(PointDetail, answers.find_point(self.view, plan, name))

    def meetings(self, status: str | None = None) -> list[Meeting]:
        """Return every meeting, or those of one status."""
        if status is None:
            return read_as(list[Meeting], self._all_meetings)
        return read_as(list[Meeting], answers.select_meetings(self.view, status=status))

    @cached_property
    def _all_meetings(self) -> list[orjson.Fragment]:
        return answers.select_meetings(self.view)

    def meeting(self, slug: str) -> Meeting:
        return read_as(Meeting, answers.find_meeting(self.view, slug))

    def deadlines(self) -> list[Deadline]:
        return read_as(list[Deadline], list(DEADLINES.select(self.view)))

    def listed(self, kind: ListedKind, limit: int = MAX_ANSWERS) -> tuple[Disputable, ...]:
        """Return of a kind that a state lists under a name of its own the first in its list: of
        what is told once, such as votes, the newest."""
        list_type = cast(
            "type[tuple[Disputable, ...]]", State.model_fields[kind.list_name].annotation
        )
        return read_as(list_type, list(islice(kind.select(self.view), limit)))

    def briefs(self) -> list[Brief]:
        """Return every brief that holds, newest first."""
        return read_as(list[Brief], answers.select_briefs(self.view))

    def anomalies(self, start: int = 0, limit: int = MAX_ANSWERS) -> list[Anomaly]:
        """Return what does not add up: first, newest first, what was published too early."""
        found = islice(answers.select_anomalies(self.view), start, start + limit)
        return read_as(list[Anomaly], list(found))

    def statements(
        self,
        slug: str | None = None,
        *,
        speaker: str | None = None,
        party: str | None = None,
        about: str | None = None,
        q: str | None = None,
        limit: int = MAX_ANSWERS,
    ) -> list[Statement]:
        """Return statements, or those of one slug, newest first."""
        matching = answers.select_statements(
            self.view, slug, speaker=speaker, party=party, about=about, q=q
        )
        return read_as(list[Statement], list(islice(matching, limit)))

    def speakers(self, people: Collection[str], newest: int) -> dict[str, SpeakerSummary]:
        """Return how much each speaker said lately, by kind and slug such as ``party:russia``."""
        found = answers.summarize_speakers(self.view, people, newest)
        return read_as(dict[str, SpeakerSummary], found)

    def events(self, items: Iterable[Item]) -> list[AnyEvent]:
        """Return items of the log as events, with what the server set."""
        return read_as(list[AnyEvent], self.session.event_lines(self.view, list(items)))

    def event(self, identity: str) -> AnyEvent:
        """Return one event and what acted on it."""
        event = self.session.event_with_acts(self.view, identity)
        return read_as(list[AnyEvent], [event])[0]

    def rail(self) -> list[RailWeek]:
        """Return events per week, by when they became known."""
        return read_as(list[RailWeek], diff.events_per_week(self.view))

    def difference(self, start: Basis) -> diff.ChangesBetween:
        """Return what changed from another basis to this one, to be told change by change."""
        return diff.ChangesBetween(self.session.open_view, start, self.basis)

    def changes(self, start: Basis) -> list[AnyChange]:
        """Return what changed from another basis to this one."""
        changes = diff.diff_bases(self.session.open_view, start, self.basis)
        return read_as(list[AnyChange], changes)

    def gap(self, as_recorded: Basis, hindsight: Basis) -> Gap:
        """Return what was not yet known on this basis, and what was known but not recorded."""
        gap = diff.find_gap(self.session.open_view, self.basis, as_recorded, hindsight)
        return read_as(Gap, gap)
