"""Points for origins: read from a settings file, taken off by name, and never inserted without a look."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.main import run
from tm import store
from tm.errors import InputError
from tm.lang import Lang
from tm.lookup import LookupOptions, lookup
from tm.match import band
from tm.memory import open_memory
from tm.model import Document, DocumentStatus, Match, MatchKind, Review, TranslationUnit, Variant
from tm.policy import MatchPolicy, policy_from

EN, FR = Lang("en"), Lang("fr")
TEXT = "The Committee took note of the report of the Secretary-General."


def unit(french: str = "La Commission prend acte du rapport du Secrétaire général.", **given: Any) -> TranslationUnit:
    lang = given.pop("lang", FR)
    return TranslationUnit((Variant(EN, TEXT), Variant(lang, french)), **{"confidence": 0.99, **given})


def matches(folder: Path, units: Sequence[tuple[Document, TranslationUnit]], policy: MatchPolicy) -> tuple[Match, ...]:
    with open_memory(folder / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            for document, value in units:
                store.add_document(conn, document, [], [replace(value, document=document)])
        with memory.read() as conn:
            return lookup(conn, TEXT, EN, [FR], LookupOptions(policy=policy))


DRAFT = Document(symbol="A/C.3/72/L.5", status=DocumentStatus.DRAFT)


@pytest.mark.parametrize(
    ("policy", "document", "value", "name", "points"),
    [
        (MatchPolicy(documents=(("A/C.3/*/L.*", 2),)), DRAFT, unit(), "document", 2),
        (MatchPolicy(documents=(("A/*", 1), ("A/C.3/*", 7), ("E/*", 30))), DRAFT, unit(), "document", 7),
        (MatchPolicy(superseded=5), replace(DRAFT, superseded=True), unit(), "superseded", 5),
        (MatchPolicy(corrected=4), replace(DRAFT, corrected=True), unit(), "corrected", 4),
        (MatchPolicy(unreviewed=3), DRAFT, unit(confidence=0.7), "alignment", 3),
        (MatchPolicy(machine=20), DRAFT, unit(created_by="MT!"), "machine", 20),
        (MatchPolicy(machine=20), DRAFT, unit(properties=(("tuv:fr:prop:x-origin", "MT"),)), "machine", 20),
        (MatchPolicy(foreign=6), DRAFT, unit(confidence=None), "foreign", 6),
        (MatchPolicy(locale=1), DRAFT, unit(lang=Lang("fr-CH")), "locale", 1),
    ],
)
def test_each_reason_to_doubt_a_source_costs_what_the_policy_says(
    tmp_path: Path, policy: MatchPolicy, document: Document, value: TranslationUnit, name: str, points: int
) -> None:
    found = matches(tmp_path, [(document, value)], policy)[0]

    assert [(penalty.name, penalty.points) for penalty in found.penalties] == [(name, points)]
    assert (found.score, found.kind) == (100 - points, MatchKind.EXACT)
    assert not found.automatic
    assert band(found.score) not in {"100", "101", "102"}


@pytest.mark.parametrize(
    "value", [unit(), unit(review=Review.REVIEWED, confidence=0.2), unit(review=Review.REVIEWED, confidence=None)]
)
def test_what_a_person_has_reviewed_is_not_doubted_for_its_alignment(tmp_path: Path, value: TranslationUnit) -> None:
    policy = MatchPolicy(
        unreviewed=3, foreign=6, machine=9, superseded=1, corrected=1, locale=1, documents=(("E/*", 1),)
    )

    found = matches(tmp_path, [(DRAFT, value)], policy)[0]

    assert (found.score, found.penalties, found.automatic) == (100, (), True)


def test_by_default_nothing_is_held_against_a_source(tmp_path: Path) -> None:
    doubtful = unit(confidence=0.1, created_by="MT!", lang=Lang("fr-CH"))

    found = matches(tmp_path, [(replace(DRAFT, superseded=True, corrected=True), doubtful)], MatchPolicy())[0]

    assert (found.score, found.penalties) == (100, ())


def test_penalties_add_up_and_never_take_more_than_there_is(tmp_path: Path) -> None:
    policy = MatchPolicy(unreviewed=40, superseded=50, machine=60)
    value = unit(confidence=0.1, created_by="MT!")
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as conn:
            store.add_document(conn, replace(DRAFT, superseded=True), [], [value])
        with memory.read() as conn:
            options = LookupOptions(minimum=30, policy=replace(policy, superseded=20, machine=0))
            kept = lookup(conn, TEXT.replace("took", "takes"), EN, [FR], options)[0]
            gone = lookup(conn, TEXT, EN, [FR], LookupOptions(minimum=30, policy=policy))

    assert kept.score == 100 - sum(penalty.points for penalty in kept.penalties)
    assert gone == ()


def test_adopted_text_comes_before_reports_before_drafts_and_replaced_ones_last(tmp_path: Path) -> None:
    documents = [
        Document(symbol=symbol, status=status, superseded=superseded)
        for symbol, status, superseded in (
            ("A/C.3/72/L.6", DocumentStatus.DRAFT, False),
            ("A/RES/60/1", DocumentStatus.ADOPTED, True),
            ("A/72/5", DocumentStatus.FINAL, False),
            ("A/RES/72/1", DocumentStatus.ADOPTED, False),
        )
    ]
    given = [(document, unit(f"Texte {number}")) for number, document in enumerate(documents)]

    found = [match.unit.document.symbol for match in matches(tmp_path, given, MatchPolicy())]

    assert found == ["A/RES/72/1", "A/72/5", "A/C.3/72/L.6", "A/RES/60/1"]


# --- the settings file ----------------------------------------------------------------------------------------------


def test_a_table_sets_what_it_names() -> None:
    policy = policy_from({"typography": 3, "unreviewed_below": 1, "documents": {"A/*": 2}}, "untm.toml")

    assert policy == MatchPolicy(typography=3, unreviewed_below=1.0, documents=(("A/*", 2),))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("supersede = 2", "no setting 'supersede'"),
        ("locale = 101", "locale = 101 is out of range"),
        ("locale = -1", "locale = -1 is out of range"),
        ("placeable = 1", "placeable = 1 is out of range"),
        ("typography = 0", "typography = 0 is out of range"),
        ("reversed_meaning = 85", "reversed_meaning = 85 is out of range"),
        ("machine = 2.5", "machine = 2.5 is no whole number"),
        ("machine = true", "machine = True is no whole number"),
        ('machine = "2"', "machine = '2' is no whole number"),
        ("unreviewed_below = 2", "unreviewed_below = 2 is out of range"),
        ('unreviewed_below = "x"', "unreviewed_below = 'x' is no number"),
        ("documents = 3", "documents = 3 is no table"),
        ('documents = {"A/*" = 200}', '[match.documents] "A/*" = 200 is out of range'),
    ],
)
def test_a_line_that_means_nothing_is_named_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    (tmp_path / "un.toml").write_text(f"[match]\n{line}\n", encoding="utf-8")
    monkeypatch.setenv("UNTM_CONFIG", str(tmp_path / "un.toml"))

    assert run(["lookup", "a text", "--from", "en", "--to", "fr"]) == 3

    told = capsys.readouterr().err
    assert "un.toml: [match" in told
    assert said in told
    assert "hint:" in told


def test_the_settings_file_counts_in_a_lookup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    matches(tmp_path, [(DRAFT, unit())], MatchPolicy())
    (tmp_path / "untm.toml").write_text('[match.documents]\n"A/C.3/*/L.*" = 2\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert run(["--memory", "m.untm", "lookup", TEXT, "--from", "en", "--to", "fr"]) == 0

    shown = capsys.readouterr().out
    assert " 98 exact" in shown
    assert "document −2 (A/C.3/72/L.5 is one of A/C.3/*/L.*)" in shown


def test_a_policy_is_refused_in_code_as_well() -> None:
    with pytest.raises(InputError, match="out of range"):
        policy_from({"label": 0}, "settings")
    for minimum, limit in ((29, 1), (103, 1), (70, 0)):
        with pytest.raises(ValueError, match=r"minimum|limit"):
            LookupOptions(minimum, limit)
