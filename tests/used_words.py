"""Which words of the dictionaries the pages ask for, read from their templates and modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from jinja2 import nodes

from api.pages.shared.render import template_environment
from tests.pages import SOURCES

ANY = "\0"
"""Stands in a key for what is known only when a page is drawn: one part between dots."""
Values = Mapping[str, Iterable[str]]


def used_in_templates() -> set[str]:
    """Return every key that a template asks for, with ANY where it is not written out."""
    return {
        key
        for path in SOURCES.glob("*/*.html")
        for key in _keys_below(template_environment().parse(path.read_text()), {})
    }


def _keys_below(node: nodes.Node, values: Values) -> Iterator[str]:
    if isinstance(node, nodes.For):
        values = {**values, **_loop_values(node)}
    if isinstance(node, nodes.Call) and _asks_for_words(node.node) and node.args:
        yield from _texts_of(node.args[0], values)
    for child in node.iter_child_nodes():
        yield from _keys_below(child, values)


def _asks_for_words(asked: nodes.Expr) -> bool:
    if isinstance(asked, nodes.Getattr):
        return asked.attr == "get" and _asks_for_words(asked.node)
    return isinstance(asked, nodes.Name) and asked.name in ("t", "words")


def _loop_values(loop: nodes.For) -> dict[str, list[str]]:
    """Return what the names of a loop over written values stand for."""
    items = loop.iter.items if isinstance(loop.iter, nodes.Tuple) else []
    targets = loop.target.items if isinstance(loop.target, nodes.Tuple) else [loop.target]
    rows = [item.items if isinstance(item, nodes.Tuple) else [item] for item in items]
    return {
        target.name: [cell.value for cell in column if isinstance(cell, nodes.Const)]
        for target, column in zip(targets, zip(*rows, strict=True), strict=False)
        if isinstance(target, nodes.Name)
    }


def _texts_of(node: nodes.Node, values: Values) -> Iterator[str]:
    """Yield each text that an expression may have."""
    if isinstance(node, nodes.Const):
        yield str(node.value)
    elif isinstance(node, nodes.CondExpr):
        for branch in filter(None, (node.expr1, node.expr2)):
            yield from _texts_of(branch, values)
    elif isinstance(node, nodes.Concat):
        parts = product(*(list(_texts_of(part, values)) for part in node.nodes))
        yield from map("".join, parts)
    else:
        yield from values.get(node.name, (ANY,)) if isinstance(node, nodes.Name) else (ANY,)


def used_in_modules() -> set[str]:
    """Return every text of the modules of pages that may be a key, or the section of some."""
    return {
        key
        for path in SOURCES.rglob("*.py")
        for key in _texts_below(ast.parse(path.read_text()), within="")
    }


def _texts_below(node: ast.AST, within: str) -> Iterator[str]:
    """Yield texts; what ``fill_phrase`` takes lies in the section that it names."""
    if isinstance(node, ast.FunctionDef) and node.name == "fill_phrase":
        return
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "fill_phrase":
        within = "compare.told."
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield within + node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (str(part.value) if isinstance(part, ast.Constant) else ANY for part in node.values)
        text = within + "".join(parts)
        if not text.startswith(ANY):
            yield text
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts_below(child, within)


def find_unused(keys: Iterable[str], used: Iterable[str]) -> list[str]:
    """Return the keys of which none of those used is one, or the section that it is in."""
    candidates = [each for each in used if re.fullmatch(rf"[\w-]+\.[\w.{ANY}-]+", each)]
    pattern = re.compile("|".join(map(_pattern, candidates)))
    return [key for key in sorted(keys) if not pattern.fullmatch(key)]


def _pattern(used: str) -> str:
    pattern = re.escape(used).replace(re.escape(ANY), r"[^.]+")
    is_section = ANY not in used
    return rf"{pattern}(\..+)?" if is_section else pattern
