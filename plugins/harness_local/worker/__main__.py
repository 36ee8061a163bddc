"""`python -m harness_local.worker`: loads what stdin says, and answers until stdin ends."""

from harness_local.worker.life import live
from harness_local.worker.loading import load

if __name__ == "__main__":
    live(load)
