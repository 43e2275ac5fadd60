"""Whether the index fits the texts, and building it anew from them.

An index misfits when a program died in a way the database could not undo, when a memory was edited by other means, or
when words are told apart in another way than when it was written.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, select, update

from tm import audit, index, printed
from tm.errors import Problem
from tm.indexed import Indexed
from tm.labels import indexed_unlabelled
from tm.lang import Lang
from tm.schema import segment

#: Texts that are read and indexed together.
_BATCH = 5000
HINT = "build the index anew: untm check --repair"

_Texts = list[tuple[int, Indexed]]


def misfits(conn: Connection) -> tuple[Problem, ...]:
    """What does not fit between the texts and the index; empty when all is well.

    The index is compared with itself, and each text's words with those it holds for it.
    """
    messages = [problem.message for problem in audit.check(conn)]
    for lang in _langs(conn):
        inside = audit.held_inside_sums(conn, lang)
        for texts in _texts(conn, lang):
            held = audit.held_keys(conn, lang, [segment_id for segment_id, _ in texts])
            messages += [
                f"the index holds other words than the text of segment {segment_id}"
                for segment_id, found in texts
                if held.get(segment_id, found.keys) != found.keys
            ]
            sums = audit.inside_sums(conn, lang, [(segment_id, found.inside) for segment_id, found in texts])
            messages += [
                f"the index holds other numbers, dates or symbols than the text of segment {segment_id}"
                for segment_id, total in sums.items()
                if segment_id in held and inside.get(segment_id, 0) != total
            ]
    return tuple(Problem(message, hint=HINT) for message in messages)


def rebuild(conn: Connection) -> int:
    """Take every text out of the index and put it in again; the number of texts. Inside a writing transaction."""
    count = 0
    for lang in _langs(conn):
        query = select(segment.c.id).where(segment.c.lang == lang.tag).order_by(segment.c.id)
        index.remove(conn, lang, conn.execute(query).scalars().all())
        for texts in _texts(conn, lang):
            words = [(segment_id, found.keys) for segment_id, found in texts]
            index.add(conn, lang, words, inside=[found.inside for _, found in texts])
            lengths = [{"b_id": segment_id, "b_tokens": len(keys)} for segment_id, keys in words]
            conn.execute(_LENGTHS, lengths)
            count += len(texts)
    printed.rebuild(conn)
    return count


_LENGTHS = update(segment).where(segment.c.id == bindparam("b_id")).values(tokens=bindparam("b_tokens"))


def _langs(conn: Connection) -> list[Lang]:
    return [Lang(tag) for tag in conn.execute(select(segment.c.lang).distinct().order_by(segment.c.lang)).scalars()]


def _texts(conn: Connection, lang: Lang) -> Iterator[_Texts]:
    """Identifier and words of each text of a language, in batches."""
    columns = select(segment.c.id, segment.c.text).where(segment.c.lang == lang.tag)
    last = -1
    while rows := conn.execute(columns.where(segment.c.id > last).order_by(segment.c.id).limit(_BATCH)).all():
        yield [(segment_id, indexed_unlabelled(text, lang)) for segment_id, text in rows]
        last = rows[-1][0]
