"""Proposals put together from sentences and passages: the best cover, each piece traceable, gaps shown."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from tm import store
from tm.assembly import SEAM, _Candidate, _cover
from tm.lang import UN_LANGUAGES, Lang
from tm.lookup import LookupOptions, suggest
from tm.memory import open_memory
from tm.model import Document, Kind, Level, MatchKind, Proposal, Segment, TranslationUnit, Variant
from tm.policy import MatchPolicy
from tm.seams import fitted

AR, EN, ES, FR, RU, ZH = UN_LANGUAGES

#: Sentences and passages in six languages, the same in each row.
ROWS: tuple[dict[str, str], ...] = (
    {
        "ar": "انتخب الفريق العامل رئيسا له بالتزكية.",
        "en": "The Working Group elected its Chair by acclamation.",
        "es": "El Grupo de Trabajo eligió a su Presidencia por aclamación.",
        "fr": "Le Groupe de travail a élu son président par acclamation.",
        "ru": "Рабочая группа избрала своего Председателя путем аккламации.",
        "zh": "工作组以鼓掌方式选举了主席。",
    },
    {
        "ar": "أعدت الأمانة ورقة معلومات أساسية عن حماية الشهود.",
        "en": "The Secretariat prepared a background paper on the protection of witnesses.",
        "es": "La Secretaría preparó un documento de antecedentes sobre la protección de los testigos.",
        "fr": "Le Secrétariat a établi un document d’information sur la protection des témoins.",
        "ru": "Секретариат подготовил справочный документ о защите свидетелей.",
        "zh": "秘书处编写了一份关于保护证人的背景文件。",
    },
)
#: What no memory holds, and what stands around a passage.
NEW = {
    "ar": "صفق جميع الحاضرين وقوفا.",
    "en": "Everybody rose and applauded.",
    "es": "Todos los presentes se pusieron en pie y aplaudieron.",
    "fr": "Toute l’assistance s’est levée pour applaudir.",
    "ru": "Все присутствующие встали и зааплодировали.",
    "zh": "全场起立热烈鼓掌。",
}


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    """A memory with a paragraph of both rows, their sentences inside, and some passages."""
    spans: dict[str, list[tuple[int, int]]] = {}
    paragraph = {}
    for tag in ROWS[0]:
        joiner = Lang(tag).joiner
        paragraph[tag] = joiner.join(row[tag] for row in ROWS)
        cut = len(ROWS[0][tag])
        spans[tag] = [(0, cut), (cut + len(joiner), len(paragraph[tag]))]
    sentences = tuple(
        TranslationUnit(
            tuple(Variant(Lang(tag), text, span=spans[tag][k]) for tag, text in row.items()), Level.SENTENCE
        )
        for k, row in enumerate(ROWS)
    )
    units = [
        TranslationUnit(tuple(Variant(Lang(tag), text) for tag, text in paragraph.items()), sentences=sentences),
        *(
            TranslationUnit((Variant(EN, english), Variant(FR, french)), position=k)
            for k, (english, french) in enumerate(PASSAGES, start=1)
        ),
    ]
    with open_memory(tmp_path / "m.untm", create=True, write=True) as memory:
        with memory.write() as writing:
            store.add_document(writing, Document(symbol="A/RES/70/1"), [], units)
        with memory.read() as reading:
            yield reading


PASSAGES = (
    ("The promotion of international cooperation", "La promotion de la coopération internationale"),
    ("in accordance with domestic law and available resources;",
     "conformément au droit interne et dans la limite des ressources disponibles ;"),
    ("Recognition of the needs of victims", "Reconnaissance des besoins des victimes"),
    ("The report of the 78th session was adopted.", "Le rapport de la 78e session est adopté."),
)  # fmt: skip


def proposed(conn: Connection, text: str, lang: Lang, *targets: Lang, options: LookupOptions | None = None) -> Proposal:
    found = next(suggest(conn, [Segment(text, lang, Kind.PARAGRAPH)], lang, targets, options)).proposal
    assert found is not None
    return found


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_known_sentences_and_a_new_one_make_a_proposal_in_every_language(conn: Connection, lang: Lang) -> None:
    others = [other for other in UN_LANGUAGES if other != lang]
    draft = lang.joiner.join([ROWS[1][lang.tag], NEW[lang.tag], ROWS[0][lang.tag]])

    found = proposed(conn, draft, lang, *others)

    assert (found.kind, found.automatic) == ("assembled", False)
    assert dict(found.texts) == {
        other: other.joiner.join([ROWS[1][other.tag], f"⟦{NEW[lang.tag]}⟧", ROWS[0][other.tag]]) for other in others
    }
    assert 0.5 < found.coverage < 0.9
    texts = dict(found.texts)
    for piece in found.pieces:
        row = ROWS[0] if draft[slice(*piece.query_span)] == ROWS[0][lang.tag] else ROWS[1]
        assert texts[piece.lang][slice(*piece.span)] == piece.text == row[piece.lang.tag]
        assert (piece.score, piece.unit.document.symbol) == (100, "A/RES/70/1")
    assert len(found.pieces) == 2 * len(others)


def test_passages_fit_into_the_sentence_around_them(conn: Connection) -> None:
    draft = (
        "The Committee recommends the promotion of international cooperation, "
        "in accordance with domestic law and available resources."
    )

    found = proposed(conn, draft, EN, FR)

    assert found.texts[0][1] == (
        "⟦The Committee recommends⟧ la promotion de la coopération internationale, "
        "conformément au droit interne et dans la limite des ressources disponibles."
    )
    assert [(piece.kind, piece.score) for piece in found.pieces] == [(MatchKind.CONTAINED, 99)] * 2
    assert [penalty.name for penalty in found.pieces[0].penalties] == ["case"]


def test_a_piece_with_another_number_says_so(conn: Connection) -> None:
    changed = PASSAGES[3][0].replace("78th", "79th")

    (piece,) = proposed(conn, f"Everybody rose. {changed}", EN, FR).pieces

    assert (piece.score, piece.text) == (98, PASSAGES[3][1])
    assert [(flag.name, flag.query, flag.stored) for flag in piece.flags] == [("ordinal", ("79th",), ("78th",))]


def test_a_passage_that_is_repeated_is_used_each_time(conn: Connection) -> None:
    draft = (
        "It urged the promotion of international cooperation and, again, the promotion of international cooperation."
    )

    found = proposed(conn, draft, EN, FR)

    assert len(found.pieces) == 2
    assert found.texts[0][1].count("la promotion de la coopération internationale") == 2


def test_a_sentence_is_taken_out_of_a_stored_paragraph(tmp_path: Path) -> None:
    english = "The meeting was opened at ten. Delegations took the floor in turn."
    french = "La séance est ouverte à dix heures. Les délégations prennent tour à tour la parole."
    inner = (
        TranslationUnit(
            (Variant(EN, english[:30], span=(0, 30)), Variant(FR, french[:35], span=(0, 35))), Level.SENTENCE
        ),
        TranslationUnit(
            (Variant(EN, "(see the annex)"), Variant(FR, french[36:], span=(36, len(french)))), Level.SENTENCE
        ),
    )
    whole = TranslationUnit((Variant(EN, english), Variant(FR, french)), sentences=inner)
    merged = TranslationUnit(
        (Variant(EN, english, span=(0, len(english))), Variant(FR, french, span=(0, len(french)))), Level.SENTENCE
    )
    draft = "Delegations took the floor in turn. The meeting was opened at ten. Nobody objected."
    for number, (sentences, expected) in enumerate(((inner, 1), ((merged,), 0))):
        with open_memory(tmp_path / f"{number}.untm", create=True, write=True) as memory:
            with memory.write() as conn:
                store.add_document(conn, Document(origin="x"), [], [replace(whole, sentences=sentences)])
            with memory.read() as conn:
                found = next(suggest(conn, [Segment(draft, EN, Kind.PARAGRAPH)], EN, [FR])).proposal

        assert (len(found.pieces) if found else 0) == expected
        if found:
            assert found.texts[0][1] == (
                "⟦Delegations took the floor in turn.⟧ La séance est ouverte à dix heures. ⟦Nobody objected.⟧"
            )


def test_a_reversed_meaning_is_never_put_in(conn: Connection) -> None:
    draft = (
        "The Working Group did not elect its Chair by acclamation. "
        "It denied the promotion of international cooperation."
    )
    reversing = "The Committee shall not recognize the promotion of international cooperation."

    for text in (draft, reversing):
        found = next(suggest(conn, [Segment(text, EN, Kind.PARAGRAPH)], EN, [FR])).proposal
        for piece in found.pieces if found else ():
            assert not any(flag.reverses for flag in piece.flags)
            assert "not" not in text[slice(*piece.query_span)].split()
    assert next(suggest(conn, [Segment(reversing, EN, Kind.PARAGRAPH)], EN, [FR])).proposal is None


def test_a_piece_bears_the_penalties_of_its_source(conn: Connection) -> None:
    draft = f"{NEW['en']} {ROWS[0]['en']} {ROWS[1]['en']}"
    doubted = LookupOptions(policy=MatchPolicy(documents=(("A/RES/*", 4),)))
    refused = LookupOptions(policy=MatchPolicy(documents=(("A/RES/*", 16),)))

    found = proposed(conn, draft, EN, FR, options=doubted)

    assert {piece.score for piece in found.pieces} == {96}
    assert next(suggest(conn, [Segment(draft, EN, Kind.PARAGRAPH)], EN, [FR], refused)).proposal is None


def test_a_text_with_a_good_match_needs_no_assembly(conn: Connection) -> None:
    whole = f"{ROWS[0]['en']} {ROWS[1]['en']}"

    exact = proposed(conn, whole, EN, FR)

    assert (exact.kind, exact.automatic, exact.pieces) == ("exact", True, ())
    nearly = whole.replace("background paper", "paper")
    assert next(suggest(conn, [Segment(nearly, EN, Kind.PARAGRAPH)], EN, [FR])).proposal is None


# --- the cover ------------------------------------------------------------------------------------------------------


def candidate(start: int, end: int, score: int) -> _Candidate:
    unit = TranslationUnit((Variant(EN, "x"),))
    texts = ((FR, "x"),)
    return _Candidate((start, end), (start, end), "x", texts, unit, score, MatchKind.EXACT, (), ())


def worth(chosen: Sequence[_Candidate]) -> int:
    return sum(c.value for c in chosen)


def best_by_trial(candidates: Sequence[_Candidate], at: int = 0) -> int:
    """The best worth of disjoint candidates from a token on, by trying all."""
    later = [c for c in candidates if c.tokens[0] >= at]
    return max([0, *(c.value + best_by_trial(candidates, c.tokens[1]) for c in later)])


PIECES = st.builds(
    lambda start, size, score: candidate(start, start + size, score),
    st.integers(0, 8), st.integers(1, 5), st.integers(85, 100),
)  # fmt: skip


@given(st.lists(PIECES, max_size=7))
def test_the_cover_is_the_best_there_is(candidates: list[_Candidate]) -> None:
    chosen = _cover(candidates, 13)

    assert all(one.tokens[1] <= other.tokens[0] for one, other in pairwise(chosen))
    assert worth(chosen) == best_by_trial(candidates)


def test_fewer_pieces_are_preferred() -> None:
    halves = [candidate(0, 10, 100), candidate(10, 20, 100)]

    assert _cover([*halves, candidate(0, 20, 96)], 20) == [candidate(0, 20, 96)]
    assert _cover([*halves, candidate(0, 20, 90)], 20) == halves
    assert SEAM == 100


# --- seams ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang", "query", "stored", "opens", "expected"),
    [
        ("Le rapport.", FR, "the report;", "The report.", False, "le rapport\u00a0;"),
        ("Le rapport\u00a0;", FR, "The report.", "The report;", True, "Le rapport."),
        ("rapport", FR, "Report", "report", True, "Rapport"),
        ("rapport", FR, "Report", "report", False, "rapport"),
        ("Mali", FR, "mali", "Mali", False, "Mali"),
        ("États parties", FR, "states parties", "States parties", False, "États parties"),
        ("报告。", ZH, "the report;", "The report.", False, "报告；"),
        ("التقرير؛", AR, "the report,", "the report;", False, "التقرير،"),
        ("доклад", RU, "the report.", "The report", False, "доклад."),
        ("el informe…", ES, "the report;", "the report.", False, "el informe…"),
        ("the report", EN, "le rapport »", "le rapport", False, "the report"),
    ],
)
def test_marks_and_capitals_are_made_to_fit_only_where_that_is_certain(
    text: str, lang: Lang, query: str, stored: str, opens: bool, expected: str
) -> None:
    assert fitted(text, lang, query, stored, opens=opens) == expected
