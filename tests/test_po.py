import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.main import run
from tests.conftest import Stored
from tests.programs import installed
from tests.units import texts
from tm.errors import InputError, Problem
from tm.formats.po import read_units, write_units
from tm.lang import Lang
from tm.model import ACCEPTED_FROM, Document, Level, Review, TranslationUnit, Variant

SHARED = Path(__file__).parents[2] / "shared" / "data" / "formats"
EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
RESOLUTION = Document("A/RES/70/1")


def catalogue(path: Path, entries: str, header: str = HEADER.format("fr")) -> Path:
    path.write_text(f"{header}\n{entries}", "utf-8")
    return path


def read(path: Path) -> list[TranslationUnit]:
    found = list(read_units(path))
    assert not any(isinstance(value, Problem) for value in found)
    return [value for value in found if isinstance(value, TranslationUnit)]


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(unit.variants[0].text, unit.variants[1].text) for unit in read(path)]


def pair(source: str, target: str, **fields: object) -> TranslationUnit:
    return replace(TranslationUnit((Variant(FR, target), Variant(EN, source)), Level.SENTENCE), **fields)  # type: ignore[arg-type]


def check(path: Path) -> None:
    """Let gettext itself say whether the file is one of its own."""
    program = installed("msgfmt")
    done = subprocess.run([program, "--check", "-o", "/dev/null", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- reading --------------------------------------------------------------------------------------------------------


def test_all_an_entry_says(tmp_path: Path) -> None:
    path = catalogue(
        tmp_path / "x.po",
        "# by the reviser\n#. button\n#: src/a.c:12 b.c\n#, c-format, no-wrap\n"
        '#| msgctxt "old"\n#| msgid "Saved"\n'
        'msgctxt "menu"\nmsgid "Save %s"\nmsgstr ""\n"Enregistrer "\n"%s"\n',
    )

    assert read(path) == [
        TranslationUnit(
            (Variant(EN, "Save %s"), Variant(FR, "Enregistrer %s")),
            Level.SENTENCE,
            note="by the reviser\nbutton",
            properties=(
                ("po:context", "menu"),
                ("po:flags", "c-format, no-wrap"),
                ("po:occurrence", "src/a.c:12"),
                ("po:occurrence", "b.c"),
                ("po:previous-context", "old"),
                ("po:previous-msgid", "Saved"),
            ),
        )
    ]


def test_what_is_not_a_confirmed_translation(tmp_path: Path) -> None:
    path = catalogue(
        tmp_path / "x.po",
        'msgid "a"\nmsgstr ""\n\n#, fuzzy\nmsgid "b"\nmsgstr "B"\n\n#, fuzzy\nmsgid "c"\nmsgstr ""\n\n'
        '#~ msgid "d"\n#~ msgstr "D"\n\nmsgid "e"\nmsgstr "E"\n\nmsgid "e"\nmsgstr "E"\n',
    )

    problem, *units = read_units(path)

    assert isinstance(problem, Problem)
    assert (problem.message, problem.path, problem.line) == ("fuzzy, left out", str(path), 9)
    assert [unit.properties for unit in units if isinstance(unit, TranslationUnit)] == [
        (("po:obsolete", "yes"),), (), (),
    ]  # fmt: skip


ARABIC = '"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : 3);\\n"\n'


@pytest.mark.parametrize(
    ("header", "forms", "expected"),
    [
        ("", ["un", "des"], ["one un", "many des"]),
        ("", ["un", "des", "", "des"], ["one un", "many des"]),
        ("", ["ge"], ["one ge", "many ge"]),
        (ARABIC, ["zero", "uno", "two"], ["one uno", "many zero", "many two"]),
        ('"Plural-Forms: nplurals=2; plural=EXPRESSION;\\n"\n', ["un", "des"], ["one un", "many des"]),
        ('"Plural-Forms: nplurals=2; plural=n%0;\\n"\n', ["un", "des"], ["one un", "many des"]),
        ("", ["", ""], []),
    ],
)
def test_plurals(tmp_path: Path, header: str, forms: list[str], expected: list[str]) -> None:
    entry = "".join(f'msgstr[{index}] "{form}"\n' for index, form in enumerate(forms))
    path = catalogue(tmp_path / "x.po", f'msgid "one"\nmsgid_plural "many"\n{entry}', HEADER.format("fr") + header)

    assert [" ".join(texts) for texts in pairs(path)] == expected


@pytest.mark.parametrize(
    ("name", "header", "expected"),
    [
        ("x.po", "Language: en_US\\nX-Source-Language: fr", "fr en-US"),
        ("x.po", "Language: sr@latin", "en sr-Latn"),
        ("x.po", "Language: de_DE.UTF-8", "en de-DE"),
        ("fr.po", "", "en fr"),
        ("app.zh_CN.po", "Language: ", "en zh-CN"),
        ("fr.po", "Language: French", "en fr"),
        ("fr.po", "Language: es", "en es"),
    ],
)
def test_languages(tmp_path: Path, name: str, header: str, expected: str) -> None:
    path = catalogue(tmp_path / name, 'msgid "a"\nmsgstr "b"\n', f'msgid ""\nmsgstr "{header}\\n"\n')

    assert " ".join(map(str, read(path)[0].langs)) == expected


@pytest.mark.parametrize("name", ["messages.po", "app.po", "one.po", "x.new.po", "my_app.po"])
def test_file_that_tells_no_language(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="tells no language") as caught:
        read(catalogue(tmp_path / name, 'msgid "a"\nmsgstr "b"\n', ""))

    assert caught.value.hint


def test_template_has_nothing_to_store_and_needs_no_language(tmp_path: Path) -> None:
    assert read(catalogue(tmp_path / "x.pot", 'msgid "a"\nmsgstr ""\n', HEADER.format(""))) == []


def test_source_and_target_in_one_language(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="both in en") as caught:
        read(catalogue(tmp_path / "x.po", 'msgid "a"\nmsgstr "b"\n', HEADER.format("en")))

    assert "X-Source-Language" in caught.value.hint


FRENCH = (
    "Le Comité a pris note du rapport et des déclarations qui ont été faites par les États à ce sujet.",
    "La Conférence a décidé de reprendre l’examen de cette question lors de sa prochaine session.",
    "Elle prie le Secrétariat de lui présenter des propositions sur les moyens de renforcer la coopération.",
)
SPANISH = "El Comité tomó nota del informe y de las declaraciones formuladas por los Estados."


def test_the_language_of_foreign_msgids_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "es.po"
    header = '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    entries = "".join(f'\nmsgid "{text}"\nmsgstr "{SPANISH}"\n' for text in FRENCH)
    path.write_text(f'msgid ""\nmsgstr ""\n{header}{entries}', "utf-8")

    with pytest.raises(InputError, match="the msgids are French") as caught:
        list(read_units(path))
    assert caught.value.hint == 'say so in its header: "X-Source-Language: fr\\n"'
    assert run(["--memory", str(tmp_path / "m.untm"), "import", str(path)]) == 3
    assert "X-Source-Language: fr" in capsys.readouterr().err

    path.write_text(f'msgid ""\nmsgstr ""\n{header}"X-Source-Language: fr\\n"\n{entries}', "utf-8")
    assert [units.langs for units in read_units(path) if isinstance(units, TranslationUnit)] == [
        (Lang("fr"), Lang("es"))
    ] * 3


def test_msgids_that_are_no_sentences_are_english(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    entries = "".join(f'\nmsgid "menu.entrada.{name}"\nmsgstr "Texto"\n' for name in map(str, range(60)))
    path.write_text(f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n{entries}', "utf-8")

    assert len(list(read_units(path))) == 60


@pytest.mark.parametrize("name", ["none.po", "folder.po"])
def test_file_that_cannot_be_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.po").mkdir()

    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        ("prose\n", 6),
        ('msgid "a"b"\n', 6),
        ("msgid a\n", 6),
        ("msgid 'a'\n", 6),
        ('msgid "a"\nmsgstr "b\n', 7),
        ('msgid "a"\nmsgstr b"\n', 7),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[10] "c"\n', 8),
        ('msgstr "a"\n\n"', 8),
        ('msgstr "a"\nmsgid "b\\"\n', 7),
        ('msgctxt "a"\n', 8),
    ],
)
def test_no_catalogue(tmp_path: Path, entries: str, line: int) -> None:
    path = catalogue(tmp_path / "fr.po", entries)

    with pytest.raises(InputError, match="no PO catalogue") as caught:
        read(path)

    assert (caught.value.path, caught.value.line) == (str(path), line)
    assert caught.value.hint


def test_encodings(tmp_path: Path) -> None:
    path = tmp_path / "fr.po"
    content = 'msgid ""\nmsgstr "Content-Type: text/plain; charset={}\\n"\n\nmsgid "summer"\nmsgstr "été"\n'

    for declared, used in (
        ("iso-8859-15", "iso-8859-15"),
        ("UTF-8", "utf-8-sig"),
        ("CHARSET", "utf-8"),
        ("x", "utf-16"),
    ):
        path.write_bytes(content.format(declared).encode(used))
        assert pairs(path) == [("summer", "été")]

    path.write_bytes(content.format("UTF-8").encode("cp1252"))
    with pytest.raises(InputError, match="the file is not UTF-8") as caught:
        read(path)
    assert caught.value.line == 5
    assert "charset" in caught.value.hint


@pytest.mark.parametrize("end", ["", "\n", "\n#:\n", "\n#,\n", "\n# comment", "\n\n\n#."])
def test_last_entry_is_read_whatever_follows(tmp_path: Path, end: str) -> None:
    assert pairs(catalogue(tmp_path / "x.po", f'msgid "a"\nmsgstr "b"{end}')) == [("a", "b")]


LINES = [
    'msgid "a"', 'msgstr "b"', '"c"', 'msgctxt "d"', 'msgid_plural "e"', 'msgstr[0] "f"', 'msgstr[x] "g"', "msgstr[",
    "#, fuzzy", "#: a:1",
    '#| msgid "h"', "#|", '#~ msgid "i"', "#~| x", "#~", "# j", "#", "", "msgid", '"', "k", '#| "l"',
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(LINES), max_size=8))
def test_any_lines_are_read_or_refused(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "fr.po"
    path.write_text("\n".join(lines))

    try:
        for value in read_units(path):
            assert isinstance(value, TranslationUnit | Problem)
    except InputError as error:
        assert error.hint  # noqa: PT017 - most of these are refused, and some must not be


def test_real_catalogues(tmp_path: Path) -> None:
    """Each under a name that tells a language, as most lack it in their header."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    paths = sorted(path for path in SHARED.rglob("*") if path.suffix in {".po", ".pot"})
    refused = {}
    units = fuzzy = 0
    for path in paths:
        link = tmp_path / f"{path.stem}.fr.po"
        link.symlink_to(path.resolve())
        try:
            found = list(read_units(link))
        except InputError as error:
            refused[path.stem] = (error.line, error.message)
            continue
        units += sum(isinstance(value, TranslationUnit) for value in found)
        fuzzy += sum(isinstance(value, Problem) for value in found)

    assert (len(paths), units, fuzzy) == (74, 2031, 22)
    assert refused == {
        "omegat__01__ExportTest1D": (11, "the file is not utf-8"),
        "omegat__02__ExportTest1D_fr": (11, "the file is not utf-8"),
        "translate__01__one": (0, "source and target are both in en"),
        "translate__23__f43.tgif.fr": (7, "the file is not utf-8"),
    }


# --- writing --------------------------------------------------------------------------------------------------------


def test_written_file(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    unit = pair("Article 1", "Article premier", document=RESOLUTION, path=("II", "A"), note="first\nsecond")

    assert write_units(path, [unit], langs=(EN, Lang("fr-CH"))) == 0
    assert write_units(path, [unit], langs=(EN, FR)) == 1

    assert path.read_text("utf-8") == (
        '#\nmsgid ""\nmsgstr ""\n"Project-Id-Version: untm\\n"\n"PO-Revision-Date: \\n"\n"Last-Translator: \\n"\n'
        '"Language-Team: \\n"\n"Language: fr\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"X-Generator: untm\\n"\n"X-Source-Language: en\\n"\n\n'
        '# first\n# second\n#. A/RES/70/1 II/A\nmsgid "Article 1"\nmsgstr "Article premier"\n'
    )
    check(path)


def test_paragraphs_and_sentences_each_pair_once(tmp_path: Path) -> None:
    one, two = pair("One.", "Un."), pair("Two.", "Deux.")
    whole = replace(pair("One. Two.", "Un. Deux."), level=Level.PARAGRAPH, sentences=(one, two))
    alone = replace(one, level=Level.PARAGRAPH, sentences=(one,))
    lacking = TranslationUnit((Variant(EN, "Three."), Variant(AR, "ثلاثة")))

    assert write_units(tmp_path / "x.po", [whole, alone, lacking, pair("", "x"), pair("x", " ")], langs=(EN, FR)) == 2

    assert pairs(tmp_path / "x.po") == [("One. Two.", "Un. Deux."), ("One.", "Un."), ("Two.", "Deux.")]
    check(tmp_path / "x.po")


@pytest.mark.parametrize(
    ("confidence", "review", "fuzzy"),
    [
        (ACCEPTED_FROM - 0.01, Review.UNREVIEWED, "A/RES/70/1 II, confidence 0.94"),
        (ACCEPTED_FROM - 0.01, Review.REVIEWED, ""),
        (ACCEPTED_FROM, Review.UNREVIEWED, ""),
        (None, Review.UNREVIEWED, ""),
        (1.0, Review.REJECTED, "A/RES/70/1 II, rejected"),
    ],
)
def test_doubtful_alignments_are_fuzzy(tmp_path: Path, confidence: float | None, review: Review, fuzzy: str) -> None:
    path = tmp_path / "x.po"
    unit = pair("a", "b", document=RESOLUTION, path=("II",), confidence=confidence, review=review)

    assert write_units(path, [unit], langs=(EN, FR)) == 1

    assert (f"#. {fuzzy}\n#, fuzzy\n" in path.read_text("utf-8")) == bool(fuzzy)
    assert [type(value) for value in read_units(path)] == [Problem if fuzzy else TranslationUnit]
    check(path)


def test_a_trusted_pair_speaks_for_its_equals(tmp_path: Path) -> None:
    doubtful, trusted = pair("a", "b", confidence=0.5, path=("1",)), pair("a", "b", confidence=1.0, path=("2",))

    for units in ([doubtful, trusted], [trusted, doubtful]):
        write_units(tmp_path / "x.po", units, langs=(EN, FR))
        assert [unit.note for unit in read(tmp_path / "x.po")] == ["2"]


def test_equal_sources_with_other_translations(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    units = [
        pair("a", "1", document=RESOLUTION, path=("I",)), pair("a", "2", document=RESOLUTION, path=("I",)),
        pair("a", "3"), pair("a", "4"), pair("a", "5", properties=(("po:context", "A/RES/70/1 I"),)),
        pair("a", "6", properties=(("po:context", "menu"),)), pair("a", "7", properties=(("po:context", "menu"),)),
    ]  # fmt: skip

    assert write_units(path, units, langs=(EN, FR)) == 7

    assert {unit.variants[1].text: dict(unit.properties)["po:context"] for unit in read(path)} == {
        "1": "A/RES/70/1 I (2)", "2": "A/RES/70/1 I (3)", "3": "(2)", "4": "(3)", "5": "A/RES/70/1 I",
        "6": "menu (2)", "7": "menu (3)",
    }  # fmt: skip
    check(path)


def test_texts_that_gettext_does_not_take_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    odd = [("a\n", "b"), ("c", "\nd"), ("\n", "e"), ("f\x00", "g\x04"), ("h\ud800", "i"), ("\nj\n", "\nk\n")]

    assert write_units(path, [pair(*texts) for texts in odd], langs=(EN, FR)) == 5

    assert pairs(path) == [("a", "b"), ("c", "d"), ("f\ufffd", "g\ufffd"), ("h\ufffd", "i"), ("\nj\n", "\nk\n")]
    check(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(st.tuples(texts, texts, texts), max_size=4))
def test_pairs_come_back(tmp_path: Path, drawn: list[tuple[str, str, str]]) -> None:
    path = tmp_path / "x.po"
    # An "x" at the edges: what becomes of line breaks there has its own test.
    units = [pair(f"x{source}x", f"x{target}x", note=note, document=Document(note)) for source, target, note in drawn]

    assert write_units(path, units, langs=(EN, FR)) == len(units)

    expected = {tuple(unit.variants[i].text.translate({0: "\ufffd", 4: "\ufffd"}) for i in (1, 0)) for unit in units}
    assert set(pairs(path)) == expected
    assert len(pairs(path)) == len(expected)


def test_gettext_takes_any_text(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    odd = [chr(code) for code in (*range(0x20), 0x22, 0x5C, 0x7F, 0x85, 0xA0, 0x200F, 0x2028, 0x2029, 0xFEFF, 0xFFFE)]
    units = [pair(f"{n} {c} ", f"x{c}{c}", note=f"a{c}b", path=(c,), confidence=0.1) for n, c in enumerate(odd)]
    units += [pair(f"y{n}{c}", f"{c}z", path=(c,)) for n, c in enumerate(odd)]

    assert write_units(path, units, langs=(EN, FR)) == 2 * len(odd)
    check(path)


@pytest.mark.parametrize("langs", [None, (EN,), (EN, FR, AR)])
def test_two_languages_are_needed(tmp_path: Path, langs: tuple[Lang, ...] | None) -> None:
    (tmp_path / "x.po").write_text("before")

    with pytest.raises(InputError, match="exactly two languages") as caught:
        write_units(tmp_path / "x.po", [pair("a", "b")], langs=langs)

    assert "--lang en,fr" in caught.value.hint
    assert (tmp_path / "x.po").read_text() == "before"


def test_export_and_import(report: Stored, tmp_path: Path) -> None:
    path = tmp_path / "out.po"

    assert run(["--memory", str(report.path), "export", str(path), "--lang", "en,fr"]) == 0
    check(path)
    assert run(["--memory", str(tmp_path / "second.untm"), "import", str(path)]) == 1
    assert run(["--memory", str(report.path), "export", str(tmp_path / "no.po")]) == 3

    units = [value for value in read_units(path) if isinstance(value, TranslationUnit)]
    assert len(units) > len(report.units) / 2
    assert all(unit.langs == (EN, FR) for unit in units)
