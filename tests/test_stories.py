"""Every worked case of docs/time.md, at every level that the world fixture offers."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from tests.fold_world import FoldWorld
from tests.stories import STORIES, Story
from tests.world import World

MUCH_LATER = "2026-06-01T00:00:00Z"
"""When the questions are asked: nothing is under embargo any more."""


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_worked_case(world: World | FoldWorld, story: Story) -> None:
    check_story(world, story)


def check_story(world: World | FoldWorld, story: Story) -> None:
    for recorded_at, events in story.batches:
        world.record(recorded_at, events)
    world.set_clock(MUCH_LATER)
    for params, check in story.asks:
        data = world.read_state(**params)
        assert check(data), f"{story.name}: {params} answered {data}"


def test_the_level_of_the_domain_opens_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_connection(*_: object, **__: object) -> None:
        raise AssertionError("the domain needs no database")

    for driver in (sqlite3, sqlite3.dbapi2, psycopg):
        monkeypatch.setattr(driver, "connect", refuse_connection)
    for story in STORIES:
        check_story(FoldWorld(), story)
