"""Since when what the overview says is new is known, because of what, and from whom."""

from __future__ import annotations

from collections.abc import Iterable

from api.answers import read_as
from api.models.changes import AnyChange
from api.pages.shared.brief import BriefWriter
from api.pages.shared.page_context import PageContext
from domain.model import Json
from projections.answers.diff import ChangesBetween
from projections.answers.facets import FacetKey


def tell_origins(frame: PageContext, difference: ChangesBetween, lines: Iterable[Json]) -> None:
    """Add to each line its origin, as a brief of the same changes has it."""
    lines_by_key = {_key_of(line, difference): line for line in lines}
    changes = read_as(list[AnyChange], difference.build_changes(list(lines_by_key)))
    writer = BriefWriter(frame, frame.view, difference.whole.before.view)
    for line, origin in zip(lines_by_key.values(), writer.tell_origins(changes), strict=True):
        line["origin"] = origin


def _key_of(line: Json, difference: ChangesBetween) -> FacetKey:
    """Return the cell that changed: of a plan its point that changed last, if any did."""
    if "path" in line:
        return "position", f"{line['parties'][0]}/{line['path']}"
    if "meeting" in line:
        return "meeting", line["meeting"]
    if "plan" not in line:
        return line["kind"], line[line["kind"]]
    points = [
        key for key in difference.changed_of("point") if key[1].startswith(f"{line['plan']}/")
    ]
    return max(points, key=difference.known_at, default=("plan", line["plan"]))
