"""Fail over again and again: nothing acknowledged is lost or doubled, and no fork is signed.

Run ``python -m tests.evidence.failover --failovers 60`` as root on Linux. The primary of three
nodes is killed, frozen or cut off in turn while 8 clients append through two servers, with retries,
and 4 follow. ``--control`` lets a standby take over that lacks what was acknowledged: without
synchronous replication events are lost, and the servers have to refuse to go on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median

import httpx

from tests import postgres
from tests.evidence.failover import checking
from tests.evidence.failover.cluster import FAULTS, Cluster, running_cluster
from tests.evidence.failover.load import CLIENTS, FOLLOWERS, Load
from tests.evidence.failover.node import LOSSLESS, LOSSY, ClusterError, await_, make_network
from tests.serving import ApiServer, serve_ledger

SERVERS = 2
OWN_NETWORK = "MINUTEBOOK_FAILOVER_FOLDER"
"""Names the folder of the run, inside the network that was made for it."""


@contextmanager
def under_load(folder: Path, mode: dict[str, object], seed: int) -> Iterator[tuple[Cluster, Load]]:
    """Have a whole cluster, servers in front of it, and clients that use them."""
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(folder, mode))
        servers = []
        for number in range(SERVERS):
            log = stack.enter_context((folder / f"server{number}.log").open("w"))
            server = serve_ledger(cluster.url, folder=folder, log=log)
            servers.append(stack.enter_context(server))
        yield cluster, Load(servers, seed)


def fail_over(cluster: Cluster, load: Load, fault: str, random: Random) -> tuple[float, float]:
    """Let a fault happen to the primary until another one serves; return the longest time without
    an acknowledgement, and the time from the takeover to the next one, in seconds."""
    old = cluster.leader()
    assert old
    time.sleep(random.uniform(0.5, 2))
    began = time.monotonic()
    with cluster.hurt(old, fault):
        cluster.await_other_leader(old)
        took_over = time.monotonic()
        acknowledged = load.told.acknowledged_at
        try:
            await_(lambda: acknowledged[-1] > took_over, "an acknowledgement")
        except ClusterError as error:
            raise ClusterError(f"{error}: {[*stopped_servers(load.servers)]}") from error
        recovered = acknowledged[-1] - took_over
        time.sleep(random.uniform(0, 3))
    cluster.await_whole()
    return load.told.longest_silence(began), recovered


def run_failovers(folder: Path, count: int, seed: int) -> list[str]:
    """Fail over so often; print what was measured, and return every fault."""
    random, silences = Random(seed), defaultdict[str, list[float]](list)  # noqa: S311  # no secret
    recoveries = []
    with under_load(folder, LOSSLESS, seed) as (cluster, load):
        for number in range(count):
            fault = FAULTS[number % len(FAULTS)]
            silence, recovered = fail_over(cluster, load, fault, random)
            silences[fault].append(silence)
            recoveries.append(recovered)
            print(f"{number + 1}. {fault}: {silence:.1f} s, {recovered:.1f} s", flush=True)
        load.end()
        log, notes = checking.read_log(cluster)
        load.end_followers(len(log))
        notes |= load.told.checkpoints
        others = load.repeat_answers()
        faults = [
            *checking.find_faults(log, load.told),
            *checking.find_forks(log, notes, folder),
            *checking.find_tampering(cluster, folder),
            *(f"{path} is answered otherwise now" for path in others),
            *(f"a server stopped: {why}" for why in stopped_servers(load.servers)),
        ]
    told = load.told
    print(f"seed {seed}: {count} failovers, {len(log)} events by {CLIENTS} clients,")
    print(f"{told.retries} retries, {len(told.duplicates)} acknowledged at a retry as duplicates,")
    print(f"{FOLLOWERS} followers on {told.streams} streams, {len(notes)} checkpoints,")
    print(f"{len(told.answers)} pinned answers asked again, refusals {Counter(told.refusals)}")
    for fault, found in silences.items():
        print(f"{fault}: {len(found)} times, {median(found):.1f} s median, {max(found):.1f} s max")
    print(f"after a takeover: {median(recoveries):.1f} s median, {max(recoveries):.1f} s max")
    return faults


def stopped_servers(servers: list[ApiServer]) -> Iterator[str]:
    """Yield why a server is not ready for good."""
    for server in servers:
        url = f"http://127.0.0.1:{server.port}/readyz"
        answer = httpx.get(url, timeout=30, trust_env=False)
        if answer.status_code != 200:
            yield answer.text


def promote_lagging(folder: Path, mode: dict[str, object], seed: int) -> tuple[int, int, list[str]]:
    """Let a standby take over that could not follow for 5 seconds; return how many events were
    acknowledged meanwhile, how many are lost, and why servers stopped."""
    with under_load(folder, mode, seed) as (cluster, load):
        time.sleep(3)
        old = cluster.leader()
        assert old
        old.drop_packets_to([node for node in cluster.nodes if node is not old])
        time.sleep(2)
        before = len(load.told.acknowledged)
        time.sleep(5)
        acknowledged = len(load.told.acknowledged) - before
        old.kill()
        time.sleep(1)  # what was signed before is stored by now, and no standby took over yet
        signed = (folder / "checkpoint").read_text()
        cluster.await_other_leader(old)
        stopped: list[str] = []

        def is_settled() -> bool:
            stopped[:] = stopped_servers(load.servers)
            return all("/problems/forked-log" in answer for answer in stopped)

        time.sleep(5)
        await_(is_settled, "a decision of all servers")
        load.end()
        log, _ = checking.read_log(cluster)
        lost = len(checking.lost_events(log, load.told))
        if stopped and (folder / "checkpoint").read_text() != signed:
            stopped.append("SIGNED ON")
    return acknowledged, lost, stopped


def run_control(folder: Path, seed: int) -> list[str]:
    """Lose events where replication is asynchronous; return every way in which that went on."""
    faults = []
    for name, mode in (("asynchronous", LOSSY), ("synchronous", LOSSLESS)):
        place = folder / name
        place.mkdir(mode=0o755)
        acknowledged, lost, stopped = promote_lagging(place, mode, seed)
        print(f"control, {name}: {acknowledged} acknowledged while no standby followed,", end=" ")
        print(f"{lost} lost, {len(stopped)} of {SERVERS} servers stopped", flush=True)
        print("\n".join(stopped[:1]), flush=True)
        is_right = (lost > 0) == (len(stopped) == SERVERS) == (mode is LOSSY)
        if not is_right or "SIGNED ON" in stopped:
            faults.append(f"control, {name}: not as it should be")
    return faults


def missing_program() -> str | None:
    """Return how to get what is missing here, in one line."""
    if os.geteuid() or not all(map(shutil.which, ("unshare", "nsenter", "ip", "bridge"))):
        return "needs root on Linux, and: apt-get install util-linux iproute2"
    if postgres.programs() is None:
        return postgres.REMEDY
    if not shutil.which("etcd"):
        return "needs etcd: apt-get install etcd-server"
    if not Path(sys.executable).with_name("patroni").exists():
        return "needs Patroni: make evidence-failover installs it"
    return None


def run_in_own_network(options: list[str]) -> int:
    """Run this again where it has a network and processes of its own, which end with it."""
    with tempfile.TemporaryDirectory(prefix="minutebook-failover-", dir="/dev/shm") as folder:
        Path(folder).chmod(0o755)  # the nodes run as another user
        command = [sys.executable, "-m", "tests.evidence.failover", *options]
        own = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
        # The shell reaps what the processes of a killed node leave behind.
        shell = ("sh", "-c", '"$@"; exit $?', "sh")
        return subprocess.call([*own, *shell, *command], env=os.environ | {OWN_NETWORK: folder})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failovers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2)))
    parser.add_argument("--control", action="store_true", help="lose events: is it noticed?")
    parser.add_argument("--keep", type=Path, help="where to keep the logs of servers and nodes")
    options = parser.parse_args()
    if remedy := missing_program():
        print(f"python -m tests.evidence.failover {remedy}")
        return 3
    if OWN_NETWORK not in os.environ:
        return run_in_own_network(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(os.environ[OWN_NETWORK])
    make_network()
    try:
        if options.control:
            faults = run_control(folder, options.seed)
        else:
            faults = run_failovers(folder, options.failovers, options.seed)
    finally:
        if options.keep:
            keep_logs(folder, options.keep)
    print("\n".join(faults) or "Nothing lost, nothing doubled, no fork signed; all saw all once.")
    return 1 if faults else 0


def keep_logs(folder: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for log in folder.rglob("*.log"):
        shutil.copy(log, target / "-".join(log.relative_to(folder).parts))


if __name__ == "__main__":
    sys.exit(main())
