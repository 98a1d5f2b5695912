"""`xxgk`, and `python -m toolkit` for those whose scripts folder is not on the path."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl+C while it is still being loaded is told in Chinese like any other."""
    try:
        from toolkit.cli import main as run

        run()
    except KeyboardInterrupt:
        from toolkit.errors import INTERRUPTED

        sys.stderr.write(f"{INTERRUPTED}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
