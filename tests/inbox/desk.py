"""The pages of the inbox as a browser without scripts uses them."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.inbox.conftest import Inbox, holds, read_drafts, said

DESK = "/desk/talks/inbox"
OWN = {"Sec-Fetch-Site": "same-origin"}


def page(inbox: Inbox, path: str = "", status: int = 200) -> str:
    response = inbox.world.client.get(f"{DESK}{path}", headers=inbox.headers)
    assert response.status_code == status, response.text
    text: str = response.text
    return text


def read(text: str) -> str:
    shown = re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def send(inbox: Inbox, path: str = "", **form: str) -> Any:
    return inbox.world.client.post(
        f"{DESK}{path}", data=form, headers=inbox.headers | OWN, follow_redirects=False
    )


def fields_of(text: str, draft: str) -> dict[str, str]:
    """Return what the form of a draft would send as it stands."""
    form = next(each for each in re.findall(r"<form.*?</form>", text, re.S) if draft in each)
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', form)
    }
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S)
    sent |= {name: html.unescape(value) for name, value in areas}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def bring(inbox: Inbox, *events: Any) -> tuple[str, list[str]]:
    told = inbox.bring(drafts=read_drafts(*(events or (said(), holds()))))
    return f"/{told['article']}", [each["draft"] for each in inbox.drafts(article=told["article"])]
