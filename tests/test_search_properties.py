# ruff: noqa: RUF001  # letters of many scripts are meant
"""A search finds what the independent oracle finds, in every script and under every basis."""

from __future__ import annotations

import unicodedata
from contextlib import nullcontext
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.instants import to_rfc3339
from ledger import log
from projections.search import find_news
from tests import reference
from tests.comparing import reference_clocks
from tests.facts import Batch, Event, event_id
from tests.histories import FIRST, STEP, entries, instants, often, one, record, source_filters
from tests.small_blocks import small_blocks
from tests.test_time_properties import ALL_IS_OUT, basis_of, fold_view, steady
from tests.world import tell_story

SYLLABLES = {
    "latin": ["Ge", "ne", "v", "é", "naï", "ß", "ı", "İ", "a\u0301", "1,5", "s'", "NO"],
    "cyrillic": ["Ки", "їв", "й", "Сибі", "га", "п'", "ять", "ґ", "Ё"],
    "chinese": ["停", "火", "双", "方", "同意", "ー", "々", "３", "，"],
    "japanese": ["が", "カ\u3099", "ｶﾞ", "と", "東", "京", "ッ"],
    "thai": ["หยุ", "ด", "ยิ", "ง", "ทั้", "กำ", "เ", "ๆ", "ก่"],
    "tibetan": ["ཞི", "བད", "ེ", "ཞུ", "ཞ"],
    "arabic": ["وَقْ", "فِ", "إِ", "طْ", "لَا", "ق", "ـ", "می\u200cخوا", "ه"],
    "hindi": ["यु", "द्ध", "वि", "रा", "म", "क़ै", "की", "क"],
    "telugu": ["శాం", "తి", "కై", "కె", "క"],
    "hangul": ["휴", "전", "한", "하"],
    "hebrew": ["שָׁ", "ל", "וֹם", "ש"],
}
"""What words are made of; in each script some parts differ by an accent alone, others by more."""
GLUE = ("", "", "", " ", " ", "-", "\u200d", "\u200b", "\u00ad")


def _join(drawn: list[tuple[str, str]]) -> str:
    return "".join(part + glue for part, glue in drawn)


def texts_of(script: str, most: int = 6) -> st.SearchStrategy[str]:
    """Draw texts of one script with some Latin letters among it."""
    syllables = one(*SYLLABLES[script], *SYLLABLES[script], *SYLLABLES["latin"][:3])
    parts = st.lists(st.tuples(syllables, one(*GLUE)), min_size=1, max_size=most)
    return parts.map(_join).filter(str.strip)


texts = one(*SYLLABLES).flatmap(texts_of)
names = one(*SYLLABLES).flatmap(lambda script: texts_of(script, 3))
reports = record(
    published=st.integers(12, 19).map("2025-12-{}".format),
    publisher=often(names, one("herald", "Wire")),
    origin=often(st.none(), names),
    title=often(st.none(), texts),
    audience=one("public", "public", "press", "staff"),
)
common: Event = {
    "occurred": st.integers(10, 19).map("2025-12-{}".format),
    "reports": st.lists(reports, max_size=2),
}
statements = record(
    type="statement-made",
    speaker=one("person:envoy", "person:no", "party:north", "party:ge-ne"),
    summary=texts,
    text=often(st.none(), texts),
    about=st.lists(one("party:north", "person:no", "issue:north"), max_size=2, unique=True),
    **common,
)
positions = record(
    type="position-stated",
    party=one("north", "ge-ne"),
    issue="north",
    stance="accepts",
    summary=texts,
    **common,
)
by_a_source = {"reports": st.lists(reports, min_size=1, max_size=1)}
targets = st.integers(1, 4).map(event_id)
acts = often(
    record(type="event-disputed", event=targets, rival=record(summary=texts), **by_a_source),
    record(type="record-corrected", event=targets, changes=record(summary=texts), reason="slip"),
    record(type="event-retracted", event=targets, reason="no", **by_a_source),
    record(type="report-added", event=targets, **by_a_source),
)


def _registered(kind: str, slug: str, same_as: str | None) -> st.SearchStrategy[Event]:
    variants = st.dictionaries(one("uk", "zh", "de"), names, max_size=2)
    again = one(None, same_as)
    return record(type=f"{kind}-registered", name=names, names=variants, same_as=again).map(
        lambda drawn: {**drawn, kind: slug}
    )


def _to_batches(drawn: tuple[list[Event], list[Event], list[Event]]) -> list[Batch]:
    registered, told, acted = drawn
    opening = {"type": "negotiation-opened", "title": "Talks"}
    issue = {"type": "issue-defined", "issue": "north", "title": "The border"}
    first = [
        {"id": event_id(100 + n), **each} for n, each in enumerate([opening, *registered, issue])
    ]
    news = [{"id": event_id(n), **each} for n, each in enumerate(told, start=1)]
    for n, each in enumerate(news):
        if each["type"] == "statement-made":
            each["statement"] = f"s{n}"
    later = [
        {"id": event_id(200 + n), **each}
        for n, each in enumerate(acted)
        if each["event"] in {one["id"] for one in news}
    ]
    return [
        (to_rfc3339(FIRST + at * STEP), _without_nothing(events))
        for at, events in ((4, first), (20, news), (32, later))
        if events
    ]


def _without_nothing(events: list[Event]) -> list[Event]:
    return [_given(each) for each in events]


def _given(value: Any) -> Any:
    """Return a value without fields that are null."""
    if isinstance(value, dict):
        return {name: _given(each) for name, each in value.items() if each is not None}
    return [_given(each) for each in value] if isinstance(value, list) else value


logs = st.tuples(
    st.tuples(
        _registered("party", "north", None),
        _registered("party", "ge-ne", "north"),
        _registered("person", "envoy", None),
        _registered("person", "no", "envoy"),
    ).map(list),
    st.lists(often(statements, positions), min_size=1, max_size=4),
    st.lists(acts, max_size=3),
).map(_to_batches)


def all_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value
    return [text for each in members for text in all_texts(each)] if members else []


@st.composite
def queries(draw: st.DrawFn, batches: list[Batch]) -> str:
    """Draw one or two pieces of what a log holds, as somebody might type them."""
    known = sorted({text for _, events in batches for text in all_texts(events)})
    pieces = []
    for _ in range(draw(one(1, 1, 2))):
        text = draw(st.sampled_from(known))
        start = draw(st.integers(0, len(text) - 1))
        piece = text[start : draw(st.integers(start + 1, len(text)))]
        pieces.append(draw(one(piece, piece.upper(), unicodedata.normalize("NFD", piece))))
    return " ".join(pieces)


questions = record(
    known_at=instants,
    valid_at=instants,
    seq=st.integers(1, 13),
    audience=one("public", "press", "staff", "staff"),
)
EVERYTHING = {"known_at": ALL_IS_OUT, "valid_at": ALL_IS_OUT, "seq": 99, "audience": "staff"}


@steady(120)
@given(data=st.data())
def test_a_search_finds_what_the_independent_oracle_finds(data: st.DataObject) -> None:
    batches = data.draw(logs)
    recorded = entries(batches)
    asked = [EVERYTHING, *data.draw(st.lists(questions, min_size=1, max_size=2))]
    asked.append(EVERYTHING | data.draw(source_filters))
    wanted = data.draw(st.lists(queries(batches), min_size=4, max_size=8))
    blocks = small_blocks() if data.draw(st.booleans()) else nullcontext()
    with blocks, tell_story(batches) as world:
        world.moment = ALL_IS_OUT
        with world.open_session() as session:
            folded = log.read_entries(session.cursor, world.name)
            for question in asked:
                question = question | {"seq": min(question["seq"], len(recorded))}
                basis = basis_of(session, question)
                views = session.open_view(basis), fold_view(folded, basis, session.zone)
                clocks = reference_clocks(question, recorded, ALL_IS_OUT)
                for query in wanted:
                    expected = reference.search(recorded, query, **clocks)
                    for view in views:
                        found = [item.event for item in find_news(view, query)]
                        assert found == expected, (query, question, type(view))
