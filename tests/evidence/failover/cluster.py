"""Three nodes as one cluster: who leads it, whether it is whole, and how it is hurt."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.evidence.failover.node import NUMBERS, PASSWORD, USER, ClusterError, Node, await_

FAULTS = ("kill postgres", "freeze", "cut", "kill node", "freeze", "cut")
"""What happens to the primary, in turn."""
PATRONI = httpx.Client(timeout=1, trust_env=False)
HEALTHY = ("running", "streaming")


def ask(node: Node, path: str) -> httpx.Response:
    """Ask Patroni on a node. Raises httpx.HTTPError."""
    return PATRONI.get(f"http://{node.address}:8008/{path}")


class Cluster:
    """Nodes 1 to 3, of which one is the primary."""

    def __init__(self, folder: Path, mode: dict[str, object]) -> None:
        self.is_synchronous = bool(mode["synchronous_mode"])
        self.nodes = [Node(number, folder / f"node{number}", mode) for number in NUMBERS]

    @property
    def url(self) -> str:
        """The address of the database for a program that finds the primary by itself."""
        hosts = ",".join(f"{node.address}:5432" for node in self.nodes)
        login = f"{USER}:{PASSWORD}"
        return f"postgresql://{login}@{hosts}/postgres?target_session_attrs=read-write"

    def members(self) -> list[dict[str, Any]]:
        """Return what Patroni says of the members, from the first that answers."""
        for node in self.nodes:
            with suppress(httpx.HTTPError, ValueError, KeyError):
                answer = httpx.get(
                    f"http://{node.address}:8008/cluster", timeout=1, trust_env=False
                )
                members: list[dict[str, Any]] = answer.json()["members"]
                return members
        return []

    def is_whole(self) -> bool:
        """Return whether a primary leads two standbys that follow it, one of them synchronously."""
        members = self.members()
        roles = sorted(
            each["role"] for each in members if each["state"] in ("running", "streaming")
        )
        timelines = {each.get("timeline") for each in members}
        standby = "sync_standby" if self.is_synchronous else "replica"
        expected = sorted(("leader", standby, "replica"))
        return roles == expected and len(timelines) == 1 and self._is_followed()

    def _is_followed(self) -> bool:
        with suppress(psycopg.Error), self.connect() as connection:
            query = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
            return connection.execute(query).fetchone() == (len(self.nodes) - 1,)
        return False

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url, autocommit=True, connect_timeout=2)

    def await_whole(self) -> None:
        try:
            await_(self.is_whole, "a whole cluster")
        except ClusterError as error:
            raise ClusterError(f"{error}: {self.members()}") from error

    def leader(self) -> Node | None:
        """Return the node that answers as the primary which holds the lock."""
        for node in self.nodes:
            with suppress(httpx.HTTPError):
                if ask(node, "primary").status_code == 200:
                    return node
        return None

    def await_other_leader(self, old: Node) -> Node:
        found: list[Node] = []

        def is_found() -> bool:
            leader = self.leader()
            found[:] = [leader] if leader and leader is not old else []
            return bool(found)

        await_(is_found, f"a failover from {old.name}")
        return found[0]

    @contextmanager
    def hurt(self, node: Node, fault: str) -> Iterator[None]:
        """Let a fault happen to a node, and what was stopped go on at the end."""
        if fault == "kill postgres":
            node.signal(signal.SIGKILL, "postgres")
            yield
        elif fault == "kill node":
            node.kill()
            yield
            node.start()
        elif fault == "freeze":
            node.signal(signal.SIGSTOP)
            yield
            node.signal(signal.SIGCONT)
        else:
            node.cut()
            yield
            node.mend()


@contextmanager
def running_cluster(folder: Path, mode: dict[str, object]) -> Iterator[Cluster]:
    """Start a cluster in an empty folder, and end all of it."""
    cluster = Cluster(folder, mode)
    try:
        for node in cluster.nodes:
            node.start()
            time.sleep(0.2)
        cluster.await_whole()
        yield cluster
    finally:
        for node in cluster.nodes:
            node.end()
