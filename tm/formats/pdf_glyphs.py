"""The glyphs of a PDF page and where they stand: a page's drawing instructions followed as far as they draw text."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from pypdf import PageObject
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

# The one part of pypdf that reads fonts; it has no public name yet, so the release is bounded in setup.cfg.
from pypdf.generic._font import Font

#: A transformation as PDF writes it: ``x' = a x + c y + e``, ``y' = b x + d y + f``.
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

#: What stands for a glyph whose font does not tell its character.
UNKNOWN = "\ufffd"
#: Forms drawn inside forms, and forms drawn on one page, before the page is refused.
_DEEPEST_FORM, _MOST_FORMS = 12, 5_000
#: Glyphs of one text whose baselines differ by less, in shares of their height, stand on one line.
_LEVEL = 0.02
#: Units of a font's widths in one em.
_EM = 1000.0


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph, in points, on a page turned so that its text runs to the right."""

    #: Its characters: one, more for a ligature, none where its font says so.
    text: str
    #: Left end, and baseline counted upwards.
    x: float
    y: float
    width: float
    #: Height of the face.
    size: float
    #: How far its text is turned against the page, in degrees: 0, 90, 180, 270.
    turn: int = 0


class TooDeepError(Exception):
    """Forms inside forms without end, or more of them than any real page has."""


@dataclass(frozen=True, slots=True)
class _State:
    """What ``q`` keeps and ``Q`` brings back."""

    page: Matrix = IDENTITY
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


#: The fonts of a file that were read already, by the number and generation of their objects.
Fonts = dict[tuple[int, int], Font]


@dataclass(slots=True)
class _Pen:
    """Where the next glyph goes, while a page is followed."""

    state: _State = field(default_factory=_State)
    kept: list[_State] = field(default_factory=list)
    text: Matrix = IDENTITY
    line: Matrix = IDENTITY
    forms: int = 0
    fonts: Fonts = field(default_factory=dict)


class _Box(NamedTuple):
    """What is shown of a page, in points."""

    left: float
    bottom: float
    right: float
    top: float


def glyphs(page: PageObject, fonts: Fonts) -> list[Glyph]:
    """The glyphs of a page in the order they are drawn, on the page as it is shown; what lies off the page is left out.

    ``fonts`` is the same for all pages of a file: each font is read once.

    Raises:
        TooDeepError: forms are nested too deep; and whatever pypdf raises for a damaged page.
    """
    contents = page.get_contents()
    if contents is None:
        return []
    resources = _resources(page)
    pen = _Pen(_State(page=_shown(page)), fonts=fonts)
    drawn = _follow(ContentStream(contents, page.pdf, "bytes"), resources, pen, page, 0)
    box = _Box(*(float(one) for one in page.cropbox))
    corners = [_times((1.0, 0.0, 0.0, 1.0, x, y), pen.state.page)[4:] for x, y in (box[:2], box[2:])]
    shown = _Box(*map(min, *corners), *map(max, *corners))
    return [glyph for glyph in drawn if glyph.text and _is_on(glyph, shown)]


def _is_on(glyph: Glyph, box: _Box) -> bool:
    """Whether a glyph stands on the page, at least in part."""
    x, y = {0: (glyph.x, glyph.y), 90: (-glyph.y, glyph.x), 180: (-glyph.x, -glyph.y), 270: (glyph.y, -glyph.x)}[
        glyph.turn
    ]
    reach = glyph.size / 2
    return box.left - reach <= x <= box.right + reach and box.bottom <= y <= box.top + reach


def _shown(page: PageObject) -> Matrix:
    """The transformation that turns a page as its ``/Rotate`` says."""
    return {0: IDENTITY, 90: (0.0, -1.0, 1.0, 0.0, 0.0, 0.0), 180: (-1.0, 0.0, 0.0, -1.0, 0.0, 0.0),
            270: (0.0, 1.0, -1.0, 0.0, 0.0, 0.0)}.get(page.rotation % 360, IDENTITY)  # fmt: skip


def _resources(owner: DictionaryObject) -> DictionaryObject:
    """The resources of a page or form, inherited from the pages above it."""
    node: Any = owner
    for _ in range(_DEEPEST_FORM * 4):
        if "/Resources" in node:
            found = node["/Resources"].get_object()
            return found if isinstance(found, DictionaryObject) else DictionaryObject()
        if "/Parent" not in node:
            break
        node = node["/Parent"].get_object()
    return DictionaryObject()


def _named(resources: DictionaryObject, group: str, name: object) -> Any:
    found = resources.get(group)
    entries = found.get_object() if found is not None else None
    if not isinstance(entries, DictionaryObject) or name not in entries:
        return None
    return entries[name].get_object()


def _follow(
    content: ContentStream, resources: DictionaryObject, pen: _Pen, page: PageObject, depth: int
) -> Iterator[Glyph]:
    """The glyphs that a content stream draws, the forms it uses included."""
    fonts: dict[str, Font | None] = {}
    #: Text that replaces what is drawn inside marked content, one entry a level; None where nothing is replaced.
    replaced: list[str | None] = []
    drawn: list[Glyph] = []
    for operands, operator in content.operations:
        if operator in {b"Tj", b"TJ", b"'", b'"'}:
            found = list(_shows(operator, operands, pen))
            if any(text is not None for text in replaced):
                drawn += found
            else:
                yield from found
        elif operator in {b"BDC", b"BMC"}:
            outside = all(text is None for text in replaced)
            replaced.append(_actual_text(operands, resources) if operator == b"BDC" and outside else None)
        elif operator == b"EMC":
            if replaced and (text := replaced.pop()) is not None:
                yield from _as_one(drawn, text)
                drawn = []
        elif operator == b"Do":
            yield from _form(operands, resources, pen, page, depth)
        elif operator == b"Tf":
            _set_font(operands, resources, pen, fonts)
        else:
            _move(operator, [float(one) for one in operands if isinstance(one, int | float)], pen)
    yield from drawn


def _actual_text(operands: Sequence[Any], resources: DictionaryObject) -> str | None:
    """The text that marked content says it stands for, or None."""
    found = operands[1] if len(operands) > 1 else None
    if isinstance(found, str):
        found = _named(resources, "/Properties", found)
    text = found.get("/ActualText") if isinstance(found, DictionaryObject) else None
    if isinstance(text, bytes):
        return text.decode("utf-16" if text[:2] in {b"\xfe\xff", b"\xff\xfe"} else "latin-1", "replace")
    return str(text) if text is not None else None


def _as_one(drawn: Sequence[Glyph], text: str) -> Iterator[Glyph]:
    """The glyphs of marked content as the text it stands for, at their place."""
    if not drawn:
        return
    # The widest is the letter; marks stand above or below its line and may reach beyond it.
    letter = max(drawn, key=lambda glyph: glyph.width)
    level = [glyph for glyph in drawn if abs(glyph.y - letter.y) < _LEVEL * letter.size]
    left = min(glyph.x for glyph in level)
    yield replace(letter, text=text, x=left, width=max(glyph.x + glyph.width for glyph in level) - left)


def _form(
    operands: Sequence[Any], resources: DictionaryObject, pen: _Pen, page: PageObject, depth: int
) -> Iterator[Glyph]:
    """The glyphs of a form drawn as one; pictures have none."""
    form = _named(resources, "/XObject", operands[0]) if operands else None
    if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
        return
    pen.forms += 1
    if depth >= _DEEPEST_FORM or pen.forms > _MOST_FORMS:
        raise TooDeepError
    kept, matrix = pen.state, [float(one) for one in form.get("/Matrix", ArrayObject()) if isinstance(one, int | float)]
    if len(matrix) == len(IDENTITY):
        pen.state = replace(kept, page=_times(_matrix(matrix), kept.page))
    own = _resources(form) if "/Resources" in form else resources
    saved, pen.kept = pen.kept, []
    yield from _follow(ContentStream(form, page.pdf, "bytes"), own, pen, page, depth + 1)
    pen.state, pen.kept = kept, saved


def _set_font(operands: Sequence[Any], resources: DictionaryObject, pen: _Pen, fonts: dict[str, Font | None]) -> None:
    name = str(operands[0]) if operands else ""
    if name not in fonts:
        entry = _named(resources, "/Font", name)
        fonts[name] = _font(entry, pen.fonts) if isinstance(entry, DictionaryObject) else None
    size = operands[1] if len(operands) > 1 and isinstance(operands[1], int | float) else pen.state.size
    pen.state = replace(pen.state, font=fonts[name], size=float(size))


def _font(entry: DictionaryObject, known: Fonts) -> Font:
    """The font of a resource, read once for the whole file."""
    reference = entry.indirect_reference
    if reference is None:
        return Font.from_font_resource(entry)
    key = reference.idnum, reference.generation
    if key not in known:
        known[key] = Font.from_font_resource(entry)
    return known[key]


def _move(operator: bytes, values: list[float], pen: _Pen) -> None:
    """Follow an instruction that draws nothing but moves the pen or changes how it writes."""
    first = values[0] if values else 0.0
    if operator == b"q":
        pen.kept.append(pen.state)
    elif operator == b"Q":
        pen.state = pen.kept.pop() if pen.kept else pen.state
    elif operator == b"cm" and len(values) == len(IDENTITY):
        pen.state = replace(pen.state, page=_times(_matrix(values), pen.state.page))
    elif operator == b"BT":
        pen.text = pen.line = IDENTITY
    elif operator == b"Tm" and len(values) == len(IDENTITY):
        pen.text = pen.line = _matrix(values)
    elif operator in {b"Td", b"TD"} and len(values) == 2:
        if operator == b"TD":
            pen.state = replace(pen.state, leading=-values[1])
        _next_line(pen, values[0], values[1])
    elif operator == b"T*":
        _next_line(pen, 0.0, -pen.state.leading)
    elif operator in _SETTINGS:
        pen.state = _SETTINGS[operator](pen.state, first)


#: Instructions that set one number of the state.
_SETTINGS: dict[bytes, Callable[[_State, float], _State]] = {
    b"Tc": lambda state, value: replace(state, spacing=value),
    b"Tw": lambda state, value: replace(state, word_spacing=value),
    b"Tz": lambda state, value: replace(state, scale=value / 100.0),
    b"TL": lambda state, value: replace(state, leading=value),
    b"Ts": lambda state, value: replace(state, rise=value),
}


def _next_line(pen: _Pen, x: float, y: float) -> None:
    pen.line = _times((1.0, 0.0, 0.0, 1.0, x, y), pen.line)
    pen.text = pen.line


def _shows(operator: bytes, operands: Sequence[Any], pen: _Pen) -> Iterator[Glyph]:
    """The glyphs of an instruction that shows text."""
    if operator in {b"'", b'"'}:
        if operator == b'"' and len(operands) == 3:
            pen.state = replace(pen.state, word_spacing=float(operands[0]), spacing=float(operands[1]))
        _next_line(pen, 0.0, -pen.state.leading)
    shown = operands[-1] if operands else b""
    for item in shown if isinstance(shown, list) else [shown]:
        if isinstance(item, bytes):
            yield from _string(item, pen)
        elif isinstance(item, int | float):
            _advance(pen, -float(item) / _EM * pen.state.size * pen.state.scale)


def _string(data: bytes, pen: _Pen) -> Iterator[Glyph]:
    """The glyphs of a string."""
    state = pen.state
    if state.font is None:
        return
    for code, text in _characters(data, state.font):
        units = state.font.space_width if code == state.font.space_char else state.font.get_text_width(code)
        width = (units / _EM * state.size) * state.scale
        place = _times((1.0, 0.0, 0.0, 1.0, 0.0, state.rise), _times(pen.text, state.page))
        across = math.hypot(place[0], place[1])
        yield _turned(text, place, width * across, state.size * math.hypot(place[2], place[3]))
        gap = state.spacing + (state.word_spacing if code == " " else 0.0)
        _advance(pen, width + gap * state.scale)


def _characters(data: bytes, font: Font) -> Iterator[tuple[str, str]]:
    """Code and characters of each glyph of a string."""
    if isinstance(font.encoding, str):
        for code in data.decode(font.encoding, "replace"):
            text = font.character_map.get(code)
            # Without a map to characters a code is a glyph's number, which says nothing.
            known = text if text is not None else UNKNOWN if _numbered(font) else code
            yield code, str(known)
        return
    for byte in data:
        code = font.encoding.get(byte, chr(byte))
        yield code, str(font.character_map.get(code, code)) if font.interpretable else UNKNOWN


def _numbered(font: Font) -> bool:
    """Whether the codes of a font are numbers of glyphs."""
    return font.encoding == "utf-16-be" and not font.character_map


def _turned(text: str, place: Matrix, width: float, size: float) -> Glyph:
    """A glyph on the page turned so that its text runs to the right."""
    a, b, _, _, x, y = place
    turn = round(math.degrees(math.atan2(b, a)) / 90) % 4 * 90
    x, y = {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[turn]
    return Glyph(text, x, y, width, size, turn)


def _advance(pen: _Pen, width: float) -> None:
    pen.text = _times((1.0, 0.0, 0.0, 1.0, width, 0.0), pen.text)


def _matrix(values: Sequence[float]) -> Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    """The transformation that makes the one, and then the other."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
