"""Country names as each of the six languages writes them in a sentence: with articles, prepositions, cases, prefixes.

Names are the short ones of the United Nations, and the full ones where only these are used. What is not certain for a
country (whether Spanish sets an article, what case ending Russian has) is marked in ``country_forms.json`` and refused.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache

from tm.data import load
from tm.forms import Place, UncertainError

Styled = tuple[Hashable, str]

_FRENCH_BEFORE = re.compile(
    r"(?:(?<=\s)|(?<=^)|(?<=[(«\u00a0]))(?:de la |de l'|à la |à l'|d'|l'|du |des |de |au |aux |en |à |la |le |les )\Z",
    re.IGNORECASE,
)
_SPANISH_BEFORE = re.compile(
    r"(?:(?<=\s)|(?<=^)|(?<=\())(?:del |al |(?:de |a )?(?:el |la |los |las )|de |a )\Z", re.IGNORECASE
)
_ENGLISH_BEFORE = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=\())the \Z", re.IGNORECASE)
_RUSSIAN_BEFORE = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=\())(?:в|во|на|из) \Z", re.IGNORECASE)
_BEFORE = {"en": _ENGLISH_BEFORE, "fr": _FRENCH_BEFORE, "es": _SPANISH_BEFORE, "ru": _RUSSIAN_BEFORE}
#: Where a sentence or a quotation begins.
_OPENING = re.compile(r"(?:^|[.!?]\s+|[«“\"]\s?)\Z")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s+\Z")
_SPANISH_PREPOSITIONS = frozenset(["de", "a", "en", "con", "por", "para", "entre", "contra", "hacia", "desde", "sobre"])
_ARABIC_PREPOSITIONS = frozenset(["في", "من", "إلى", "على", "عن", "بين", "لدى", "مع", "ضد"])
#: Nouns that a country follows as their genitive: what agrees with it agrees with them.
_ARABIC_HEADS = frozenset(
    ["حكومة", "لحكومة", "وحكومة", "جمهورية", "ممثل", "ممثلة", "وفد", "ووفد", "شعب", "إقليم", "أراضي", "وزير", "رئيس"]
)
_ARABIC_PREFIXES = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")
_GENITIVE = frozenset(["от", "для", "до", "у", "без", "против", "около", "относительно", "вне", "после", "среди"])
#: Marks in the data: does not decline; only the words before the last do; irregular; not certain.
_FIXED, _LAST_FIXED, _IRREGULAR, _DOUBTFUL = "=", "+", "*", "?"


@dataclass(frozen=True, slots=True)
class Name:
    """A country's name in one language, and what grammar needs to know of it."""

    #: Without article.
    name: str
    article: str = ""
    #: ``m``, ``f`` or "" when it is not known.
    gender: str = ""
    #: French preposition before a name without article; "на" in Russian where "в" is not used.
    preposition: str = ""
    #: Mark of the data on what cannot be told.
    mark: str = ""

    @property
    def agreement(self) -> tuple[str, bool]:
        """What verbs and adjectives agree with: gender and plural."""
        return self.gender, self.article in {"les", "los", "las"}


def extended(place: Place) -> Place:
    """The place with the article and preposition before the name that depend on it."""
    pattern = _BEFORE.get(place.primary)
    found = pattern.search(place.before.replace("’", "'").replace("\u00a0", " ")) if pattern else None
    return Place(place.text, found.start(), place.end, place.primary, place.relation) if found else place


def rewrite_country(place: Place, old: str, new: str) -> str:
    """The new country, by ISO 3166 code, in the form in which the old one stands at the place, already extended.

    Raises:
        UncertainError: a name is not known, or its article, preposition, case or what agrees with it cannot be told.
    """
    styles = fitting(place, old)
    writings = dict(country_forms(new, place.primary))
    found = {writings[style] for style in styles if style in writings}
    if len(found) != 1:
        raise UncertainError(f"which form of “{_name(new, place.primary).name}” fits here is not certain")
    if not _agrees(place, styles, old, new):
        raise UncertainError("words that agree with the country may have to change")
    return respelt(place, found.pop())


def fitting(place: Place, code: str) -> list[Hashable]:
    """The styles that write the country as it stands at the place and that the words around allow.

    Raises:
        UncertainError: there is none.
    """
    country_forms(code, place.primary)  # says so when the name is not known
    allowed = [style for style in styles_of(place, code) if _allows(place, style)]
    if not allowed:
        raise UncertainError(f"“{place.written}” is not a form of the name that can be rewritten")
    return allowed


def styles_of(place: Place, code: str) -> set[Hashable]:
    """The styles that write the country as it stands at the place; none when its name is not known."""
    written = _plain(place.written)
    return {style for style, text in _known_forms(code, place.primary) if _plain(text) == written}


def respelt(place: Place, text: str) -> str:
    """The text with the apostrophes of the place, and with a capital where a sentence begins."""
    if "’" in place.text or "'" not in place.text:
        text = text.replace("'", "’")
    opens = place.written[:1].isupper() and _OPENING.search(place.before)
    return text[:1].upper() + text[1:] if opens else text


@cache
def country_forms(code: str, primary: str) -> tuple[Styled, ...]:
    """The writings of a country in a language by style.

    >>> dict(country_forms("ML", "fr"))["in"], dict(country_forms("DZ", "fr"))["in"]
    ('au Mali', 'en Algérie')
    """
    makers = {"en": _english, "fr": _french, "es": _spanish, "ru": _russian, "ar": _arabic, "zh": _chinese}
    maker = makers.get(primary)
    return tuple(maker(_name(code, primary))) if maker else ()


@cache
def _name(code: str, primary: str) -> Name:
    entry = load("country_forms").get(code, {}).get(primary, "")
    if not entry:
        raise UncertainError(f"the form of the name of {code} is not known")
    text, _, rest = entry.partition("|")
    gender, _, preposition = rest.partition("|")
    mark = text[-1] if text[-1] in _FIXED + _LAST_FIXED + _IRREGULAR + _DOUBTFUL else ""
    text = text.removesuffix(mark)
    article = ""
    if primary == "ru" and text.startswith("на "):
        text, preposition = text.removeprefix("на "), "на"
    elif primary in {"en", "fr", "es"}:
        found = re.match(r"(?:the|le|la|les|el|los|las) (?=[^\W_])|l'", text)
        if found:
            article, text = found.group().strip(), text[found.end() :]
    if not gender:
        gender = _gender(text, article, primary, mark)
    return Name(text, article, gender, preposition, mark)


def _gender(text: str, article: str, primary: str, mark: str) -> str:
    if article in {"la", "las"}:
        return "f"
    if primary == "ar":
        return "f"
    if primary == "ru":
        return "" if mark == _FIXED else "f" if text.split()[0][-1] in "ая" else "m"
    return "f" if primary == "es" and text.split()[0].endswith("a") else "m"


def sort_key(code: str, primary: str) -> str:
    """What countries are ordered by in a language's lists; in Chinese their English names (as in its documents).

    Raises:
        UncertainError: the name is not known.
    """
    name = _name(code, "en" if primary == "zh" else primary).name
    if primary == "ar":
        return name.removeprefix("ال").translate(str.maketrans("أإآٱةى", "ااااهي"))
    decomposed = unicodedata.normalize("NFD", name.lower().replace("ё", "е"))
    return "".join(c for c in decomposed if not unicodedata.combining(c) or primary == "ru")


# --- forms ----------------------------------------------------------------------------------------------------------


def _english(name: Name) -> Iterator[Styled]:
    yield "text", f"{name.article} {name.name}".strip()
    yield "bare", name.name


def _french(name: Name) -> Iterator[Styled]:
    article = name.article
    link = "" if article == "l'" else " "
    yield "bare", name.name
    if not article:
        yield "the", name.name
        yield "to", f"à {name.name}"
        of = "d'" if name.name[0] in "AEÉIOU" else "de "
        yield "of", of + name.name
        yield "of the", of + name.name
        if name.preposition != _DOUBTFUL:
            yield "in", f"{name.preposition} {name.name}"
        return
    yield "the", f"{article}{link}{name.name}"
    yield "to", {"le": "au ", "les": "aux "}.get(article, f"à {article}{link}") + name.name
    yield "of the", {"le": "du ", "les": "des "}.get(article, f"de {article}{link}") + name.name
    if article == "l'":
        yield "of", f"d'{name.name}"
    else:
        yield "of", {"le": "du ", "les": "des "}.get(article, "de ") + name.name
    if name.preposition != _DOUBTFUL:
        yield "in", {"le": "au ", "les": "aux "}.get(article, "en ") + name.name


def _spanish(name: Name) -> Iterator[Styled]:
    yield "bare", name.name
    if name.mark == _DOUBTFUL:
        return
    whole = f"{name.article} {name.name}".strip()
    yield "text", whole
    yield "de", f"del {name.name}" if name.article == "el" else f"de {whole}"
    yield "a", f"al {name.name}" if name.article == "el" else f"a {whole}"


def _russian(name: Name) -> Iterator[Styled]:
    if name.mark == _DOUBTFUL:
        yield "nom", name.name
        return
    cases = _declined(name)
    yield from cases.items()
    preposition = name.preposition or ("во" if re.match(r"Вь|Фр", name.name) else "в")
    for case in ("loc", "acc"):
        yield f"in {case}", f"{preposition} {cases[case]}"
    yield "from gen", f"{'с' if name.preposition else 'из'} {cases['gen']}"


def _arabic(name: Name) -> Iterator[Styled]:
    for prefix in _ARABIC_PREFIXES:
        fused = prefix.endswith("ل") and name.name.startswith("ال")
        yield prefix, prefix + (name.name.removeprefix("ا") if fused else name.name)


def _chinese(name: Name) -> Iterator[Styled]:
    yield "", name.name


_CASES = ("nom", "gen", "dat", "acc", "ins", "loc")


def _declined(name: Name) -> dict[str, str]:
    """A Russian name in the six cases.

    >>> _declined(Name("Новая Зеландия", gender="f"))["loc"]
    'Новой Зеландии'
    """
    if name.mark == _FIXED:
        return dict.fromkeys(_CASES, name.name)
    words = name.name.split()
    fixed = words.pop() if name.mark == _LAST_FIXED else ""
    if name.mark == _IRREGULAR:
        endings = {
            "Египет": ("Египт", ("а", "у", "", "ом", "е")),
            "Филиппины": ("Филиппин", ("", "ам", "ы", "ами", "ах")),
        }
        stem, rest = endings[name.name]
        found = [name.name, *(stem + ending for ending in rest)]
        found[3] = name.name
        return dict(zip(_CASES, found, strict=True))
    columns = [_adjective(word) for word in words[:-1]] + [_noun(words[-1], name.gender)]
    return {
        case: " ".join([column[i] for column in columns] + ([fixed] if fixed else [])) for i, case in enumerate(_CASES)
    }


def _adjective(word: str) -> list[str]:
    if word.endswith("ая"):
        stem = word[:-2]
        return [word, stem + "ой", stem + "ой", stem + "ую", stem + "ой", stem + "ой"]
    stem = word[:-2]
    return [word, stem + "ого", stem + "ому", word, stem + "ым", stem + "ом"]


def _noun(word: str, gender: str) -> list[str]:
    last, stem = word[-1], word[:-1]
    if word.endswith("ия"):
        endings = ("и", "и", "ю", "ей", "и")
    elif last == "я":
        endings = ("и", "е", "ю", "ей", "е")
    elif last == "а":
        hushed = stem[-1] in "жшчщ"
        endings = ("и" if hushed or stem[-1] in "кгх" else "ы", "е", "у", "ей" if hushed else "ой", "е")
    elif last == "ь" and gender == "f":
        endings = ("и", "и", "ь", "ью", "и")
    elif last in "ьй":
        endings = ("я", "ю", last, "ем", "е")
    else:
        stem, endings = word, ("а", "у", "", "ом", "е")
    return [word, *(stem + ending for ending in endings)]


# --- what the place tells -------------------------------------------------------------------------------------------


def alone(place: Place) -> bool:
    """Whether nothing but the country stands in the text, or a list or heading sets it off."""
    before, after = place.before.rstrip(), place.after.lstrip()
    return (not before or before[-1] in ":：;；(（,،、•–—") and (not after or after[0] in ")）;；,،、:：\n")


def _allows(place: Place, style: Hashable) -> bool:
    """Whether the words around allow a style."""
    relation, word = place.relation, _word_before(place)
    if place.primary in {"en", "es"}:
        if alone(place) or style == "bare":
            return alone(place) and (style == "bare" or _article(place))
        return not (place.primary == "en" and word == "the")
    if place.primary == "fr":
        known = {"in": {"in"}, "to": {"to"}, "of": {"of", "of the"}}.get(relation)
        return known is None or style in {"bare", "the"} or style in known
    if place.primary == "ru":
        return _allows_case(str(style), relation, word)
    return True


def _article(place: Place) -> bool:
    """Whether an article stands before the name, as in a sentence."""
    return bool(re.match(r"(?:the|el|la|los|las|del|al) ", place.written, re.IGNORECASE))


def _word_before(place: Place) -> str:
    found = _LAST_WORD.search(place.before)
    return found[1].lower() if found else ""


def _allows_case(style: str, relation: str, word: str) -> bool:
    if style.startswith("in "):
        wanted = {"in": "in loc", "to": "in acc"}.get(relation)
        return wanted is None or style == wanted
    if style == "from gen":
        return True
    if word in {"к", "ко", "по"}:
        return style == "dat"
    if word in _GENITIVE:
        return style == "gen"
    if word in {"о", "об", "в", "во", "на"}:
        return style == "loc"
    if word in {"между", "с", "со"}:
        return style == "ins"
    if not word:
        return True
    wanted = {"of": "gen", "to": "dat"}.get(relation)
    return wanted is None or style == wanted


def _agrees(place: Place, styles: list[Hashable], old: str, new: str) -> bool:
    """Whether nothing around has to agree with the country, or both countries are of one gender and number."""
    primary = place.primary
    was, now = _name(old, primary), _name(new, primary)
    if primary in {"en", "zh"} or alone(place) or (was.gender and was.agreement == now.agreement):
        return True
    word = _word_before(place)
    if primary == "fr":
        return not {"bare", "the"} & set(styles)
    if primary == "es":
        return word in _SPANISH_PREPOSITIONS or bool({"de", "a"} & set(styles))
    if primary == "ru":
        return "nom" not in styles and not (set(styles) & {"acc"} and not word)
    governed = set(styles) <= {"ب", "ل", "ك", "وب", "ول"}
    return governed or word in _ARABIC_PREPOSITIONS | _ARABIC_HEADS or place.relation != ""


def _plain(text: str) -> str:
    text = text.replace("’", "'").replace("\u00a0", " ")
    return text[:1].lower() + text[1:]


# --- the relation in the source -------------------------------------------------------------------------------------

_RELATIONS = {
    "en": {"in": "in", "within": "in", "to": "to", "of": "of"},
    "es": {"en": "in", "a": "to", "de": "of"},
    "ar": {"في": "in", "إلى": "to"},
}
_CHINESE_RELATION = re.compile(r"(?:(在)|([向对]))\Z")


def relation(place: Place, code: str) -> str:
    """What the text says before a country, at a place already extended: ``in``, ``to``, ``of``, or "" when unclear."""
    primary = place.primary
    if primary == "zh":
        found = _CHINESE_RELATION.search(place.before)
        return ("in" if found[1] else "to") if found else ""
    if primary in {"fr", "ru"}:
        meanings = {_MEANING.get(str(style), "") for style in styles_of(place, code)}
        return meanings.pop() if len(meanings) == 1 else ""
    if primary == "es" and place.written.lower().startswith(("de", "a")):
        return "of" if place.written.lower().startswith("de") else "to"
    if primary == "ar" and place.written.startswith("لل"):
        return "to"
    return _RELATIONS.get(primary, {}).get(_word_before(place), "")


_MEANING = {
    "in": "in",
    "to": "to",
    "of": "of",
    "of the": "of",
    "in loc": "in",
    "in acc": "to",
    "gen": "of",
    "dat": "to",
}


def alike(place: Place, code: str, other: Place, other_code: str) -> bool:
    """Whether two countries stand in one form and relation, articles and prepositions before them included."""
    mine, theirs = styles_of(place, code), styles_of(other, other_code)
    return bool(mine & theirs) if mine and theirs else code == other_code


def _known_forms(code: str, primary: str) -> tuple[Styled, ...]:
    try:
        return country_forms(code, primary)
    except UncertainError:
        return ()
