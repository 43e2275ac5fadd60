"""Word lists and tables of the six languages, written for this project, one JSON file each."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(name: str) -> Any:
    """The content of ``<name>.json`` in this folder; callers must not change it."""
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
