"""What a model may answer: classes made from those of the catalogue, and their JSON schema.

A model names sentences, slugs and words that stand in the text. It writes nothing of its own, so
whatever a person shall read in a draft is left out here: the house writes it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticUndefined
from pydantic_core.core_schema import WithDefaultSchema
from typing_extensions import TypeAliasType

from domain.catalogue import CLASS_BY_TYPE, COMMON_FIELDS
from domain.events import Event, Occurrence, Slug, SlugOf, SpanText, Speaker, Subject, Text
from domain.model import Json
from intake.model.vocabulary import ACTOR_KINDS, NEW_KINDS, SUBJECT_KINDS, Vocabulary, placeholders

MAX_DRAFTS = 200
"""Drafts of one answer."""
MAX_SENTENCES = 8
"""Sentences that one draft may rest on."""
MAX_WORDS_CHARS = 300
"""The longest words that are taken from the text for one field, in code points."""
MAX_ITEMS = 30
MAX_CHOICES = 180
"""Choices that the schema lists for one field; of more it says only that a text is asked for.

Endpoints take a thousand in one schema.
"""
_OWN_COMMON_FIELDS = ("occurred", "modality")
_WRITTEN_HERE = ("type", "summary", "text", "quote", "language", "on_behalf_of")
"""The fields of the catalogue that the house fills."""


def _check_length(value: str) -> str:
    if len(value) > MAX_WORDS_CHARS:
        raise ValueError(f"longer than {MAX_WORDS_CHARS} characters; name the words that matter")
    return value


def _check_choice(choices: frozenset[str], value: str) -> str:
    if value not in choices:
        raise ValueError("not a slug of the registry; use one of those that are told")
    return value


class _Answered(BaseModel):
    """Base of what is answered: what may be null or empty may also be missing, though the schema
    asks for it, since not every endpoint holds its model to a schema."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, json_schema_serialization_defaults_required=True
    )


class _StrictSchema(GenerateJsonSchema):
    """Leaves out defaults, which strict structured output does not take."""

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


class Words(RootModel[Annotated[str, AfterValidator(_check_length)]]):
    """Words exactly as they stand in the sentences that are named."""


class DatedWords(_Answered):
    """The words that tell a time, and what they mean as an EDTF expression."""

    words: Words
    edtf: Annotated[str, AfterValidator(_check_length)] | None = None


SentenceNumbers = Annotated[list[int], Field(min_length=1, max_length=MAX_SENTENCES)]


class AnsweredDraft(_Answered):
    """What every draft names: its type, and the sentences that tell it.

    ``context`` are sentences that only say who or when is meant.
    """

    type: str
    sentences: SentenceNumbers
    context: Annotated[list[int], Field(max_length=MAX_SENTENCES)] = []


class NewActor(_Answered):
    """Somebody who is not registered, by the name in a sentence."""

    actor: str
    sentence: int
    name: Words
    party: str | None = None
    title: Words | None = None


@lru_cache(maxsize=8)
def answer_types(vocabulary: Vocabulary) -> AnswerTypes:
    """Return the classes for a vocabulary, which articles of one negotiation mostly share."""
    return AnswerTypes(vocabulary)


@dataclass(frozen=True)
class AnswerTypes:
    """The classes for one vocabulary: each names only slugs that this one has."""

    vocabulary: Vocabulary
    _choices: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def by_type(self) -> Mapping[str, type[AnsweredDraft]]:
        """The class of each type of event that may be drafted: what happened, and no act on an
        event, no bookkeeping and nothing that needs what a model is not told."""
        made = {
            name: self._answer_class(name, cls)
            for name, cls in CLASS_BY_TYPE.items()
            if issubclass(cls, Occurrence)
        }
        return {name: cls for name, cls in made.items() if cls is not None}

    @cached_property
    def actor_class(self) -> type[NewActor]:
        new = tuple(f"{kind}:{each}" for kind in ACTOR_KINDS for each in placeholders(kind))
        actor = self._choice("New", new)
        party = self._choice("Party", self.vocabulary.slugs("party"))
        return create_model(
            "NewActor", __base__=NewActor, actor=(actor, ...), party=(party | None, None)
        )

    @cached_property
    def schema(self) -> Json:
        """Return the JSON schema of a whole answer, as strict structured output takes it."""
        drafts: Any = reduce(or_, self.by_type.values())
        actors: Any = self.actor_class
        answer = create_model(
            "Answer", __base__=_Answered, actors=(list[actors], ...), drafts=(list[drafts], ...)
        )
        schema: Json = answer.model_json_schema(
            mode="serialization", schema_generator=_StrictSchema
        )
        return schema

    def _answer_class(self, name: str, cls: type[Event]) -> type[AnsweredDraft] | None:
        left_out = {*COMMON_FIELDS.difference(_OWN_COMMON_FIELDS), *_WRITTEN_HERE}
        if cls.INTRODUCES and cls.INTRODUCES[-1] not in NEW_KINDS:
            left_out.add(cls.INTRODUCES[-1])
        fields = self._fields(cls, left_out)
        if fields is None:
            return None
        kind: Any = Literal[name]  # made at run time
        return create_model(
            cls.__name__, __base__=AnsweredDraft, __doc__=cls.__doc__, type=(kind, ...), **fields
        )

    def _fields(self, cls: type[BaseModel], left_out: set[str]) -> dict[str, Any] | None:
        """Return the fields of a class as they are answered; None where it cannot be filled."""
        hints = typing.get_type_hints(cls, include_extras=True)
        fields: dict[str, Any] = {}
        for name, info in cls.model_fields.items():
            if name in left_out:
                continue
            answered = self._type_of(hints[name])
            if answered is not None:
                fields[name] = (answered, _field_of(info, hints[name]))
            elif info.is_required():
                return None
        return fields

    def _type_of(self, hint: Any) -> Any:
        """Return the type in which a field is answered; None where a model cannot fill it."""
        if hint in (Text, SpanText):
            return Words if hint == Text else DatedWords
        if hint in (Speaker, Subject, Slug):
            return self._reference_type(hint)
        if hint in (bool, int, float, type(None)) or typing.get_origin(hint) is Literal:
            return hint
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is Annotated:
            return self._annotated_type(hint)
        if origin is tuple:
            items: Any = self._type_of(arguments[0])
            return None if items is None else Annotated[list[items], Field(max_length=MAX_ITEMS)]
        if origin in (typing.Union, types.UnionType):
            return self._union_type(arguments)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            fields = self._fields(hint, set())
            return fields and create_model(
                f"{hint.__name__}", __base__=_Answered, __doc__=hint.__doc__, **fields
            )
        return None

    def _reference_type(self, hint: Any) -> Any:
        if hint == Slug:
            return self._choice("Answer", self.vocabulary.slugs("answer"))
        if hint == Speaker:
            return self._choice("Speaker", self.vocabulary.references(ACTOR_KINDS))
        return self._choice("Subject", self.vocabulary.references(SUBJECT_KINDS))

    def _annotated_type(self, hint: Any) -> Any:
        inner, *marks = typing.get_args(hint)
        kind = next((mark.kind for mark in marks if isinstance(mark, SlugOf)), None)
        if kind:
            return self._choice(kind.title(), self.vocabulary.slugs(kind))
        if inner is str:  # an address, a digest, a zone
            return None
        answered = self._type_of(inner)
        is_number = inner in (int, float)
        return Annotated[answered, *marks] if is_number and answered is not None else answered

    def _union_type(self, arguments: tuple[Any, ...]) -> Any:
        found = [self._type_of(each) for each in arguments if each is not type(None)]
        kept: list[Any] = [each for each in found if each is not None]
        if not kept:
            return None
        return reduce(or_, [*kept, None] if type(None) in arguments else kept)

    def _choice(self, name: str, values: tuple[str, ...]) -> Any:
        """Return the type of a field that holds one of some values, once for each name."""
        if values and name not in self._choices:
            choice: Any = Literal[values]  # made at run time
            if len(values) > MAX_CHOICES:
                choice = Annotated[str, AfterValidator(partial(_check_choice, frozenset(values)))]
            self._choices[name] = TypeAliasType(name, choice)
        return self._choices.get(name)


def _field_of(info: FieldInfo, hint: Any) -> Any:
    """Return a field with the alias of one of the catalogue, required unless it may be null or
    empty."""
    if type(None) in typing.get_args(hint):
        return Field(default=None, alias=info.alias)
    default = info.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return Field(alias=info.alias)
    return Field(default=[] if default == () else default, alias=info.alias)
