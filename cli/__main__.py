"""``python -m cli`` is ``untm``."""

from cli.main import main

main()
