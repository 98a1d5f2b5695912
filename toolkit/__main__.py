"""`python -m toolkit` is `xxgk`, for those whose scripts folder is not on the path."""

from toolkit.cli import main

main()
