"""How well confidence foretells what is right: the figures against slow and simple ones, and the picture."""

import json
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from benchmarks import reliability
from benchmarks.reliability import BINS, Judged, draw, load, measure
from tests.conftest import REPORT
from tm.errors import InputError
from tm.model import Trust

beads = st.lists(
    st.builds(Judged, st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.5, 0.95, 1.0])), st.booleans()), max_size=40
)


@given(beads)
def test_figures_are_those_of_their_definitions(some: list[Judged]) -> None:
    found = measure(some)

    assert sum(share.count for share in found.bins) == found.whole.count == len(some)
    assert sum(share.right for share in found.bins) == sum(bead.right for bead in some)
    for k, share in enumerate(found.bins):
        assert not share.count or k / BINS - 1e-9 <= share.confidence <= (k + 1) / BINS + 1e-9
        assert 0 <= share.interval[0] <= share.accuracy + 1e-9
        assert share.accuracy - 1e-9 <= share.interval[1] <= 1
    pairs = [(r.confidence, w.confidence) for r, w in product(some, some) if r.right and not w.right]
    area = sum((r > w) + (r == w) / 2 for r, w in pairs) / len(pairs) if pairs else None
    assert found.auc == (pytest.approx(area) if pairs else None)
    assert 0 <= found.ece <= 1


def test_bands_and_the_weakest_tenth() -> None:
    sure = [Judged(0.99, True)] * 17 + [Judged(0.99, False)]
    found = measure([*sure, Judged(0.7, True), Judged(0.1, False)])

    assert [(band, share.count, share.right) for band, share in found.bands] == [
        (Trust.ACCEPTED, 18, 17), (Trust.LOOK, 1, 1), (Trust.DOUBTFUL, 1, 0),
    ]  # fmt: skip
    assert found.caught == 0.5
    assert measure([Judged(0.5, False)] * 10).caught == pytest.approx(0.1), "ties are taken as chance would"
    assert measure([Judged(0.5, True)]).caught is None
    assert measure([]).ece == 0


@given(beads, st.text(st.characters(codec="utf-8")))
def test_any_beads_make_a_well_formed_picture(some: list[Judged], title: str) -> None:
    picture = etree.fromstring(draw(measure(some), title).encode())

    shown = picture.findall(".//{*}g[@class='bin']")
    assert len(shown) == sum(share.count > 0 for share in measure(some).bins)
    assert picture.get("role") == "img"


def test_json_and_gold_folders_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"confidence": 0.97, "right": True, "gap": False, "pair": "fr-en"}, {"confidence": 0.3, "right": False}]
    (tmp_path / "judged.json").write_text(json.dumps(rows))
    picture = tmp_path / "r.svg"
    monkeypatch.setattr(sys, "argv", ["reliability", str(tmp_path / "judged.json"), str(REPORT), "-o", str(picture)])

    assert reliability.main() == 0
    assert capsys.readouterr().out.startswith("all: ")
    assert etree.parse(str(picture)).getroot().tag.endswith("svg")
    report = load(REPORT)
    assert len({bead.pair for bead in report}) == 15
    assert sum(bead.right for bead in report) / len(report) > 0.99


def test_what_is_no_list_of_beads_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("{", '[{"sure": 1}]', "3"):
        (tmp_path / "judged.json").write_text(text)
        with pytest.raises(InputError, match="no judged beads"):
            load(tmp_path / "judged.json")
    monkeypatch.setattr(sys, "argv", ["reliability", str(tmp_path / "none.json")])

    assert reliability.main() == 3
    assert "hint: " in capsys.readouterr().err
