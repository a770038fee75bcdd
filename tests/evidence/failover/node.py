"""One machine of a cluster: a network namespace in which etcd, Patroni and PostgreSQL run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests import postgres

BRIDGE = "br0"
HERE = "192.0.2.254/24"
"""Where servers and clients of Minutebook are; the addresses are those for documentation."""
PATIENCE = 120.0
"""Seconds until a cluster that is not whole again counts as broken."""
PASSWORD = "evidence"  # noqa: S105  # of a database that lives for the run, in a network of its own
USER = "postgres"
LOSSLESS = {"synchronous_mode": True, "synchronous_mode_strict": True, "synchronous_node_count": 1}
LOSSY = {"synchronous_mode": False, "maximum_lag_on_failover": 1 << 30}
"""Lets any standby take over; by default Patroni takes none that lacks more than 1 MB."""
DYNAMIC = {
    "ttl": 20,  # Patroni's least
    "loop_wait": 1,
    "retry_timeout": 3,
    "primary_start_timeout": 0,
    "maximum_lag_on_failover": 1 << 20,
}


class ClusterError(Exception):
    """A program is missing, or a cluster did not become whole again."""


def run(*command: object) -> None:
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


def await_(happened: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not happened():
        if time.monotonic() > until:
            raise ClusterError(f"{what} did not happen within {patience:.0f} s")
        time.sleep(0.05)


def make_network() -> None:
    """Make the bridge between all nodes and this process, in a network namespace of its own."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "addr", "add", HERE, "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


@dataclass
class Node:
    """A node by its number, 1 to 3; everything of it is in a folder."""

    number: int
    folder: Path
    mode: dict[str, object]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name, self.link = f"node{self.number}", f"node{self.number}"
        self.address, self.consensus_address = f"192.0.2.{self.number}", etcd_address(self.number)
        self.folder.mkdir()
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        await_(lambda: namespace(self.holder.pid) != namespace(os.getpid()), "a network namespace")
        self.namespace = namespace(self.holder.pid)
        peer = ("peer", "name", "eth0", "netns", self.holder.pid)
        run("ip", "link", "add", self.link, "type", "veth", *peer)
        run("ip", "link", "set", self.link, "master", BRIDGE, "up")
        self.enter("ip", "link", "set", "lo", "up")
        for address in (self.address, self.consensus_address):
            self.enter("ip", "addr", "add", f"{address}/24", "dev", "eth0")
        self.enter("ip", "link", "set", "eth0", "up")
        shutil.chown(self.folder, USER)
        self.config = self.folder / "patroni.yaml"
        self.config.write_text(yaml.safe_dump(self._patroni_settings()))

    def enter(self, *command: object) -> None:
        run("nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *command)

    def start(self) -> None:
        """Start what a machine starts when it boots."""
        self._spawn("etcd", *etcd_options(self.number, self.folder / "etcd"))
        self._spawn(Path(sys.executable).with_name("patroni"), self.config)

    def _spawn(self, program: str | Path, *options: str | Path) -> None:
        in_namespace = ("nsenter", f"--net=/proc/{self.holder.pid}/ns/net")
        as_user = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *READING)
        log = self.folder / f"{Path(program).name}.log"
        with log.open("ab") as told:
            self.started.append(
                subprocess.Popen(
                    [*in_namespace, *as_user, program, *options],
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=told,
                    start_new_session=True,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.folder)},
                )
            )

    def processes(self, name: str = "") -> list[int]:
        """Return the processes of this node, or those of one program, the oldest first."""
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and namespace(int(entry.name)) == self.namespace:
                    found.append((int(entry.name), (entry / "comm").read_text().strip()))
        return sorted(pid for pid, of in found if pid != self.holder.pid and name in of)

    def signal(self, number: int, name: str = "") -> None:
        """Send a signal to everything that runs here, also to what is started meanwhile."""
        for _ in range(3):
            for pid in self.processes(name):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        await_(lambda: not self.processes(), f"the end of {self.name}")
        for process in self.started:
            process.wait()
        self.started.clear()

    def cut(self) -> None:
        """Drop every packet to and from this node, without a word to either side."""
        run("bridge", "link", "set", "dev", self.link, "state", "0")

    def mend(self) -> None:
        run("bridge", "link", "set", "dev", self.link, "state", "3")

    def drop_packets_to(self, others: Sequence[Node]) -> None:
        """Send no more of the database's packets to other nodes; etcd has addresses of its own."""
        for other in others:
            self.enter("ip", "route", "add", "blackhole", f"{other.address}/32")

    def end(self) -> None:
        self.signal(signal.SIGCONT)
        self.kill()
        run("ip", "link", "delete", self.link)
        self.holder.kill()
        self.holder.wait()

    def _patroni_settings(self) -> dict[str, object]:
        programs = postgres.programs()
        superuser = {"username": USER, "password": PASSWORD}
        hosts = [f"{etcd_address(number)}:2379" for number in NUMBERS]
        return {
            "scope": "minutebook",
            "name": self.name,
            "etcd3": {"hosts": hosts},
            "restapi": {
                "listen": f"{self.address}:8008",
                "connect_address": f"{self.address}:8008",
            },
            "bootstrap": {
                "dcs": {**DYNAMIC, **self.mode, "postgresql": {"use_pg_rewind": True}},
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, {"auth": "scram-sha-256"}],
            },
            "postgresql": {
                "listen": f"{self.address}:5432",
                "connect_address": f"{self.address}:5432",
                "data_dir": str(self.folder / "data"),
                "bin_dir": str(programs),
                "pgpass": str(self.folder / "pgpass"),
                "authentication": {"superuser": superuser, "replication": superuser},
                "pg_hba": [f"host {what} all 192.0.2.0/24 scram-sha-256" for what in HBA],
                "parameters": {
                    "unix_socket_directories": str(self.folder),
                    "synchronous_commit": "on",
                    "shared_buffers": "32MB",
                    "max_connections": 60,
                },
            },
        }


READING = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
"""A server refuses to run as root, and another user may not see where this checkout is."""
HBA = ("all", "replication")
NUMBERS = (1, 2, 3)


def namespace(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/net")


def etcd_address(number: int) -> str:
    return f"198.51.100.{number}"


def etcd_options(number: int, folder: Path) -> Iterator[str]:
    peers = ",".join(f"node{each}=http://{etcd_address(each)}:2380" for each in NUMBERS)
    clients = f"http://{etcd_address(number)}:2379"
    yield from (f"--name=node{number}", f"--data-dir={folder}", f"--initial-cluster={peers}")
    yield from (f"--listen-client-urls={clients}", f"--advertise-client-urls={clients}")
    peer = f"http://{etcd_address(number)}:2380"
    yield from (f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}")
    yield from ("--heartbeat-interval=100", "--election-timeout=1000", "--log-level=warn")
