"""What the things that an answer names are called, asked for on its very basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from api.articles import english_name
from api.cli.client import Client, Params
from api.cli.options import negotiation_path
from api.cli.typed_names import LISTS, NAME_FIELDS
from api.cli.wording import Wording
from api.stance_words import words_of_issues
from domain.model import Json
from projections.answers.listed_kinds import LISTED_KINDS

KnownLists = dict[str, list[Json]]
"""The lists that need not be asked for, by kind; what is asked for is added."""
ALWAYS_ASKED = ("party", "person", "issue")
TITLED_KINDS = ("plan", "meeting", *(kind.kind for kind in LISTED_KINDS))
"""Kinds of things with a title or motion; their lists are asked for where an answer names one."""
KIND_BY_FIELD = {
    **{kind: kind for kind in (*TITLED_KINDS, "statement")},
    **{"by_plan": "plan", "part_of": "meeting", "reply_to": "statement"},
}
PLAN_PARTS = ("point", "amendment", "endorsement", "agreement")
"""Kinds of changes whose subject begins with a plan."""
MAX_NAME_LENGTH = 60


def ask_wording(
    client: Client,
    negotiation: str,
    params: Params,
    zone: str,
    told: object,
    *,
    with_slugs: bool = False,
    known_lists: KnownLists | None = None,
) -> Wording:
    """Ask for the names that hold under a basis of what is told."""
    lists = {} if known_lists is None else known_lists
    named = [] if with_slugs else sorted(set(find_named_things(told)))
    kinds = ("issue",) if with_slugs else (*ALWAYS_ASKED, *dict.fromkeys(kind for kind, _ in named))
    for kind in kinds:
        if kind in LISTS and kind not in lists:
            answer = client.get_list(negotiation_path(negotiation, LISTS[kind]), params)
            lists[kind] = answer.to_json()["data"]
    answers = words_of_issues(lists["issue"])
    if with_slugs:
        return Wording(zone, {}, answers, with_slugs)
    english_names = dict(_read_english_names(lists["party"]))
    wording = Wording(zone, dict(_read_names(lists)), answers, english_names=english_names)
    slugs = [slug for kind, slug in named if kind == "statement"]
    statements = lists.setdefault("statement", [])
    known = {each["statement"] for each in statements}
    for slug in slugs:
        if slug not in known:
            statements.append(_ask_statement(client, negotiation, params, slug))
    return wording | Wording(zone, dict(_name_statements(wording, statements)))


def find_named_things(value: object) -> Iterator[tuple[str, str]]:
    """Yield kind and slug of each plan, meeting and so on that an answer names."""
    if isinstance(value, list):
        for each in value:
            yield from find_named_things(each)
    elif isinstance(value, dict):
        if isinstance(subject := value.get("subject"), str):
            yield from _find_in_subject(str(value.get("kind")), subject)
        for field, each in value.items():
            kind = KIND_BY_FIELD.get(field)
            if not isinstance(each, str):
                yield from find_named_things(each)
            elif kind and not (kind == "vote" and "party" in value):
                yield kind, each


def _find_in_subject(kind: str, subject: str) -> Iterator[tuple[str, str]]:
    """Yield what the subject of a change names, such as PLAN/POINT."""
    slugs = subject.partition("#")[0].split("/")
    if kind in KIND_BY_FIELD.values():
        yield kind, slugs[0]
    elif kind in PLAN_PARTS:
        yield "plan", slugs[0]


def _read_names(lists: Mapping[str, Iterable[Json]]) -> Iterator[tuple[tuple[str, str], str]]:
    for kind, items in lists.items():
        for item in items:
            name = next((item[field] for field in NAME_FIELDS if item.get(field)), None)
            if name and item.get(kind):
                shown = shorten_name(name) if kind in TITLED_KINDS else name
                for slug in (item[kind], *(item.get("also") or ())):
                    yield (kind, slug), shown


def _read_english_names(parties: Iterable[Json]) -> Iterator[tuple[str, str]]:
    for party in parties:
        name = party.get("name") or ""
        if given := english_name(name, party.get("names")):
            yield name, given


def shorten_name(name: str) -> str:
    """Return a name that fits into a line, cut between two words where it is long."""
    words = " ".join(name.split())
    if len(words) <= MAX_NAME_LENGTH:
        return words
    start, _, _ = words[:MAX_NAME_LENGTH].rpartition(" ")
    return f"{start or words[: MAX_NAME_LENGTH - 1]}…"


def _ask_statement(client: Client, negotiation: str, params: Params, slug: str) -> Json:
    """Return speaker and time of a statement, nothing but its slug where it is not known."""
    question = {**params, "subject": f"statement:{slug}", "type": "statement-made", "limit": 1}
    found = client.get(negotiation_path(negotiation, "events"), question).to_json()["data"]
    return {**(found[0] if found else {}), "statement": slug}


def _name_statements(
    wording: Wording, statements: Iterable[Json]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Name each statement, which has no title, by who made it and when."""
    for item in statements:
        if speaker := wording.reference(item.get("speaker")):
            parts = filter(None, [speaker, wording.own_date(item.get("occurred"), item.get("tz"))])
            yield ("statement", item["statement"]), ", ".join(parts)
