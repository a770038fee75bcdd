"""Make the examples of the API's description from the demonstration: ``make examples``.

The demonstration is recorded again with salts that are the same every time, so that the file is
the same byte for byte until an answer changes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import orjson
from fastapi.sse import format_sse_event
from fastapi.testclient import TestClient
from pydantic import JsonValue

from api import app
from api.access.keys import PREFIX, SECRET_LENGTH
from api.cli.demo_ledger import NEGOTIATION
from api.wiring import open_ledger
from domain import acceptance
from domain.instants import from_rfc3339
from ledger.proofs.signed_note import LogKey
from ledger.submission import Submission
from tests.local_client import LocalClient

FILE = Path(__file__).parent.parent / "api" / "http" / "examples.json"
KEY = LogKey("minutebook.invalid/demonstration", bytes(32)).to_text()
TALKS, PROOFS = f"/v1/negotiations/{NEGOTIATION}", "/v1/audit/proofs"
EVENT = "a094d67e-9701-5909-867e-5b0dd0d44a74"
ADDRESSES = {
    "negotiations": "/v1/negotiations?as_of=2025-12-22",
    "state": f"{TALKS}/state?as_of=2025-12-22",
    "anomalies": f"{TALKS}/anomalies?as_of=2025-12-25",
    "coverage": f"{TALKS}/coverage?as_of=2025-12-25",
    "positions": f"{TALKS}/positions?as_of=2025-12-22",
    "position": f"{TALKS}/positions/russia/revised-framework?as_of=2025-12-22",
    "plans": f"{TALKS}/plans?as_of=2025-12-25",
    "plan": f"{TALKS}/plans/e3-28?as_of=2025-12-25",
    "point": f"{TALKS}/plans/e3-28/points/e3-01-sovereignty?as_of=2025-12-25",
    "plan-diff": f"{TALKS}/plans/us-28/diff?to_plan=us-ua-20&as_of=2025-12-25",
    "meetings": f"{TALKS}/meetings?as_of=2025-12-22",
    "meeting": f"{TALKS}/meetings/anchorage-2025-08-15?as_of=2025-12-22",
    "deadlines": f"{TALKS}/deadlines?as_of=2025-12-22",
    "votes": f"{TALKS}/votes?as_of=2025-12-22",
    "incidents": f"{TALKS}/incidents?as_of=2025-12-22",
    "briefs": f"{TALKS}/briefs?as_of=2025-12-22",
    "statements": f"{TALKS}/statements?as_of=2025-12-22",
    "search": f"{TALKS}/search?q=framework&as_of=2025-12-22",
    "roles": f"{TALKS}/roles?as_of=2025-12-22",
    "parties": f"{TALKS}/parties?as_of=2025-12-22",
    "issues": f"{TALKS}/issues?as_of=2025-12-22",
    "people": f"{TALKS}/people?as_of=2025-12-22",
    "diff": f"{TALKS}/diff?from=2025-12-22&to=2025-12-24",
    "gap": f"{TALKS}/gap?as_of=2025-12-22",
    "changes": f"{TALKS}/changes?as_of=2025-12-25&after=60&limit=5",
    "replay": f"{TALKS}/replay?as_of=2025-12-25&after=60&limit=1",
    "rail": f"{TALKS}/rail",
    "events": f"{TALKS}/events?as_of=2025-12-22&after=60&limit=1",
    "event": f"{TALKS}/events/{EVENT}?as_of=2025-12-25",
    "receipt": f"{TALKS}/receipt?of=positions/russia/revised-framework&as_of=2025-11-24",
    "export": f"{TALKS}/export",
    "livez": "/livez",
    "readyz": "/readyz",
    "version": "/version",
    "checkpoint": "/v1/audit/checkpoint",
    "audit-key": "/v1/audit/key",
    "audit-keys": "/v1/audit/keys",
    "inclusion": f"{PROOFS}/inclusion?seq=94&size=300",
    "tlog-proof": f"{PROOFS}/inclusion.tlog-proof?seq=94",
    "consistency": f"{PROOFS}/consistency?from=128&to=300",
    "leaf": "/v1/audit/leaves/94",
    "problem-404": f"{TALKS}/plans/no-such-plan",
    "problem-421": f"http://rebound.example{TALKS}/state",
    "problem-422": f"{TALKS}/state?as_of=2025-13-01",
}
WHOLE = ("receipt", "audit-keys", "inclusion", "consistency")
"""Examples that would not hold if they were cut."""
NEW_EVENT: dict[str, JsonValue] = {
    "type": "statement-made",
    "id": "0193f6a0-0000-7000-8000-000000000001",
    "statement": "zelensky-example",
    "speaker": "person:volodymyr-zelensky",
    "summary": "Written to show how an event is recorded.",
    "occurred": "2025-12-24",
    "reports": [{"published": "2025-12-24", "publisher": "An example"}],
}


@contextmanager
def demonstration(folder: Path) -> Iterator[TestClient]:
    """Give a client of the demonstration, its clock standing still after the last batch."""
    now = 0
    with (
        mock.patch("secrets.token_bytes", random.Random(0).randbytes),  # noqa: S311  # the same key each time
        closing(
            open_ledger(
                folder / "demo.db",
                clock=lambda: now,
                key_path=KEY,
                checkpoint_path=folder / "checkpoint",
            )
        ) as ledger,
        LocalClient(app.create_app(ledger)) as client,
    ):
        for line in resources.files("demo").joinpath(f"{NEGOTIATION}.jsonl").open("rb"):
            batch = orjson.loads(line)
            now = from_rfc3339(batch["recorded_at"])
            events = [acceptance.parse_event(event) for event in batch["events"]]
            ledger.record(Submission(NEGOTIATION, events, recorded_by="demonstration"))
        yield client


def shorten_value(value: JsonValue) -> JsonValue:
    """Return an answer with one item of each list of objects."""
    if isinstance(value, list):
        return [
            shorten_value(each)
            for each in (value[:1] if value and isinstance(value[0], dict) else value)
        ]
    if isinstance(value, dict):
        return {name: shorten_value(each) for name, each in value.items()}
    return value


def make_examples(client: TestClient) -> dict[str, JsonValue]:
    """Return an answer for each operation, and problems; this records an event."""
    examples: dict[str, JsonValue] = {}
    for name, address in ADDRESSES.items():
        response = client.get(address)
        is_json = response.headers["content-type"] == "application/json" or not response.is_success
        answer = response.json() if is_json else response.text
        examples[name] = answer if name in WHOLE else shorten_value(answer)
    examples["export"] = str(examples["export"]).partition("\n")[0] + "\n"
    metrics = client.get("/metrics").text.splitlines(keepends=True)
    examples["metrics"] = "".join(line for line in metrics if "minutebook_head" in line)
    line = client.get(ADDRESSES["events"]).json()["data"][0]
    event = format_sse_event(
        id=str(line["seq"]), event=line["type"], data_str=orjson.dumps(line).decode()
    )
    examples["stream"] = event.decode()
    address = f"{TALKS}/events"
    examples["record-body"] = NEW_EVENT
    examples["record"] = client.post(address, json=NEW_EVENT).json()
    page = orjson.dumps({"negotiation": NEGOTIATION, "events": [NEW_EVENT]}) + b"\n"
    examples["trial-body"] = page.decode()
    examples["try_events"] = client.post(
        "/v1/trials", content=page, headers={"Content-Type": "application/x-ndjson"}
    ).text
    other = NEW_EVENT | {"summary": "Something else."}
    headers = {"Content-Type": "application/json"}
    examples["problem-400"] = client.post(address, content="{", headers=headers).json()
    examples["problem-409"] = client.post(address, json=other).json()
    examples["problem-412"] = client.post(
        address, json=other | {"id": None}, headers={"If-Match": '"17"'}
    ).json()
    examples["problem-415"] = client.post(address, content="type: statement-made").json()
    examples |= make_key_examples(client)
    return examples


EXAMPLE_SECRET = PREFIX + "0" * (SECRET_LENGTH - len(PREFIX))
"""Stands for a secret, and is none: its checksum is wrong."""


def make_key_examples(client: TestClient) -> dict[str, JsonValue]:
    """Return the answers about keys, of a reader's key that is made and revoked."""
    address, asked = "/v1/keys", {"name": "newsroom", "scopes": ["read"], "audience": "press"}
    admin = {"name": "operator", "scopes": ["admin"]}
    operator = client.post(address, json=admin).json()
    headers = {"Authorization": f"Bearer {operator['secret']}"}
    new_key = client.post(address, json=asked, headers=headers).json()
    reader = {"Authorization": f"Bearer {new_key['secret']}"}
    ours, form = {"Sec-Fetch-Site": "same-origin"}, {"key": new_key["secret"]}
    client.post("/sign-in", data=form, headers=ours, follow_redirects=False)
    sessions, whose = "/v1/sessions", {"name": "newsroom"}
    return {
        "sessions": client.get(sessions, headers=headers).json(),
        "end-sessions": client.post(f"{sessions}/end", json=whose, headers=headers).json(),
        "create-key": new_key | {"secret": EXAMPLE_SECRET},
        "keys": client.get(address, headers=headers).json(),
        "problem-401": client.get(address, headers={"Authorization": "Bearer mbk_short"}).json(),
        "problem-403": client.get(f"{TALKS}/state?audience=staff", headers=reader).json(),
        "revoke-key": client.post(f"{address}/newsroom/revoke", headers=headers).json(),
        **make_proposal_examples(client, headers),
        **make_inbox_examples(client, headers),
    }


def make_proposal_examples(client: TestClient, operator: dict[str, str]) -> dict[str, JsonValue]:
    """Return the answers about what one key proposes and another one decides."""
    asked = {"name": "clerk", "scopes": ["propose"]}
    made = client.post("/v1/keys", json=asked, headers=operator).json()
    clerk = {"Authorization": f"Bearer {made['secret']}"}
    address, answers = f"{TALKS}/proposals", []
    for number in range(3):
        body = NEW_EVENT | {"id": f"0193f6a0-0000-7000-8000-00000000001{number}"}
        body |= {"statement": f"zelensky-example-{number}"}
        answers.append(client.post(address, json=body, headers=clerk).json())
    ids = [answer["proposal"] for answer in answers]
    shown = client.get(f"{address}/{ids[0]}", headers=operator).json()
    accepted = client.post(f"{address}/{ids[0]}/accept", headers=operator).json()
    word = {"word": "Name the transcript, not the report."}
    returned = client.post(f"{address}/{ids[1]}/return", json=word, headers=operator).json()
    withdrawn = client.post(f"{address}/{ids[2]}/withdraw", headers=clerk).json()
    listed = client.get(address, headers=operator).json()
    return {
        "propose": shorten_value(answers[0]),
        "proposals": shorten_value(listed),
        "proposal": shorten_value(shown),
        "accept-proposal": accepted,
        "return-proposal": shorten_value(returned),
        "withdraw-proposal": shorten_value(withdrawn),
    }


ARTICLE = {
    "text": "Kyiv, 22 December. “We are ready to meet again,” Zelensky said on Monday.",
    "url": "https://example.org/ready-to-meet",
    "publisher": "Example News",
    "published": "2025-12-22",
}


def make_inbox_examples(client: TestClient, operator: dict[str, str]) -> dict[str, JsonValue]:
    """Return the answers about an article, what it suggests, and what becomes of that."""
    event = {**NEW_EVENT, "statement": "zelensky-ready-to-meet"}
    del event["id"], event["reports"]
    why = "The words after the quotation name him."
    read = [{"event": event, "span": [19, 45], "why": why, "confidence": 0.9}]
    address, drafts, feeds = (f"{TALKS}/{each}" for each in ("articles", "drafts", "feeds"))
    brought = client.post(address, json=ARTICLE | {"drafts": read}, headers=operator).json()
    own = f"{address}/{brought['article']}"
    (listed,) = client.get(f"{drafts}?article={brought['article']}", headers=operator).json()[
        "drafts"
    ]
    draft = f"{drafts}/{listed['draft']}"
    patch = {"summary": "Ukraine is ready for another meeting."}
    answers = {
        "bring-article": brought,
        "articles": client.get(address, headers=operator).json(),
        "article": client.get(own, headers=operator).json(),
        "drafts": {"drafts": [listed]},
        "draft": client.get(draft, headers=operator).json(),
        "change-draft": client.patch(draft, json=patch, headers=operator).json(),
        "discard-draft": client.post(f"{draft}/discard", headers=operator).json(),
        "reopen-draft": client.post(f"{draft}/reopen", headers=operator).json(),
        "accept-draft": client.post(f"{draft}/accept", headers=operator).json(),
        "record-drafts": client.post(f"{own}/accept", headers=operator).json(),
        "read-again": client.patch(own, json={}, headers=operator).json(),
    }
    text = f"{ARTICLE['text']} So reports an agency."
    second = ARTICLE | {"text": text, "publisher": "Second News", "drafts": read}
    repeated = client.post(address, json=second, headers=operator).json()
    found = client.get(f"{drafts}?article={repeated['article']}", headers=operator).json()
    again = f"{drafts}/{found['drafts'][0]['draft']}"
    reported = {"event": listed["draft"]}
    answers["report-draft"] = client.post(f"{again}/report", json=reported, headers=operator).json()
    feed = {"url": "https://example.org/feed.xml", "publisher": "Example News"}
    answers |= {
        "add-feed": client.post(feeds, json=feed, headers=operator).json(),
        "feeds": client.get(feeds, headers=operator).json(),
        "remove-feed": client.delete(feeds, params={"url": feed["url"]}, headers=operator).json(),
    }
    return {name: shorten_value(answer) for name, answer in answers.items()}


def dump_examples(examples: dict[str, JsonValue]) -> bytes:
    """Return the file: an example on each line, so that a change shows where it is."""
    lines = (b"%b: %b" % (orjson.dumps(name), orjson.dumps(examples[name])) for name in examples)
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def main() -> None:
    with TemporaryDirectory() as folder, demonstration(Path(folder)) as client:
        FILE.write_bytes(dump_examples(make_examples(client)))


if __name__ == "__main__":
    main()
