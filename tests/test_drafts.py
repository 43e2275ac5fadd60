"""Drafts that are bilingual files themselves: untranslated segments looked up, the file given back."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from cli.main import run
from tests.conftest import Stored
from tests.xliff_schemas import check_valid
from tm.errors import InputError, LanguageError
from tm.formats import po, xliff
from tm.formats.xliff_version import Version
from tm.formats.xml_stream import escape
from tm.lang import Lang

EN, FR = Lang("en"), Lang("fr")
UNKNOWN = "Zebras graze quietly beneath seven turquoise umbrellas."


@dataclass(frozen=True)
class Known:
    """A text of the memory, its translation, and the text with one word changed."""

    text: str
    translation: str
    changed: str


@pytest.fixture(scope="module")
def known(report: Stored) -> Known:
    unit = next(unit for unit in report.units if (v := unit.variant(EN)) and len(v.text.split()) > 14 and "," in v.text)
    source, target = unit.variant(EN), unit.variant(FR)
    assert source is not None
    assert target is not None
    first, rest = source.text.split(" ", 1)
    return Known(source.text, target.text, f"{first} gladly {rest}")


def suggest(report: Stored, draft: Path, output: Path, *more: str) -> int:
    return run(
        [
            "--memory",
            str(report.path),
            "-q",
            "suggest",
            str(draft),
            "--from",
            "en",
            "--to",
            "fr",
            "-o",
            str(output),
            *more,
        ]
    )


def old_draft(folder: Path, known: Known) -> Path:
    path = folder / "job.xlf"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n'
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        '<file source-language="en" target-language="fr" original="a.docx" datatype="plaintext"><body>\n'
        f'<trans-unit id="exact" resname="menu"><source>{escape(known.text)}</source>'
        "<note>keep me</note></trans-unit>\n"
        '<trans-unit id="done"><source><![CDATA[Done]]></source><target state="final">Fait</target></trans-unit>\n'
        f'<trans-unit id="fuzzy"><source> {escape(known.changed)} </source><target state="new">x<x id="1"/></target>'
        "</trans-unit>\n"
        f'<trans-unit id="no" translate="no"><source>{escape(known.text)}</source></trans-unit>\n'
        f'<trans-unit id="seg"><source>{UNKNOWN} {escape(known.text)}</source><seg-source>'
        f'<mrk mtype="seg" mid="a">{UNKNOWN}</mrk> <mrk mtype="seg" mid="b">{escape(known.text)}</mrk></seg-source>'
        "</trans-unit>\n</body></file></xliff>\n",
        "utf-8",
    )
    return path


def modern_draft(folder: Path, known: Known) -> Path:
    path = folder / "job.xlf"
    path.write_text(
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="fr"><file id="f1">\n'
        f'<unit id="u1"><notes><note>keep me</note></notes><segment><source>{escape(known.text)}</source></segment>'
        "<ignorable><source> </source></ignorable>"
        f'<segment id="s9"><source>{escape(known.changed)}</source></segment></unit>\n'
        '<unit id="u2"><segment state="final"><source>Done</source><target>Fait</target></segment></unit>\n'
        "</file></xliff>\n",
        "utf-8",
    )
    return path


def texts(path: Path, expression: str) -> list[str]:
    tree = etree.parse(path)
    spaces = {"x": etree.QName(tree.getroot()).namespace, "m": "urn:oasis:names:tc:xliff:matches:2.0"}
    return [
        found if isinstance(found, str) else "".join(found.itertext())
        for found in tree.xpath(expression, namespaces=spaces)
    ]


# --- XLIFF ----------------------------------------------------------------------------------------------------------


def test_the_segments_of_an_xliff_draft(tmp_path: Path, known: Known) -> None:
    edition = xliff.read_document(old_draft(tmp_path, known), EN)

    assert [segment.text for segment in edition.segments] == [known.text, known.changed, UNKNOWN, known.text]
    assert [segment.line for segment in edition.segments] == [4, 6, 8, 8]


def test_matches_go_into_the_draft(report: Stored, tmp_path: Path, known: Known) -> None:
    draft, output = old_draft(tmp_path, known), tmp_path / "out.xlf"
    assert suggest(report, draft, output) == 0

    check_valid(output, Version.V1_2)
    assert texts(output, "//x:trans-unit[@id='exact']/x:alt-trans[1]/x:target") == [known.translation]
    assert texts(output, "//x:trans-unit[@id='exact']/x:alt-trans[1]/@match-quality") == ["100"]
    assert texts(output, "//x:trans-unit[@id='exact']/x:alt-trans[1]/@origin")[0].startswith("A/TEST/1")
    assert 70 <= int(texts(output, "//x:trans-unit[@id='fuzzy']/x:alt-trans[1]/@match-quality")[0]) < 100
    assert texts(output, "//x:trans-unit[@id='seg']/x:alt-trans[x:target]/@mid")[0] == "b"
    assert texts(output, "//x:trans-unit[@id='done' or @id='no']/x:alt-trans") == []
    # Without the matches it is the draft, character by character; only the root's attributes may change places.
    without = re.sub(r"<alt-trans.*?</alt-trans>", "", output.read_text("utf-8"), flags=re.DOTALL)
    assert without.partition("<file")[2].strip() == draft.read_text("utf-8").partition("<file")[2].strip()
    assert "<!-- made by hand -->" in without


def test_targets_are_filled_on_request(report: Stored, tmp_path: Path, known: Known) -> None:
    output = tmp_path / "out.xlf"
    assert suggest(report, old_draft(tmp_path, known), output, "--fill", "70") == 0

    check_valid(output, Version.V1_2)
    target = "//x:trans-unit[@id='{}']/x:target"
    assert texts(output, target.format("exact")) == [known.translation]
    assert texts(output, target.format("exact") + "/@state-qualifier") == ["exact-match"]
    assert texts(output, target.format("fuzzy")) == [f" {known.translation} "]
    assert texts(output, target.format("fuzzy") + "/@*") == ["needs-review-translation", "fuzzy-match"]
    assert texts(output, target.format("seg") + "/x:mrk") == ["", known.translation]
    assert texts(output, target.format("done")) == ["Fait"]
    # What nobody has confirmed does not come back as a translation.
    read = [
        value for value in xliff.read_units(output) if "xliff:alternative" not in dict(getattr(value, "properties", ()))
    ]
    assert sum("fuzzy match nobody has confirmed" in getattr(value, "message", "") for value in read) == 1


def test_matches_and_targets_of_xliff_2(report: Stored, tmp_path: Path, known: Known) -> None:
    output = tmp_path / "out.xlf"
    assert suggest(report, modern_draft(tmp_path, known), output, "--fill", "70") == 0

    check_valid(output, Version.V2_0)
    assert texts(output, "//m:match[@ref='#s1'][1]/x:target") == [known.translation]
    assert texts(output, "//m:match[@ref='#s1'][1]/@matchQuality") == ["100"]
    assert texts(output, "//m:match[@ref='#s9'][1]/x:target") == [known.translation]
    assert texts(output, "//x:unit[@id='u1']/x:segment/x:target") == [known.translation, known.translation]
    assert texts(output, "//x:unit[@id='u1']/x:segment/@state") == ["translated", "initial"]
    assert texts(output, "//x:note") == ["keep me"]


@pytest.mark.parametrize("version", list(Version))
def test_a_text_becomes_xliff(report: Stored, tmp_path: Path, known: Known, version: Version) -> None:
    draft, output = tmp_path / "draft.txt", tmp_path / "out.xlf"
    draft.write_text(f"{known.text}\n\n{known.changed}\n\n{UNKNOWN}\n", "utf-8")
    assert suggest(report, draft, output, "--xliff", version.value, "--fill", "100") == 0

    check_valid(output, version)
    edition = xliff.read_document(output)
    assert [segment.text for segment in edition.segments] == [known.changed, UNKNOWN]
    assert known.translation in texts(output, "//x:target")


def test_what_does_not_fit_is_told(
    report: Stored, tmp_path: Path, known: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = old_draft(tmp_path, known)
    with pytest.raises(LanguageError, match="source of the file is en"):
        xliff.read_document(draft, FR)
    with pytest.raises(InputError, match="tells its encoding itself"):
        xliff.read_document(draft, EN, encoding="utf-8")
    memory = ["--memory", str(report.path), "-q", "suggest", str(draft), "--from", "en"]
    assert run([*memory, "--to", "fr,es", "-o", str(tmp_path / "out.xlf")]) == 3
    assert "holds one target language" in capsys.readouterr().err
    assert run([*memory, "--to", "es", "-o", str(tmp_path / "out.xlf")]) == 3
    assert "the target of the file is fr, not es" in capsys.readouterr().err
    assert run([*memory, "--to", "fr", "-o", str(tmp_path / "out.html"), "--xliff", "2.0"]) == 2
    assert "--xliff is for files ending in .xlf" in capsys.readouterr().err


# --- PO -------------------------------------------------------------------------------------------------------------


def po_draft(folder: Path, known: Known, charset: str = "UTF-8", newline: str = "\n") -> Path:
    path = folder / "fr.po"
    content = f'''# Translators: many
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset={charset}\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#. shown first
#: a.c:12
#, no-wrap
msgctxt "menu"
msgid ""
"{known.text[:20]}"
"{known.text[20:]}\\n"
msgstr ""

msgid "{known.changed}"
msgstr ""

msgid "Done"
msgstr    "Fait"

#, c-format
msgid "{known.text} %s"
msgstr ""

msgid "{known.text}"
msgid_plural "{known.changed}"
msgstr[0] ""
msgstr[1] ""

msgid "{UNKNOWN}"
msgstr ""

#~ msgid "Old"
#~ msgstr "Vieux"
'''
    path.write_bytes(content.replace("\n", newline).encode())
    return path


def check_po(path: Path) -> None:
    program = shutil.which("msgfmt")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("gettext's msgfmt is not installed")
    done = subprocess.run(
        [program, "--check-format", "-o", "/dev/null", path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_entries_of_a_po_draft(tmp_path: Path, known: Known) -> None:
    edition = po.read_document(po_draft(tmp_path, known), EN)

    assert [segment.text for segment in edition.segments] == [
        known.text, known.changed, f"{known.text} %s", known.text, known.changed, UNKNOWN,
    ]  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_po_draft_is_filled_and_all_else_kept(report: Stored, tmp_path: Path, known: Known, newline: str) -> None:
    draft, output = po_draft(tmp_path, known, newline=newline), tmp_path / "out.po"
    assert suggest(report, draft, output) == 0

    expected = draft.read_bytes().decode().replace("\r\n", "\n")
    expected = expected.replace(
        f'{known.text[20:]}\\n"\nmsgstr ""', f'{known.text[20:]}\\n"\nmsgstr "{known.translation}\\n"'
    )
    previous = f'#, fuzzy\n#| msgid "{known.text}"\n'
    expected = expected.replace(
        f'\nmsgid "{known.changed}"\nmsgstr ""', f'\n{previous}msgid "{known.changed}"\nmsgstr "{known.translation}"'
    )
    expected = expected.replace(
        f'#, c-format\nmsgid "{known.text} %s"\nmsgstr ""',
        f'#, fuzzy, c-format\n#| msgid "{known.text}"\nmsgid "{known.text} %s"\nmsgstr "{known.translation}"',
    )
    expected = expected.replace(
        f'\nmsgid "{known.text}"\nmsgid_plural "{known.changed}"\nmsgstr[0] ""\nmsgstr[1] ""',
        f'\n#, fuzzy\nmsgid "{known.text}"\nmsgid_plural "{known.changed}"\n'
        f'msgstr[0] "{known.translation}"\nmsgstr[1] "{known.translation}"',
    )
    assert output.read_bytes().decode().replace("\r\n", "\n") == expected
    assert (b"\r\n" in output.read_bytes()) == (newline == "\r\n")
    if newline == "\n":
        check_po(output)


def test_a_score_to_fill_from(report: Stored, tmp_path: Path, known: Known) -> None:
    output = tmp_path / "out.po"
    assert suggest(report, po_draft(tmp_path, known), output, "--fill", "100") == 0

    assert output.read_text().count("fuzzy") == 1
    assert [segment.text for segment in po.read_document(output, EN).segments] == [
        known.changed, f"{known.text} %s", UNKNOWN,
    ]  # fmt: skip


def test_a_template_gets_its_language_and_encoding(report: Stored, tmp_path: Path, known: Known) -> None:
    draft, output = po_draft(tmp_path, known, charset="CHARSET").rename(tmp_path / "app.pot"), tmp_path / "fr.po"
    draft.write_text(draft.read_text().replace('"Language: fr\\n"', '"Language: \\n"'))
    assert suggest(report, draft, output) == 0

    assert '"Language: fr\\n"' in output.read_text("utf-8")
    assert "charset=UTF-8" in output.read_text("utf-8")
    check_po(output)


def test_a_text_becomes_a_catalogue(report: Stored, tmp_path: Path, known: Known) -> None:
    draft, output = tmp_path / "my draft.txt", tmp_path / "out.po"
    draft.write_text(f"{known.text}\n\n{known.changed}\n\n{known.text}\n\n{UNKNOWN}\n", "utf-8")
    assert suggest(report, draft, output) == 0

    check_po(output)
    units = [value for value in po.read_units(output) if hasattr(value, "variants")]
    assert [(unit.variants[0].text, unit.variants[1].text) for unit in units] == [(known.text, known.translation)] * 2
    assert [segment.text for segment in po.read_document(output).segments] == [UNKNOWN]
