# ruff: noqa: RUF001  # Cyrillic letters are meant
"""Forms of events: every event of the demonstration, shown in one and read again, is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.record import things
from api.pages.record.dates import DateFields
from api.pages.record.fields import form_fields
from api.pages.record.fill import fill_form
from api.pages.record.things import ThingNames
from api.pages.record.values import FormReader
from api.pages.shared.dates import DateFormatter
from api.pages.shared.i18n import load_translations
from api.pages.shared.page import is_slug
from domain.basis import Question
from domain.instants import from_rfc3339
from domain.slugs import MAX_SLUG_LENGTH, make_slug
from tests.facts import OPENING, statement
from tests.world import World

DEMONSTRATION = Path(__file__).parents[1] / "demo" / "ukraine-peace-talks.jsonl"


def test_every_event_of_the_demonstration_survives_its_form(tmp_path: Path) -> None:
    words = load_translations("uk")
    with World(tmp_path) as world:
        batches = list(map(json.loads, DEMONSTRATION.read_text().splitlines()))
        for batch in batches:
            world.record(batch["recorded_at"], batch["events"])
        with world.open_session() as session:
            view = session.open_view(session.resolve_basis(Question()))
            names, dates = ThingNames(view, words), DateFormatter(words, session.zone)
            events = [event for batch in batches for event in batch["events"]]
            for event in events:
                sent = fill_form(form_fields(event["type"]), event, names)
                fields = DateFields(dates, from_rfc3339("2026-04-01T00:00:00Z"), sent)
                found = FormReader(names, fields, sent).read_event(event["type"])

                assert found.faults == {}
                given = {name: value for name, value in event.items() if name != "reports"}
                assert _told(found.event) == _told(given)


def test_a_blank_date_says_that_none_is_set_and_a_bare_slug_what_has_it(tmp_path: Path) -> None:
    words = load_translations("en")
    event = {"type": "meeting-announced", "meeting": "second", "invitees": ["north"]}
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", OPENING)
        with world.open_session() as session:
            view = session.open_view(session.resolve_basis(Question()))
            names, dates = ThingNames(view, words), DateFormatter(words, session.zone)
            sent = fill_form(form_fields("meeting-announced"), event, names)
            fields = DateFields(dates, from_rfc3339("2026-04-01T00:00:00Z"), sent)
            found = FormReader(names, fields, sent).read_event("meeting-announced").event

    assert sent["invitees.0"] == "North"
    assert (found["expected"], found["invitees"]) == (None, ["party:north"])


def test_what_was_said_long_ago_stands_in_words_in_a_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside its slug, by which the form is read again: its words are not searched so far back."""
    monkeypatch.setattr(things, "_RECENT_SEQS", 0)
    answer = statement(2, reply_to="s1")
    with World(tmp_path) as world:
        world.record("2025-12-20T09:00:00Z", [*OPENING, statement(1), answer])
        with world.open_session() as session:
            view = session.open_view(session.resolve_basis(Question()))
            words = load_translations("en")
            names, dates = ThingNames(view, words), DateFormatter(words, session.zone)
            sent = fill_form(form_fields("statement-made"), answer, names)
            fields = DateFields(dates, from_rfc3339("2026-04-01T00:00:00Z"), sent)
            found = FormReader(names, fields, sent).read_event("statement-made").event

    assert sent["reply_to"] == "Word 1 (statement:s1)"
    assert found["reply_to"] == "s1"


def _told(event: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in event.items() if value not in (None, [], {}, "")}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Russia", "russia"),
        ("Володимир Зеленський", "volodymyr-zelenskyi"),
        ("Юрій Єхануров", "yurii-yekhanurov"),
        ("Згурський", "zghurskyi"),
        ("Запорізька АЕС", "zaporizka-aes"),
        ("Знам’янка", "znamianka"),
        ("Mārtiņš Strauß", "martins-strauss"),
        ("The envoy's 20-point plan", "the-envoys-20-point-plan"),
        ("中国", ""),
    ],
)
def test_a_slug_is_made_from_a_name(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@given(st.text(max_size=200), st.integers(0, 12))
def test_a_made_slug_is_a_slug_that_is_free(name: str, count: int) -> None:
    taken: set[str] = set()
    for _ in range(count):
        slug = make_slug(name, taken)
        assert slug == "" or (is_slug(slug) and slug not in taken and len(slug) <= MAX_SLUG_LENGTH)
        taken.add(slug)
