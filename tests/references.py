"""A memory of a resolution and the draft of it in six languages, for what refers to them."""

import datetime
import json
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tm import store
from tm.lang import Lang
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, Kind, TranslationUnit, Variant

FOLDER = ROOT / "fixtures" / "references"
ADOPTED, DRAFT = "A/RES/77/901", "A/C.3/77/L.99"


def stored_texts() -> list[dict[str, Any]]:
    """The documents as they lie in the folder."""
    return [json.loads(line) for line in (FOLDER / "documents.jsonl").read_text("utf-8").splitlines()]


def text_of(symbol: str, place: int, lang: str) -> str:
    """The text of one of a document's units in a language."""
    found = next(one for one in stored_texts() if one["symbol"] == symbol)
    return str(found["units"][place]["text"][lang])


def units() -> list[TranslationUnit]:
    """The units of both documents."""
    found = []
    for one in stored_texts():
        document = Document(
            symbol=one["symbol"], date=datetime.date.fromisoformat(one["date"]), superseded=one["superseded"],
            status=DocumentStatus[one["status"].upper()],
        )  # fmt: skip
        for position, unit in enumerate(one["units"]):
            variants = tuple(Variant(Lang(tag), text) for tag, text in unit["text"].items())
            kind, path = Kind(unit["kind"]), tuple(unit["path"])
            found.append(TranslationUnit(variants, kind=kind, path=path, document=document, position=position))
    return found


def store_resolution(folder: Path) -> Path:
    """A memory that holds both documents."""
    path = folder / "memory.untm"
    with open_memory(path, create=True, write=True) as memory, memory.write() as conn:
        store.add_units(conn, units(), origin=Document(origin="documents.jsonl"))
    return path
