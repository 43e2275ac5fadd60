"""The loaders of the benchmarks: every segment named, every gold bead about segments that are there."""

from collections.abc import Iterator

import pytest

from aligners import align
from benchmarks import goldsets
from benchmarks.goldsets import GoldDocument, Unsyn
from tm.lang import Lang

FR, EN, ZH = Lang("fr"), Lang("en"), Lang("zh")
needs_data = pytest.mark.skipif(not goldsets.DATA.is_dir(), reason="../shared/data is absent")

SETS = {
    "report": lambda: goldsets.report(),
    "report, real": lambda: goldsets.report(real=True),
    "udhr": lambda: goldsets.udhr(),
    "sdg": lambda: goldsets.sdg(labels=True),
    "ntrex": lambda: goldsets.ntrex(),
    "handbook": lambda: goldsets.handbook(by_page=True),
    "unsyn": lambda: goldsets.unsyn(Unsyn("mix", docs=1)),
    "unsyn with furniture": lambda: goldsets.unsyn(Unsyn("mix", docs=1), furniture=True),
    "parice": lambda: goldsets.align_gold("parice_en-is"),
}
#: Segments that the makers' own gold leaves out or names though they are not there.
GOLD_SLIPS = {("u_1", "en", "41")}


def slips(document: GoldDocument) -> Iterator[tuple[str, str, str]]:
    """What is in the gold and not in the edition, or the other way round: document, language, id."""
    for pair, beads in document.pairs.items():
        for side, lang in enumerate(pair):
            gold = [name for bead in beads for name in bead[side]]
            here = set(document.ids[lang]) - document.ignored.get(lang, frozenset())
            assert len(gold) == len(set(gold))
            yield from ((document.name, lang.tag, name) for name in here ^ set(gold))


@needs_data
@pytest.mark.parametrize("name", SETS)
def test_gold_and_editions_name_the_same_segments(name: str) -> None:
    documents = list(SETS[name]())
    assert documents
    for document in documents:
        assert set(slips(document)) <= GOLD_SLIPS
        for lang, edition in document.editions.items():
            assert len(set(document.ids[lang])) == len(edition) == len(document.ids[lang])
            assert all(segment.lang == lang for segment in edition)


@needs_data
def test_the_same_seed_gives_the_same_documents() -> None:
    one, again, other = (next(goldsets.sdg(labels=False, seed=seed)) for seed in (0, 0, 1))
    assert one == again
    assert one.ids != other.ids


@needs_data
def test_gold_scores_perfectly_against_itself_with_furniture_left_out() -> None:
    (document,) = goldsets.unsyn(Unsyn("mix", docs=1), furniture=True)
    place = {lang: {name: i for i, name in enumerate(ids)} for lang, ids in document.ids.items()}
    groups = [([place[FR][x] for x in a], [place[EN][y] for y in b]) for a, b in document.pairs[FR, EN]]
    groups.append(([place[FR][name] for name in document.ignored[FR]], []))
    assert document.ignored[FR]
    assert document.score((FR, EN), groups).strict.f1 == 1.0


@needs_data
def test_numbers_before_parice_lines_are_no_text() -> None:
    first = next(goldsets.align_gold("parice_en-is"))
    assert first.texts(EN)[0] == "Closing the Loop for ALMA"


@needs_data
def test_labels_of_the_goals_stand_in_label_and_path() -> None:
    (document,) = goldsets.sdg(labels=True, delete=0)
    assert set(document.only(FR, ZH).editions) == {FR, ZH}
    assert set(document.only(FR, ZH).pairs) == {(FR, ZH)}
    labels = [segment.label for segment in document.editions[ZH]]
    assert len(labels) == 438
    assert labels[:4] == ["1", "1.1", "1.1.1", "1.2"]
    assert all(segment.path == (segment.label,) for segment in document.editions[ZH])


@needs_data
def test_the_memory_holds_no_document_of_the_benchmark() -> None:
    wanted = Unsyn("mix", docs=1)
    memory = goldsets.unsyn_memory(wanted)
    assert len(memory) > 3000
    (document,) = goldsets.unsyn(wanted)
    inside = "\n".join(segment.text for segment in document.editions[EN])
    assert not [row for row in memory if len(row[EN]) > 80 and row[EN] in inside]


def test_an_alignment_of_the_fixture_is_scored_by_names() -> None:
    (document,) = goldsets.report(ours=True)
    editions = {lang: document.editions[lang] for lang in (FR, EN)}
    groups = goldsets.groups_of(align(editions).pair(FR, EN), editions[FR], editions[EN])
    assert document.score((FR, EN), groups).strict.f1 == 1.0
