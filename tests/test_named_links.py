"""Names within sentences lead to their pages, the rest of a sentence to its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.pages.shared.named_links import TextPart, link_names
from domain.model import Json
from tests.facts import OPENING, STANCE
from tests.pages import main, page
from tests.world import World


def named(kind: str, slug: str, name: str) -> Json:
    return {"kind": kind, "slug": slug, "name": name}


NORTH, BORDER = named("party", "north", "North"), named("issue", "border", "The border")
UNION = named("party", "union", "North and South")


@pytest.mark.parametrize(
    ("text", "things", "parts"),
    [
        (
            "North moved on “The border”: from no to yes.",
            [NORTH, BORDER],
            [
                ("North", "parties/north", False),
                (" moved on “", None, False),
                ("The border", "issues/border", False),
                ("”: ", None, False),
                ("from no to yes", "own", True),
                (".", None, False),
            ],
        ),
        ("Northern lights", [NORTH], [("Northern lights", "own", True)]),
        (
            "North and South and North and North",
            [NORTH, UNION],
            [
                ("North and South", "parties/union", False),
                (" and ", None, False),
                ("North", "parties/north", False),
                (" ", None, False),
                ("and North", "own", True),
            ],
        ),
        ("The draft", [named("plan", "q", "The draft")], [("The draft", "plans/q", False)]),
        ("Met", [named("meeting", "m", "Met")], [("Met", "own", True)]),
    ],
)
def test_names_lead_to_what_they_name(
    text: str, things: list[Json], parts: list[tuple[str, str | None, bool]]
) -> None:
    assert link_names(text, things, "own") == [TextPart(*part) for part in parts]


def test_a_sentence_without_a_page_of_its_own_has_links_of_names_alone() -> None:
    assert [part.path for part in link_names("North says so.", [NORTH])] == ["parties/north", None]


def test_a_brief_leads_to_each_party_and_issue_that_it_names(own_site: World) -> None:
    text = main(page(own_site, "compare", "?from=2025-12-01"))

    assert '<a href="/desk/talks/parties/north"><bdi>North</bdi></a>' in text
    assert '<a href="/desk/talks/issues/border"><bdi>The border</bdi></a>' in text
    assert 'class="sentence" href="/desk/talks/events/' in text


def test_a_name_is_shown_in_the_language_of_the_page(tmp_path: Path) -> None:
    north = OPENING[1] | {"names": {"uk": "Північ"}}
    with World(tmp_path, "http") as world:
        world.record("2025-12-21T09:00:00Z", [OPENING[0], north, *OPENING[2:], STANCE])
        assert "<bdi>Північ</bdi>" in page(world, "positions", "?lang=uk")
        assert "<bdi>North</bdi>" in page(world, "positions")
