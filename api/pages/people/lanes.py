"""How each side moved: a strip of stances for each party and issue."""

from __future__ import annotations

from api.pages.positions.stances import stance_group
from api.pages.shared.page import Data
from api.pages.shared.page_context import PageContext
from api.pages.shared.time_scale import TimeScale
from domain.instants import EARLIEST, LATEST, Instant


def build_lanes(frame: PageContext) -> tuple[dict[str, list[Data]], TimeScale]:
    """Return for each party a strip for each issue: which stance it took from when on."""
    issues = frame.names_by_slug("issue")
    steps_by_cell: dict[tuple[str, str], list[tuple[Instant, str | None]]] = {}
    for (party, issue), rows in frame.view.read_cells("position").items():
        steps = [
            (row.lo if row.lo > EARLIEST else row.last, row.label)
            for row in reversed(list(rows))
            if not row.possible
        ]
        distinct_steps = [
            step
            for number, step in enumerate(steps)
            if not number or step[1] != steps[number - 1][1]
        ]
        if distinct_steps:
            steps_by_cell[party, issue] = distinct_steps
    end = min(frame.basis.valid_at, frame.basis.known_at)
    starts = [at for steps in steps_by_cell.values() for at, _ in steps if EARLIEST < at < LATEST]
    newest_start = max(starts, default=end)
    scale = TimeScale(
        min(starts, default=end),
        max(newest_start, min(end, newest_start + (newest_start - min(starts, default=end)) // 8)),
    )
    lanes_by_party: dict[str, list[Data]] = {}
    order = {slug: number for number, slug in enumerate(issues)}
    for (party, issue), steps in sorted(
        steps_by_cell.items(), key=lambda each: order.get(each[0][1], -1)
    ):
        percents = [scale.percent_at(at) for at, _ in steps]
        lanes_by_party.setdefault(party, []).append(
            {
                "issue": issue,
                "title": issues.get(issue, issue),
                "steps": [
                    {
                        "x": place,
                        "width": round(max(after - place, 0), 2),
                        "word": mark or "withdrawn",
                        "side": stance_group(mark) or "open",
                    }
                    for place, after, (_, mark) in zip(
                        percents, [*percents[1:], 100.0], steps, strict=True
                    )
                ],
            }
        )
    return lanes_by_party, scale
