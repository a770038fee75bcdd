"""What a typed name means: the party, person, issue, plan or other thing that an option takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.cli.client import BASIS_PARAMS, Client, Params
from api.cli.options import negotiation_path
from domain.errors import InvalidQuestionError
from domain.events import SLUG_KINDS
from domain.model import Json
from projections.answers.listed_kinds import LISTED_KINDS
from projections.names import NamedThing, match_named, nearest_names
from projections.words import normalize_text

LISTS = {
    "party": "parties",
    "person": "people",
    "issue": "issues",
    "plan": "plans",
    "meeting": "meetings",
    **{kind.kind: kind.list_name for kind in LISTED_KINDS},
    "brief": "briefs",
}
"""The kinds of things that are listed, and where."""
NAME_FIELDS = ("name", "title", "motion")
MAX_OFFERED = 8
"""The most names that a refusal lists."""


class TypedNames:
    """Finds what a typed name means among what is known on the basis of a question."""

    def __init__(
        self,
        client: Client,
        negotiation: str,
        params: Params,
        known_lists: dict[str, Sequence[Json]] | None = None,
    ) -> None:
        self.client, self.negotiation = client, negotiation
        self.params = {name: each for name, each in params.items() if name in BASIS_PARAMS}
        self.lists: dict[str, Sequence[Json]] = dict(known_lists or {})

    def resolve_filters(self, params: Params) -> Params:
        """Return the parameters of a list with slugs in place of the names that were typed."""
        resolved = dict(params)
        for name, typed in params.items():
            if not isinstance(typed, str):
                continue
            match name:
                case "party":
                    resolved[name] = self.find("party", typed, "--party").slug
                case "speaker":
                    resolved[name] = self.find_speaker(typed, "--speaker")
                case "about" | "subject":
                    resolved[name] = self.find_subject(typed, f"--{name}")
        return resolved

    def find(self, kind: str, typed: str, option: str) -> NamedThing:
        """Return the thing of a kind that has a slug or a name, in any spelling.

        Raises InvalidQuestionError where there is none, or more than one.
        """
        return self._find_one([kind], typed, option)

    def find_subject(self, typed: str, option: str) -> str:
        """Return as ``kind:slug`` what is given so, as ``kind:name``, or by a name alone."""
        kind, _, name = typed.partition(":")
        if kind not in SLUG_KINDS or not name:
            thing = self._find_one(list(LISTS), typed, option)
        elif kind in LISTS:
            thing = self._find_one([kind], name, option)
        elif self._is_named(typed):
            return typed
        else:
            raise InvalidQuestionError.for_field(
                option,
                f"no {kind} {name!r} is known",
                f"minutebook log {self.negotiation} lists all",
            )
        return f"{thing.kind}:{thing.slug}"

    def find_speaker(self, typed: str, option: str) -> str:
        """Return a person or party as ``kind:slug``; several of one name stay that name."""
        if typed.startswith(("person:", "party:")):
            return self.find_subject(typed, option)
        kinds = ["person", "party"]
        matching = self.match(kinds, typed)
        if not matching:
            raise self._refuse_unknown(kinds, typed, option)
        first, *others = matching
        is_one = not others or typed in (first.slug, *first.also)
        return f"{first.kind}:{first.slug}" if is_one else typed

    def match(self, kinds: Iterable[str], typed: str) -> list[NamedThing]:
        """Return what a slug or name means; a whole name goes before those that begin so."""
        matching = match_named(self._things(kinds), typed)
        wanted = normalize_text(typed.strip())
        whole = [
            thing for thing in matching if wanted in map(normalize_text, (thing.slug, *thing.names))
        ]
        return whole or matching

    def _find_one(self, kinds: Sequence[str], typed: str, option: str) -> NamedThing:
        matching = self.match(kinds, typed)
        if not matching:
            raise self._refuse_unknown(kinds, typed, option)
        if len(matching) > 1:
            raise InvalidQuestionError.for_field(
                option, f"{typed!r} may be more than one", f"write {_offer(matching, kinds, 'or')}"
            )
        return matching[0]

    def _refuse_unknown(
        self, kinds: Sequence[str], typed: str, option: str
    ) -> InvalidQuestionError:
        what = kinds[0] if len(kinds) == 1 else " or ".join(kinds) if len(kinds) == 2 else "thing"
        detail = f"no {what} {typed!r} is known" if typed.strip() else f"the {what} is empty"
        things = self._things(kinds)
        by_name = {name: thing for thing in things for name in (*thing.names, thing.slug)}
        near = dict.fromkeys(by_name[name] for name in nearest_names(typed, by_name))
        if near:
            hint = f"the nearest: {_offer(list(near), kinds, 'and')}"
        elif things and len(kinds) == 1:
            hint = f"known: {_offer(things, kinds, 'and')}"
        elif len(kinds) == 1:
            hint = f"none is known yet on this basis; {LISTS[kinds[0]]} come with the events"
        else:
            hint = f"minutebook search {self.negotiation} finds by words"
        return InvalidQuestionError.for_field(option, detail, hint)

    def _things(self, kinds: Iterable[str]) -> list[NamedThing]:
        return [
            NamedThing(kind, item[kind], tuple(_names_of(item)), tuple(item.get("also") or ()))
            for kind in kinds
            for item in self._list(kind)
            if item.get(kind)
        ]

    def _list(self, kind: str) -> Sequence[Json]:
        if kind not in self.lists:
            path = negotiation_path(self.negotiation, LISTS[kind])
            self.lists[kind] = self.client.get_list(path, self.params).to_json()["data"]
        return self.lists[kind]

    def _is_named(self, subject: str) -> bool:
        path = negotiation_path(self.negotiation, "events")
        answer = self.client.get(path, {**self.params, "subject": subject, "limit": 1})
        return bool(answer.to_json()["data"])


def _names_of(item: Json) -> Iterable[str]:
    names = (item.get(field) for field in NAME_FIELDS)
    return filter(None, (*names, *(item.get("names") or {}).values()))


def _offer(things: Sequence[NamedThing], kinds: Sequence[str], last: str) -> str:
    """Return things as what can be typed, with the name of each."""
    texts = [
        (f"{thing.kind}:" if len(kinds) > 1 else "")
        + thing.slug
        + (f" ({thing.names[0]})" if thing.names else "")
        for thing in things[:MAX_OFFERED]
    ]
    more = f" and {len(things) - MAX_OFFERED} more" if len(things) > MAX_OFFERED else ""
    return (", ".join(texts) if more else f" {last} ".join(", ".join(texts).rsplit(", ", 1))) + more
