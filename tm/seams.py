"""Translations put side by side: punctuation, spaces and capitals where they meet, changed only if that is certain."""

from collections.abc import Sequence

from tm.lang import Lang

#: Marks that end a passage, in the forms that the six languages write; the plain form stands first.
_MARKS = (".。", ",،，", ";؛；", ":：")
#: The forms of a mark in languages that do not write it plainly; French puts a no-break space before two of them.
_FORMS = {
    "ar": {",": "،", ";": "؛"},
    "fr": {";": "\u00a0;", ":": "\u00a0:"},
    "zh": {".": "。", ",": "，", ";": "；", ":": "："},
}
#: What stands right after a word, without a space.
_CLOSING = tuple(".,;:!?)]}»”’、。，；：？！）،؛؟\u00a0")
#: Words that never have a capital inside a sentence: articles and prepositions that texts begin with.
_LOWERED = {
    "en": frozenset("the a an in on at of for by to with from as under and or".split()),  # noqa: SIM905 - a list of words reads better so
    "fr": frozenset("le la les l un une des du de d au aux en dans pour par sur avec à sous et ou".split()),  # noqa: SIM905 - a list of words reads better so
    "es": frozenset("el la los las un una en de del al a para por con sobre y o".split()),  # noqa: SIM905 - a list of words reads better so
    "ru": frozenset("в во на о об по с со к для из у от под и или".split()),  # noqa: SIM905 - a list of words reads better so
}


def tail(text: str) -> str:
    """What follows the last letter or digit of a text, without spaces at its end.

    >>> tail("the report; "), tail("报告。"), tail("report")
    (';', '。', '')
    """
    end = next((i + 1 for i in range(len(text) - 1, -1, -1) if text[i].isalnum()), 0)
    return text[end:].rstrip()


def passage_end(query: str, span: tuple[int, int]) -> int:
    """Where a passage ends together with one closing mark that follows it directly.

    >>> passage_end("the report; and", (0, 10)), passage_end("the report (", (0, 10))
    (11, 10)
    """
    end = span[1]
    followed = query[end : end + 1]
    return end + 1 if followed and _plain(followed) and not tail(query[slice(*span)]) else end


def fitted(text: str, lang: Lang, query: str, stored: str, *, opens: bool) -> str:
    """A translation with the closing mark and the first letter that the draft's passage asks for.

    Args:
        text: the translation of ``stored``, in ``lang``.
        lang: its language.
        query: the passage of the draft with the mark that ends it.
        stored: the stored passage that answers it.
        opens: whether the passage begins a sentence of the draft.
    """
    return _capitalised(_ended(text.strip(), lang, tail(query), tail(stored)), lang, query, stored, opens=opens)


def _ended(text: str, lang: Lang, wanted: str, held: str) -> str:
    """The text with the draft's closing mark in place of the memory's, when its own is the memory's."""
    mark, old, own = _plain(wanted), _plain(held), tail(text)
    if mark == old or (wanted and not mark) or (held and not old) or _plain(own.strip("\u00a0\u202f ")) != old:
        return text
    bare = text[: len(text) - len(own)].rstrip("\u00a0\u202f ") if own else text
    return bare + _FORMS.get(lang.primary, {}).get(mark, mark)


def _plain(mark: str) -> str:
    """The plain form of a closing mark; "" for everything else."""
    return next((forms[0] for forms in _MARKS if mark and mark in forms), "")


def _capitalised(text: str, lang: Lang, query: str, stored: str, *, opens: bool) -> str:
    mine, theirs = _first_letter(query), _first_letter(stored)
    if mine == theirs or mine.casefold() != theirs.casefold() or not text:
        return text
    if mine.isupper() and opens:
        return text[0].upper() + text[1:]
    first = "".join(c if c.isalpha() else " " for c in text).split(maxsplit=1)
    if mine.islower() and first and first[0].casefold() in _LOWERED.get(lang.primary, ()):
        return text[0].lower() + text[1:]
    return text


def _first_letter(text: str) -> str:
    return next((c for c in text if c.isalnum()), "")


def joined(parts: Sequence[str], lang: Lang) -> tuple[str, list[tuple[int, int]]]:
    """The parts as one text with the language's space between them, and the half-open range of each in it.

    >>> joined(["Le rapport", "; il", "⟦x⟧"], Lang("fr"))
    ('Le rapport; il ⟦x⟧', [(0, 10), (10, 14), (15, 18)])
    """
    text = ""
    spans = []
    for part in parts:
        if text and not part.startswith(_CLOSING):
            text += lang.joiner
        spans.append((len(text), len(text) + len(part)))
        text += part
    return text, spans
