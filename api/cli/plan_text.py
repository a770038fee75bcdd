"""A plan as text, point by point, and what differs between two texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from api.cli.answer_names import shorten_name
from api.cli.basis_text import basis_heading, filter_lines
from api.cli.client import Params
from api.cli.item_text import (
    Paragraph,
    join_names,
    join_texts,
    paragraph_lines,
    plan_paragraph,
    point_paragraph,
)
from api.cli.left_off import plan_left_off_texts
from api.cli.options import negotiation_path
from api.cli.terminal import print_body, print_text, wrap_text
from api.cli.typed_names import TypedNames
from api.cli.wording import Wording, sources_text
from api.models.base import ComparisonAnswer
from api.models.events import Endorsement, PendingAmendment, PublishedDocument
from api.models.plans import Plan, PointComparison
from domain.asked_dates import is_relative

CHANGE_TEXTS = {
    "not-comparable": "cannot be compared: a text is not known",
    "not-known-then": "the plan was not known then",
}
UNCHANGED = ("same",)


def plan_sections(wording: Wording, plan: Plan) -> dict[str, list[Paragraph]]:
    """Return a plan: what it is, its points, and what is pending, endorsed and agreed."""
    agreed = ", ".join(plan.agreed) or "none"
    return {
        "PLAN": [plan_paragraph(wording, plan), Paragraph(f"agreed points: {agreed}")],
        "POINTS": [point_paragraph(point) for point in plan.points],
        "PENDING AMENDMENTS": [
            *(_amendment_paragraph(wording, plan, each) for each in plan.pending),
            *map(Paragraph, plan_left_off_texts(plan, "pending")),
        ],
        "ENDORSED, REJECTED, SIGNED": [
            *map(Paragraph, plan_left_off_texts(plan, "endorsements")),
            *(_endorsement_paragraph(wording, plan, each) for each in plan.endorsements),
        ],
        "DOCUMENTS": [_document_paragraph(wording, each) for each in plan.documents],
    }


def _amendment_paragraph(wording: Wording, plan: Plan, item: PendingAmendment) -> Paragraph:
    """Return who proposes what: ``substitution of 10: ...``."""
    proposers = join_names(wording.name("party", each) for each in item.proposed_by or ())
    proposal = join_texts(" by ", item.amendment or "amendment", proposers)
    operations = [
        join_texts(": ", f"{each.op} of {each.number or _number(plan, each.point)}", each.text)
        for each in item.operations or ()
    ]
    head = f"{wording.date(item.occurred) or 'undated'}  {proposal}"
    return Paragraph(head, join_texts("; ", *operations) + sources_text(item))


def _endorsement_paragraph(wording: Wording, plan: Plan, item: Endorsement) -> Paragraph:
    """Return which party did what, with which points, and on which conditions."""
    points = ", ".join(_number(plan, each) for each in item.points or ())
    conditions = join_texts("; ", *(item.conditions or ()))
    party = wording.within(wording.name("party", item.party))
    act = f"{item.type.removeprefix('plan-')} by {party}"
    head = f"{wording.date(item.occurred) or 'undated'}  {act}"
    body = join_texts("; ", points and f"points {points}", conditions and f"if: {conditions}")
    return Paragraph(head, body + sources_text(item))


def _document_paragraph(wording: Wording, item: PublishedDocument) -> Paragraph:
    head = f"{wording.date(item.occurred) or 'undated'}  {item.title or item.document}"
    return Paragraph(head, join_texts("", item.url, sources_text(item)).lstrip())


def _number(plan: Plan, slug: str) -> str:
    """Return the number of a point as it stands, else its slug."""
    numbers = {point.point: point.number for point in plan.points}
    return str(numbers.get(slug) or slug)


def show_redline(
    names: TypedNames, plan: str, other: str, params: Params, *, slugs: bool, as_json: bool
) -> None:
    """Print what differs between a plan and another one, or its own text of an earlier date."""
    as_of = params["as_of"]
    dates: Params = {**params, "as_of": None, "from": as_of, "to": as_of}
    client, negotiation = names.client, names.negotiation
    if other_plan := _find_other_plan(names, other):
        path = negotiation_path(negotiation, "plans", other_plan, "diff")
        answer = client.get(path, {**dates, "to_plan": plan})
        compared = f"{_title(names, other_plan, slugs)} against {_title(names, plan, slugs)}"
    else:
        path = negotiation_path(negotiation, "plans", plan, "diff")
        answer = client.get(path, {**dates, "from": other})
        title = _title(names, plan, slugs)
        compared = f"{title} as of {other} against {title} as of {as_of or 'now'}"
    if as_json:
        print_body(answer.body)
        return
    found = answer.read(ComparisonAnswer[tuple[PointComparison, ...]])
    heading = [
        *wrap_text(compared, "", "  "),
        basis_heading(found.basis),
        *filter_lines(found.basis),
    ]
    print_text("\n".join([*heading, "", *redline_lines(found.data)]))


def _title(names: TypedNames, plan: str, slugs: bool) -> str:
    titles = () if slugs else names.find("plan", plan, "PLAN").names
    return next(map(shorten_name, titles), plan)


def _find_other_plan(names: TypedNames, other: str) -> str | None:
    """Return the slug of the plan that is meant, None for a date."""
    if re.match(r"\d{4}(?!\w)|\d{8}", other) or is_relative(other):
        return next(
            (each.slug for each in names.match(["plan"], other) if each.slug == other), None
        )
    return names.find("plan", other, "--redline").slug


def redline_lines(comparisons: Sequence[PointComparison]) -> Iterator[str]:
    """Yield what differs, point by point: [-left out-] and {+put in+}."""
    unchanged = [each for each in comparisons if each.change in UNCHANGED]
    for comparison in comparisons:
        if comparison.change not in UNCHANGED:
            yield from paragraph_lines([_comparison_paragraph(comparison)])
    if unchanged:
        plural = "point is" if len(unchanged) == 1 else "points are"
        yield f"{len(unchanged)} {plural} the same"


def _comparison_paragraph(comparison: PointComparison) -> Paragraph:
    old, new = comparison.from_, comparison.to
    point = new or old
    name = f"{point.number or point.point}" if point else ""
    heading = point.heading if point else None
    change = CHANGE_TEXTS.get(comparison.change, comparison.change)
    coded = f"coded as {comparison.coded.op}" if comparison.coded else None
    differs = f"({', '.join(comparison.differs)})" if comparison.differs else None
    verdict = join_texts(", ", join_texts(" ", change, differs), coded)
    head = join_texts(": ", join_texts(" ", name, heading), verdict)
    marks = {"delete": "[-{}-]", "insert": "{{+{}+}}", "equal": "{}"}
    body = "".join(marks[each.op].format(each.text) for each in comparison.ops)
    return Paragraph(head, body or (point.text if point and point.text else ""))
