"""What of an article folds away, so that its page stays short."""

from __future__ import annotations

from domain.model import Json

NEAR = 12
"""Drafts that stand open before and after the one that is looked at."""
MAX_ROWS = 8
"""Rows of a field that stand open."""


def part_drafts(count: int, at: int | None) -> list[tuple[str, int, int]]:
    """Return from where to where drafts stand before, near and after the one that is looked at, by
    places in their list; those near stand open, the others fold away."""
    first = max(0, min((at or 0) - NEAR, count - 2 * NEAR - 1))
    last = min(first + 2 * NEAR + 1, count)
    return [("before", 0, first), ("near", first, last), ("after", last, count)]


def fold_fields(form: Json, *, is_edited: bool) -> None:
    """Let fold away the fields of a draft that nothing was read into, and that are not needed, and
    those of very many rows."""
    given = (*form["sent"], *form["faults"])
    for part in form["parts_of_form"]:
        part["is_later_open"] = is_edited
        for each in part["fields"]:
            name = f"{each['name']}."
            is_blank = not any(f"{key}.".startswith(name) for key in given)
            is_long = len(part["rows"].get(each["name"], ())) > MAX_ROWS and not form["faults"]
            is_told = each["name"] == "event"  # which stands above by what it says
            if is_long or is_told or (is_blank and not each["is_wanted"]):
                each["group"] = "later"
