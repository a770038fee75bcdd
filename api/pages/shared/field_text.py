"""Values of fields in words: names in place of slugs, and words of the page for a choice."""

from __future__ import annotations

from api.pages.shared.display_names import NAMED_KINDS, split_speaker
from api.pages.shared.i18n import Translations
from api.pages.shared.page_context import PageContext

NAME_FIELDS = frozenset(
    {"party", "person", "issue", "on_behalf_of", "speaker", "announced_by", "by", "attributed_by"}
)
PARTY_LIST_FIELDS = ("on", "parties", "sponsors", "endorsers")
_CHOICES = {
    "result": "listed.vote",
    "kind": "listed.incident",
    "outcome": "meetings.outcomes",
    "format": "meetings.format",
}
"""Fields with words of their own, by where these stand; others have those of a form."""
_COUNTS = ("for", "against", "abstaining")
"""What comes first among the counts of a vote, in order."""


def replace_slugs(frame: PageContext, field: str, value: object) -> object:
    """Return a value with names in place of slugs, and words in place of a choice but a stance or
    status, which have signs."""
    if isinstance(value, list):
        return [replace_slugs(frame, field, member) for member in value]
    if isinstance(value, dict):
        return {
            key: replace_slugs(frame, key, value[key])
            for key in dict.fromkeys([*(name for name in _COUNTS if name in value), *value])
            if value[key] is not None
        }
    if not isinstance(value, str):
        return value
    kind, slug = split_speaker(value)
    if kind in NAMED_KINDS:
        return frame.name_of(kind, slug)
    if field in PARTY_LIST_FIELDS:
        return frame.name_of("party", value)
    if field in NAMED_KINDS:
        return frame.name_of(field, value)
    if field in NAME_FIELDS or field == "invitees":
        people = frame.names_by_slug("person")
        return people.get(value) or frame.name_of("party", value)
    if field in ("stance", "status"):
        return value
    return choice_word(frame.words, field, value)


def choice_word(words: Translations, field: str, value: str) -> str:
    """Return the word of the page for the value of a field that is one of a choice."""
    of_form = words.get(f"record.choice.{field}.{value}", value)
    return words.get(f"{_CHOICES[field]}.{value}", of_form) if field in _CHOICES else of_form


def field_text(frame: PageContext, field: str, value: object) -> str:
    """Return a value in a line: counts as ``for: 7, against: 2``, votes as ``North: for``."""
    if value is None:
        return frame.words("event.nothing")
    if isinstance(value, bool):
        return frame.words("event.yes" if value else "event.no")
    if isinstance(value, dict):
        given = {name: each for name, each in value.items() if each is not None}
        if "party" in given:
            party = frame.name_of("party", str(given.pop("party")))
            return f"{party}: {', '.join(_word(frame, str(each)) for each in given.values())}"
        return ", ".join(f"{_word(frame, name)}: {each}" for name, each in given.items())
    if isinstance(value, list):
        return ", ".join(field_text(frame, field, each) for each in value)
    if field == "stance":
        return frame.words.get(f"stance.{value}", str(value))
    return str(replace_slugs(frame, field, value))


def texts_word(words: Translations, points: int, with_text: int) -> str:
    """Return of how many points of a plan, all of which are named, the text is known."""
    if points and points == with_text:
        return words("plan.texts-all", points)
    return words("plan.texts-some", with_text) if with_text else words("plan.texts-none", points)


def listed_word(words: Translations, kind: str, word: str | None) -> str:
    """Return the one word of what a state lists, such as the result of a vote, also where accounts
    differ or nothing tells it."""
    key = word or "untold"
    return words.get(f"listed.{kind}.{key}", words.get(f"listed.word.{key}", key))


def _word(frame: PageContext, name: str) -> str:
    return frame.words.get(f"listed.value.{name}", name)
