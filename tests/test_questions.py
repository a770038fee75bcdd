"""Whole negotiations, asked on many dates over HTTP, on the command line and on a page.

The answers were written by hand, from the sources or from the story, before they were asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from api.app import create_app
from api.cli import demo_ledger
from api.wiring import open_ledger
from tests import postgres
from tests.exporting import write_lines
from tests.local_client import LocalClient
from tests.negotiations import (
    demonstration,
    exit_treaty,
    exit_treaty_text,
    lookups,
    read_batches,
    strike,
)
from tests.questions import AskedLedger, Question
from tests.serving import key_environment
from tests.test_round_trips import (
    export_events,
    import_events,
    kept_beside,
    read_events,
    read_root,
    read_root_of,
    restore,
)
from tests.world import KEY, World

OpenLedger = Callable[[str], AskedLedger]
STORIES = {
    exit_treaty.NAME: (*exit_treaty.QUESTIONS, *exit_treaty_text.QUESTIONS),
    strike.NAME: strike.QUESTIONS,
}
QUESTIONS = (
    *demonstration.QUESTIONS,
    *(each for story in STORIES.values() for each in story),
    *lookups.QUESTIONS,
)


@contextmanager
def open_demonstration(folder: Path) -> Iterator[AskedLedger]:
    with mock.patch.dict(os.environ, XDG_DATA_HOME=str(folder)):
        file = demo_ledger.demo_ledger_file()
    with closing(open_ledger(file)) as ledger, LocalClient(create_app(ledger)) as client:
        yield AskedLedger(client, file, key_environment(folder))


@contextmanager
def record_story(negotiation: str, folder: Path, server: str | None = None) -> Iterator[World]:
    with World(folder, server=server) as world:
        world.name = negotiation
        for recorded_at, events in read_batches(negotiation):
            world.record(recorded_at, events)
        world.set_clock("2026-06-01T00:00:00Z")
        yield world


@contextmanager
def open_story(negotiation: str, folder: Path) -> Iterator[AskedLedger]:
    with record_story(negotiation, folder) as world:
        environment = {"MINUTEBOOK_LOG_KEY": KEY}
        yield AskedLedger(world.client, folder / "world.db", environment)


@pytest.fixture(scope="module")
def open_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLedger]:
    """Open the ledger of each negotiation when it is first asked."""
    with ExitStack() as opened:

        @cache
        def open_ledger_of(negotiation: str) -> AskedLedger:
            folder = tmp_path_factory.mktemp(negotiation)
            if negotiation == demonstration.NAME:
                return opened.enter_context(open_demonstration(folder))
            return opened.enter_context(open_story(negotiation, folder))

        yield open_ledger_of


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_the_answer_is_the_same_everywhere(open_once: OpenLedger, question: Question) -> None:
    ledger = open_once(question.negotiation)
    data = ledger.read_data(question)
    told = (
        (ledger.print_answer(question), question.printed),
        (ledger.read_page(question), question.shown),
    )

    assert question.read(data) == question.answer
    for text, expected in told:
        if expected is None:
            assert question.name not in text
        else:
            assert expected in text


@pytest.fixture(params=("sqlite", "postgres"))
def story(request: pytest.FixtureRequest, negotiation: str, tmp_path: Path) -> Iterator[World]:
    """Give a story that either database holds."""
    server: str | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("ledger_url")
        postgres.empty_ledger(server)
    with record_story(negotiation, tmp_path, server) as world:
        yield world


@pytest.mark.parametrize("negotiation", STORIES)
def test_a_story_is_the_same_once_exported_and_imported(
    story: World, target: str | Path, tmp_path: Path
) -> None:
    write_lines(story.ledger, story.name, exported := tmp_path / "exported.jsonl")

    import_events(target, tmp_path, exported, story.name)

    again = export_events(target, tmp_path, story.name)
    assert read_events(again) == read_events(exported)
    checkpoint = kept_beside(tmp_path)["MINUTEBOOK_CHECKPOINT"]
    opened = open_ledger(target, key_path=KEY, checkpoint_path=checkpoint)
    with closing(opened) as ledger, LocalClient(create_app(ledger)) as c:
        imported = AskedLedger(c, tmp_path, {})
        for each in STORIES[story.name]:
            if each.basis != "as-recorded":
                assert each.read(imported.read_data(each)) == each.answer, each.text


@pytest.mark.parametrize("negotiation", STORIES)
def test_a_story_is_restored_from_its_export_byte_for_byte(
    story: World, target: str | Path, tmp_path: Path
) -> None:
    write_lines(story.ledger, story.name, exported := tmp_path / "exported.jsonl")

    assert restore(target, tmp_path, exported).returncode == 0

    assert export_events(target, tmp_path, story.name).read_bytes() == exported.read_bytes()
    assert read_root(target) == read_root_of(story)
