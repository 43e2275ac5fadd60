from pathlib import Path

import pytest

from tm.errors import InputError, LanguageError
from tm.formats import text_stream
from tm.formats.plain import read_document
from tm.lang import UN_LANGUAGES, Lang
from tm.text import squeeze

REPORT = Path(__file__).resolve().parent.parent / "fixtures" / "report"
LEGACY = {"ar": "cp1256", "en": "cp1252", "es": "cp1252", "fr": "cp1252", "ru": "cp1251", "zh": "gb18030"}
ENGLISH = "The Committee took note of the report and of the statements that were made on it by the States. "
FRENCH = "Le Comité a pris note du rapport et des déclarations qui ont été faites par les États à ce sujet. "


def text_of(lang: Lang) -> str:
    return (REPORT / "real" / f"{lang}.txt").read_bytes().decode("utf-8-sig")


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_the_report_in_each_language(lang: Lang) -> None:
    edition = read_document(REPORT / "real" / f"{lang}.txt", lang)

    assert (edition.lang, edition.name, edition.reader, edition.problems) == (lang, f"{lang}.txt", "plain", ())
    assert len(edition.digest) == 64
    assert edition.document.symbol == ("" if lang.tag == "fr" else "CTOC/COP/WG.7/2018/L.1/Add.2")
    assert edition.document.title == edition.segments[edition.body[0]].text


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_old_encodings_are_told(tmp_path: Path, lang: Lang, given: bool) -> None:
    known = text_of(lang).encode(LEGACY[lang.tag], "ignore").decode(LEGACY[lang.tag])
    path = written(tmp_path, "x.txt", known.encode(LEGACY[lang.tag]))
    edition = read_document(path, lang if given else None)
    expected = read_document(written(tmp_path, "y.txt", known), lang)

    assert edition.segments == expected.segments
    assert edition.problems == ()
    said = [remark for remark in edition.remarks if "UTF-8" in remark]
    assert said == (
        [] if known.isascii() else [f"x.txt is not UTF-8; read as {LEGACY[lang.tag]}, judged by its letters"]
    )


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_unicode_in_any_form(tmp_path: Path, lang: Lang, codec: str) -> None:
    path = written(tmp_path, "x.txt", text_of(lang).encode(codec))

    assert read_document(path, lang).segments == read_document(REPORT / "real" / f"{lang}.txt", lang).segments


def test_an_encoding_that_is_given_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, "x.txt", "Тест".encode("koi8-r"))

    assert read_document(path, Lang("ru"), encoding="koi8-r").segments[0].text == "Тест"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n\n\xc2\xa0\t", "white space"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04...", "zipped"),
        (b"{\\rtf1 text}", "rich text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Word"),
        (bytes(range(256)) * 4, "zero bytes"),
        (b"text\x00\x00\x00text", "zero bytes"),
        (b"\x01\x02\x03 text", "control characters"),
        (b"text \xff\xfe\x81 text", "encoding cannot be told"),
        (b"\xff\xfea", "not utf-16"),
    ],
)
def test_files_that_hold_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_document(written(tmp_path, "x.txt", data), Lang("en"))
    assert (error.value.path, bool(error.value.hint)) == ("x.txt", True)


@pytest.mark.parametrize(("name", "message"), [("missing.txt", "no such file"), (".", "folder")])
def test_files_that_are_none(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_document(tmp_path / name, None)
    assert error.value.hint


@pytest.mark.parametrize(("encoding", "message"), [("klingon", "no encoding"), ("ascii", "not ascii")])
def test_encodings_that_do_not_fit(tmp_path: Path, encoding: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        read_document(written(tmp_path, "x.txt", "a\né"), Lang("fr"), encoding=encoding)
    assert error.value.line == (2 if encoding == "ascii" else 0)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("report.fr.txt", "fr"),
        ("fr.txt", "fr"),
        ("A_RES_70_1_F.txt", "fr"),
        ("x-FR.txt", "fr"),
        ("draft.fr-CH.txt", "fr-CH"),
        ("report_french.txt", "fr"),
        ("report.fra.v2.txt", "fr"),
    ],
)
def test_the_name_tells_the_language(tmp_path: Path, name: str, tag: str) -> None:
    edition = read_document(written(tmp_path, name, FRENCH), None)

    assert edition.lang == Lang.parse(tag)
    assert (edition.remarks[0], edition.problems) == (f"{name} is in French, by its name", ())


@pytest.mark.parametrize("name", ["report.txt", "plan_e.txt", "x.v2.txt", "es_report.txt"])
def test_the_text_tells_the_language(tmp_path: Path, name: str) -> None:
    edition = read_document(written(tmp_path, name, FRENCH), None)

    assert (edition.lang.tag, edition.remarks, edition.problems) == ("fr", (f"{name} is in French, by its text",), ())


def test_a_short_text_is_guessed_and_a_shorter_one_is_not(tmp_path: Path) -> None:
    edition = read_document(written(tmp_path, "x.txt", "Projet de rapport"), None)

    assert (edition.lang.tag, len(edition.remarks), edition.problems) == ("fr", 1, ())
    with pytest.raises(LanguageError, match="cannot be told") as error:
        read_document(written(tmp_path, "y.txt", "Hello"), None)
    assert error.value.hint


@pytest.mark.parametrize(("tag", "text"), [("en", FRENCH * 4), ("ru", ENGLISH * 4), ("fr", "缔约国应当" * 40)])
def test_the_wrong_language_is_refused(tmp_path: Path, tag: str, text: str) -> None:
    with pytest.raises(LanguageError, match=f"given as {Lang(tag).name}, but its text is") as error:
        read_document(written(tmp_path, "x.txt", text), Lang(tag))
    assert error.value.hint


@pytest.mark.parametrize(("tag", "codec"), [("ru", "cp1251"), ("ar", "cp1256"), ("zh", "gb18030")])
def test_the_wrong_language_is_refused_in_an_old_encoding_too(tmp_path: Path, tag: str, codec: str) -> None:
    path = written(tmp_path, "x.txt", text_of(Lang(tag)).encode(codec, "ignore"))
    with pytest.raises((LanguageError, InputError)) as error:
        read_document(path, Lang("en"))
    assert error.value.hint


def test_a_short_text_may_be_in_any_language(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, "x.txt", ENGLISH), Lang("fr")).lang == Lang("fr")


@pytest.mark.parametrize("other", [FRENCH * 2, "缔约国应当考虑采取下列措施并提出报告。" * 2])
def test_a_mixed_up_file_is_told(tmp_path: Path, other: str) -> None:
    text = "\n\n".join([ENGLISH * 2] * 6 + [other] * 4)
    (problem,) = read_document(written(tmp_path, "x.txt", text), Lang("en")).problems

    assert problem.message.startswith("4 of 10 blocks are not English")
    assert problem.line == 13


def test_lost_characters_are_told(tmp_path: Path) -> None:
    (problem,) = read_document(written(tmp_path, "x.txt", "One.\n\nTw\ufffd."), Lang("en")).problems

    assert problem.line == 3


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH * 10_000,
        "a" * 500_000,
        "1. a\n" * 10_000,
        "____________\n1 abc\n" * 20_000,
        "ab-\n" * 30_000,
        "A b\n" * 30_000,
    ],
    ids=["line", "word", "labels", "rules", "hyphens", "lines"],
)
def test_long_and_odd_texts_lose_nothing(tmp_path: Path, text: str) -> None:
    """Each would take hours if the time it took grew with the square of its length."""
    edition = read_document(written(tmp_path, "x.txt", text), Lang("en"))
    kept = sum(len(squeeze(segment.label + segment.text)) for segment in edition.segments)

    assert kept >= len(squeeze(text.replace("_", "").replace("-", "")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_large_text_is_opened_as_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """Blocks that end inside a character, line ends of all kinds kept."""
    monkeypatch.setattr(text_stream, "_BLOCK", 5)
    monkeypatch.setattr(text_stream, "decoded", lambda *_: pytest.fail("it was read as a whole"))
    text = "en,fr\r\nтекст,文\r一\n"
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    opened, remarks = text_stream.opener(path)

    assert remarks == []
    for _ in range(2):
        with opened() as lines:
            assert lines.read() == text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("Révision générale, été".encode("cp1252"), ["a.csv is not UTF-8; read as cp1252, judged by its letters"]),
        ("en,fr\nword,mot de la fin".encode("utf-16-le"), ["a.csv is read as UTF-16-LE, which the file does not say"]),
    ],
)
def test_other_encodings_are_judged_by_the_whole_text(tmp_path: Path, data: bytes, told: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    opened, remarks = text_stream.opener(path)

    assert remarks == told
    with opened() as lines:
        assert lines.read() == data.decode("cp1252" if "1252" in told[0] else "utf-16-le")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7\n", "this is a PDF file, not plain text"),
        (b"a\x01\x02\x03b", "this is no text file: it holds control characters"),
        (b"a\0b", "this is no text file: it holds zero bytes"),
        (b"\xff\xfea\0b", "the file is not utf-16"),
    ],
)
def test_what_is_no_text_is_refused_before_it_is_opened(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)

    with pytest.raises(InputError) as caught:
        text_stream.opener(path)
    assert caught.value.message == message
