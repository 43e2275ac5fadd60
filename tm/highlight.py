"""Where the translation of a part of a text stands in the translation of the whole.

Words are aligned by a hidden Markov model in both directions (Vogel, Ney and Tillmann 1996): a word is translated by
one it is tied to (``tm.wordlinks``), and the next word mostly by one nearby, so that words of which nothing is known
follow their neighbours. The part is then the range of the target whose words belong to it rather than to the rest, of
about the length to be expected, that breaks no word and ends at punctuation where the part does.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from tm.lexicon import FloatArray
from tm.model import Highlight
from tm.text import Token
from tm.wordlinks import BoolArray, Glossary, Links

#: A half-open character range.
Span: TypeAlias = tuple[int, int]

#: Expected token F1 below which the very words are not shown, but their sentences: there more are wrong than right.
LEAST = 0.2
#: Most pairs of words, one of each side, that are aligned at once: some 390 words a side, 50 ms of work. The words of
#: longer texts are not looked for, only their sentences.
MOST_WORD_PAIRS = 150_000

# Set on the half of fixtures/highlight kept for that, with and without a learned lexicon, one after the other.
#: Probability of a translation that nothing tells of.
_UNTIED = 0.001
#: Decay of a jump's probability with each word it goes too far, and the least weight of any jump.
_DECAY, _FAR = 0.5, 0.01
#: Weight of the alignment from the other side beside that of the target's own words.
_OTHER_SIDE = 2.0
#: Most that one word says, in nats, and what is added to all of them.
_MOST_ODDS, _INCLINED = 3.0, 0.25
#: How far grammatical words between two that belong are raised to the lower of these.
_BRIDGE = 0.8
#: Nats lost when the range is e times as long as expected, or as short, and the words added to both first.
_LENGTH, _SLACK = 3.0, 1.0
#: Nats won when the range ends at punctuation: where the part does, and where it does not.
_BOTH_MARKED, _MARKED = 1.0, 0.5
#: Nats lost for each punctuation mark more or less inside it than inside the part, and for an end inside a word.
_CROSSED, _BROKEN = 0.5, 1.0
#: Nats lost for ending after an elided word, as "l" in "l’homme".
_ELIDED_END = 3.0
#: Nats that words of the rest in the midst of a range must say for that, to be taken out of it.
_HOLE = 6.0

#: After so many words their probabilities are scaled anew, lest they vanish.
_RESCALED = 8

_OPENING = dict(zip("([{“‘«‹（【「『《〈［”", ")]}”’»›）】」』》〉］“", strict=True))
_OPENED = re.compile(rf"[{re.escape(''.join(_OPENING))}¿¡]+\s*\Z")
_CLOSED = re.compile(rf"(?:\s*[{re.escape(''.join(_OPENING.values()))}.,;:!?…。，、；：？！،؛؟])+")
_CLOSING = {close: opening for opening, close in _OPENING.items()}


def highlight(
    source: str, target: str, span: Span, glossary: Glossary, pairs: Sequence[tuple[Span, Span]] = ()
) -> Highlight | None:
    """Where the translation of a part stands; None when that is not known.

    Args:
        source: the whole text.
        target: its translation.
        span: the part, a half-open character range of the source.
        glossary: what is known of the two languages.
        pairs: ranges of both texts that translate each other, such as sentences, in the order of the source; without
            any, the whole translates the whole.
    """
    rest = (((0, len(source)), (0, len(target))),)
    touched = [pair for pair in pairs or rest if pair[0][0] < span[1] and span[0] < pair[0][1]]
    found: list[tuple[list[Span], float, int]] = []
    for here, there in touched:
        part = max(span[0], here[0]) - here[0], min(span[1], here[1]) - here[0]
        answer = _in_pair(source[slice(*here)], target[slice(*there)], part, glossary)
        if answer is not None:
            ranges, confidence, weight = answer
            found.append(([(there[0] + start, there[0] + end) for start, end in ranges], confidence, weight))
    if not found:
        return None
    total = sum(weight for _, _, weight in found)
    confidence = sum(value * weight for _, value, weight in found) / total
    if confidence >= LEAST:
        return Highlight(_joined(target, [one for ranges, _, _ in found for one in ranges]), True, confidence)
    if not pairs:
        return None
    return Highlight(_joined(target, [there for _, there in touched]), False, confidence)


def _in_pair(source: str, target: str, span: Span, glossary: Glossary) -> tuple[list[Span], float, int] | None:
    """The ranges in one pair of texts, the expected token F1, and how many words of the source they answer."""
    left, right = glossary.words(source, target)
    inside = [k for k, token in enumerate(left) if span[0] < token.end and token.start < span[1]]
    if not inside or not right:
        return None
    if len(inside) == len(left):
        return [(0, len(target))], 1.0, len(left)
    if len(left) * len(right) > MOST_WORD_PAIRS:
        return [(0, len(target))], 0.0, len(inside)
    links = glossary.links(source, target)
    first, end = inside[0], inside[-1] + 1
    belongs = belonging(links, first, end)
    runs = _without_hole(belongs, links, _best_range(belongs, links, (source, target), first, end))
    within = sum(belongs[start:stop].sum() for start, stop in runs)
    confidence = 2 * within / (sum(stop - start for start, stop in runs) + belongs.sum())
    marks = _marks_around(source, span, left[first:end])
    spans = [_with_marks(target, (right[start].start, right[stop - 1].end), marks) for start, stop in runs]
    return spans, float(confidence), len(inside)


def belonging(links: Links, first: int, end: int) -> FloatArray:
    """For each target word, how probable it is that it translates one of a range of source words."""
    of_target = _aligned(links.forward)
    of_source = _aligned(links.backward.T).T
    reached = of_source.sum(axis=0)
    weight = _OTHER_SIDE * np.minimum(reached, 1.0)
    share = of_source[first:end].sum(axis=0) / (reached + 1e-9)
    found: FloatArray = (of_target[first:end].sum(axis=0) + weight * share) / (1 + weight)
    return _bridged(found, links.small)


def _bridged(belongs: FloatArray, small: BoolArray) -> FloatArray:
    """The probabilities, those of grammatical words between two other words raised to the lower of theirs."""
    found = belongs.copy()
    content = np.flatnonzero(~small)
    for left, right in pairwise(content.tolist()):
        if right - left > 1:
            between = found[left + 1 : right]
            np.maximum(between, _BRIDGE * min(found[left], found[right]), out=between)
    return found


def _aligned(amounts: FloatArray) -> FloatArray:
    """The posterior probability that each column's word is translated by each row's, from the probabilities of the
    pairs alone; every column sums to 1.
    """
    states, size = amounts.shape
    emission = np.ascontiguousarray(amounts.T) + _UNTIED
    step = states / size
    place = np.arange(states)
    distance = np.abs(place[None, :] - place[:, None] - step)
    jump = np.exp(-_DECAY * distance / max(1.0, step)) + _FAR
    jump /= jump.sum(axis=1, keepdims=True)
    edge = np.exp(-_DECAY * place) + _FAR
    before = _passed(emission, jump, edge * emission[0])
    after = _passed(emission[::-1], jump.T, edge[::-1] * emission[-1])[::-1] / emission
    posterior = before * after
    posterior /= posterior.sum(axis=1, keepdims=True)
    return posterior.T


def _passed(emission: FloatArray, jump: FloatArray, first: FloatArray) -> FloatArray:
    """For each word in turn, how probable the words up to it make each place of it, up to a factor of each row."""
    jump = np.ascontiguousarray(jump)
    found = np.empty_like(emission)
    found[0] = first
    for k in range(1, len(found)):
        row = found[k]
        np.dot(found[k - 1], jump, out=row)
        np.multiply(row, emission[k], out=row)
        if k % _RESCALED == 0:
            row /= row.sum()
    return found


def _best_range(belongs: FloatArray, links: Links, texts: tuple[str, str], first: int, end: int) -> Span:
    """The range of target words that answers a range of source words best."""
    total = np.concatenate(([0.0], np.cumsum(_odds(belongs) + _INCLINED)))
    place = np.arange(len(total))
    size = place[None, :] - place[:, None]
    expected = (end - first) * len(links.target) / len(links.source)
    score = (
        total[None, :] - total[:, None] - _LENGTH * np.abs(np.log((np.maximum(size, 1) + _SLACK) / (expected + _SLACK)))
    )
    here, there = _marked(texts[0], links.source), _marked(texts[1], links.target)
    broken = _BROKEN * links.unbroken
    elided = _ELIDED_END * _elided(texts[1], links.target)
    score += ((_BOTH_MARKED if here[first] else _MARKED) * there - broken)[:, None]
    score += ((_BOTH_MARKED if here[end] else _MARKED) * there - broken - elided)[None, :]
    passed = np.cumsum(there)
    crossed = passed[None, :] - there[None, :] - passed[:, None]
    score -= _CROSSED * np.abs(crossed - here[first + 1 : end].sum())
    score[size < 1] = -np.inf
    start, stop = divmod(int(np.argmax(score)), len(total))
    return start, stop


def _without_hole(belongs: FloatArray, links: Links, words: Span) -> list[Span]:
    """The range, or its two pieces where words of the rest stand in its midst."""
    start, stop = words
    odds = _odds(belongs[start:stop])
    total = np.concatenate(([0.0], np.cumsum(odds)))
    loss = total[None, :] - total[:, None]
    loss[np.tril_indices(len(total), 1)] = 0.0
    loss[0, :] = loss[:, -1] = 0.0
    broken = links.unbroken[start : stop + 1]
    loss[broken, :] = loss[:, broken] = 0.0
    first, end = divmod(int(np.argmin(loss)), len(total))
    if loss[first, end] > -_HOLE:
        return [words]
    return [(start, start + first), (start + end, stop)]


def _odds(belongs: FloatArray) -> FloatArray:
    """What each word says for belonging, in nats."""
    odds: FloatArray = np.log(belongs + 1e-6) - np.log(1 - belongs + 1e-6)
    return np.clip(odds, -_MOST_ODDS, _MOST_ODDS)


def _elided(text: str, found: Sequence[Token]) -> FloatArray:
    """For each gap before, between and after the words, 1 where an apostrophe joins two words, else 0."""
    joined = [text[one.end : other.start] in {"'", "’"} for one, other in pairwise(found)]
    return np.array([0.0, *map(float, joined), 0.0])


def _marked(text: str, found: Sequence[Token]) -> FloatArray:
    """For each gap before, between and after the words, 1 where punctuation stands in it and at both ends, else 0."""
    starts, ends = [token.start for token in found], [token.end for token in found]
    inner = [float(bool(text[end:start].strip())) for end, start in zip(ends, starts[1:], strict=False)]
    return np.array([1.0, *inner, 1.0])


# --- punctuation at the ends -----------------------------------------------------------------------------------------


def _marks_around(text: str, span: Span, inside: Sequence[Token]) -> tuple[bool, bool]:
    """Whether the part has punctuation before its first word, and after its last."""
    before, after = text[span[0] : inside[0].start], text[inside[-1].end : span[1]]
    return bool(before.strip()), bool(after.strip())


def _with_marks(text: str, words: Span, marks: tuple[bool, bool]) -> Span:
    """The range with the punctuation at its ends that the part has too, and quotation marks and brackets whole."""
    start, end = words
    if marks[0] and (opened := _OPENED.search(text, 0, start)):
        start = opened.start()
    if marks[1] and (closed := _CLOSED.match(text, end)):
        end = closed.end()
    held = text[start:end]
    behind, ahead = text[:start].rstrip(), text[end:].lstrip()
    opening, closing = behind[-1:], ahead[:1]
    if opening in _OPENING and held.count(_OPENING[opening]) > held.count(opening):
        start = len(behind) - 1
    elif closing in _CLOSING and held.count(_CLOSING[closing]) > held.count(closing):
        end = len(text) - len(ahead) + 1
    return start, end


def _joined(text: str, ranges: Sequence[Span]) -> tuple[Span, ...]:
    """The ranges in order, those that overlap or have only space or punctuation between them made one."""
    joined: list[Span] = []
    for start, end in sorted(ranges):
        if joined and not any(c.isalnum() for c in text[joined[-1][1] : start]):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
