"""How fast invitations leave by one worker process, two and four, what each costs, and the limit.

36,000 of them each time, from the same state: signed by DKIM, with VERP return addresses, one-click
stop links and links to the chat, to a mail server on this machine. Beside it, in the same run: what
that server takes by itself, and the loop that anyone would write first. BENCH_SIZE=0.02 is quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from benchmarks._ceilings import Words, bare, kept, poured, written
from benchmarks._ground import goal, show, sized
from benchmarks._machine import Postgresql, keep_to, kept_to, two_cores
from benchmarks._outbox import Ground, invited, running_sink, signing_key
from benchmarks._workers import Run

N_INVITATIONS = 36_000
N_BESIDE = 9_000  # for what is compared with the rest
N_BARE = 1_000
N_POURED = 10_000
WORKERS = (1, 2, 4)
GOAL = 300  # mails a second, one worker
FULL = 0.9  # of the cores: busier than that, they are the limit


def show_run(n_workers: int, run: Run) -> None:
    show(f"sending.messages_per_s.{n_workers}", run.rate, "messages/s")
    show(f"sending.cpu_ms.{n_workers}", run.ms(run.workers), "ms")
    if run.postgresql is not None:
        show(f"sending.postgresql_ms.{n_workers}", run.ms(run.postgresql), "ms")
    show(f"sending.sink_ms.{n_workers}", run.ms(run.sink), "ms")
    show(f"sending.busy_cores.{n_workers}", run.busy, "cores")
    show(f"sending.rss_mb.{n_workers}", run.rss_mb, "MB")
    show(f"sending.rss_growth_mb.{n_workers}", run.growth_mb, "MB")


def tell_limit(n_workers: int, run: Run) -> None:
    """In words, beside the figures: what keeps so many workers from going faster."""
    cores = len(os.sched_getaffinity(0))
    whole = run.workers + run.sink + (run.postgresql or 0)
    parts = {"workers": run.workers, "PostgreSQL": run.postgresql or 0, "the sink": run.sink}
    shares = ", ".join(f"{name} {spent / whole:.0%}" for name, spent in parts.items())
    full = run.busy > FULL * cores
    limit = "the cores, all busy" if full else "waiting: for replies, commits, or other programs"
    print(
        f"# {n_workers}: {run.busy:.2f} of {cores} cores ({shares}); the limit: {limit}",
        file=sys.stderr,
        flush=True,
    )


def show_speed(ground: Ground) -> tuple[dict[int, Run], Words]:
    """One worker, two and four; the runs, and the words of a mail."""
    runs: dict[int, Run] = {}
    words: Words = ("", "", "")
    for n_workers in WORKERS:
        runs[n_workers], words = ground.run(n_workers, sized(N_INVITATIONS))
        show_run(n_workers, runs[n_workers])
        tell_limit(n_workers, runs[n_workers])
        if n_workers == 1:
            goal("sending.messages_per_s.1", GOAL, "messages/s")
    n_sent = sum(run.n_sent for run in runs.values())
    show("sending.cpu_ms", 1000 * sum(run.workers for run in runs.values()) / n_sent, "ms")
    show("sending.rss_growth_mb", max(run.growth_mb for run in runs.values()), "MB")
    return runs, words


def show_limit(ground: Ground, runs: Mapping[int, Run], words: Words) -> None:
    """How far it is from linear, what one core carries of each part, and what the sink takes."""
    cores = len(os.sched_getaffinity(0))
    for n_workers in WORKERS[1:]:
        linear = runs[1].rate * min(n_workers, cores)
        show(f"sending.share_of_linear.{n_workers}", runs[n_workers].rate / linear, "ratio")
        goal(f"sending.share_of_linear.{n_workers}", 1, "ratio")
    for n_workers, run in runs.items():
        # Linear to the cores: as many mails a second of a busy core, however many workers.
        per_core = run.rate / run.busy
        show(f"sending.messages_per_busy_core_s.{n_workers}", per_core, "messages/s")
    one = runs[1]
    show("sending.limit.worker_core", 1000 / one.ms(one.workers), "messages/s")
    if one.postgresql:
        show("sending.limit.postgresql_core", 1000 / one.ms(one.postgresql), "messages/s")
    content = written(words, 1).as_bytes().replace(b"\n", b"\r\n")
    ceiling = poured(ground.sink.port, content, sized(N_POURED), n_connections=max(WORKERS))
    show("sending.sink_ceiling", ceiling, "messages/s")


def show_beside(ground: Ground, runs: Mapping[int, Run], words: Words) -> None:
    """The simplest loops, and the same without a signature."""
    loop = bare(ground.sink.port, words, sized(N_BARE))
    show("sending.bare_loop", loop, "messages/s")
    show("sending.ratio_to_bare_loop", runs[1].rate / loop, "ratio")
    content = written(words, 1).as_bytes().replace(b"\n", b"\r\n")
    connection = kept(ground.sink.port, content, sized(N_BARE))
    show("sending.kept_connection", connection, "messages/s")
    show("sending.ratio_to_kept_connection", runs[1].rate / connection, "ratio")
    unsigned, _ = ground.run(1, sized(N_BESIDE), key_file="")
    show("sending.unsigned.messages_per_s", unsigned.rate, "messages/s")
    show("sending.unsigned.cpu_ms", unsigned.ms(unsigned.workers), "ms")


def show_machines(ground: Ground) -> None:
    """What a second machine adds, each machine being one core.

    The first has PostgreSQL, the mail server and a worker; the second, a worker only, with its own
    connections to the same database.
    """
    cores = two_cores()
    if cores is None or ground.server is None:
        return
    keep_to([cores[0]], [ground.sink.pid])
    try:
        with kept_to(cores[0], ground.server):
            one, _ = ground.run(1, sized(N_BESIDE), cores=cores)
            two, _ = ground.run(2, sized(N_BESIDE), cores=cores)
    except PermissionError:
        return  # PostgreSQL is another account's: its place is not ours to choose
    show("sending.machines.1", one.rate, "messages/s")
    show("sending.machines.2", two.rate, "messages/s")
    show("sending.second_machine_adds", two.rate - one.rate, "messages/s")


def main() -> None:
    with invited(sized(N_INVITATIONS)) as house, running_sink() as sink, signing_key() as key_file:
        server = Postgresql.serving(str(house.owner_url))
        ground = Ground(house, sink, server, key_file)
        runs, words = show_speed(ground)
        show_limit(ground, runs, words)
        show_beside(ground, runs, words)
        show_machines(ground)


if __name__ == "__main__":
    main()
