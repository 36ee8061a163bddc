"""`python -m harness` is the `revgate` command."""

from harness.cli import main

if __name__ == "__main__":
    main()
