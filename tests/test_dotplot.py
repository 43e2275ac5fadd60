"""The picture of an alignment: well-formed, complete, safe, and small however long the documents are."""

import re
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from tests.units import texts
from tm.errors import InputError
from tm.formats.dotplot import dotplot, write_dotplot
from tm.formats.svg import excerpt, isolated
from tm.lang import UN_LANGUAGES, Lang
from tm.model import Bead, Edition, Kind, Segment, TrustLimits

EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
SVG = "{http://www.w3.org/2000/svg}"
LIMITS = TrustLimits()
EVIDENCE = (("length", 2.1), ("placeables", -4.0), ("taste", 1.0))


def edition(lang: Lang, *segments: str | Segment) -> Edition:
    made = tuple(s if isinstance(s, Segment) else Segment(s, lang, Kind.PARAGRAPH) for s in segments)
    return Edition(lang, f"{lang}.txt", "", "plain", made)


def heading(lang: Lang, label: str, text: str) -> Segment:
    return Segment(text, lang, Kind.HEADING, label, (label.strip("."),))


def one_to_one(count: int, confidence: float = 0.99) -> list[Bead]:
    return [Bead((i, i + 1), (i, i + 1), confidence=confidence, evidence=EVIDENCE) for i in range(count)]


def drawn(editions: Sequence[Edition], *pairs: Sequence[Bead], title: str = "A title") -> etree._Element:
    by_lang = {e.lang: e for e in editions}
    named = list(zip(combinations(by_lang, 2), pairs, strict=True))
    return etree.fromstring(dotplot(by_lang, named, LIMITS, title).encode())


def marks(picture: etree._Element) -> list[etree._Element]:
    return [g for g in picture.iter(f"{SVG}g") if "mark" in (g.get("class") or "").split()]


def tips(picture: etree._Element) -> list[str]:
    return [mark.findtext(f"{SVG}title") or "" for mark in marks(picture)]


def words(picture: etree._Element) -> list[str]:
    return ["".join(text.itertext()).strip() for text in picture.iter(f"{SVG}text")]


def test_each_bead_is_one_mark_in_its_band_with_texts_and_evidence() -> None:
    beads = [
        Bead((0, 1), (0, 2), confidence=0.999, evidence=EVIDENCE),
        Bead((1, 2), (3, 4), confidence=0.9, evidence=EVIDENCE, reordered=True),
        Bead((2, 3), (2, 3), confidence=0.3, evidence=EVIDENCE),
        Bead((3, 4), (4, 4), confidence=0.97, evidence=(("gap", -4.2),)),
        Bead((4, 4), (4, 5), confidence=0.5, evidence=(("gap", -4.2),)),
    ]
    picture = drawn([edition(FR, "un", "deux", "trois", "quatre"), edition(EN, *"abcde")], beads)

    classes = Counter((mark.get("class") or "").split()[1] for mark in marks(picture))
    assert classes == {"accepted": 2, "look": 1, "doubtful": 2}
    shown = "\n".join(tips(picture))
    assert "99 % accepted" in shown
    assert "90 % to look at, out of order" in shown
    assert f"fr  {isolated('un', FR)}\nen  {isolated('a + b', EN)}" in shown
    assert "numbers, names, symbols -4.0 · length +2.1 · taste +1.0 = -0.9 nats" in shown
    assert "50 % doubtful, no counterpart\nfr  —\n" in shown
    assert len(picture.findall(f".//{SVG}circle")) == 1 + 1, "one ring, and the one of the legend"
    said = words(picture)
    assert [said[said.index(name) + 1] for name in (
        "accepted, 0.95 and more", "to look at, 0.6 to 0.95", "doubtful, below 0.6", "out of order",
        "on an edge: no counterpart",
    )] == ["2", "1", "2", "1", "2"]  # fmt: skip


def test_bands_differ_in_more_than_colour() -> None:
    picture = drawn(
        [edition(FR, *"abc"), edition(EN, *"abc")],
        [Bead((i, i + 1), (i, i + 1), confidence=sure) for i, sure in enumerate((0.99, 0.7, 0.1))],
    )

    signs = [mark.find(f"{SVG}path[@class='sign']") for mark in marks(picture)]
    assert signs[0] is None
    assert len({sign.get("d", "").count("M") for sign in signs[1:] if sign is not None}) == 2


def test_it_says_what_it_is_to_those_who_do_not_see_it() -> None:
    picture = drawn([edition(FR, "a"), edition(EN, "a")], one_to_one(1))

    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == "A title"
    assert words(picture)[:2] == ["A title", "fr.txt · en.txt"]
    assert "fr.txt (French, 1 segments), en.txt" in (picture.findtext(f"{SVG}desc") or "")
    assert "1 accepted" in (picture.findtext(f"{SVG}desc") or "")


def test_headings_are_ticks_on_both_axes_and_footnotes_stand_behind_the_body() -> None:
    french = edition(FR, heading(FR, "II.", "Recommandations"), "a", Segment("note", FR, Kind.FOOTNOTE), "b")
    arabic = edition(AR, heading(AR, "ثانيا-", "التوصيات"), "أ", "ب", Segment("حاشية", AR, Kind.FOOTNOTE))
    beads = [
        Bead((0, 1), (0, 1)),
        Bead((1, 2), (1, 2)),
        Bead((2, 3), (3, 4)),
        Bead((3, 4), (2, 3)),
    ]
    picture = drawn([french, arabic], beads)

    assert isolated("II. Recommandations", FR) in words(picture)
    assert isolated("ثانيا- التوصيات", AR) in words(picture)
    boxes = [mark.find(f"{SVG}rect") for mark in marks(picture)]
    corners = [(float(box.get("x", "")), float(box.get("y", ""))) for box in boxes if box is not None]
    assert corners == [(0.6 + 190 * k, 0.6 + 190 * k) for k in range(4)]
    assert picture.findall(f".//{SVG}g/{SVG}path[@class='notes']")


def test_a_bead_over_furniture_is_as_wide_as_what_it_pairs() -> None:
    french = edition(FR, "a", Segment("page 2", FR, Kind.HEADER), "b", "c")
    picture = drawn([french, edition(EN, "a", "b")], [Bead((0, 3), (0, 1)), Bead((3, 4), (1, 2))])

    boxes = [mark.find(f"{SVG}rect") for mark in marks(picture)]
    assert [round(float(box.get("width", ""))) for box in boxes if box is not None] == [506, 252]
    assert isolated("a + b", FR) in tips(picture)[0]
    assert "page 2" not in tips(picture)[0]


def test_more_languages_make_a_plot_a_pair() -> None:
    editions = [edition(lang, *"abcd") for lang in UN_LANGUAGES]
    picture = drawn(editions, *[one_to_one(4)] * 15)

    captions = [word for word in words(picture) if re.fullmatch(r"[a-z]{2} – [a-z]{2}", word)]
    assert captions == [f"{a} – {b}" for a, b in combinations(UN_LANGUAGES, 2)]
    assert len(marks(picture)) == 60
    assert words(picture).count("4 · 0 · 0") == 15


def test_runs_of_accepted_pairs_are_one_line_in_large_documents() -> None:
    count = 2_000
    beads = one_to_one(count)
    beads[700] = Bead((700, 701), (700, 701), confidence=0.7)
    beads[701] = Bead((701, 702), (701, 702), confidence=0.7)
    sides = [edition(lang, *["text"] * count) for lang in (FR, EN)]
    picture = drawn(sides, beads)

    found = tips(picture)
    assert len(found) == 4
    assert found[0].startswith("700 beads in a row, accepted; the weakest:\n99 % accepted\n")
    assert found[1].startswith("1,298 beads in a row")
    assert [tip.split(",")[0].split("\n")[0] for tip in found[2:]] == ["70 % to look at"] * 2
    assert "a line: a run of like beads" in words(picture)


def restless(count: int) -> list[Bead]:
    """Beads of every shape and band, with hardly a run among them."""
    beads, i, j = [], 0, 0
    for k in range(count):
        a, b = ((1, 1), (1, 1), (2, 1), (1, 1), (1, 0), (0, 1))[k % 6]
        if max(i + a, j + b) > count:
            break
        sure = (0.99, 0.99, 0.8, 0.98, 0.2)[k % 5]
        beads.append(Bead((i, i + a), (j, j + b), confidence=sure, reordered=k % 97 == 0, evidence=EVIDENCE))
        i, j = i + a, j + b
    return beads


@pytest.mark.parametrize(("beads", "most"), [(one_to_one(10_000), 20_000), (restless(10_000), 4_000_000)])
def test_ten_thousand_segments_a_side_are_quick_and_small(beads: list[Bead], most: int) -> None:
    long = "A paragraph of a report, rather long as they are. " * 10
    sides = {lang: edition(lang, *[long] * 10_000) for lang in (FR, EN)}

    started = time.process_time()
    picture = dotplot(sides, [((FR, EN), beads)], LIMITS, "Long")
    taken = time.process_time() - started

    assert len(picture.encode()) < most
    assert taken < 10


def test_short_tooltips_keep_confidence_and_texts() -> None:
    sides = [edition(lang, *["A paragraph of a report"] * 10_000) for lang in (FR, EN)]
    found = tips(drawn(sides, restless(10_000)))

    assert any(tip.startswith("80 % to look at\nfr  ") for tip in found)
    assert not any("nats" in tip for tip in found)


def test_hostile_text_stays_text() -> None:
    evil = '</title><script>alert("1")</script> & <![CDATA[ ]]> \x00\x0b\ud800\ufffe {{ 7*7 }}'
    french = edition(FR, heading(FR, "<b>", evil), evil)
    picture = drawn([french, edition(EN, evil, evil)], one_to_one(2), title=evil)

    assert {etree.QName(element).localname for element in picture.iter()} <= {
        "svg", "title", "desc", "style", "rect", "path", "circle", "g", "text", "tspan",
    }  # fmt: skip
    assert '<script>alert("1")</script> & <![CDATA[ ]]>' in (picture.findtext(f"{SVG}title") or "")
    assert "{{ 7*7 }}" in (picture.findtext(f"{SVG}title") or "")


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = dotplot({lang: edition(lang, "a") for lang in (FR, EN)}, [((FR, EN), one_to_one(1))], LIMITS, "t")

    assert not re.search(r"href|url\(|@import|<script|\son\w+=", text)
    assert set(re.findall(r"https?://[^\"'< ]+", text)) == {"http://www.w3.org/2000/svg"}


@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_any_text_makes_well_formed_svg(contents: list[str], title: str) -> None:
    sides = [edition(lang, *contents) for lang in (FR, AR)]

    assert len(marks(drawn(sides, one_to_one(len(contents)), title=title))) == len(contents)


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_empty_versions_are_said_to_be_empty(empty: int) -> None:
    sides = [edition(FR, *([] if empty != 1 else ["a", "b"])), edition(EN, *([] if empty != 2 else ["a", "b"]))]
    beads = {
        0: [],
        1: [Bead((k, k + 1), (0, 0)) for k in range(2)],
        2: [Bead((0, 0), (k, k + 1)) for k in range(2)],
    }[empty]
    picture = drawn(sides, beads)

    assert len(marks(picture)) == len(beads)
    assert "one version has no text to align" in words(picture)


def test_limits_of_the_bands_can_be_set() -> None:
    sides = {lang: edition(lang, "a") for lang in (FR, EN)}
    text = dotplot(sides, [((FR, EN), one_to_one(1, 0.8))], TrustLimits(accept=0.75, doubt=0.25), "t")

    assert "accepted, 0.75 and more" in text
    assert "to look at, 0.25 to 0.75" in text
    assert '<g class="mark accepted">' in text


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    sides = {lang: edition(lang, "a") for lang in (FR, ZH)}
    write_dotplot(tmp_path / "plot.svg", sides, [((FR, ZH), one_to_one(1))], LIMITS, "标题")

    assert etree.parse(str(tmp_path / "plot.svg")).getroot().findtext(f"{SVG}title") == "标题"
    with pytest.raises(InputError, match="cannot be written"):
        write_dotplot(tmp_path / "none" / "plot.svg", sides, [((FR, ZH), one_to_one(1))], LIMITS, "t")


def test_excerpts_are_one_line_and_never_longer_than_asked() -> None:
    assert excerpt("a\n b\u00a0 c", 9) == "a b c"
    assert excerpt("0123456789", 9) == "01234567…"
