"""One position, one word: the matrix, a cell, the brief, lanes and the overview agree."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.facts import STANCE, event_id
from tests.pages import BASE, main, page
from tests.world import World

DISPUTE = {
    "type": "event-disputed",
    "event": event_id(100),
    "reports": [{"published": "2025-12-28", "publisher": "courier"}],
}
NEXT = {"occurred": "2025-12-28", "reports": [{"published": "2025-12-28", "publisher": "gazette"}]}
WITHDRAWAL = {"type": "position-withdrawn", "party": "north", "issue": "border", **NEXT}


def words_shown(site: World) -> dict[str, Any]:
    """Return the word of the one position of a site, by where it is shown."""

    def data(name: str, query: str = "") -> Any:
        return site.client.get(f"{BASE}{name}.json{query}").json()["data"]

    (row,) = data("/positions")["rows"]
    (lane,) = data("/people")["parties"][0]["lanes"]
    (line,) = data("/compare", "?from=2025-12-01")["lines"][:1]
    words = {
        "matrix": row["cells"]["north"]["word"],
        "cell": data("/positions", "?cell=north/border")["cell"]["word"],
        "brief": line["after"],
        "lanes": lane["steps"][-1]["word"],
    }
    moved = data("")["positions"]
    return words | ({"overview": moved[0]["word"]} if moved else {})


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (DISPUTE | {"rival": {"summary": "not yet"}}, "accepts"),
        (DISPUTE | {"rival": {"stance": "rejects"}}, "disputed"),
        (WITHDRAWAL, "withdrawn"),
        (STANCE | NEXT | {"id": event_id(101), "stance": "rejects"}, "rejects"),
        (STANCE | {"id": event_id(101), "stance": "rejects"}, "mixed"),
    ],
)
def test_a_position_is_shown_by_the_same_word_everywhere(
    own_site: World, event: dict[str, Any], word: str
) -> None:
    own_site.record("2025-12-28T09:00:00Z", [event])
    own_site.set_clock("2025-12-30T09:00:00Z")

    assert set(words_shown(own_site).values()) == {word}


def test_a_brief_names_no_move_where_only_the_wording_is_disputed(own_site: World) -> None:
    own_site.record("2025-12-28T09:00:00Z", [DISPUTE | {"rival": {"summary": "not yet"}}])
    own_site.set_clock("2025-12-30T09:00:00Z")

    assert "to disputed" not in page(own_site, "compare", "?from=2025-12-22")


def test_every_account_of_a_position_names_who_gives_it(own_site: World) -> None:
    own_site.record("2025-12-28T09:00:00Z", [DISPUTE | {"rival": {"summary": "not yet"}}])
    own_site.set_clock("2025-12-30T09:00:00Z")
    text = re.sub(r"<[^>]+>|\s+", " ", main(page(own_site, "positions", "?cell=north/border")))

    told = re.sub(r"\s+", " ", text)
    assert "disputed · Summary : yes ( herald ) / not yet ( courier )" in told
