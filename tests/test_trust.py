"""Bands of confidence, and the evidence in words: values, terminal, JSON."""

import json
from pathlib import Path

import click
import pytest
from lxml import etree  # type: ignore[import-untyped]

from aligners.costs import COSTS
from cli.main import run
from cli.trust import trust_limits, trust_line
from tests.conftest import REPORT
from tm.evidence import WORDS, counted, in_words, members, total
from tm.lang import Lang
from tm.model import Bead, Kind, Segment, TranslationUnit, Trust, TrustLimits

EN = Lang("en")
FRENCH, ENGLISH, SPANISH, ARABIC = (f"{lang}={REPORT}/real/{lang}.txt" for lang in ("fr", "en", "es", "ar"))


def test_the_limits_part_the_bands() -> None:
    limits = TrustLimits(accept=0.9, doubt=0.5)

    assert [limits.band(x) for x in (1.0, 0.9)] == [Trust.ACCEPTED] * 2
    assert [limits.band(x) for x in (0.8999, 0.5)] == [Trust.LOOK] * 2
    assert [limits.band(x) for x in (0.4999, 0.0)] == [Trust.DOUBTFUL] * 2
    with pytest.raises(click.UsageError, match=r"--doubt 0\.9 is above --accept 0\.5"):
        trust_limits(0.5, 0.9)


def test_every_band_is_counted_and_named() -> None:
    units = [TranslationUnit((), confidence=sure) for sure in (0.99, 0.97, 0.7, None)]

    assert trust_line(units, TrustLimits()) == "units: 2 accepted, 1 to look at (?), 0 doubtful (!)"
    assert list(counted([])) == list(Trust)


def test_every_cost_has_words_and_an_unknown_name_is_its_own() -> None:
    assert set(COSTS) <= set(WORDS)
    bead = Bead((0, 1), (0, 1), evidence=(("length", 0.04), ("x", -1.0), ("label", 3.0)))

    assert in_words(bead) == (("numbering", 3.0), ("x", -1.0))
    assert total(bead) == pytest.approx(2.04)


def test_a_side_has_the_segments_of_its_stream_only() -> None:
    kinds = (Kind.HEADING, Kind.FOOTNOTE, Kind.HEADER, Kind.ITEM, Kind.FOOTNOTE, Kind.MASTHEAD)
    segments = [Segment("a", EN, kind) for kind in kinds]

    assert members(segments, (0, 4)) == (0, 3)
    assert members(segments, (1, 5)) == (1, 4)
    assert members(segments, (3, 3)) == ()
    assert members(segments, (6, 6)) == ()


def test_bands_in_json_and_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["align", FRENCH, ENGLISH, "--json"]) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)

    (pair,) = answer["pairs"]
    for shown in (*answer["units"], *pair["beads"]):
        assert shown["band"] == TrustLimits().band(shown["confidence"]).value
    for bead in pair["beads"]:
        assert bead["nats"] == pytest.approx(sum(bead["evidence"].values()), abs=0.05)
    accepted = sum(unit["band"] == "accepted" for unit in answer["units"])
    assert f"units: {accepted} accepted, " in said.err


def test_all_beads_are_explained_in_words(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["align", SPANISH, ARABIC, ENGLISH, "--explain"]) == 0
    said = capsys.readouterr()
    assert "es – ar: " in said.out
    assert "es – en: " in said.out
    assert "ar – en: " not in said.out
    assert "pairs without Spanish, not shown: 1 (-v shows them)" in said.err
    assert "numbering +4.0" in said.out
    assert "nats: " in said.out

    assert run(["align", SPANISH, ARABIC, ENGLISH, "--explain", "-v"]) == 0
    assert "ar – en: " in capsys.readouterr().out


def test_only_what_needs_a_look(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for name, limits in {"all": [], "none": ["--accept", "0", "--doubt", "0"], "some": ["--accept", "1"]}.items():
        extra = ["--explain", "--doubtful"] if limits else ["--explain"]
        assert run(["align", FRENCH, ENGLISH, "-q", *extra, *limits]) == 0
        shown[name] = capsys.readouterr().out

    assert shown["none"].count("nats:") == 0
    assert "0 units" in shown["none"]
    assert shown["some"].count("nats:") == shown["all"].count("nats:") > 30
    assert " ?  fr" in shown["some"]


def test_align_draws(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "plot.svg"
    assert run(["align", FRENCH, ENGLISH, ARABIC, "--plot", str(picture), "--json"]) == 0
    said = capsys.readouterr()
    answer = json.loads(said.out)

    assert f"{picture}: alignment drawn" in said.err
    drawn = etree.parse(str(picture)).getroot()
    marks = [g for g in drawn.iter("{*}g") if (g.get("class") or "").startswith("mark")]
    assert len(marks) == sum(len(pair["beads"]) for pair in answer["pairs"])


def test_a_plot_that_cannot_be_written_leaves_the_memory_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    memory = tmp_path / "m.untm"
    plot = tmp_path / "none" / "plot.svg"
    assert run(["--memory", str(memory), "align", FRENCH, ENGLISH, "--add", "--plot", str(plot)]) == 3

    assert str(plot) in capsys.readouterr().err
    assert not memory.exists()
    assert run(["align", FRENCH, ENGLISH, "--doubt", "1.5"]) == 2
    assert run(["align", FRENCH, ENGLISH, "--doubt", "0.96"]) == 2


def test_a_version_is_not_overwritten_by_the_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.fr.txt").write_text("Un.\n")

    assert run(["align", FRENCH, ENGLISH, "--plot", str(tmp_path / "a.fr.txt")]) == 2
    assert "does not end in .svg" in capsys.readouterr().err
    assert (tmp_path / "a.fr.txt").read_text() == "Un.\n"
