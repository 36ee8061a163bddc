"""A Hub with one model that was changed three times, and a client of it that never sleeps."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness.clock import Clock
from harness.credentials import open_wallet
from harness.hub import Hub, open_hub
from tests.hub.hub_server import HubServer, Repo, Step

MODEL, OLD_NAME = "lab/reviews", "reviews-base"
FIRST = Step(
    title="First release",
    files={"config.json": "1", "model.safetensors": "w1", "tokenizer.json": "t", "README.md": "a"},
)
SECOND = Step(
    title="Train longer",
    files={"config.json": "1", "model.safetensors": "w2", "tokenizer.json": "t", "README.md": "a"},
    date="2024-06-01T10:00:00.000Z",
)
THIRD = Step(
    title="Write a better card",
    files={**SECOND.files, "README.md": "b", "generation_config.json": "g"},
    date="2024-07-01T10:00:00.000Z",
)
PROPOSED = Step(title="Proposed", files={"config.json": "3"})
OLD, HEAD = FIRST.commit, THIRD.commit
GONE = "d" * 40


def reviews() -> Repo:
    return Repo(
        steps=[FIRST, SECOND, THIRD],
        tags={"v1.0": OLD},
        branches={"next": HEAD},
        pulls={"3": PROPOSED.commit},
        aside=[PROPOSED],
    )


@dataclass
class Watch:
    """A clock that stands still but for the waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, monotonic=lambda: self.now)


@contextmanager
def asking(
    server: HubServer, watch: Watch | None = None, *, transport: str = "auto", **environ: str
) -> Iterator[Hub]:
    """Open a client of the server, in an environment of nothing else."""
    watch = watch or Watch()
    world: Mapping[str, str] = {"HF_ENDPOINT": server.url, "HF_HOME": "/nonexistent", **environ}
    hub = open_hub(world, open_wallet(world), watch.clock, watch.wait, transport=transport)
    try:
        yield hub
    finally:
        hub.close()


@contextmanager
def a_hub() -> Iterator[HubServer]:
    """Serve the model under its name, and its former name as a redirection to it."""
    with HubServer({MODEL: reviews()}) as server:
        server.renamed[OLD_NAME] = MODEL
        yield server
