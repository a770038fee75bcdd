"""Orders that a text gives to a machine which reads it."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,60}"
    r"\b(?:rules?|instructions?|prompts?|guidelines|above)\b|"
    r"\b(?:system|developer) (?:prompt|message)\b|</?(?:system|article|user|assistant)\b|<\|im_|"
    r"\b(?:system|assistant):|"
    r"\bas an? (?:ai|language model|assistant)\b|"
    r"\b(?:dear|attention,?|note to) (?:ai|(?:language )?models?|assistants?)\b|"
    r"\byou are (?:now )?(?:an? )?(?:ai|language model|assistant|recorder)\b|"
    r"\b(?:answer|respond|reply)\b[^.!?]{0,20}\bjson\b|"
    r"\b(?:ігноруй|забудь|знехтуй)(?:те)?\b[^.!?]{0,60}\b(?:правил|інструкц|вказівк)\w*|"
    r"\bти (?:тепер )?(?:мовна модель|помічник|асистент)\b|"
    r"\b(?:запиши|зафіксуй|занеси)(?:те)?,? що\b",
    re.IGNORECASE,
)


def find_orders(text: str) -> bool:
    """Return whether a text speaks to a machine that reads it.

    Others can be thought of, so nothing rests on this alone: the checks of a draft hold for every
    passage.
    """
    return _ORDERS.search(text) is not None
