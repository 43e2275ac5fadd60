"""Segmentation rules of others, read and run, and ours, written."""

import json
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from benchmarks import sentences as gold
from cli.main import run
from tests.xliff_schemas import FOLDER as SCHEMAS
from tests.xliff_schemas import schema
from tm import break_rules
from tm.break_rules import BreakRule, BreakRules, translated
from tm.errors import InputError, Problem
from tm.formats import jsonl
from tm.formats.srx import NAMESPACE, read_rules, write_rules
from tm.lang import UN_LANGUAGES, Lang
from tm.model import TranslationUnit
from tm.sentence import sentences

EN, FR, AR = Lang("en"), Lang("fr"), Lang("ar")
OTHERS = Path(__file__).parents[2] / "shared" / "data" / "formats" / "srx"
#: Least share of our paragraphs that the rules written cut as we do, in each language: SRX cannot say all that we know.
AGREEMENT = 0.98


def srx(path: Path, *groups: tuple[str, str, str], cascade: str = "no") -> Path:
    """A file with groups of a name, a pattern of languages and rules."""
    rules = "".join(f'<languagerule languagerulename="{name}">{rules}</languagerule>' for name, _, rules in groups)
    maps = "".join(f'<languagemap languagepattern="{p}" languagerulename="{name}"/>' for name, p, _ in groups)
    path.write_text(
        f'<?xml version="1.0"?>\n<srx xmlns="{NAMESPACE}" version="2.0"><header segmentsubflows="yes" '
        f'cascade="{cascade}"/>\n<body><languagerules>{rules}</languagerules><maprules>{maps}</maprules></body></srx>',
        "utf-8",
    )
    return path


def rule(before: str, after: str, breaks: str = "yes") -> str:
    return f'<rule break="{breaks}"><beforebreak>{before}</beforebreak><afterbreak>{after}</afterbreak></rule>\n'


def cut(rules: BreakRules, text: str, lang: Lang = EN) -> list[str]:
    return [text[start:end] for start, end in rules.sentences(text, lang)]


STOP = rule(r"\.", r"\s")


def test_the_first_rule_that_fits_a_place_wins(tmp_path: Path) -> None:
    exception, text = rule("Mr\\.", r"\s", "no"), "It met. Mr. Roy spoke."
    before, _ = read_rules(srx(tmp_path / "a.srx", ("All", ".*", exception + STOP)))
    after, _ = read_rules(srx(tmp_path / "b.srx", ("All", ".*", STOP + exception)))

    assert cut(before, text) == ["It met.", "Mr. Roy spoke."]
    assert cut(after, text) == ["It met.", "Mr.", "Roy spoke."]


def test_every_place_is_looked_at_even_where_rules_overlap(tmp_path: Path) -> None:
    rules, problems = read_rules(srx(tmp_path / "a.srx", ("All", ".*", rule("a.?b", "") + rule("", "X"))))

    assert not problems
    assert cut(rules, "abab cXd") == ["ab", "ab", "c", "Xd"]


def test_with_cascade_all_maps_that_fit_hold_in_their_order(tmp_path: Path) -> None:
    groups = (("French", "[Ff][Rr].*", rule("M\\.", r"\s", "no")), ("All", ".*", STOP))
    one, _ = read_rules(srx(tmp_path / "no.srx", *groups))
    all_, _ = read_rules(srx(tmp_path / "yes.srx", *groups, cascade="yes"))

    assert cut(one, "Bien. M. Roy. Fin.", FR) == ["Bien. M. Roy. Fin."]
    assert cut(all_, "Bien. M. Roy. Fin.", Lang.parse("fr-CH")) == ["Bien.", "M. Roy.", "Fin."]
    assert cut(all_, "Well. M. Roy.", EN) == ["Well.", "M.", "Roy."]


def test_a_language_without_rules_is_cut_as_usual(tmp_path: Path) -> None:
    rules, _ = read_rules(srx(tmp_path / "a.srx", ("French", "fr", STOP)))

    assert rules.rules_of(EN) is None
    assert cut(rules, "See art. 5. It met.") == ["See art. 5.", "It met."]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (r"\QU.K.\E", r"U\.K\."),
        (r"[\p{Pe}-[\)]]", r"[\p{Pe}--[\)]]"),
        (r"[a|b||c]", r"[a|b|\|c]"),
        (r"x{41}\x{41}", r"x{41}\U00000041"),
        (r"(?iu:a)(?U)b(?i)c", "(?i:a)b(?i)c"),
        (r"\p{javaUpperCase}\p{IsLu}\P{IsLatin}", r"\p{Lu}\p{Lu}\P{IsLatin}"),
        (r"(?<n>a)\k<n>", "(?<n>a)(?P=n)"),
        (r"\.[noauto]", r"\."),
        (r"a++\[b]", r"a++\[b]"),
        (r"[]a]", r"[\]a]"),
    ],
)
def test_expressions_of_java_and_icu_are_read(expression: str, expected: str) -> None:
    assert translated(expression) == expected


def test_a_rule_that_means_nothing_is_told_with_its_line_and_the_others_hold(tmp_path: Path) -> None:
    path = srx(tmp_path / "a.srx", ("All", ".*", STOP + rule("(", r"\s") + rule("", "") + rule(r"\p{Nonsense}", "a")))
    rules, problems = read_rules(path)

    assert cut(rules, "It met. It rose.") == ["It met.", "It rose."]
    assert [problem.line for problem in problems] == [4, 5, 6]
    assert all(problem.path == str(path) and "left out" in problem.message for problem in problems)
    assert "(" in problems[0].message
    assert "nothing" in problems[1].message


def test_a_map_without_rules_and_a_wrong_pattern_are_told(tmp_path: Path) -> None:
    path = srx(tmp_path / "a.srx", ("All", ".*", STOP), ("Wrong", "(", STOP))
    path.write_text(path.read_text().replace('languagerulename="Wrong"/>', 'languagerulename="None"/>'))
    rules, problems = read_rules(path)
    assert [len(one.rules) for one in rules.maps] == [1]
    assert "None" in problems[0].message

    _, problems = read_rules(srx(tmp_path / "b.srx", ("All", ".*", STOP), ("Wrong", "(", STOP)))
    assert "language pattern (" in problems[0].message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<srx", "not well-formed"),
        ("<tmx/>", "first element is <tmx>"),
        (f'<srx xmlns="{NAMESPACE}"/>', "no language has rules"),
        ('<!DOCTYPE srx [<!ENTITY a "b">]><srx/>', "declares entities"),
        ("", "not well-formed"),
    ],
)
def test_what_is_no_srx_is_refused_with_the_reason(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.srx"
    path.write_text(content)

    with pytest.raises(InputError, match=message) as told:
        read_rules(path)
    assert told.value.path == str(path)
    assert told.value.hint


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_rules(tmp_path / "none.srx")


def test_a_rule_that_never_ends_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(break_rules, "PATIENCE", 0.2)
    rules, _ = read_rules(srx(tmp_path / "a.srx", ("All", ".*", STOP + rule("a", "(a|aa)+$"))))

    with pytest.raises(InputError, match="takes more than") as told:
        rules.sentences("a" * 60 + "b", EN)
    assert told.value.line == 4


def test_rules_of_other_programs_are_read_whole() -> None:
    if not OTHERS.is_dir():
        pytest.skip("the files of others are not here (../shared/data/formats/srx)")
    files = sorted(OTHERS.glob("*.srx"))
    held = 0
    told: list[Problem] = []
    for file in files:
        rules, problems = read_rules(file)
        written = sum(1 for _ in etree.parse(file).iterfind(".//{*}rule"))
        used = {one.line for group in rules.maps for one in group.rules}
        held += len(used)
        told += problems
        assert len(used) + sum("left out" in problem.message for problem in problems) <= written
        for lang in UN_LANGUAGES:
            text = "一。二。" if lang.tag == "zh" else "One. Two?"
            assert "".join(cut(rules, text, lang)).replace(" ", "") == text.replace(" ", "")

    assert len(files) == 17
    assert held > 1000
    assert sorted(problem.message.split(",")[0] for problem in told) == [
        "it builds on the break rules of ICU",
        "the range rule",
    ]


def test_our_rules_are_written_alike_each_time_and_read_again_without_a_problem(tmp_path: Path) -> None:
    count = write_rules(tmp_path / "a.srx")
    write_rules(tmp_path / "b.srx")
    rules, problems = read_rules(tmp_path / "a.srx")

    assert (tmp_path / "a.srx").read_bytes() == (tmp_path / "b.srx").read_bytes()
    assert not problems
    assert sum(len(one.rules) for one in rules.maps) == count
    tree = etree.parse(tmp_path / "a.srx")
    # OmegaT reads an empty element as a rule that fits nowhere.
    assert all(element.text for name in ("beforebreak", "afterbreak") for element in tree.iterfind(f".//{{*}}{name}"))


def test_our_rules_are_valid(tmp_path: Path) -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("the schemas are not here (../shared/data/interop/schemas)")
    write_rules(tmp_path / "a.srx")
    held = schema(SCHEMAS / "srx" / "srx20.xsd")

    assert held.validate(etree.parse(tmp_path / "a.srx")), held.error_log


@pytest.mark.parametrize("lang", UN_LANGUAGES, ids=str)
def test_our_rules_written_cut_as_ours_do(lang: Lang, tmp_path: Path) -> None:
    write_rules(tmp_path / "ours.srx")
    rules, _ = read_rules(tmp_path / "ours.srx")
    paragraphs = [one for one in gold.read() if one.lang == lang]
    same = [one for one in paragraphs if rules.sentences(one.text, lang) == sentences(one.text, lang)]

    assert len(paragraphs) > 70
    assert len(same) / len(paragraphs) >= AGREEMENT


def test_the_older_form_holds_the_same_rules(tmp_path: Path) -> None:
    count = write_rules(tmp_path / "segmentation.conf")
    write_rules(tmp_path / "ours.srx")
    conf, standard = etree.parse(tmp_path / "segmentation.conf"), etree.parse(tmp_path / "ours.srx")
    written = [
        (one.findtext("{*}afterbreak"), one.findtext("{*}beforebreak"), one.get("break") == "yes")
        for one in standard.iterfind(".//{*}rule")
    ]
    held = [
        tuple(one.findtext(f"void[@property='{name}']/*") for name in ("afterbreak", "beforebreak", "breakRule"))
        for one in conf.iterfind(".//object[@class='org.omegat.core.segmentation.Rule']")
    ]

    assert len(held) == count
    assert [(after, before, said == "true") for after, before, said in held] == written


# --- the command line -----------------------------------------------------------------------------------------------


def aligned(folder: Path, *further: str) -> list[list[str]]:
    """The English sentences of each unit of two aligned versions."""
    (folder / "a.en.txt").write_text("It met; it spoke. It rose.\n\nThe end.\n", "utf-8")
    (folder / "a.fr.txt").write_text("Il siège ; il parle. Il se lève.\n\nFin.\n", "utf-8")
    files = [f"en={folder / 'a.en.txt'}", f"fr={folder / 'a.fr.txt'}", "-o", str(folder / "out.jsonl")]
    assert run([*further, "--memory", str(folder / "none.untm"), "align", *files]) == 0
    found = [value for value in jsonl.read_units(folder / "out.jsonl") if isinstance(value, TranslationUnit)]
    return [[v.text for s in unit.sentences for v in s.variants if v.lang == EN] for unit in found]


def semicolons(folder: Path) -> Path:
    return srx(folder / "semicolons.srx", ("All", ".*", rule("[.;]", r"\s")))


def test_align_cuts_by_the_rules_of_a_file(tmp_path: Path) -> None:
    ours = aligned(tmp_path)
    theirs = aligned(tmp_path, "--srx", str(semicolons(tmp_path)))

    assert ours == [["It met; it spoke.", "It rose."], []]
    assert theirs == [["It met;", "it spoke.", "It rose."], []]


def test_the_settings_file_may_name_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "untm.toml"
    settings.write_text(f'srx = "{semicolons(tmp_path)}"\n', "utf-8")
    monkeypatch.setenv("UNTM_CONFIG", str(settings))

    assert aligned(tmp_path)[0] == ["It met;", "it spoke.", "It rose."]


def test_suggestions_are_looked_up_by_the_sentences_of_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aligned(tmp_path)
    memory, draft = ["--memory", str(tmp_path / "memory.untm")], tmp_path / "draft.en.txt"
    assert run([*memory, "import", str(tmp_path / "out.jsonl")]) == 0
    draft.write_text("It rose; it met.\n", "utf-8")
    capsys.readouterr()
    asked = [*memory, "--json", "suggest", str(draft), "--from", "en", "--to", "fr"]

    assert run(asked) == 0
    usual = json.loads(capsys.readouterr().out)["segments"][0]["sentences"]
    assert run([*asked, "--srx", str(semicolons(tmp_path))]) == 0
    by_rules = json.loads(capsys.readouterr().out)["segments"][0]["sentences"]
    assert usual == []
    assert [one["source"] for one in by_rules] == ["It rose;", "it met."]


def test_languages_without_rules_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aligned(tmp_path, "--srx", str(srx(tmp_path / "fr.srx", ("French", "fr.*", STOP))))

    assert "no rules for English" in capsys.readouterr().err


def test_rules_looks_at_the_rules_of_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = srx(tmp_path / "a.srx", ("All", "fr.*", STOP + rule("(", "")))

    assert run(["rules", str(path)]) == 1
    told = capsys.readouterr()
    assert "fr.*: 1 rule" in told.out
    assert f"{path}:4" in told.err
    assert run(["--json", "rules", str(path)]) == 1
    shape = json.loads(capsys.readouterr().out)
    assert shape["languages"] == [{"pattern": "fr.*", "rules": 1}]
    assert [problem["line"] for problem in shape["problems"]] == [4]


def test_rules_writes_and_splits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "ours.srx"
    assert run(["rules", "-o", str(output)]) == 0
    asked = ["--in", "fr", "--split", "Voir l’art. 5. Il a été adopté."]
    capsys.readouterr()

    assert run(["rules", str(output), *asked]) == 0
    assert run(["rules", *asked]) == 0
    assert capsys.readouterr().out.splitlines() == ["Voir l’art. 5.", "Il a été adopté."] * 2


@pytest.mark.parametrize("arguments", [[], ["--split", "Text."], ["a.srx", "-o", "b.srx"]])
def test_rules_says_what_is_missing(arguments: list[str]) -> None:
    assert run(["rules", *arguments]) == 2


def test_a_wrong_file_of_rules_ends_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.srx").write_text("no rules")
    (tmp_path / "a.en.txt").write_text("It met.")
    asked = ["--memory", str(tmp_path / "m"), "lookup", "It met.", "--from", "en", "--to", "fr"]

    assert run([*asked, "--srx", str(tmp_path / "a.srx")]) == 3
    assert "not well-formed" in capsys.readouterr().err


def test_a_rule_is_compiled_when_it_is_made() -> None:
    made = BreakRule.of(r"\.", r"\s", breaks=True, line=7)

    assert list(made.places("a. b. c")) == [2, 5]
    assert made.fits("a. b", 2)
    assert not made.fits("a. b", 1)
