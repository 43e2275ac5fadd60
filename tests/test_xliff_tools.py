"""What Trados, memoQ and Phrase say of translations in their own attributes."""

from pathlib import Path

import pytest

from tm.errors import Problem
from tm.formats import xliff
from tm.model import Review, TranslationUnit

MEMOQ, PHRASE = 'xmlns:mq="MQXliff"', 'xmlns:m="http://www.memsource.com/mxlf/2.0" m:level="2"'
TRADOS = 'xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"'


def job(folder: Path, tool: str, said: str, inside: str = "") -> Path:
    path = folder / "job.xlf"
    path.write_text(
        f'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" {tool}>\n'
        '<file original="a" source-language="en" target-language="fr" datatype="x"><body>\n'
        f'<trans-unit id="1" {said}><source>Agenda</source><target>Ordre du jour</target>{inside}</trans-unit>\n'
        '<trans-unit id="2"><source>Report</source><target>Rapport</target></trans-unit></body></file></xliff>\n',
        "utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("tool", "said", "review"),
    [
        (MEMOQ, 'mq:status="ManuallyConfirmed"', Review.UNREVIEWED),
        (MEMOQ, 'mq:status="PartiallyEdited"', Review.UNREVIEWED),
        (MEMOQ, 'mq:status="Reviewer1Confirmed"', Review.REVIEWED),
        (MEMOQ, 'mq:status="Proofread"', Review.REVIEWED),
        (MEMOQ, 'mq:status="Rejected"', Review.REJECTED),
        (PHRASE, 'm:confirmed="1"', Review.UNREVIEWED),
        (PHRASE, 'm:confirmed="2"', Review.REVIEWED),
        (PHRASE, 'm:confirmed="0" m:level-edited="true"', Review.UNREVIEWED),
        (PHRASE, 'm:confirmed="soon"', Review.UNREVIEWED),
    ],
)
def test_what_people_have_confirmed(tmp_path: Path, tool: str, said: str, review: Review) -> None:
    first, second = xliff.read_units(job(tmp_path, tool, said))

    assert isinstance(first, TranslationUnit)
    assert isinstance(second, TranslationUnit)
    assert (first.review, second.review) == (review, Review.UNREVIEWED)


@pytest.mark.parametrize(
    ("tool", "said", "message"),
    [
        (MEMOQ, 'mq:status="NotStarted"', "memoQ status NotStarted: nobody has confirmed it; left out"),
        (MEMOQ, 'mq:status="PreTranslated"', "memoQ status PreTranslated: nobody has confirmed it; left out"),
        (MEMOQ, 'mq:status="Pretranslated"', "memoQ status Pretranslated: nobody has confirmed it; left out"),
        (PHRASE, 'm:confirmed="0" m:trans-origin="mt"', "not confirmed in Phrase; left out"),
    ],
)
def test_what_a_tool_has_put_in_is_told_and_left_out(tmp_path: Path, tool: str, said: str, message: str) -> None:
    problem, kept = xliff.read_units(job(tmp_path, tool, said))

    assert isinstance(problem, Problem)
    assert (problem.message, problem.line) == (message, 3)
    assert isinstance(kept, TranslationUnit)
    assert [variant.text for variant in kept.variants] == ["Report", "Rapport"]


@pytest.mark.parametrize(
    ("tool", "said", "inside", "waiting"),
    [
        (MEMOQ, 'mq:locked="locked"', "", []),
        (MEMOQ, 'mq:locked="no"', "", ["Agenda"]),
        (PHRASE, 'm:locked="true"', "", []),
        (PHRASE, 'm:locked="false"', "", ["Agenda"]),
        (TRADOS, "", '<sdl:seg-defs><sdl:seg id="1" locked="true"/></sdl:seg-defs>', ["Agenda"]),
    ],
)
def test_locked_units_wait_for_no_translation(
    tmp_path: Path, tool: str, said: str, inside: str, waiting: list[str]
) -> None:
    path = job(tmp_path, tool, said, inside)
    path.write_text(path.read_text("utf-8").replace("<target>Ordre du jour</target>", ""), "utf-8")

    assert [segment.text for segment in xliff.read_document(path).segments] == waiting


def test_a_locked_segment_of_trados_waits_for_no_translation(tmp_path: Path) -> None:
    marked = (
        '<seg-source><mrk mtype="seg" mid="1">One.</mrk> <mrk mtype="seg" mid="2">Two.</mrk></seg-source>'
        '<sdl:seg-defs><sdl:seg id="1" locked="true"/><sdl:seg id="2"/></sdl:seg-defs>'
    )
    path = job(tmp_path, TRADOS, "")
    text = path.read_text("utf-8").replace("<source>Agenda</source><target>Ordre du jour</target>",
                                           f"<source>One. Two.</source>{marked}")  # fmt: skip
    path.write_text(text, "utf-8")

    assert [segment.text for segment in xliff.read_document(path).segments] == ["Two."]
