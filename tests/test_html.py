import base64
import hashlib
import html
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.programs import CHROMIUM, installed
from tm.formats import html as page
from tm.formats.about import About
from tm.formats.redline import Piece, gaps, redline, spanned
from tm.lang import Lang
from tm.leverage import leverage
from tm.model import (
    AssembledPiece,
    Difference,
    Document,
    DocumentStatus,
    Flag,
    Kind,
    Match,
    MatchKind,
    Penalty,
    Proposal,
    Review,
    Segment,
    Suggestion,
    TranslationUnit,
    Variant,
)
from tm.text import words

REPORT = Path(__file__).parents[1] / "fixtures" / "report"
EN, FR, AR, ZH = Lang("en"), Lang("fr"), Lang("ar"), Lang("zh")
TARGETS = (FR, AR, ZH)
DOCUMENT = Document(
    symbol="CTOC/COP/WG.7/2018/L.1/Add.1", title="Draft report", date=date(2018, 7, 6), status=DocumentStatus.DRAFT
)
CREATED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
LEVERAGE = [
    ("repetition", 0, 0, 0),
    ("101", 2, 60, 300),
    ("100", 3, 120, 700),
    ("95–99", 0, 0, 0),
    ("85–94", 2, 81, 520),
    ("75–84", 1, 40, 230),
    ("50–74", 2, 100, 640),
    ("contained", 1, 30, 160),
    ("new", 2, 70, 410),
]


def blocks(name: str) -> dict[str, dict[str, str]]:
    lines = (REPORT / f"{name}.blocks.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def differences(query: str, stored: str) -> tuple[Difference, ...]:
    ours, theirs = words(query), words(stored)
    keys = [token.key for token in ours], [token.key for token in theirs]

    def span(tokens: Sequence[object], start: int, end: int, text: str) -> tuple[int, int]:
        found = ours if tokens is ours else theirs
        if start == end:
            at = found[start].start if start < len(found) else len(text)
            return at, at
        return found[start].start, found[end - 1].end

    names = {"equal": "equal", "replace": "replace", "delete": "insert", "insert": "delete"}
    return tuple(
        Difference(names[op], span(ours, a, b, query), span(theirs, c, d, stored))
        for op, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes()
    )


class Report:
    """The report of the fixtures as units, to make matches from."""

    def __init__(self) -> None:
        self.texts = {lang: blocks(lang.tag) for lang in (EN, *TARGETS)}
        self.draft = blocks("draft.en")

    def unit(self, name: str) -> TranslationUnit:
        return TranslationUnit(
            variants=tuple(Variant(lang, self.texts[lang][name]["text"]) for lang in (EN, *TARGETS)),
            kind=Kind(self.texts[EN][name]["kind"]),
            path=("II", "A", *name.removeprefix("p").split(".")) if name.startswith("p") else ("II",),
            document=DOCUMENT,
            confidence=0.973,
            uid=name,
        )

    def segment(self, name: str) -> Segment:
        row = self.draft[name]
        parts = name.removeprefix("d.p").split(".") if name.startswith("d.p") else []
        return Segment(row["text"], EN, Kind(row["kind"]), row["label"], ("II", "A", *parts) if parts else ())

    def match(self, query: str, name: str, score: int, **more: object) -> Match:
        unit = self.unit(name)
        kind = {101: MatchKind.IN_CONTEXT, 100: MatchKind.EXACT}.get(score, MatchKind.FUZZY)
        found = Match(
            unit, score, kind, unit.variants[0], unit.variants[1:], score / 101,
            differences=differences(query, unit.variants[0].text) if score < 100 else (),
        )  # fmt: skip
        return replace(found, **more)  # type: ignore[arg-type]


def sample() -> list[Suggestion]:
    report = Report()
    return [
        Suggestion(s := report.segment("d.t1"), (report.match(s.text, "t1", 101),)),
        Suggestion(s := report.segment("d.h.II"), (report.match(s.text, "h.II", 100),)),
        Suggestion(
            s := report.segment("d.h.II.A"),
            (report.match(s.text, "h.II.A", 82, flags=(Flag("added", ("protection of witnesses",)),)),),
        ),
        Suggestion(
            s := report.segment("d.p1"),
            (
                report.match(
                    s.text, "p1", 101, unit=replace(report.unit("p1"), review=Review.REVIEWED),
                    repeats=(report.unit("p2"),),
                ),
            ),
            proposal=Proposal("exact", ((FR, report.texts[FR]["p1"]["text"]),), 1.0, automatic=True),
        ),
        _fuzzy(report),
        Suggestion(s := report.segment("d.p1.e"), ()),
        _reversed(report),
        _contained(report),
        _assembled(report),
        Suggestion(s := report.segment("d.p2.e"), (report.match(s.text, "p2.g", 53),)),
    ]  # fmt: skip


def _fuzzy(report: Report) -> Suggestion:
    segment = report.segment("d.p1.a")
    best = report.match(
        segment.text, "p1.a", 87,
        penalties=(Penalty("number", 2, "2018 → 2019"), Penalty("punctuation", 1)),
        flags=(Flag("number", ("2019",), ("2018",)), Flag("added", ("extradition",))),
    )  # fmt: skip
    other = report.match(segment.text, "p1.b", 51)
    return Suggestion(segment, (best, other, report.match(segment.text, "p1.c", 50)))


def _reversed(report: Report) -> Suggestion:
    segment = report.segment("d.p6")
    best = report.match(
        segment.text, "p5", 84, flags=(Flag("negation", ("not",), (), reverses=True),),
        penalties=(Penalty("negation", 9, "not"),),
    )  # fmt: skip
    return Suggestion(segment, (best,))


def _contained(report: Report) -> Suggestion:
    unit = report.unit("p4")
    text = unit.variants[0].text
    end = text.index(". ") + 1 if ". " in text else len(text)
    ends = [v.text.index("。") + 1 if v.lang == ZH else v.text.index(".") + 1 for v in unit.variants[1:]]
    segment = Segment(text[:end], EN, Kind.PARAGRAPH, "7.", ("III", "7"))
    best = report.match(
        segment.text, "p4", 74, kind=MatchKind.CONTAINED, share=1.0, differences=(), source_span=(0, end),
        target_spans=tuple((0, n) for n in ends),
    )  # fmt: skip
    return Suggestion(segment, (best,))


def _assembled(report: Report) -> Suggestion:
    segment = report.segment("d.p8")
    cut = segment.text.index(". ") + 1
    spans = ((0, cut), (cut + 1, len(segment.text)))
    first = report.match(segment.text[:cut], "p6", 88)
    texts = tuple(
        (lang, f"{report.texts[lang]['p6']['text']}{lang.joiner}⟦{segment.text[cut + 1 :]}⟧") for lang in TARGETS
    )
    pieces = tuple(
        AssembledPiece(lang, spans[0], (0, len(variant.text)), variant.text, first.unit, first.score, first.kind)
        for lang in TARGETS
        if (variant := first.unit.variant(lang))
    )
    proposal = Proposal("assembled", texts, 0.61, automatic=False, pieces=pieces)
    return Suggestion(
        segment, (report.match(segment.text, "p6", 58),), ((spans[0], (first,)), (spans[1], ())), proposal
    )


def write(path: Path, suggestions: Sequence[Suggestion], title: str = "draft.en.txt") -> str:
    page.write_suggestions(
        path, suggestions, About(EN, TARGETS, title, "un.db", CREATED), leverage=LEVERAGE,
        in_bands=[one.band for one in leverage(suggestions).segments],
    )  # fmt: skip
    return path.read_text("utf-8")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write(tmp_path_factory.mktemp("page") / "suggestions.html", sample())


def test_everything_is_inside_the_file(written: str) -> None:
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\(|\bsrc=|<link|<img|<iframe", written)


def test_each_piece_of_a_proposal_is_traced_to_its_document(written: str) -> None:
    lists = re.findall(r'<ol class="pieces"(.*?)</ol>', written, re.DOTALL)

    assert len(lists) == len(TARGETS)
    for found in lists:
        assert "<b>88</b>" in found
        assert re.search(r"<b><bdi>[^<]+</bdi></b>", found)


def test_policy_names_the_digests_of_style_and_script(written: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', written)

    assert policy
    for element in ("style", "script"):
        contents = re.findall(rf"<{element}>(.*?)</{element}>", written, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(contents[0].encode()).digest()).decode()
        assert len(contents) == 1
        assert f"{element}-src 'sha256-{digest}'" in html.unescape(policy.group(1))
    assert "style=" not in written
    assert not re.search(r"\son[a-z]+=", written)


def test_each_segment_and_language_is_shown(written: str) -> None:
    shown = html.unescape(written)

    assert written.count("<article") == len(sample())
    for suggestion in sample():
        for match in suggestion.matches:
            for target in match.targets:
                assert re.sub(r"\W", "", target.text) in re.sub(r"\W", "", re.sub(r"<[^>]+>", "", shown))
    assert 'lang="ar" dir="rtl"' in written
    assert 'lang="zh" dir="ltr"' in written


def test_reversed_meaning_is_said_in_words(written: str) -> None:
    assert "Do not insert: the meaning may be reversed." in written
    assert 'class="chip stop" data-flag="reverses"' in written


def test_segment_without_match_says_so(written: str) -> None:
    assert "Nothing in the memory is close enough" in written


def test_texts_cannot_become_markup(tmp_path: Path) -> None:
    attack = '</script><script>alert("x")</script>&<b>'
    report = Report()
    unit = replace(report.unit("p1"), variants=(Variant(EN, attack), Variant(FR, attack)), note=attack)
    unit = replace(unit, document=Document(symbol=attack, title=attack))
    match = report.match(attack, "p1", 90, unit=unit, source=unit.variants[0], targets=unit.variants[1:])
    match = replace(match, flags=(Flag(attack, (attack,), (attack,)),), penalties=(Penalty(attack, 1, attack),))
    segment = Segment(attack, EN, Kind.PARAGRAPH, attack, (attack,))

    text = write(tmp_path / "x.html", [Suggestion(segment, (match,))], title=attack)

    assert text.count("<script>") == 1
    assert text.count("</script>") == 1

    assert attack not in text


def test_no_suggestions_give_a_page(tmp_path: Path) -> None:
    assert "<main" in write(tmp_path / "x.html", [])


def test_failed_writing_leaves_the_old_page(tmp_path: Path) -> None:
    target = tmp_path / "x.html"
    target.write_text("old")

    with pytest.raises(AttributeError):
        page.write_suggestions(
            target, [None], About(EN, TARGETS, "", "", CREATED), leverage=[], in_bands=[""]  # type: ignore[list-item]
        )  # fmt: skip

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_bands_are_counted_as_in_leverage(written: str) -> None:
    assert re.findall(r'data-in-band="([^"]*)"', written) == [
        "101", "100", "75–84", "101", "85–94", "new", "75–84", "contained", "50–74", "50–74",
    ]  # fmt: skip


def test_repeated_segment_is_a_repetition(tmp_path: Path) -> None:
    report = Report()
    same = Suggestion(report.segment("d.p1.e"), ())

    text = write(tmp_path / "x.html", [same, same])

    assert re.findall(r'data-in-band="([^"]*)"', text) == ["new", "repetition"]


def fuzzy(query: str, stored: str, lang: Lang = EN) -> Match:
    unit = TranslationUnit((Variant(lang, stored),))
    return Match(
        unit, 80, MatchKind.FUZZY, unit.variants[0], (), 0.8, differences=differences(query, stored)
    )  # fmt: skip


def shown_redline(query: str, stored: str, lang: Lang = EN) -> str:
    marks = {"same": "{}", "ins": "+{}+", "del": "-{}-"}
    return "".join(marks[piece.kind].format(piece.text) for piece in redline(fuzzy(query, stored, lang), query, lang))


@pytest.mark.parametrize(
    ("query", "stored", "expected"),
    [
        ("States shall act.", "States shall act.", "States shall act."),
        ("States shall not act.", "States shall act.", "States shall +not+ act."),
        ("States shall act.", "States shall not act.", "States shall -not- act."),
        ("States may act.", "States shall act.", "States -shall- +may+ act."),
        ("act.", "States shall act.", "-States shall- act."),
        ("States", "States shall act", "States -shall act-"),
        ("one big red fish", "one small blue fish", "one -small blue- +big red+ fish"),
    ],
)
def test_redline(query: str, stored: str, expected: str) -> None:
    assert shown_redline(query, stored) == expected


def test_redline_of_chinese_has_no_spaces() -> None:
    assert shown_redline("各国应当采取措施", "各国可以采取措施", ZH) == "各国-可以-+应当+采取措施"


@given(st.text("ab c.", max_size=30), st.text("ab c.", max_size=30))
def test_redline_without_the_deleted_is_the_draft(query: str, stored: str) -> None:
    pieces = redline(fuzzy(query, stored), query, EN)

    kept = "".join(piece.text for piece in pieces if piece.kind != "del")
    assert "".join(kept.split()) == "".join(query.split())


def test_span_and_gaps() -> None:
    assert spanned("abc", (1, 2)) == (Piece("same", "a"), Piece("mark", "b"), Piece("same", "c"))
    assert spanned("abc", None) == (Piece("same", "abc"),)
    assert list(gaps("x ⟦y⟧")) == [Piece("same", "x "), Piece("gap", "⟦y⟧")]


# --- colours --------------------------------------------------------------------------------------------------------


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _colours(block: str) -> dict[str, tuple[float, ...]]:
    found = re.findall(r"--([a-z-]+): #([0-9a-f]{3}(?:[0-9a-f]{3})?);", block)
    full = {name: value if len(value) == 6 else "".join(2 * c for c in value) for name, value in found}
    return {name: tuple(int(v[i : i + 2], 16) / 255 for i in (0, 2, 4)) for name, v in full.items()}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_in_both_schemes(written: str, scheme: int) -> None:
    """WCAG 2 AA: 4.5 to 1 for text of normal size."""
    colours = _colours(re.findall(r":root \{(.*?)\}", written, re.DOTALL)[scheme])
    tones = ("context", "exact", "high", "good", "fair", "low", "contained", "new", "repetition")
    pairs = [(text, ground) for text in ("ink", "soft", "accent", "del", *tones) for ground in ("page", "card", "sunk")]
    pairs += [
        ("ins", "ins-page"),
        ("danger", "danger-page"),
        ("danger", "card"),
        ("warn", "warn-page"),
        ("ink", "mark"),
    ]
    poor = {pair: ratio for pair in pairs if (ratio := _contrast(colours[pair[0]], colours[pair[1]])) < 4.5}
    for tone in tones:
        tint = tuple(0.11 * c + 0.89 * ground for c, ground in zip(colours[tone], colours["card"], strict=True))
        if _contrast(colours[tone], tint) < 4.5:
            poor[tone, "badge"] = _contrast(colours[tone], tint)

    assert poor == {}


# --- browser --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> str:
    return installed(*CHROMIUM)


def dump(chromium: str, page_file: Path) -> str:
    """The page's document as Chromium has it after its scripts ran."""
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom",
        "--enable-logging=stderr", f"--user-data-dir={page_file.parent / 'profile'}",
    ]  # fmt: skip
    command = [chromium, *options, page_file.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "Content Security Policy" not in done.stderr
    assert "Uncaught" not in done.stderr
    return done.stdout


@pytest.mark.browser
def test_page_works_in_a_browser(chromium: str, tmp_path: Path) -> None:
    write(tmp_path / "page.html", sample())

    dumped = dump(chromium, tmp_path / "page.html")

    assert f'data-segments="{len(sample())}"' in dumped
    assert f">{len(sample())} segments</span>" in dumped
    assert 'class="tools scripted" role="toolbar"' in dumped
    assert not re.search(r"https?://", dumped)


ACTIONS = """<script>
const said = {}, press = key => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const click = where => document.querySelector(where).click();
const count = where => [...document.querySelectorAll(where)].filter(e => e.checkVisibility()).length;
press("j"); press("j"); said.second = document.activeElement.id; press("k"); said.first = document.activeElement.id;
click('[data-lang="ar"]'); said.arabic = count('.seg > .right > .tr[data-in="ar"]'); click('[data-lang="ar"]');
said.arabicAgain = count('.seg > .right > .tr[data-in="ar"]') > 0;
click('[data-flag="reverses"]'); said.reversed = count(".seg"); click('[data-flag="reverses"]');
click('[data-band="new"]'); said.new = count(".seg"); click('[data-band="new"]');
const box = document.getElementById("search");
box.value = "OEUVRER A UNE".replace("OE", "œ"); box.dispatchEvent(new Event("input")); said.found = count(".seg");
box.value = "no such words"; box.dispatchEvent(new Event("input")); said.nothing = count("#nothing");
document.documentElement.dataset.said = JSON.stringify(said);
</script></body>"""


@pytest.mark.browser
def test_filters_and_keys_work(chromium: str, tmp_path: Path) -> None:
    text = write(tmp_path / "page.html", sample())
    text = re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", ACTIONS)
    (tmp_path / "page.html").write_text(text, "utf-8")

    said = re.search(r'data-said="([^"]*)"', dump(chromium, tmp_path / "page.html"))

    assert said
    assert json.loads(html.unescape(said.group(1))) == {
        "first": "s1", "second": "s2", "arabic": 0, "arabicAgain": True, "reversed": 1, "new": 1, "found": 1,
        "nothing": 1,
    }  # fmt: skip
