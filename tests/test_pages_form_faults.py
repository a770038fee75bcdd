"""Whatever a form of the pages sends: shown again, refused or recorded, and never a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.record import fields
from tests.facts import OPENING, STANCE, event_id
from tests.pages import BASE
from tests.world import World

NAMES = (
    "party", "issue", "plan", "point", "stance", "answer", "summary", "occurred", "anchor", "tz",
    "meant:occurred", "correction", "act", "event", "id", "phrase_anchor", "changes", "rival",
    "counts.for", "casualties.killed", "claimed_points", "about.0", "due", "speaker", "meeting",
    "expected", "title", "name", "same_as", "statement", "codes.0.key", "codes.0.text",
    "names.0.text", "participants.0.party", "participants.99999999999999999999.person",
    "participants.x.party", "operations.0.op", "operations.0.point", "operations.0.into.0.point",
    "points.0.number", "answers.0.label", "answers.0.value", "reports.published", "reports.url",
    "reports.tz", "1.type", "1.party", "1.speaker", "new-type", "previewed",
)  # fmt: skip
TEXTS = (
    "North", "party:north", "issue:border", "x (party:north)", " · ", "a · b", "9" * 400, "1e999",
    "nan", "[1", "{}", "null", '{"a": 1}', "last Thursday", "03/04/2025", "2025-12-2X",
    "9999-12-31", "\N{CYRILLIC SMALL LETTER TE}" * 70_000, "\u202e", "<script>", "on", "correct",
    "slip", "rival", "Mars", "position-stated", event_id(100),
)  # fmt: skip
STEPS = (
    "preview", "record", "add:participants", "add:", "remove:participants.0", "remove:1",
    "add-event", "add:operations.0.into", "?",
)  # fmt: skip
FORMS = st.dictionaries(
    st.sampled_from(NAMES), st.sampled_from(TEXTS) | st.text(max_size=20), max_size=14
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("filled"), "http") as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, STANCE])
        yield world


@settings(deadline=None)
@given(st.sampled_from(fields.FORM_TYPES), FORMS, st.sampled_from(STEPS))
def test_no_form_is_a_fault(filled: World, kind: str, form: dict[str, str], step: str) -> None:
    answer = filled.client.post(
        f"{BASE}/record",
        data=form | {"type": kind, "step": step},
        headers={"sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    assert answer.status_code in (200, 303, 403, 413, 422)
