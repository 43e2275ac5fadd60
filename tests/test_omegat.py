"""Proof by another's program: OmegaT, headless, translates a text from what we export for its ``tm/auto``."""

import os
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from benchmarks import sentences as gold
from cli.main import run
from tests.programs import installed
from tm.formats import jsonl
from tm.lang import Lang
from tm.model import Level, Review, TranslationUnit, Variant

EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
#: Seconds OmegaT may take on a busy machine; it takes three on an idle one.
PATIENCE = 300
#: What OmegaT 3.6 (Debian's) and later read; paragraphs are segments, as in our memories.
PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0"><source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file>
<dictionary_dir>__DEFAULT__</dictionary_dir><source_lang>{source}</source_lang><target_lang>{target}</target_lang>
<source_tok>org.omegat.tokenizer.DefaultTokenizer</source_tok>
<target_tok>org.omegat.tokenizer.DefaultTokenizer</target_tok>
<sentence_seg>{sentences}</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags></project></omegat>
"""


def unit(french: str, english: str, arabic: str = "", *, markup: str | None = None, **said: object) -> TranslationUnit:
    variants = [Variant(FR, french, markup), Variant(EN, english), *([Variant(AR, arabic)] if arabic else [])]
    return TranslationUnit(tuple(variants), **said)  # type: ignore[arg-type]


INNER = unit("Il en a pris note.", "It took note of it.", level=Level.SENTENCE)
SPENT = ("Il a payé 3 000 dollars É.-U. pour <cela> & «\u00a0ceci\u00a0».", 'It spent "$3,000" on <this> & that.')
UNITS = [
    unit("Les États parties sont convenus\u00a0:", "The States parties agreed:", "اتفقت الدول الأطراف على ما يلي:"),
    unit(
        "Le Groupe a payé 3 000 dollars É.-U. pour <cela> & pour «\u00a0ceci\u00a0».",
        'It spent "$3,000" <here> & there.',
    ),
    unit("Le Groupe prie instamment.", "The Group urges.", markup="Le Groupe <hi>prie</hi> instamment."),
    unit("Le rapport est lu. Il en a pris note.", "The report is read. It took note of it.", sentences=(INNER,)),
    unit("Rejeté.", "REJECTED", review=Review.REJECTED),
    unit("Douteux.", "DOUBTFUL", confidence=0.5),
]
#: A draft with common and with no-break spaces.
DRAFT = (
    ("Les États parties sont convenus :", "The States parties agreed:"),
    ("Les États parties sont convenus\u00a0:", "The States parties agreed:"),
    (
        "Le Groupe a payé 3 000 dollars É.-U. pour <cela> & pour «\u00a0ceci\u00a0».",
        'It spent "$3,000" <here> & there.',
    ),
    ("Le Groupe prie instamment.", "The Group urges."),
    ("Rejeté.", "Rejeté."),
    ("Douteux.", "Douteux."),
)


def omegat() -> str:
    """The program; the test is skipped where it is not, except in CI."""
    return installed("omegat")


def translated(folder: Path, memory: Path, draft: str, *, sentences: bool = False, rules: bool = False) -> str:
    """The draft as OmegaT translates it, with the memory's export in ``tm/auto``, and our rules for sentences if asked.

    Versions from 6.1 read the rules as SRX, those before in a form of their own.
    """
    program = omegat()
    for name in ("source", "target", "omegat", "glossary", "dictionary", "tm/auto"):
        (folder / name).mkdir(parents=True)
    said = PROJECT.format(source="FR", target=escape("EN"), sentences=str(sentences).lower())
    (folder / "omegat.project").write_text(said, "utf-8")
    (folder / "source" / "draft.txt").write_text(draft, "utf-8")
    auto = folder / "tm" / "auto" / "fr-en.tmx"
    assert run(["--memory", str(memory), "export", str(auto), "--pair", "fr-en", "--for", "omegat"]) == 0
    for name in ("segmentation.srx", "segmentation.conf") if rules else ():
        assert run(["rules", "-o", str(folder / "omegat" / name)]) == 0
    done = subprocess.run(
        [program, str(folder), "--mode=console-translate", "--quiet", f"--config-dir={folder / 'settings'}"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8", "JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "target" / "draft.txt").read_text("utf-8")


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    jsonl.write_units(tmp_path / "units.jsonl", UNITS)
    path = tmp_path / "memory.untm"
    assert run(["--memory", str(path), "import", str(tmp_path / "units.jsonl")]) == 0
    return path


def test_omegat_translates_from_our_memory(tmp_path: Path, memory: Path) -> None:
    source = "\n\n".join(text for text, _ in DRAFT)

    found = translated(tmp_path / "project", memory, source)
    assert found.split("\n\n") == [text for _, text in DRAFT]


def test_omegat_finds_the_sentences_inside_paragraphs(tmp_path: Path, memory: Path) -> None:
    found = translated(tmp_path / "project", memory, "Rien à voir. Il en a pris note.", sentences=True)

    assert found == "Rien à voir. It took note of it."


def test_omegat_cuts_sentences_as_ours_do_by_the_rules_we_write(tmp_path: Path) -> None:
    texts = [one.text for one in gold.read() if one.lang == FR]
    parted = [gold.ours(text, FR) for text in texts]
    numbers = {one: f"[{n}]" for n, one in enumerate(dict.fromkeys(one for some in parted for one in some))}
    jsonl.write_units(tmp_path / "units.jsonl", [unit(french, number) for french, number in numbers.items()])
    memory = tmp_path / "memory.untm"
    assert run(["--memory", str(memory), "import", str(tmp_path / "units.jsonl")]) == 0

    found = translated(tmp_path / "project", memory, "\n\n".join(texts), sentences=True, rules=True).split("\n\n")
    assert [text.split() for text in found] == [[numbers[one] for one in some] for some in parted]
