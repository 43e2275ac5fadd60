"""Footnotes are paired by the passage that calls them."""

from aligners import align
from tests.conftest import Stored
from tm.lang import Lang
from tm.model import Kind, Segment

EN, FR, RU = Lang("en"), Lang("fr"), Lang("ru")


def test_footnotes_of_the_report_go_with_their_callers(report: Stored) -> None:
    notes = {unit.place: unit for unit in report.units if unit.kind is Kind.FOOTNOTE}

    assert {place: set(map(str, unit.langs)) for place, unit in notes.items()} == {
        "II/A/1/a": {"en", "ru"},
        "II/B/2/d": {"ar", "en", "es", "zh"},
    }


def version(lang: Lang, texts: list[str], marks: dict[int, str], notes: list[str]) -> list[Segment]:
    """Numbered paragraphs, some of them calling notes, and the notes after them."""
    body = [
        Segment(text, lang, Kind.PARAGRAPH, f"{k}.", (str(k),), notes=tuple(marks.get(k, "")))
        for k, text in enumerate(texts, 1)
    ]
    return body + [Segment(text, lang, Kind.FOOTNOTE, str(k)) for k, text in enumerate(notes, 1)]


def test_numbers_of_notes_may_differ_between_versions() -> None:
    english = ["The Conference adopted the plan.", "The Committee met in Vienna in 2018.", "States reported on it."]
    french = ["La Conférence a adopté le plan.", "Le Comité s’est réuni à Vienne en 2018.", "Les États ont répondu."]
    editions = {
        EN: version(EN, english, {1: "1", 3: "2"}, ["See the plan.", "See the report."]),
        FR: version(FR, french, {3: "1"}, ["Voir le rapport."]),
    }

    notes = [unit for unit in align(editions).units if unit.kind is Kind.FOOTNOTE]

    assert [(unit.path, [v.text for v in unit.variants]) for unit in notes] == [
        (("1",), ["See the plan."]),
        (("3",), ["See the report.", "Voir le rapport."]),
    ]


def test_a_note_without_a_mark_is_kept() -> None:
    english = [Segment("Text.", EN, Kind.PARAGRAPH), Segment("A note.", EN, Kind.FOOTNOTE, "1")]
    russian = [Segment("Текст.", RU, Kind.PARAGRAPH)]

    notes = [unit for unit in align({EN: english, RU: russian}).units if unit.kind is Kind.FOOTNOTE]

    assert [(unit.path, unit.langs) for unit in notes] == [((), (EN,))]
