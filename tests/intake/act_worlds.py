# Cyrillic letters are meant
"""Small negotiations of several fields, and what the reader drafts from a few sentences of them."""

from __future__ import annotations

from domain.model import Json
from intake.article import Article
from intake.draft import Reading
from intake.registry import Registry
from intake.rules import read_article

LABOUR = {
    "timezone": "Europe/Dublin",
    "parties": [
        {
            "slug": "dockers-union",
            "name": "Dockers' Union",
            "names": {"short": "the union"},
            "kind": "union",
        },
        {
            "slug": "portline",
            "name": "Portline",
            "names": {"long": "Portline Terminals"},
            "kind": "company",
        },
        {"slug": "labour-board", "name": "Labour Board", "kind": "mediator"},
    ],
    "persons": [
        {
            "slug": "nora-quill",
            "name": "Nora Quill",
            "party": "dockers-union",
            "roles": [{"title": "General Secretary", "party": "dockers-union"}],
        },
        {
            "slug": "piet-haas",
            "name": "Piet Haas",
            "party": "portline",
            "roles": [{"title": "Chief executive", "party": "portline"}],
        },
    ],
    "issues": [
        {"slug": "wages", "title": "Wages", "keywords": ["pay", "wages"]},
        {"slug": "night-shift", "title": "Night shift", "keywords": ["night shift"]},
    ],
    "meetings": [
        {
            "slug": "round-4",
            "title": "Fourth round",
            "status": "announced",
            "expected": "2026-03-16",
            "place": "Cork",
            "event": "00000000-0000-4000-8000-000000000004",
        }
    ],
    "plans": [{"slug": "portline-offer", "title": "Portline's final offer", "status": "draft"}],
    "deadlines": [
        {
            "slug": "reply-to-offer",
            "title": "Reply of the union to the offer",
            "due": "2026-03-20",
            "status": "open",
            "event": "00000000-0000-4000-8000-000000000001",
        }
    ],
    "statements": [
        {
            "slug": "haas-no-more-money",
            "speaker": "person:piet-haas",
            "text": "There is no more money.",
            "occurred": "2026-03-08",
            "event": "00000000-0000-4000-8000-000000000002",
        }
    ],
    "votes": [
        {
            "slug": "vote-1",
            "motion": "Strike ballot of the crane drivers",
            "occurred": "2026-03-03",
            "event": "00000000-0000-4000-8000-000000000007",
        }
    ],
    "incidents": [
        {
            "slug": "crane-fire",
            "title": "Fire in a crane at Ringaskiddy terminal",
            "kind": "other",
            "occurred": "2026-03-02",
            "event": "00000000-0000-4000-8000-000000000003",
        }
    ],
}
TRUCE = {
    "timezone": "Asia/Amman",
    "parties": [
        {
            "slug": "northland",
            "name": "Northland",
            "names": {"adjective": "Northlandic"},
            "kind": "state",
        },
        {
            "slug": "southland",
            "name": "Southland",
            "names": {"adjective": "Southlandic"},
            "kind": "state",
        },
        {"slug": "monitors", "name": "Truce Monitors", "kind": "mediator"},
    ],
    "persons": [
        {
            "slug": "ada-lund",
            "name": "Ada Lund",
            "party": "northland",
            "roles": [{"title": "Foreign Minister", "party": "northland"}],
        },
        {
            "slug": "omar-said",
            "name": "Omar Said",
            "party": "southland",
            "roles": [{"title": "Defence Minister", "party": "southland"}],
        },
    ],
    "issues": [
        {
            "slug": "withdrawal",
            "title": "Withdrawal of troops",
            "keywords": ["withdrawal", "pull back"],
        },
        {"slug": "prisoners", "title": "Prisoners", "keywords": ["prisoners", "captives"]},
    ],
    "meetings": [
        {
            "slug": "talks-2",
            "title": "Second round of talks",
            "status": "announced",
            "expected": "2026-03-18",
            "place": "Amman",
            "event": "00000000-0000-4000-8000-000000000005",
        }
    ],
    "plans": [{"slug": "truce-text", "title": "Truce text", "status": "draft"}],
}
UKRAINIAN = {
    "timezone": "Europe/Kyiv",
    "parties": [
        {
            "slug": "ukraine",
            "name": "Україна",
            "names": {"capital": "Київ", "adjective": "український"},
            "kind": "state",
        },
        {
            "slug": "poland",
            "name": "Польща",
            "names": {"capital": "Варшава", "adjective": "польський"},
            "kind": "state",
        },
    ],
    "persons": [
        {
            "slug": "iryna-koval",
            "name": "Ірина Коваль",
            "party": "ukraine",
            "roles": [{"title": "міністерка аграрної політики", "party": "ukraine"}],
        }
    ],
    "issues": [{"slug": "grain", "title": "Зерно", "keywords": ["зерно", "зерна", "квоти"]}],
    "meetings": [
        {
            "slug": "round-3",
            "title": "Третій раунд",
            "status": "announced",
            "expected": "2026-03-17",
            "place": "Варшава",
            "event": "00000000-0000-4000-8000-000000000006",
        }
    ],
    "plans": [{"slug": "grain-agreement", "title": "Угода про зерно", "status": "draft"}],
}
WORLDS: dict[str, Json] = {"labour": LABOUR, "truce": TRUCE, "ukrainian": UKRAINIAN}
TODAY = "2026-03-12"
"""A Thursday."""


def read_in(world: str, sentences: str, *, published: str = TODAY) -> Reading:
    """Return what is read from sentences of a report of that day."""
    text = f"{sentences}\n"
    article = Article(text=text, published=published, publisher="Test Wire", url="https://x.test/1")
    return read_article(article, Registry.from_gold(WORLDS[world]))


def acts_in(world: str, sentences: str, *types: str) -> list[Json]:
    """Return the events of some types that are drafted from sentences."""
    return acts_of(read_in(world, sentences), *types)


def acts_of(reading: Reading, *types: str) -> list[Json]:
    """Return the drafted events of some types, as far as they are no statements."""
    return [dict(draft.event) for draft in reading.drafts if draft.type.startswith(types or ("",))]
