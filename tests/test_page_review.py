"""The page in which units are corrected: what a browser makes of it, and what is read back."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_html import chromium, dump
from tests.test_unit_tables import OTHER, PAIR, sorted_variants
from tests.units import units
from tm import formats
from tm.errors import InputError
from tm.formats.html import read_reviewed
from tm.formats.reviewed_rows import Reviewed
from tm.lang import Lang
from tm.model import Review, TranslationUnit, Variant

__all__ = ["chromium"]
AR, EN, FR, ZH = Lang("ar"), Lang("en"), Lang("fr"), Lang("zh")
THIRD = TranslationUnit((Variant(EN, "Peace"), Variant(FR, "Paix")), uid="u3")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "review.html"
    formats.write_units(path, [PAIR, OTHER, THIRD], [EN, FR])
    return path


def worked(chromium: str, page: Path, script: str) -> Reviewed:
    """The page as its button saves it, after a script has done in a browser what a person would."""
    driver = f"""
    const cells = row => [...document.querySelectorAll('.row')[row].querySelectorAll('.t')];
    const press = (row, name, column = 0) => [...document.querySelectorAll('.row')[row].querySelectorAll('button')]
      .filter(one => one.textContent === name)[column].click();
    const type = (row, column, text) => {{
      const box = cells(row)[column]; box.textContent = text; box.dispatchEvent(new Event('input')); }};
    const put = (row, column, place) => {{ const box = cells(row)[column]; box.focus();
      getSelection().setPosition(box.firstChild, place); box.dispatchEvent(new KeyboardEvent('keyup')); }};
    {script}
    const out = document.createElement('pre'); out.id = 'out'; out.textContent = saved(); document.body.append(out);
    """
    source = page.read_text("utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', source)
    assert policy
    played = page.with_name("played.html")
    played.write_text(source.replace(policy[0], "").replace("</body>", f"<script>{driver}</script></body>"), "utf-8")
    found = re.search(r'<pre id="out">(.*?)</pre>', dump(chromium, played), re.DOTALL)
    assert found
    page.write_text(html.unescape(found[1]), "utf-8")
    return read_reviewed(page)


def texts(found: Reviewed) -> list[tuple[list[str], Review]]:
    return [([v.text for v in u.variants], u.review) for _, u in found.units if isinstance(u, TranslationUnit)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_units=st.lists(units(), min_size=1, max_size=4))
def test_what_is_written_is_read_back(tmp_path: Path, given_units: list[TranslationUnit]) -> None:
    path = tmp_path / "units.html"
    written = [sorted_variants(unit) for unit in given_units]

    assert formats.write_units(path, written) == len(written)
    assert list(formats.for_path(path, "read_units").read_units(path)) == written


def test_nothing_is_loaded_and_no_text_is_markup(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    formats.write_units(path, [TranslationUnit((Variant(EN, "</script><script>alert(1)</script><!--"),))])

    source = path.read_text("utf-8")

    assert source.count("<script") == 2
    assert "alert(1)</script>" not in source
    assert not re.search(r"https?://", source)


@pytest.mark.browser
def test_every_row_is_shown(chromium: str, page: Path) -> None:
    dumped = dump(chromium, page)

    assert 'data-rows="3"' in dumped
    assert "3 of 3 rows, 0 changed" in dumped
    assert "doubtful, 41 %" in dumped
    assert "The Committee met. It adjourned." in dumped


@pytest.mark.browser
def test_the_languages_have_their_direction(chromium: str, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    formats.write_units(path, [TranslationUnit((Variant(AR, "تقرير"), Variant(ZH, "报告")))])

    dumped = dump(chromium, path)

    assert re.search(r'class="t" lang="ar" dir="rtl"[^>]*>تقرير<', dumped)
    assert re.search(r'class="t" lang="zh" dir="ltr"[^>]*>报告<', dumped)


@pytest.mark.browser
def test_an_untouched_page_saves_what_it_was(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "")

    assert [unit for _, unit in found.units] == [PAIR, OTHER, THIRD]
    assert (found.removed, found.touched) == ({}, frozenset())


@pytest.mark.browser
def test_texts_are_corrected_and_judged(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "type(1, 1, 'De l’eau'); press(2, '✗');")

    assert texts(found)[1:] == [(["Water", "De l’eau"], Review.REVIEWED), (["Peace", "Paix"], Review.REJECTED)]
    assert found.units[0][1] == PAIR
    assert len(found.touched) == 2


@pytest.mark.browser
def test_rows_are_merged(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "press(1, '⇣');")

    assert texts(found)[1:] == [(["Water Peace", "Eau Paix"], Review.REVIEWED)]
    assert found.removed == {"4": "u3"}


@pytest.mark.browser
def test_a_row_is_split_language_by_language(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "put(0, 0, 18); press(0, '✂'); put(0, 1, 22); press(0, '✂', 1);")

    assert texts(found)[:2] == [
        (["The Committee met.", "Le Comité s’est réuni."], Review.REVIEWED),
        (["It adjourned.", "Il a levé la séance."], Review.REVIEWED),
    ]
    assert [unit.uid for _, unit in found.units if isinstance(unit, TranslationUnit)] == ["u1", "", "u2", "u3"]


@pytest.mark.browser
def test_one_language_moves_by_a_row_and_back(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "press(1, '↓', 1); press(1, '↓'); press(1, '↑');")

    assert texts(found)[1:] == [(["Water Peace"], Review.REVIEWED), (["Eau Paix"], Review.REVIEWED)]


@pytest.mark.browser
def test_undo_takes_back(chromium: str, page: Path) -> None:
    found = worked(chromium, page, "press(1, '⇣'); type(0, 0, 'x'); undo(); undo();")

    assert [unit for _, unit in found.units] == [PAIR, OTHER, THIRD]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<html><body>nothing</body></html>", "holds no units"),
        ('<script type="application/json" id="units">{</script>', "cannot be read"),
        ('<script type="application/json" id="units">{"rows": 5}</script>', "cannot be read"),
        ('<script type="application/json" id="units">{"names": [], "rows": [], "before": {}}</script>', "no column"),
    ],
)
def test_other_pages_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.html"
    path.write_text(content, "utf-8")

    with pytest.raises(InputError) as caught:
        read_reviewed(path)

    assert message in caught.value.message
    assert caught.value.hint


def test_the_data_are_what_a_table_has(page: Path) -> None:
    found = re.search(r'id="units">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found
    data = json.loads(found[1])

    assert [row["en"] for row in data["rows"]] == [
        "The Committee met. It adjourned.", "The Committee met.", "Water", "Peace"
    ]  # fmt: skip
    assert data["trust"]["1"] == ["doubtful", "41 %"]
    assert replace(PAIR, uid="u1") == PAIR
