"""Bytes of any page of a SQLite file change: once scrub and verification have passed, no pinned
answer is another, or all has stopped.

Each page is damaged while the ledger is open, and before it is opened. The control looks at the
same damage without scrub and verification.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from unittest.mock import patch

from api.cli.background_verify import BackgroundVerify
from api.services import server_services
from api.settings import Settings
from domain.errors import ForkedLogError, MinutebookError
from ledger.sqlite import PAGE_SIZE
from tests.evidence.reliability.kills import memory_folder
from tests.evidence.reliability.trial import Outcome, Trial
from tests.evidence.reliability.workload import NAME, make_position, opening
from tests.world import KEY, UNCACHED, World

EVENTS = 260
CONTROL_CASES = 60
RECORDED = "2026-03-01T00:00:00Z"
ADDRESSES = [
    f"/{kind}?as_of=2026-02-01&seq={seq}&audience=staff"
    for kind in ("state", "statements", "events", "positions")
    for seq in (40, 150, EVENTS)
]
Check = Callable[[World, Path], None]


class FireWorld(World):
    name = NAME


def make_base(folder: Path) -> dict[str, bytes]:
    """Make a ledger whose content is in its file alone; return the pinned answers."""
    random = Random(1)  # noqa: S311  # no secret
    positions = [make_position(random) for _ in range(EVENTS - len(opening()))]
    with FireWorld(folder, "http") as world:
        world.record(RECORDED, [*opening(), *positions])
        return dict(read_answers(world))


def read_answers(world: World) -> Iterator[tuple[str, bytes]]:
    """Yield what is answered from the file, not from memory."""
    for address in ADDRESSES:
        response = world.client.get(f"/v1/negotiations/{NAME}{address}", headers=UNCACHED)
        if response.status_code == 200:
            yield address, response.content


def check_as_time_does(world: World, file: Path) -> None:
    """Let a round of the scrub and the verification pass, each as in a server."""
    scrub = server_services(world.client.app).scrub
    settings = Settings(db=file, log_key=Path(KEY), checkpoint=Path(f"{file}.checkpoint"))
    try:
        while not scrub.rounds:
            scrub.check_pages()
        with patch("os.setpriority"):  # so that it does not wait for all others of the machine
            BackgroundVerify(world.ledger, settings)._verify_once()
    except ForkedLogError:
        return  # as wanted
    except Exception as error:
        logging.getLogger("minutebook").debug("not checked", exc_info=error)


def check_nothing(world: World, file: Path) -> None:
    """Leave the damage to who reads it."""


def damage_page(file: Path, page: int, random: Random) -> None:
    with file.open("r+b") as content:
        place = page * PAGE_SIZE + random.randrange(PAGE_SIZE)
        content.seek(place)
        old = content.read(1)
        content.seek(place)
        content.write(bytes([old[0] ^ random.randrange(1, 256)]))


def false_answers(
    file: Path, check: Check, truth: dict[str, bytes], harm: Callable[[], None] | None
) -> str:
    """Open a ledger, harm it if that is still to be done, check it; say how it ended."""
    try:
        with FireWorld(file.parent, "http") as world:
            world.set_clock("2026-03-02T00:00:00Z")
            list(read_answers(world))
            if harm:
                harm()
            check(world, file)
            if world.ledger.continuity.fork:
                return "stopped"
            answers = dict(read_answers(world))
    except (MinutebookError, OSError):
        return "refused"
    except Exception as error:
        is_told = type(error).__module__.startswith(("sqlite3", "eventsourcing"))
        return "refused" if is_told else f"answered with a traceback: {error!r}"
    false = [address for address, body in answers.items() if body != truth[address]]
    return f"answered falsely at {', '.join(false)}" if false else "harmless"


def damage_pages(count: int, seed: int, check: Check = check_as_time_does) -> Outcome:
    """Damage so many pages, each one in turn, while the ledger is open and while it is not."""
    random, ended, failures = Random(seed), dict[str, int](), list[str]()  # noqa: S311  # no secret
    logging.getLogger("minutebook").setLevel(logging.CRITICAL + 1)
    with memory_folder() as folder:
        base, case = folder / "base", folder / "case"
        truth = make_base(base)
        pages = (base / "world.db").stat().st_size // PAGE_SIZE
        order = [(page, running) for page in range(pages) for running in (True, False)]
        random.shuffle(order)
        for number in range(count):
            page, running = order[number % len(order)]
            shutil.rmtree(case, ignore_errors=True)
            shutil.copytree(base, case)
            file, own = case / "world.db", Random(f"{seed}/{number}")  # noqa: S311  # no secret
            if not running:
                damage_page(file, page, own)
            harm = (lambda: damage_page(file, page, own)) if running else None  # noqa: B023  # called at once
            end = false_answers(file, check, truth, harm)
            if end.startswith("answered"):
                when = "open" if running else "closed"
                failures.append(f"case {number}, page {page} while {when}: {end}")
            ended[end.partition(" at")[0]] = ended.get(end.partition(" at")[0], 0) + 1
    told = ", ".join(f"{number} {end}" for end, number in sorted(ended.items()))
    return Outcome(f"{count} damaged bytes in {pages} pages: {told}", failures)


def answer_falsely(seed: int) -> Outcome:
    return damage_pages(CONTROL_CASES, seed, check_nothing)


TRIALS = (Trial("damage", 198, damage_pages, answer_falsely),)
