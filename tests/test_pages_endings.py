"""A brief dates and sources an end by what ended, and a wording by itself."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

from tests.facts import OPENING, act, event, report
from tests.pages import main, page, without_links
from tests.world import World

POINTS = [{"point": f"p{n}", "number": n} for n in ("10", "1.2", "1.10", "2", "3")]
WORDED = {"point": "p3", "number": "3", "text": "Words", "text_status": "verbatim"}


def told(day: int, publisher: str) -> dict[str, object]:
    return report(f"2025-12-{day:02}", publisher)


@pytest.fixture(scope="module")
def endings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    def on(day: int, label: int, kind: str, publisher: str, **fields: object) -> dict[str, object]:
        fields = {"occurred": f"2025-12-{day:02}"} | fields
        return event(label, kind, told(day, publisher), **fields)

    role = {"person": "envoy", "party": "north", "title": "Envoy"}
    stance = {"party": "north", "stance": "accepts", "summary": "yes"}
    repeals = [{"op": "repeal", "point": point} for point in ("p10", "p1.10", "p1.2")]
    with World(tmp_path_factory.mktemp("endings"), "http") as world:
        for each in [*POINTS, WORDED]:
            each["point"] = each["point"].replace(".", "-")
        repeals = [{**each, "point": each["point"].replace(".", "-")} for each in repeals]
        world.record(
            "2025-12-29T09:00:00Z",
            [
                *OPENING,
                {"type": "issue-defined", "issue": "fund", "title": "The fund"},
                on(1, 1, "role-assumed", "Reuters", **role),
                on(1, 2, "statement-made", "Reuters", statement="s", speaker="envoy",
                   summary="We are close."),
                on(1, 3, "meeting-announced", "Reuters", meeting="second", title="Second",
                   expected="2025-12-17"),
                on(1, 4, "plan-introduced", "Reuters", plan="draft", title="Draft", points=POINTS),
                on(1, 5, "position-stated", "Reuters", issue="border", **stance),
                on(2, 6, "position-stated", "Reuters", issue="fund", **stance),
                on(11, 11, "role-ended", "Guardian", **role),
                on(12, 12, "statement-withdrawn", "Guardian", statement="s"),
                on(13, 13, "meeting-cancelled", "Guardian", meeting="second"),
                on(14, 14, "plan-amended", "Guardian", plan="draft", operations=repeals),
                act(15, "text-published", 4, told(15, "Sun"), points=[WORDED]),
                act(16, "correction-published", 5, told(16, "Reuters"), changes={"issue": "fund"}),
                act(17, "event-retracted", 6, told(17, "Reuters"), reason="B accepts."),
            ],
        )  # fmt: skip
        world.set_clock("2025-12-30T09:00:00Z")
        yield world


def sentence(world: World, words: str, query: str = "?from=2025-12-10&as_of=2025-12-28") -> str:
    """Return the line of a brief that has some words, with its date and its sources."""
    text = html.unescape(main(page(world, "compare", query)))
    lines = [
        re.sub(r"<[^>]+>", " ", without_links(each))
        for each in re.findall(r"<li.*?because.*?</p>", text, re.S)
    ]
    found = [" ".join(each.split()) for each in lines if words in each]
    assert found, lines
    return found[0]


@pytest.mark.parametrize(
    ("words", "date", "publisher"),
    [
        ("no longer Envoy", "11 December 2025", "Guardian"),
        ("A statement was withdrawn", "12 December 2025", "Guardian"),
        ("Second: cancelled; it had been dated 17 December 2025", "13 December 2025", "Guardian"),
        ("3 points of Draft are gone: 1.2, 1.10, 10", "14 December 2025", "Guardian"),
        ("The text of 1 point of Draft is seen: 3", "15 December 2025", "Sun"),
    ],
)
def test_what_changed_has_the_date_and_source_of_the_change(
    endings: World, words: str, date: str, publisher: str
) -> None:
    line = sentence(endings, words)
    assert f"known since {date}" in line
    assert line.endswith(f" · {publisher}")


def test_a_corrected_report_is_no_move_of_a_party(endings: World) -> None:
    line = sentence(endings, "It no longer stands that North took a position on “The border”")
    assert "any more" not in line


def test_a_sentence_has_one_full_stop(endings: World) -> None:
    text = html.unescape(main(page(endings, "compare", "?from=2025-12-10")))
    assert not re.search(r"[^.]\.\.(\s|<)", text)
