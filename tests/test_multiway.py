import random

import pytest

from aligners import Alignment, AlignOptions, align
from aligners import costs as kinds_of_evidence
from tests.conftest import REPORT
from tm.errors import InputError, LanguageError
from tm.formats.jsonl import read_document
from tm.lang import Lang
from tm.model import Kind, Segment

EN, FR, ES, DE = Lang("en"), Lang("fr"), Lang("es"), Lang("de")
OPENINGS = {
    EN: "Article {n}. The Committee took note of report {s} of {y}, and thanked delegation {d} for it.",
    FR: "Article {n}. Le Comité a pris note du rapport {s} de {y}, et a remercié la délégation {d}.",
    ES: "Artículo {n}. El Comité tomó nota del informe {s} de {y}, y dio las gracias a la delegación {d}.",
    DE: "Artikel {n}. Der Ausschuss nahm den Bericht {s} von {y} zur Kenntnis und dankte der Delegation {d}.",
}


def paragraph(lang: Lang, n: int) -> Segment:
    numbers = random.Random(n)
    values = {
        "n": n,
        "s": f"A/{numbers.randint(10, 70)}/{numbers.randint(100, 999)}",
        "y": 1950 + n,
        "d": numbers.randint(1, 9),
    }
    return Segment(OPENINGS[lang].format(**values), lang, Kind.PARAGRAPH)


def document(lang: Lang, numbers: list[int]) -> tuple[Segment, ...]:
    return tuple(paragraph(lang, n) for n in numbers)


def pairs(aligned: Alignment, one: Lang, two: Lang) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return [(bead.source, bead.target) for bead in aligned.pair(one, two)]


def test_four_languages_with_a_missing_paragraph_each() -> None:
    rows = {EN: [0, 1, 2, 3, 4, 5], FR: [0, 2, 3, 4, 5], ES: [0, 1, 2, 3, 5], DE: [0, 1, 2, 3, 4]}
    aligned = align({lang: document(lang, numbers) for lang, numbers in rows.items()})

    assert [set(unit.langs) for unit in aligned.units] == [{lang for lang in rows if n in rows[lang]} for n in range(6)]
    assert len(aligned.beads) == 6


def test_a_segment_without_partner_is_a_unit_of_its_own() -> None:
    extra = Segment("Nothing like this stands in any other version, and it is rather long besides.", EN, Kind.PARAGRAPH)
    english = list(document(EN, [1, 2, 3, 4]))
    aligned = align({EN: [*english[:2], extra, *english[2:]], FR: document(FR, [1, 2, 3, 4])})

    assert [len(unit.variants) for unit in aligned.units] == [2, 2, 1, 2, 2]
    assert aligned.units[2].variants[0].text == extra.text


def test_variants_stand_in_the_order_given() -> None:
    aligned = align({lang: document(lang, [1, 2, 3]) for lang in (FR, DE, EN)})
    assert all(unit.langs == (FR, DE, EN) for unit in aligned.units)
    assert [pair for pair, _ in aligned.beads] == [(FR, DE), (FR, EN), (DE, EN)]


def test_furniture_is_left_out_and_footnotes_stand_apart() -> None:
    def edition(lang: Lang) -> tuple[Segment, ...]:
        one, two = document(lang, [1, 2])
        note = Segment("A/RES/71/280, 2016.", lang, Kind.FOOTNOTE, "1")
        return (Segment("A/73/1", lang, Kind.MASTHEAD), one, Segment("2/5", lang, Kind.FOOTER), note, two)

    aligned = align({EN: edition(EN), FR: edition(FR)})

    assert pairs(aligned, EN, FR) == [((1, 2), (1, 2)), ((3, 4), (3, 4)), ((4, 5), (4, 5))]
    assert [unit.variants[0].segments for unit in aligned.units] == [(1,), (4,), (3,)]
    assert aligned.units[-1].kind is Kind.FOOTNOTE


def test_fewer_than_two_languages_are_refused() -> None:
    with pytest.raises(LanguageError, match="at least two"):
        align({EN: document(EN, [1])})
    with pytest.raises(LanguageError, match="not aligned"):
        align({EN: document(EN, [1]), FR: document(FR, [1])}).pair(EN, ES)


def test_an_empty_version_is_a_problem_and_loses_nothing() -> None:
    aligned = align({EN: document(EN, [1, 2]), FR: ()})

    assert ["French" in problem.message for problem in aligned.problems] == [True]
    assert pairs(aligned, EN, FR) == [((0, 1), (0, 0)), ((1, 2), (0, 0))]
    assert len(aligned.units) == 2
    assert align({EN: (), FR: ()}).units == ()


def test_unrelated_documents_are_a_problem() -> None:
    letters = random.Random(1)

    def text() -> str:
        return " ".join(
            "".join(letters.choices("abdeilmnorstu", k=letters.randint(2, 9))) for _ in range(letters.randint(5, 60))
        )

    strangers = tuple(Segment(text(), EN, Kind.PARAGRAPH) for _ in range(20))
    others = tuple(Segment(text(), FR, Kind.PARAGRAPH) for _ in range(22))
    aligned = align({EN: strangers, FR: others})

    assert any("may not be versions" in problem.message for problem in aligned.problems)
    assert align({EN: document(EN, list(range(20))), FR: document(FR, list(range(20)))}).problems == ()


@pytest.mark.parametrize(("first", "second"), [((0, 12), (16, 34)), ((16, 34), (0, 12)), ((0, 34), (24, 34))])
def test_parts_that_do_not_belong_together_are_a_problem(first: tuple[int, int], second: tuple[int, int]) -> None:
    english, french = (read_document(REPORT / f"{lang}.blocks.jsonl", lang).segments for lang in (EN, FR))
    aligned = align({EN: english[slice(*first)], FR: french[slice(*second)]})

    assert aligned.problems
    assert align({EN: english, FR: french}).problems == ()


def test_equal_paragraphs_are_a_problem_and_no_confident_answer() -> None:
    same = {
        lang: tuple(Segment("It was so decided.", lang, Kind.PARAGRAPH) for _ in range(n))
        for lang, n in ((EN, 12), (FR, 9))
    }
    aligned = align(same)

    assert any("alike" in problem.message for problem in aligned.problems)
    assert min(bead.confidence for bead in aligned.pair(EN, FR)) < 0.6


def test_a_part_of_a_document_is_a_problem() -> None:
    aligned = align({EN: document(EN, list(range(40))), FR: document(FR, list(range(24)))})

    assert pairs(aligned, EN, FR)[:24] == [((k, k + 1), (k, k + 1)) for k in range(24)]
    assert [p.message.split(" segments")[0] for p in aligned.problems] == ["16 of 40"]


def test_an_unknown_cost_is_named() -> None:
    with pytest.raises(InputError, match="no cost named 'magic'"):
        align({EN: document(EN, [1]), FR: document(FR, [1])}, AlignOptions(costs=("magic",)))
    assert all(callable(kinds_of_evidence.load(name)) for name in kinds_of_evidence.COSTS)


def test_a_long_document_with_a_long_gap_stays_in_a_corridor() -> None:
    numbers = list(range(500))
    aligned = align(
        {EN: document(EN, numbers), FR: document(FR, numbers[:100] + numbers[260:])}, AlignOptions(sentences=False)
    )

    right = {(k, k) for k in range(100)} | {(k, k - 160) for k in range(260, 500)}
    found = {(s[0], t[0]) for s, t in pairs(aligned, EN, FR) if s[1] - s[0] == t[1] - t[0] == 1}
    assert len(found & right) >= 0.98 * len(right)


def test_a_paragraph_moved_far_is_found_and_judged() -> None:
    moved = [*range(10), *range(11, 50), 10, *range(50, 60)]
    aligned = align({EN: document(EN, list(range(60))), FR: document(FR, moved)}, AlignOptions(sentences=False))

    assert ((10, 11), (49, 50)) in pairs(aligned, EN, FR)
    assert aligned.problems == ()
