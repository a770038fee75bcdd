"""The measurements' own pieces hold: they measure nothing here."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import figures, history, measuring, plot, table
from benchmarks.generator import END, standard

STORES = ("SQLite", "PostgreSQL")


def test_late_history_records_the_same_events_and_half_of_them_after_its_end() -> None:
    regular = standard(3000)
    late = history.late(regular)
    moments = [recorded_at for recorded_at, _ in late]
    moved = [event["id"] for recorded_at, event in late if recorded_at > regular[-1][0]]

    assert sorted(event["id"] for _, event in late) == sorted(e["id"] for _, e in regular)
    assert moments == sorted(moments)
    assert 0.2 < len(moved) / len(late) < 0.6


def test_late_act_comes_after_what_it_acts_on() -> None:
    order = [event["id"] for _, event in history.late(standard(3000))]
    acts = [event for _, event in standard(3000) if "event" in event]

    assert len(acts) > 10
    assert [each for each in acts if order.index(each["event"]) > order.index(each["id"])] == []


def test_steady_history_lists_no_more_claims_however_long() -> None:
    short, long = (
        [event for _, event in standard(count, steady=True) if "attribution" in event]
        for count in (10_000, 40_000)
    )

    assert 50 < len(long) < 1.5 * len(short)


def test_history_in_a_file_is_read_as_it_was_made(tmp_path: Path) -> None:
    path = history.made(tmp_path, 500)

    assert list(history.read(path)) == [(at, event) for at, event in standard(500)]
    assert standard(500)[-1][0] < END


def test_watched_command_tells_its_words_and_its_peak() -> None:
    ran = measuring.watched([sys.executable, "-c", "print(len(bytearray(60_000_000)))"])

    assert ran.told.strip() == b"60000000"
    assert 60 < ran.peak_mb < 200


def test_watched_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="No module named nothing"):
        measuring.watched([sys.executable, "-m", "nothing"])


def test_figure_that_fails_is_told_in_its_rows_and_stops_nothing() -> None:
    results = table.Results()

    def broken() -> dict[str, float]:
        raise ValueError("a\nbroken plan")

    results.take("SQLite", "states", broken)
    results.take("SQLite", "rebuilding", lambda: {"rebuild events/s": 15_000})
    lines = {line[0]: line[1:] for line in table.rows(results, 10_000)}

    assert lines["state at a past date, p50"][1] == "ValueError: a broken plan"
    assert lines["rebuild"][1:] == ["15,000 events/s", "not measured", "ok"]


def test_verdict_names_the_database_that_falls_short() -> None:
    (append,) = (each for each in figures.FIGURES if each.measure == "append against no-op")

    assert append.verdict({"SQLite": 0.6, "PostgreSQL": 0.4}, 10) == "falls short: PostgreSQL"
    assert append.verdict(dict.fromkeys(STORES, 0.6), 10) == "ok"


def test_target_for_a_million_events_says_nothing_of_fewer() -> None:
    (state,) = (each for each in figures.FIGURES if each.measure == "state p50 ms")

    assert state.verdict({"SQLite": 99}, 10_000) == ""
    assert state.verdict({"SQLite": 99}, 1_000_000) == "falls short: SQLite"


def test_every_figure_belongs_to_a_group_that_is_measured() -> None:
    assert {each.group for each in figures.FIGURES} == set(table.GROUPS)


def test_plot_draws_a_line_for_each_name() -> None:
    drawn = plot.svg({"state, SQLite": {10: 2, 100: 3}, "replay, PostgreSQL": {10: 5, 100: 50}})
    texts = [each.text for each in ElementTree.fromstring(drawn).iter() if each.text]  # noqa: S314  # our own drawing

    assert {"state, SQLite", "replay, PostgreSQL", "100"} <= set(texts)
    assert drawn.count('stroke-width="2"') == 2
