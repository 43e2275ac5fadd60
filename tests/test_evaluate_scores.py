import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligners.evaluate import Scores, score

GOLD = [(["a"], ["1"]), (["b", "c"], ["2"]), (["d"], []), (["e"], ["3", "4"]), ([], ["5"])]


def test_gold_against_itself_is_perfect() -> None:
    result = score(GOLD, GOLD)
    assert (result.strict.f1, result.lax.f1, result.link.f1) == (1.0, 1.0, 1.0)


def test_gaps_count_in_precision_and_not_in_recall() -> None:
    result = score(GOLD, [b for b in GOLD if b[0] and b[1]])
    assert (result.strict.right, result.strict.tested, result.strict.found, result.strict.wanted) == (3, 3, 3, 3)

    wrong_gap = score(GOLD, [*GOLD[:2], (["d"], []), (["e"], []), ([], ["3"]), ([], ["4"]), ([], ["5"])])
    assert (wrong_gap.strict.right, wrong_gap.strict.tested) == (4, 7)
    assert (wrong_gap.strict.found, wrong_gap.strict.wanted) == (2, 3)
    assert wrong_gap.lax.right == 4


def test_a_bead_that_shares_a_pair_is_loosely_right() -> None:
    result = score(GOLD, [(["a"], ["1"]), (["b"], ["2"]), (["c", "d"], ["3"])])
    assert result.strict.right == 1
    assert result.lax.right == 2


def test_links_punish_what_is_glued_into_a_bead() -> None:
    result = score([(["a"], ["1"]), ([], ["2"])], [(["a"], ["1", "2"])])
    assert result.link.precision == pytest.approx(0.5)
    assert result.link.recall == 1.0


def test_empty_beads_are_dropped_and_nothing_is_perfect() -> None:
    result = score([([], [])], [([], [])])
    assert (result.strict.tested, result.strict.f1) == (0, 1.0)


def test_counts_of_documents_add_up() -> None:
    one, two = score(GOLD, GOLD), score(GOLD, [(["a"], ["1"])])
    both = one + two + Scores()
    assert both.strict.tested == 6
    assert both.strict.wanted == 6
    assert both.strict.found == 4


BEADS = st.lists(
    st.tuples(st.frozensets(st.integers(0, 6), max_size=3), st.frozensets(st.integers(0, 6), max_size=3)), max_size=6
)


@given(BEADS, BEADS)
def test_measures_are_shares_and_swap_with_the_sides(gold: list, test: list) -> None:  # type: ignore[type-arg]
    result, turned = score(gold, test), score(test, gold)
    for tally in (result.strict, result.lax, result.link):
        assert 0 <= tally.f1 <= 1
    assert result.strict.right <= result.lax.right
    assert result.link.precision == turned.link.recall
