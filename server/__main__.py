"""``python -m server`` is ``credit-yuexiu``."""

from server.cli import main

main()
