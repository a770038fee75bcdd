"""What a form shows of an event: texts that, read again, give the same event."""

from __future__ import annotations

import json
from collections.abc import Iterable

from api.pages.record.fields import PARTS_OF, FormField
from api.pages.record.things import ThingNames
from api.pages.record.values import KEY, TEXT
from domain.model import Json


def fill_form(
    fields: Iterable[FormField], value: Json, names: ThingNames, prefix: str = ""
) -> dict[str, str]:
    """Return the texts by which a form shows an event; read again they give the same event."""
    sent: dict[str, str] = {}
    for each in fields:
        content = value.get(each.name)
        if content not in (None, [], {}, False, ""):
            sent |= _fill_field(each, content, names, f"{prefix}{each.name}", value)
    return sent


def _fill_field(
    each: FormField, content: object, names: ThingNames, name: str, value: Json
) -> dict[str, str]:
    match each.input, content:
        case "rows", list(rows):
            found: dict[str, str] = {}
            for number, row in enumerate(rows):
                if each.fields:
                    around = {whole: value[whole] for whole in PARTS_OF.values() if whole in value}
                    found |= fill_form(each.fields, around | row, names, f"{name}.{number}.")
                else:
                    found[f"{name}.{number}"] = _shown(each, str(row), names, value)
            return found
        case "labels", dict(labels):
            return {
                f"{name}.{number}.{part}": text
                for number, label in enumerate(labels.items())
                for part, text in zip((KEY, TEXT), label, strict=True)
            }
        case "parts", dict(parts):
            return fill_form(each.fields, parts, names, f"{name}.")
        case "lines", list(lines):
            return {name: "\n".join(map(str, lines))}
        case "json", _:
            return {name: json.dumps(content, ensure_ascii=False, indent=1)}
        case "flag", _:
            return {name: "on"}
        case "name", _:
            return {name: _shown(each, str(content), names, value)}
    return {name: str(content)}


def _shown(each: FormField, slug: str, names: ThingNames, value: Json) -> str:
    kind, _, own = slug.rpartition(":")
    kind = kind or names.kind_of(own, each.kinds)
    if whole_kind := PARTS_OF.get(kind):
        whole = value.get(whole_kind)
        return names.shown(kind, f"{whole}/{own}") if whole else own
    return names.shown(kind, own, each.kinds)
