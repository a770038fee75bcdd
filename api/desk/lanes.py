"""How each side moved: a strip of stances for each party and issue."""

from __future__ import annotations

from api.desk.frame import Frame
from api.desk.held import group
from api.desk.page import Data
from api.desk.scale import Scale
from domain.instants import EARLIEST, LATEST, Instant


def lanes(frame: Frame) -> tuple[dict[str, list[Data]], Scale]:
    """Return for each party a strip for each issue: which stance it took from when on."""
    issues = frame.names("issue")
    told: dict[tuple[str, str], list[tuple[Instant, str | None]]] = {}
    for (party, issue), rows in frame.view.cells("position").items():
        steps = [(row.lo if row.lo > EARLIEST else row.last, row.mark)
                 for row in reversed(list(rows)) if not row.possible]  # fmt: skip
        kept = [step for number, step in enumerate(steps)
                if not number or step[1] != steps[number - 1][1]]  # fmt: skip
        if kept:
            told[party, issue] = kept
    end = min(frame.basis.valid_at, frame.basis.known_at)
    starts = [at for steps in told.values() for at, _ in steps if EARLIEST < at < LATEST]
    newest = max(starts, default=end)
    scale = Scale(min(starts, default=end), max(newest, min(end, newest + (newest - min(
        starts, default=end)) // 8)))  # fmt: skip
    found: dict[str, list[Data]] = {}
    order = {slug: number for number, slug in enumerate(issues)}
    for (party, issue), steps in sorted(told.items(), key=lambda each: order.get(each[0][1], -1)):
        places = [scale.at(at) for at, _ in steps]
        found.setdefault(party, []).append({
            "issue": issue,
            "title": issues.get(issue, issue),
            "steps": [
                {
                    "x": place,
                    "width": round(max(after - place, 0), 2),
                    "word": mark or "withdrawn",
                    "side": group(mark) or "open",
                }
                for place, after, (_, mark) in zip(places, [*places[1:], 100.0], steps, strict=True)
            ],
        })  # fmt: skip
    return found, scale
