"""The bot as a process of its own, on an account of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.cli.running import own_command
from app.settings import ROOT
from tests.bot.tchap.person import PATIENCE
from tests.synapse import Synapse
from tests.world import World


@dataclass
class Bot:
    """The account of the bot, and the process that answers with it."""

    synapse: Synapse
    world: World
    folder: Path
    domains: str
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        self.user, self.password = self.synapse.register("barometre")
        # Once for all of its processes: a clock that went back would shuffle its prompts.
        self.offset = int((self.world.now - datetime.now(UTC)).total_seconds())

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.world.owner_url,
            "CLOCK_OFFSET": str(self.offset),
            "PYTHONUNBUFFERED": "1",
            "MATRIX_HOMESERVER": self.synapse.url,
            "MATRIX_USER": self.user,
            "MATRIX_PASSWORD": self.password,
            "MATRIX_DOMAINS": self.domains,
            "MATRIX_STORE": str(self.folder / "keys"),
        }

    def starts(self) -> None:
        """Begin to listen, in a process of its own."""
        with (self.folder / "bot.log").open("a") as output:
            self.process = subprocess.Popen(
                own_command("bot", "tchap"),
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                text=True,
            )

    def is_told_to_end(self) -> int:
        """SIGTERM, as whoever keeps processes sends it; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.ends()

    def ends(self) -> int:
        """Wait until it ends by itself; the exit code."""
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def dies(self) -> None:
        """SIGKILL: nothing can be tidied."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process = None

    @property
    def log(self) -> str:
        return (self.folder / "bot.log").read_text()


@contextmanager
def listening(synapse: Synapse, world: World, folder: Path, domains: str) -> Iterator[Bot]:
    """The bot at work for the people of these servers, until the block ends."""
    bot = Bot(synapse, world, folder, domains)
    bot.starts()
    try:
        yield bot
    except BaseException as failure:
        failure.add_note(f"The bot said:\n{bot.log[-3000:]}")
        raise
    finally:
        if bot.process is not None:
            bot.dies()
