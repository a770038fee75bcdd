"""What the images of docker-compose.yml say of their processes, for there is no engine here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import postgres

ROOT = Path(__file__).parent.parent
KNOWN_USERS = """root:x:0:0::/root:/bin/sh
nginx:x:101:101::/nonexistent:/bin/false
postgres:x:999:999::/var/lib/postgresql:/bin/bash
minutebook:x:10001:10001::/home/minutebook:/bin/sh
"""
"""Who is known in the images; their programs look for the name of their user."""
IMAGE_VOLUMES = {"/data": 10001, "/var/lib/postgresql": 999}
"""Folders that an image has for a volume, and whose they are: a new volume takes its owner."""


@dataclass(frozen=True)
class Image:
    """What an image says of its processes."""

    user: str
    environment: Mapping[str, str]
    entrypoint: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """What the image has in place of this machine."""


def image_of(service: Mapping[str, Any]) -> Image:
    """Return the image of a service: ours as in the Dockerfile, others as in theirs."""
    if "build" in service:
        text = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
        said = dict(
            pair.split("=", 1)
            for line in re.findall(r"^ENV (.*)$", text, re.MULTILINE)
            for pair in line.split()
        )
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return Image("10001:10001", {"PATH": path, "HOME": "/home/minutebook"} | said)
    if service["image"].startswith("postgres:"):
        programs = postgres.programs()
        if programs is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(postgres.REMEDY)
        said = {
            "PATH": f"/usr/bin:/bin:{programs}",
            "HOME": "/var/lib/postgresql",
            "PGDATA": "/var/lib/postgresql/18/docker",
            "PG_MAJOR": "18",
        }
        files = {"/entrypoint.sh": (ROOT / "tests/postgres_entrypoint.sh").read_text()}
        return Image("0:0", said, ("/entrypoint.sh",), files | _listening(programs))
    return Image("0:0", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"})


def _listening(programs: Path) -> dict[str, str]:
    """Return the settings of new clusters as the image has them: reached on all addresses."""
    shares = (
        Path("/usr/share/postgresql", programs.parent.name),
        *programs.parent.glob("share/**"),
    )
    found = (share / "postgresql.conf.sample" for share in shares)
    sample = next(file for file in found if file.exists())
    pattern = "#?listen_addresses = 'localhost'"
    return {str(sample): re.sub(pattern, "listen_addresses = '*'", sample.read_text())}
