"""The JSON shapes hold what their descriptions, and so the reference, say."""

import inspect
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.conftest import Stored
from tm import report_shapes, shapes, store
from tm.break_rules import BreakRules
from tm.concordance import find
from tm.errors import Problem
from tm.explain import explain
from tm.lang import Lang
from tm.leverage import leverage
from tm.lexicons import StoredLexicon
from tm.lookup import LookupOptions, lookup, suggest
from tm.model import (
    Bead,
    Fault,
    Highlight,
    Kind,
    Piece,
    Repaired,
    Segment,
    Stretch,
    Suspect,
    TrustLimits,
)
from tm.patterns import Query
from tm.policy import MatchPolicy
from tm.references import reference_report
from tm.renderings import renderings

EN, FR = Lang("en"), Lang("fr")


def described(function: Callable[..., Any]) -> set[str]:
    """The fields named between the first braces of a description."""
    found = re.search(r"\{([^{}]*)\}", inspect.getdoc(function) or "")
    assert found, function.__name__
    return {name.strip() for name in found.group(1).replace("\n", " ").split(",")}


def test_every_shape_has_the_fields_its_description_names(report: Stored, conn: Connection) -> None:
    edition = report.editions[EN]
    unit = next(unit for unit in report.units if unit.sentences)
    text = next(v.text for v in unit.variants if v.lang == EN)
    matches = lookup(conn, text[: len(text) // 2], EN, [FR], LookupOptions(minimum=30))
    suggestions = list(suggest(conn, [edition.segments[i] for i in edition.body], EN, [FR]))
    summary = leverage(suggestions)
    proposals = [s.proposal for s in suggestions if s.proposal]
    parted = Segment(f"{text} Nothing of the kind was ever heard of.", EN, Kind.PARAGRAPH)
    assembled = next(suggest(conn, [parted], EN, [FR])).proposal
    assert assembled
    page = find(conn, Query("States parties"), [EN], [FR])
    bead = Bead((0, 1), (0, 2), evidence=(("length", 1.2),))
    doubt = Suspect(0, EN, FR, Fault.SHIFTED, 1, (), (1,), (("length", -2.0),), (), 9.0, 0.9, FR)
    quoting = [Segment(f"Resolution 70/1 says “{text}”.", EN, Kind.PARAGRAPH)]
    referred = reference_report(conn, [*suggestions, *suggest(conn, quoting, EN, [FR])], EN, [FR])
    assert referred.quotations[-1].official
    made: dict[Callable[..., Any], Any] = {
        shapes.alignment: shapes.alignment(report.units[:2], [((EN, FR), [bead])], TrustLimits()),
        report_shapes.borrowing: report_shapes.borrowing(summary.borrowings[0]),
        shapes.break_rules: shapes.break_rules(BreakRules((), "a.srx", cascade=False), [Problem("m")]),
        report_shapes.citation: report_shapes.citation(referred.citations[-1]),
        shapes.bead: shapes.bead(bead, TrustLimits()),
        shapes.document: shapes.document(unit.document),
        shapes.edition: shapes.edition(edition),
        shapes.highlight: shapes.highlight(Highlight(((0, 4),), True, 0.9)),
        shapes.explained: shapes.explained(explain(text, EN, matches, MatchPolicy())[0]),
        shapes.hit: shapes.hit(page.hits[0]),
        report_shapes.leverage: report_shapes.leverage(summary),
        shapes.lookup: shapes.lookup(text, EN, [FR], matches),
        shapes.match: shapes.match(matches[0]),
        shapes.origin: shapes.origin(unit),
        report_shapes.passage: report_shapes.passage(referred.passages[3]),
        shapes.page: shapes.page(page),
        shapes.piece: shapes.piece(assembled.pieces[0]),
        shapes.problem: shapes.problem(Problem("m")),
        shapes.proposal: shapes.proposal(proposals[0]),
        shapes.rendering: shapes.rendering(renderings(page.hits, FR)[0]),
        shapes.repaired: shapes.repaired(Repaired(FR, "le 5", (Piece((3, 4), "number", "4", "5"),), complete=True)),
        report_shapes.quotation: report_shapes.quotation(referred.quotations[-1]),
        report_shapes.reference: report_shapes.reference(referred.passages[3].references[0]),
        report_shapes.reference_report: report_shapes.reference_report(referred),
        report_shapes.run: report_shapes.run(referred.runs[0]),
        shapes.segment: shapes.segment(edition.segments[0]),
        shapes.statistics: shapes.statistics(store.statistics(conn)),
        shapes.stored_document: shapes.stored_document(store.documents(conn)[0]),
        shapes.stored_lexicon: shapes.stored_lexicon(StoredLexicon(EN, FR, 100, datetime(2026, 1, 1, tzinfo=UTC))),
        shapes.stretch: shapes.stretch(Stretch(0, 3, 4, EN, FR, Fault.SHIFTED, 1), "A/1"),
        shapes.suggestion: shapes.suggestion(suggestions[0]),
        report_shapes.suggestions: report_shapes.suggestions(EN, [FR], suggestions, summary, [() for _ in suggestions]),
        shapes.suspect: shapes.suspect(doubt, report.units),
        shapes.translated_words: shapes.translated_words("water", FR, {"water": (("eau", 0.5),)}),
        shapes.unit: shapes.unit(unit, TrustLimits()),
        shapes.variant: shapes.variant(unit.variants[0]),
    }

    own = {
        function
        for module in (shapes, report_shapes)
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    }
    assert {f for f in own if not f.__name__.startswith("_")} == set(made)
    for function, value in made.items():
        assert value.keys() == described(function), function.__name__
        assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    "name", ["score", "kind", "source", "target", "targets", "penalties", "flags", "origin", "unit"]
)
def test_a_match_keeps_the_fields_that_clients_rely_on(conn: Connection, name: str) -> None:
    assert name in shapes.match(lookup(conn, "Draft report", EN, [FR])[0])
