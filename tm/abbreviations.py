"""Full stops that end no sentence, since they belong to the word before: the abbreviations and labels of a language."""

import re
from dataclasses import dataclass
from functools import cache

from tm import data
from tm.text import CJK, MARKS

#: Longest abbreviation looked for before a stop, in characters.
_REACH = 24
#: Longest beginning of a sentence that is held against the ``openings`` and the printed labels, in characters.
_OPENING_REACH = 80
#: A remark in brackets with no stop of its own belongs to the sentence before it.
_REMARK_AFTER = re.compile(r"\s*(?:\([^()]*[^().!?…]\)|\[[^\[\]]*[^\[\].!?…]\])")
#: The last word of a text, its characters in reverse order.
_WORD_BEFORE = re.compile(rf"(?:[^\W_{CJK}]|[.\-ºªᵒ’'{MARKS}])+")
#: A word and the last word before it.
_TWO_BEFORE = re.compile(r"([^\W\d_]+)\s[^\s]+\Z")
_ELISION = re.compile(r"\A(?:l|d|qu|n|s|j|m|t|c)[’']", re.IGNORECASE)
_NUMERAL = re.compile(r"\d|[IVXLC]+\Z|[A-ZА-Я]\Z")
#: Figures behind letters or a sign: IT-95-5/18, E/CN.4, UN 4471, +41 22.
_CODE = re.compile(r"\s*(?:\+?[A-ZА-Я]{0,5}[-./]?\d|[A-ZА-Я]{1,5}[/-][A-ZА-Я\d]|[A-ZА-Я]{2,5}\s\d)")
#: A number announced by its sign: Suppl. No. 8.
_NUMBER_SIGN = re.compile(r"\s*(?:(?:№|[Nn](?:os?\b|úms?\b|\.?[ºᵒ°]))\.?\s*\d|No\.\s)")
#: A figure at the end, with an ending or not, or a word that may be part of one: 2015, 1990-х, 3 млн.
_FIGURE_BEFORE = re.compile(r"(?:\d(?:-[^\W\d_]{1,2})?|(?<![^\W_])([^\W\d_]{2,4})\.?)\s*\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*-?[^\W\d_]\Z")
#: Initials printed as one word, which may be a country's: U.S, O.N.U.
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_ARABIC_LETTERS = re.compile(r"(?:[\u0621-\u064a]\.)*[\u0621-\u064a]\Z")
#: A conjunction or preposition written together with initials: وأ.د.
_ARABIC_PREFIX = re.compile(r"\A[وفبلك](?=[\u0621-\u064a]\.)")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_NUMERAL = re.compile(r"(?:[A-Z]|[IVXLC]+)\Z")
_CONSONANT = "[b-df-hj-np-tv-xzбвгджзклмнпрстфхцчшщъь]"
#: Words with no vowel, as only abbreviations are.
_VOWELLESS = re.compile(rf"{_CONSONANT}{{2,}}\Z", re.IGNORECASE)
#: A short word that ends with two consonants is taken for a title before an initial: адв. А. Рахимов.
_TITLE = re.compile(rf"[^\W\d_]{{,4}}{_CONSONANT}{{2}}\Z", re.IGNORECASE)
#: A short word that begins with two consonants as no word or name does: Lcda., Sdad.
IMPOSSIBLE = (
    r"(?:b(?![lry])|c(?![hlrnz])|d(?![hjrwz])|f(?![jlr])|g(?![hlnrw])|j(?!h)|l(?![lh])|p(?![fhlnrst])|q(?!u)|r(?![h])"
    r"|t(?![chjlrswz])|v(?![lr])|s(?![bcfghjklmnpqrtvwz]))[b-df-hj-np-tv-xz]\p{L}{1,4}"
)
_IMPOSSIBLE = re.compile(IMPOSSIBLE.replace(r"\p{L}", r"[^\W\d_]") + r"\Z", re.IGNORECASE)
_INITIAL_AFTER = re.compile(r"\s+[A-ZА-Я]\.\s?[A-ZА-Я]")
#: Plural initials, doubled: RR. HH.; numerals such as II are none.
_DOUBLED = re.compile(r"([A-HJ-WYZ])\1\Z")
_DOUBLED_AFTER = re.compile(r"\s?([A-Z])\1\.")
_TWO_DOUBLED = re.compile(r"([A-Z])\1\.([A-Z])\2\Z")
#: A printed number or letter that opens a sentence is a label, not a sentence.
_NUMBER = r"(?:[IVXLC]{1,6}(?:\.[A-Z])?|[^\W\d_]|\d{1,4}(?:[./]\d{1,3})*)"
_LABEL = re.compile(rf"\s*(?:[(（]?{_NUMBER}|第[^\s.]{{1,6}}[条章节款项])\.\Z")
#: So is one with the noun that it counts, or with more labels after it: Article 14 bis. 1.
_NAMED_LABEL = re.compile(
    rf"\s*(?:([^\W\d_]+)\.?\s?)?{_NUMBER}(?:\s(?:bis|ter|quater|quinquies|sexies))?(?:[.\s–-]+(?:\d{{1,3}}|[IVXLC]{{1,6}}))*\.\Z"
)
#: The label of the next paragraph, run on.
_LABEL_AFTER = re.compile(r"\s*\d{1,3}\.\s")
#: A label after what opens a quotation or item: “1. Each State …”; to renew; and 2. To request.
_INNER_LABEL = re.compile(
    r"(?:[“«„「『(（：；]\s*|[:;؛]\s+(?:[^\W\d_]{1,3}\s)?)(?:\d{1,2}(?:\.\d{1,2})*|[IVXLC]{1,5}|[^\W\d_])\Z"
)
#: Longest label in a sentence, with what opens before it, in characters.
_LABEL_REACH = 14
_LABEL_BEFORE = re.compile(r"(?:\d{1,4}\.\s+)?")
_SPACED_ABBREVIATION = re.compile(r"(?:(?<=\s)|(?<=\()|\A)((?:[^\W\d_]{1,2}\.\s){1,3}[^\W\d_]{1,3})\Z")
#: Its last stop is no farther than this from its end.
_SPACED_REACH = 5
#: Fewest letters of a word that is no preposition or article, and of one that begins a sentence and no surname.
_NOUN_LETTERS, _STARTER_LETTERS = 4, 3
#: Languages in whose script an English abbreviation cannot be taken for a word.
_OTHER_SCRIPTS = frozenset(("ar", "ru", "zh"))


@dataclass(frozen=True, slots=True)
class Rules:
    """What a language abbreviates; words in small letters, without their last stop."""

    #: Titles and the like: a sentence goes on whatever follows.
    always: frozenset[str]
    #: A sentence goes on before a figure, a roman numeral or a letter.
    before_number: frozenset[str]
    #: These often end a sentence as well: it goes on only before a figure or a small letter.
    ends: frozenset[str]
    #: Months cut short: a sentence goes on before a figure or a small letter.
    months: frozenset[str]
    #: What stands between the parties of a case (Sow v. Diallo), in small letters only; elsewhere it counts.
    versus: frozenset[str]
    #: Nouns that a letter or numeral counts (annex I. The …); it is then no initial.
    numbered: frozenset[str]
    #: As ``ends`` after a figure (2015 г.), as ``always`` after anything else (г. Москва).
    after_number: frozenset[str]
    #: Words that are part of a figure (3 млн. т).
    quantities: frozenset[str]
    #: Words before which a sentence goes on after an abbreviation of ``ends``.
    continued: frozenset[str]
    #: Articles: what is abbreviated after them names something (la Cía. Minera) and rarely ends a sentence.
    articles: frozenset[str]
    #: Words that begin a sentence after initials (the U.K. Nobody …).
    starters: frozenset[str]
    #: Of those, the ones that also begin surnames (A. Del Toro).
    particles: frozenset[str]
    #: A beginning that is no sentence yet, though it ends with an abbreviation of ``ends``; it matches all of it.
    openings: re.Pattern[str] | None
    chinese: bool
    arabic: bool


@cache
def rules_of(tag: str) -> Rules:
    """The rules of a language by its primary subtag; those of Latin citations alone for one we know nothing of."""
    own = data.load("sentences").get(tag, {})
    english = data.load("sentences")["en"]

    def words(key: str, *, with_english: bool = False) -> frozenset[str]:
        return frozenset((*own.get(key, ()), *(english[key] if with_english else ())))

    return Rules(
        words("always", with_english=tag in _OTHER_SCRIPTS),
        # Citations stand in English in documents of every language ("United Nations, Treaty Series, vol. 2225").
        words("before_number", with_english=bool(own)),
        words("ends", with_english=tag in _OTHER_SCRIPTS),
        words("months", with_english=tag in _OTHER_SCRIPTS),
        words("versus", with_english=tag in _OTHER_SCRIPTS),
        words("numbered"),
        words("after_number"),
        words("quantities"),
        words("continued", with_english=tag in _OTHER_SCRIPTS),
        words("articles"),
        words("starters"),
        words("particles"),
        re.compile(own["openings"]) if own.get("openings") else None,
        tag == "zh",
        tag == "ar",
    )


def is_abbreviation(text: str, start: int, stop: int, following: str, rules: Rules) -> bool:
    """Whether the full stop at that place belongs to the word before it, given the word after it.

    ``start`` is where the sentence began.
    """
    if stop - start < _OPENING_REACH and _is_label(text, start, stop, rules):
        return True
    if _INNER_LABEL.search(text, max(start, stop - _LABEL_REACH), stop):
        return True
    printed = _words_before(text, start, stop)
    for name in printed:
        said = _says_listed(text, start, stop, name, following, rules)
        if said is not None:
            return said
    return bool(printed) and _is_unlisted(text, start, stop, printed, following, rules)


def _is_label(text: str, start: int, stop: int, rules: Rules) -> bool:
    """Whether all that the sentence holds so far is a printed label."""
    if _LABEL.match(text, start, stop + 1):
        return True
    named = _NAMED_LABEL.match(text, start, stop + 1)
    if named is None:
        return False
    noun = named.group(1)
    return noun is None or any(
        noun.casefold() in words for words in (rules.numbered, rules.before_number, rules.always)
    )


def _says_listed(text: str, start: int, stop: int, name: str, following: str, rules: Rules) -> bool | None:
    """Whether a sentence goes on after a word of the lists; None for a word that they do not decide."""
    word = name.casefold()
    if name in rules.versus:
        return True
    if word in rules.always or word.rpartition("-")[2] in rules.always:
        return not (_is_after_figure(text, start, stop - len(name), rules) and following.casefold() in rules.starters)
    if word in rules.months:
        return following[0].isdigit()
    if word in rules.before_number and (
        _NUMERAL.match(following)
        or _NUMBER_SIGN.match(text, stop + 1)
        or _CODE.match(text, stop + 1)
        or _REMARK_AFTER.match(text, stop + 1)
    ):
        return True
    if len(name) == 1 and name.isupper():
        return None
    counted = word in rules.after_number
    if counted and (not _is_after_figure(text, start, stop - len(name), rules) or _is_foreign_numeral(name, following)):
        return True
    if counted or word in rules.ends:
        return _goes_on(text, start, stop, name, following, rules)
    if _ACRONYM.match(name) and name == text[stop - len(name) : stop] and following.casefold() in rules.starters:
        return False
    return None


def _is_foreign_numeral(name: str, following: str) -> bool:
    """Whether a Latin letter or numeral follows a word of another script, which counts it: ч. B."""
    return not _LATIN.match(name) and bool(_LATIN_NUMERAL.match(following))


def _is_after_figure(text: str, start: int, place: int, rules: Rules) -> bool:
    """Whether the word that begins there, or its spaced form, follows a figure: 20 г., 1990-х гг., 3 млн. т."""
    before = _FIGURE_BEFORE.search(text, max(start, place - _REACH), place)
    return before is not None and (before.group(1) is None or before.group(1).casefold() in rules.quantities)


def _goes_on(text: str, start: int, stop: int, name: str, following: str, rules: Rules) -> bool:
    """Whether a sentence goes on after an abbreviation that may end it."""
    if following[0].isdigit():
        return not _LABEL_AFTER.match(text, stop + 1)
    if "." in name and _INITIAL_AFTER.match(text, stop + 1):
        # A degree before a person's name: к. ю. н. Д. И. Петров.
        return True
    if (
        following.casefold() in rules.continued
        or _NUMBER_SIGN.match(text, stop + 1)
        or _REMARK_AFTER.match(text, stop + 1)
    ):
        return True
    if rules.arabic and _LATIN.match(name):
        return not following.startswith("و")
    if rules.chinese and _LATIN.match(name):
        return True
    if _word_before(text, start, stop).casefold() in rules.articles and following.casefold() not in rules.starters:
        return True
    if rules.openings is None or stop - start > _OPENING_REACH:
        return False
    begin = start + len(text[start:stop]) - len(text[start:stop].lstrip())
    label = _LABEL_BEFORE.match(text, begin, stop)
    return label is not None and rules.openings.fullmatch(text, label.end(), stop) is not None


def _is_unlisted(text: str, start: int, stop: int, printed: list[str], following: str, rules: Rules) -> bool:
    """Whether a word that is in no list is an abbreviation by its form."""
    last = printed[-1]
    starts = following.casefold() in rules.starters
    if _DOUBLED.match(last) and (
        _DOUBLED_AFTER.match(text, stop + 1) or (_TWO_DOUBLED.match(printed[0]) and not starts)
    ):
        return True
    if _VOWELLESS.match(last) and not last.isupper() and not starts:
        return not _is_after_figure(text, start, stop - len(last), rules)
    if _IMPOSSIBLE.match(last) and not starts and not last.isupper():
        return True
    if _TITLE.match(last) and _INITIAL_AFTER.match(text, stop + 1):
        return True
    if following[0].isdigit() and any(map(_ACRONYM.match, printed)):
        # A postcode or box: "New York, N.Y. 10017".
        return not _LABEL_AFTER.match(text, stop + 1)
    if rules.arabic and _is_after_figure(text, start, stop - len(last), rules):
        return False
    if not following[0].isalpha() or not any(_is_initial(word, following, rules) for word in printed):
        return False
    noun = _word_before(text, start, stop)
    if len(last) > 1:
        return True
    if noun.casefold() in rules.numbered:
        return False
    is_noun = noun.islower() and len(noun) >= _NOUN_LETTERS
    begins = starts and len(following) >= _STARTER_LETTERS and following.casefold() not in rules.particles
    return not (is_noun and begins)


def _word_before(text: str, start: int, stop: int) -> str:
    """The word before the one that the stop follows, as printed; "" where there is none."""
    found = _TWO_BEFORE.search(text, max(start, stop - _REACH), stop)
    return found.group(1) if found else ""


def _words_before(text: str, start: int, stop: int) -> list[str]:
    """What the stop at that place may abbreviate, as printed, without elided articles and spaces."""
    before = text[max(start, stop - _REACH) : stop]
    found = []
    if "." in before[-_SPACED_REACH:]:
        spaced = _SPACED_ABBREVIATION.search(before)
        if spaced:
            found.append("".join(spaced.group().split()))
    word = _WORD_BEFORE.match(before[::-1])
    if word:
        found.append(word.group()[::-1])
    return [_ARABIC_PREFIX.sub("", _ELISION.sub("", one)) for one in found]


def announces(text: str, following: str, rules: Rules) -> bool:
    """Whether a text that ends with a stop ends with a title or the abbreviation of a reference that is completed."""
    words = {word.casefold() for word in _words_before(text, 0, len(text) - 1)}
    if not words.isdisjoint(rules.always):
        return True
    return bool(_NUMERAL.match(following)) and not words.isdisjoint(rules.before_number | rules.after_number)


def _is_initial(word: str, following: str, rules: Rules) -> bool:
    if rules.arabic and _ARABIC_LETTERS.match(word):
        return len(word) == 1 or not following.startswith("و")
    return bool(_INITIALS.match(word)) and word[-1].isupper()
