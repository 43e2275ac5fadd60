"""Glossaries: out and in again as they were, terms found in texts of six languages, translations checked."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tm import formats, termbase
from tm.concept import Concept
from tm.lang import Lang
from tm.memory import open_memory

UN = ROOT / "fixtures" / "terms" / "un.csv"


def concepts(path: Path) -> list[Concept]:
    return [v for v in formats.for_path(path, "read_concepts").read_concepts(path) if isinstance(v, Concept)]


@pytest.mark.parametrize("ending", ["tbx", "csv", "tsv", "xlsx"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    given = concepts(UN)
    path = tmp_path / f"out.{ending}"

    assert formats.for_path(path, "write_concepts").write_concepts(path, given) == ()

    assert len(given) == 40
    assert concepts(path) == given


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("fr", "LES ETATS PARTIES et l'entraide judiciaire", ["État partie", "entraide judiciaire"]),
        ("ar", "وللمساعدة القانونية المتبادلة", ["المساعدة القانونية المتبادلة"]),
        ("zh", "人权理事会的缔约国", ["人权理事会", "缔约国"]),
        ("ru", "взаимную правовую помощь", ["взаимная правовая помощь"]),
        ("es", "los Estados partes", ["Estado parte"]),
        ("en", "the refugees who mla", ["refugee"]),
    ],
)
def test_terms_are_found_in_any_form(tmp_path: Path, tag: str, text: str, found: list[str]) -> None:
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory, memory.write() as conn:
        termbase.add(conn, UN.name, concepts(UN), digest="1")
        hits = termbase.find(conn, text, Lang(tag))

        assert [hit.term.text for hit in hits] == found
        assert termbase.add(conn, UN.name, concepts(UN), digest="1").unchanged
        assert termbase.add(conn, UN.name, concepts(UN), digest="2").replaced == 40
