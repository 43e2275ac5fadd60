"""Inline codes of an XLIFF draft in the targets that are filled."""

from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tests.xliff_schemas import check_valid
from tm.formats import xliff
from tm.formats.filling import Filling
from tm.formats.xliff_filling import fill_target
from tm.formats.xliff_gaps import gaps
from tm.formats.xliff_version import Version
from tm.model import TranslationUnit

OLD = "urn:oasis:names:tc:xliff:document:1.2"
MODERN = "urn:oasis:names:tc:xliff:document:2.0"
TEXT = "Le Comité a adopté le rapport."
SURE, LOOK = ("translated", "exact-match"), ("needs-review-translation", "fuzzy-match")


def old(source: str) -> etree._ElementTree:
    return etree.ElementTree(
        etree.fromstring(
            f'<xliff version="1.2" xmlns="{OLD}"><file source-language="en" target-language="fr" original="a" '
            f'datatype="plaintext"><body><trans-unit id="1"><source>{source}</source></trans-unit></body></file>'
            "</xliff>"
        )
    )


def modern(source: str) -> etree._ElementTree:
    return etree.ElementTree(
        etree.fromstring(
            f'<xliff version="2.0" xmlns="{MODERN}" srcLang="en" trgLang="fr"><file id="f"><unit id="u">'
            f'<segment id="s"><source>{source}</source></segment></unit></file></xliff>'
        )
    )


def filled(tree: etree._ElementTree, best: Filling) -> etree._Element:
    """The one target of a draft, filled."""
    (gap,) = gaps(tree)
    fill_target(gap, best)
    target = tree.find(".//{*}target")
    assert target is not None
    return target


def content(element: etree._Element) -> str:
    """What an element holds, as XML without namespaces."""
    written: str = etree.tostring(element, encoding="unicode", with_tail=False)
    for namespace in (OLD, MODERN):
        written = written.replace(f' xmlns="{namespace}"', "")
    return written.partition(">")[2].rpartition("<")[0]


def stored(markup: str | None, source_markup: str | None) -> Filling:
    text = "The Committee adopted the report."
    return Filling(TEXT, 100, text, automatic=True, markup=markup, source_markup=source_markup)


SOURCE = 'The <bpt i="1" x="7"/>Committee<ept i="1"/> adopted<ph x="2"/> the report.'
TARGET = 'Le <bpt i="1" x="7"/>Comité<ept i="1"/> a adopté<ph x="2"/> le rapport.'


@pytest.mark.parametrize(
    ("source", "expected", "state"),
    [
        # Codes around the whole text stand around the whole translation.
        ('<g id="1">The Committee adopted the report.</g>', f'<g id="1">{TEXT}</g>', SURE),
        ('<x id="1"/> The Committee adopted the report.<x id="2"/>', f'<x id="1"/> {TEXT}<x id="2"/>', SURE),
        ('<bx id="1" rid="r"/>All of it<ex id="2" rid="r"/>', f'<bx id="1" rid="r"/>{TEXT}<ex id="2" rid="r"/>', SURE),
        # Those inside it stand at the end, and that is to be looked at.
        ('The <g id="1">Committee</g> adopted it.', f'{TEXT}<g id="1"/>', LOOK),
        ('<g id="1">The</g> Committee <g id="2">adopted</g>', f'{TEXT}<g id="1"/><g id="2"/>', LOOK),
        ('<g id="1">The <x id="2"/>Committee</g>', f'<g id="1">{TEXT}<x id="2"/></g>', LOOK),
        ('It was <ph id="3">{0}<sub>of it</sub></ph> there', f'{TEXT}<ph id="3">{{0}}<sub>of it</sub></ph>', LOOK),
        # A bx around text is no standard, and meant as a g.
        ('<bx id="1">All of it</bx>', f'<bx id="1">{TEXT}</bx>', SURE),
        # Annotations are none; white space at the ends stays.
        (' The <mrk mtype="term">Committee</mrk> adopted it. ', f" {TEXT} ", SURE),
    ],
)
def test_codes_the_memory_does_not_know(source: str, expected: str, state: tuple[str, str]) -> None:
    target = filled(old(source), stored(None, None))

    assert content(target) == expected
    assert (target.get("state"), target.get("state-qualifier")) == state


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'The <g id="4" ctype="bold">Committee</g> adopted<x id="9"/> it.',
            'Le <g id="4" ctype="bold">Comité</g> a adopté<x id="9"/> le rapport.',
        ),
        (
            'The <bpt id="1">&lt;b&gt;</bpt>Committee<ept id="1">&lt;/b&gt;</ept> adopted<ph id="2">{0}</ph> it.',
            'Le <bpt id="1">&lt;b&gt;</bpt>Comité<ept id="1">&lt;/b&gt;</ept> a adopté<ph id="2">{0}</ph> le rapport.',
        ),
    ],
)
def test_codes_stand_where_the_memory_has_theirs(source: str, expected: str) -> None:
    target = filled(old(source), stored(TARGET, SOURCE))

    assert content(target) == expected
    assert target.get("state") == "translated"


def test_codes_the_translation_has_in_another_order_are_followed() -> None:
    source = 'The <g id="1">Committee</g> of <x id="2"/> met<x id="3"/>.'
    best = Filling(
        "Le Comité s’est réuni.", 100, "The Committee met.", automatic=True,
        source_markup='The <bpt i="1"/>Committee<ept i="1"/><ph x="a"/> met<ph x="b"/>.',
        markup='<ph x="b"/>Le <ph x="a"/><bpt i="1"/>Comité<ept i="1"/> s’est réuni.',
    )  # fmt: skip

    assert content(filled(old(source), best)) == '<x id="3"/>Le <x id="2"/><g id="1">Comité</g> s’est réuni.'


@pytest.mark.parametrize(
    ("markup", "source_markup"),
    [
        (TARGET.replace('<ph x="2"/>', ""), SOURCE),  # the translation lacks one
        (TARGET, SOURCE.replace('<ph x="2"/>', "")),  # the stored source has others than the draft
        (TARGET.replace("Comité", "Conseil"), SOURCE),  # markup of another text
        # they would cross the draft's element
        ('Le <bpt i="1" x="7"/>Comité a adopté<bpt i="3"/><ept i="1"/><ept i="3"/> le rapport.', SOURCE),
        (TARGET, None),
    ],
)
def test_codes_that_do_not_answer_stand_at_the_end(markup: str, source_markup: str | None) -> None:
    target = filled(old('The <g id="4">Committee</g> adopted<x id="9"/> it.'), stored(markup, source_markup))

    assert content(target) == f'{TEXT}<g id="4"/><x id="9"/>'
    assert target.get("state") == "needs-review-translation"


def test_a_marked_segment_keeps_its_codes() -> None:
    tree = old("A. B.")
    unit = tree.find(".//{*}trans-unit")
    assert unit is not None
    unit.append(
        etree.fromstring(
            f'<seg-source xmlns="{OLD}"><mrk mtype="seg" mid="1"><g id="1">A.</g></mrk> '
            '<mrk mtype="seg" mid="2">B<x id="2"/></mrk></seg-source>'
        )
    )
    for gap in list(gaps(tree)):
        fill_target(gap, stored(None, None))
    target = tree.find(".//{*}target")

    assert content(target) == (
        f'<mrk mtype="seg" mid="1"><g id="1">{TEXT}</g></mrk> <mrk mtype="seg" mid="2">{TEXT}<x id="2"/></mrk>'
    )


@pytest.mark.parametrize(
    ("source", "expected", "state"),
    [
        ('<pc id="1">All of it</pc>', f'<pc id="1">{TEXT}</pc>', "translated"),
        ('All <pc id="1">of</pc> it<ph id="2"/>', f'{TEXT}<pc id="1"/><ph id="2"/>', "initial"),
        ('<sc id="1"/>All of it<ec startRef="1"/>', f'<sc id="1"/>{TEXT}<ec startRef="1"/>', "translated"),
        ('All <sc id="1" isolated="yes"/>of it', f'{TEXT}<sc id="1" isolated="yes"/>', "initial"),
        ('<sm id="1"/>All<em startRef="1"/> of it', TEXT, "translated"),
    ],
)
def test_codes_of_xliff_2(tmp_path: Path, source: str, expected: str, state: str) -> None:
    tree = modern(source)
    target = filled(tree, stored(None, None))

    assert content(target) == expected
    segment = target.getparent()
    assert segment is not None
    assert segment.get("state") == state
    tree.write(tmp_path / "a.xlf", encoding="utf-8")
    check_valid(tmp_path / "a.xlf", Version.V2_0)


def test_what_is_filled_is_read_with_the_codes_of_its_source(tmp_path: Path) -> None:
    tree = old('The <g id="4">Committee</g> adopted<x id="9"/> it.')
    filled(tree, stored(TARGET, SOURCE))
    tree.write(tmp_path / "a.xlf", encoding="utf-8")
    check_valid(tmp_path / "a.xlf", Version.V1_2)

    (unit,) = xliff.read_units(tmp_path / "a.xlf")
    assert isinstance(unit, TranslationUnit)
    assert [variant.markup for variant in unit.variants] == [
        'The <bpt i="4"/>Committee<ept i="4"/> adopted<ph x="9"/> it.',
        'Le <bpt i="4"/>Comité<ept i="4"/> a adopté<ph x="9"/> le rapport.',
    ]
