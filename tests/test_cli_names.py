"""On the command line things are called by their names; with --slugs by their slugs."""

from __future__ import annotations

import pytest

from api.cli.answer_names import MAX_NAME_LENGTH, find_named_things, shorten_name
from tests.port_talks import MOTION, SHORT_MOTION, Ask


@pytest.mark.parametrize(
    ("question", "named", "with_slugs"),
    [
        (("meetings",), "part of Talks", "part of m"),
        (("statements",), "in reply to Ada Marsh, 2026-01-04", "in reply to the statement s1"),
        (("as-of", "2026-01-09"), "part of Talks", "part of m"),
        (("as-of", "2026-01-09"), "in reply to Ada Marsh, 2026-01-04", "statement s1"),
        (("plan",), "The offer (status not told)", "offer (status not told)"),
        (("log",), "deadline-set Last word 2026-01-05", "deadline-set d 2026-01-05; Last word"),
        (("log",), f"vote-held {SHORT_MOTION} 2026-01-06", "vote-held v 2026-01-06"),
        (("log",), "incident-reported A walkout", "incident-reported x"),
        (("log",), "plan-rejected Crane crew/The offer", "plan-rejected crew/offer"),
        (("log",), "statement-made Ada Marsh", "statement-made s1"),
        (("log",), "meeting-held n 2026-01-03", "meeting-held n 2026-01-03"),
        (("search", "walkout"), "incident-reported A walkout", "incident-reported x"),
        (
            ("diff", "2026-01-01", "2026-01-09"),
            "amendment The offer/am (it happened)",
            "amendment offer/am (it happened)",
        ),
        (
            ("diff", "2026-01-01", "2026-01-09"),
            "endorsement The offer/Crane crew",
            "endorsement offer/crew",
        ),
        (("diff", "2026-01-01", "2026-01-09"), "statement Ada Marsh, 2026-01-04", "statement s1"),
        (("gap", "2026-01-09"), "amendment The offer/am", "amendment offer/am"),
        (("replay",), "plan-rejected Crane crew/The offer", "plan-rejected crew/offer"),
    ],
)
def test_things_are_called_by_name_and_with_slugs_by_slug(
    ask: Ask, question: tuple[str, ...], named: str, with_slugs: str
) -> None:
    assert named in ask(*question)
    assert with_slugs in ask(*question, "--slugs")


def test_a_long_name_is_cut_between_words() -> None:
    assert shorten_name(MOTION) == SHORT_MOTION
    assert shorten_name("Last\n word") == "Last word"
    assert len(shorten_name("罢" * 200)) == MAX_NAME_LENGTH


def test_only_what_an_answer_names_is_asked_for() -> None:
    answer = [
        {"plan": "offer", "votes": [{"party": "crew", "vote": "for"}], "part_of": "m"},
        {"kind": "agreement", "subject": "draft/1", "after": None},
        {"kind": "deadline", "subject": "d", "after": None},
    ]
    assert set(find_named_things(answer)) == {
        ("plan", "offer"),
        ("meeting", "m"),
        ("plan", "draft"),
        ("deadline", "d"),
    }
