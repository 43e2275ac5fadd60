"""Our own rules of ``tm.sentence`` said as SRX, as far as what stands around a place tells that a sentence ends there.

Sets are written out, since the classes of Java's expressions know ASCII alone; what is looked back at has a bound, as
Java and ICU ask for. No rule rests on the longest match, which programs take in different ways, nor takes more of the
text after a place than it must: some programs look for such matches one behind the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_uppercase

from tm.abbreviations import IMPOSSIBLE, Rules, rules_of
from tm.lang import UN_LANGUAGES
from tm.sentence import BUT, SAYING
from tm.text import CJK

_SPACES = r"\s\u00A0\u202F\u3000"
_SPACE = f"[{_SPACES}]"
_GAP = f"{_SPACE}+"
_CLOSERS = r"\"'”’»›>」』》〉)\]}）］】"
_OPENERS = r"\"'“‘”’«„(\[{（【「『《〈［¿¡—–\-"
_INNER = ",;:،؛，、；：.!?؟。！？"
_WIDE = "。！？｡"
_CLOSED = f"(?:[{_CLOSERS}“‘]|[ \\u00A0\\u202F]»)*"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_CALL = rf"(?:[{_RAISED}]+(?:[,–-] ?[{_RAISED}]+)*|[*†‡]+|(?:\[\d{{1,3}}\])+|\(\d{{1,3}}\))?"
_PLAIN_CALL = r"\d{1,3}(?:[,–-] ?\d{1,3})*"
#: After the white space behind a stop: nothing that goes on, and no mark that still closes.
_NEW = f"(?![{_OPENERS}{_SPACES}]*[\\p{{Ll}}{_INNER}])(?!{_SPACE}*»)"
#: After a stop with no white space: no mark that belongs to it.
_NO_MARK = rf"(?![{_INNER}{_CLOSERS}{_RAISED}*†‡]|\[\d|\(\d{{1,3}}\))"
_NUMBER = r"(?:[IVXLC]{1,6}(?:\.[A-Z])?|\p{L}|\d{1,4}(?:[./]\d{1,3})*)"
#: More labels after the first: Article 14. 1.
_MORE_LABELS = f"(?:[.–\\-{_SPACES}]+(?:\\d{{1,3}}|[IVXLC]{{1,6}}))+\\."
_NUMBER_SIGN = f"(?:[+№]{_SPACE}*\\d|[Nn](?:os?|úms?)?\\.?[ºᵒ°]?{_SPACE}*\\d|No\\.{_SPACE})"
_NUMBER_AFTER = (
    f"{_SPACE}+[{_OPENERS}]*{_SPACE}*(?:\\d|[IVXLC]+(?!\\p{{L}})|[A-ZА-Я](?!\\p{{L}})"
    f"|{_NUMBER_SIGN}|[A-ZА-Я]{{1,5}}[-./]?\\d|[A-ZА-Я]{{1,5}}[/-][A-ZА-Я\\d]"
    f"|[A-ZА-Я]{{2,5}}{_SPACE}\\d)"
)
#: A figure that is no label.
_FIGURE_AFTER = f"{_GAP}(?!\\d{{1,3}}\\.{_SPACE})[{_OPENERS}]*\\d"
_REMARK_AFTER = f"{_SPACE}*(?:\\([^()]*[^().!?…]\\)|\\[[^\\[\\]]*[^\\[\\].!?…]\\])"
_CONSONANT = "[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZбвгджзклмнпрстфхцчшщъьБВГДЖЗКЛМНПРСТФХЦЧШЩЪЬ]"
#: A letter twice; programs number what is referred back to in different ways. II and XX are numerals.
_DOUBLED = f"(?:{'|'.join(letter * 2 for letter in ascii_uppercase if letter not in 'IX')})"
#: How far back an opening bracket is looked for, and how far ahead the closing one, in characters.
_OPENED, _CLOSES = 200, 300


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule as a file holds it."""

    breaks: bool
    before: str
    after: str
    #: What it is for, in a few words.
    purpose: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules, and the languages that they are for."""

    name: str
    #: Matches the whole tag of a language.
    pattern: str
    rules: tuple[WrittenRule, ...]


def _rule(breaks: bool, before: str, after: str, purpose: str) -> WrittenRule:
    """The rule, its digits those of every script, and all behind its place only looked at."""
    behind, ahead = (expression.replace(r"\d", r"\p{Nd}") for expression in (before, f"(?={after})"))
    return WrittenRule(breaks, behind, ahead, purpose)


def our_rules() -> Iterator[RuleGroup]:
    """The rules of each language, then those of all languages; they hold one after the other."""
    for lang in UN_LANGUAGES:
        letters = "".join(f"[{letter.upper()}{letter}]" for letter in lang.tag)
        yield RuleGroup(lang.name, f"{letters}(?:[-_].*)?", tuple(_Language(rules_of(lang.primary)).written()))
    common = _Language(rules_of(""))
    yield RuleGroup("Default", ".*", (*common.exceptions(), *common.initials(), *common.ends()))


class _Language:
    """Writes the rules of one language."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        #: Nothing of a word or of an abbreviation before it; Chinese characters part words as spaces do.
        self.begin = r"(?<![A-Za-z0-9.])" if rules.chinese else r"(?<![\p{L}\p{M}\p{N}.])"
        self.gap = f"(?:{_SPACE}|[{CJK}])" if rules.chinese else _SPACE
        figures = ["\\d", f"\\d{_SPACE}", f"\\d-\\p{{L}}{{1,2}}{_SPACE}"]
        if rules.quantities:
            figures.append(f"(?<!\\p{{L}}){_words(rules.quantities)}\\.?{_SPACE}")
        self.after_figure = f"(?:{'|'.join(f'(?<={figure})' for figure in figures)})"
        self.after_no_figure = "".join(f"(?<!{figure})" for figure in figures)
        starters = _starters(rules.starters)
        self.starter_after = f"{_GAP}(?:{starters})"
        self.no_starter = f"{_GAP}(?!{starters})" if starters else _GAP

    def written(self) -> Iterator[WrittenRule]:
        yield from self.exceptions()
        yield from self._listed()
        yield from self.initials()
        yield from self._by_form()
        if self.rules.chinese:
            yield from _chinese()
        elif self.rules.arabic:
            spoken = f"[.!?…؟]+[{_CLOSERS}]+"
            yield _rule(False, spoken, f"{_GAP}{SAYING}(?!\\p{{L}})", "who spoke, behind a quotation")
        else:
            yield _calls()

    def exceptions(self) -> Iterator[WrittenRule]:
        """What parts no sentence whatever the words are."""
        yield from _brackets("(", ")", _GAP)
        if self.rules.chinese:
            yield from _brackets("（", "）", "")
        omitted = f"(?<=[{_SPACES}(\\[])(?<![!?؟]{_SPACE})(?:…+|\\.{{2,}}|\\.(?: \\.)+){_CLOSED}"
        yield _rule(False, omitted, _SPACE, "an ellipsis for words left out")
        yield _rule(False, "(?:…|\\.{2,})+", f"{_SPACE}*(?:{BUT.pattern})", "an ellipsis before words that go on")
        yield from self._labels()

    @staticmethod
    def ends() -> Iterator[WrittenRule]:
        """Where sentences end, when no other rule speaks."""
        ends = f"(?:[.!?…؟۔]+{_CLOSED})+{_CALL}"
        yield _rule(True, ends, f"{_GAP}{_NEW}", "a sentence ends")
        yield _rule(True, f"(?:[{_WIDE}]+[{_CLOSERS}]*)+{_CALL}", f"{_NO_MARK}.", "a wide mark ends a sentence")

    def _labels(self) -> Iterator[WrittenRule]:
        start = f"^{_SPACE}*"
        purpose = "a number or letter that labels a paragraph"
        yield _rule(False, f"{start}[(（]?{_NUMBER}\\.", _SPACE, purpose)
        if self.rules.chinese:
            article = f"{start}第[^{_SPACES}.]{{1,6}}[条章节款项]\\."
            yield _rule(False, article, ".", purpose)
        yield _rule(False, f"{start}[(（]?{_NUMBER}{_MORE_LABELS}", _SPACE, f"{purpose}, with more of them")
        rules = self.rules
        counting = _words(rules.before_number | rules.always | rules.months | rules.after_number)
        if counting:
            word = f"(?<=(?:[\\p{{L}}\\d][\\p{{L}}\\d]|[{_CLOSERS}])[.!?…؟]{_SPACE})"
            run_on = f"(?:(?<=[{_WIDE}][{_CLOSERS}]?)|{word})(?<!{self.begin}{counting}\\.{_SPACE})\\d{{1,3}}\\."
            yield _rule(False, run_on, _SPACE, "the label of the next paragraph, run on")
        nouns = _words(rules.numbered | rules.before_number | rules.always)
        if nouns:
            suffix = f"(?:{_SPACE}(?:bis|ter|quater|quinquies|sexies))?"
            named = f"{start}{nouns}\\.?{_SPACE}?{_NUMBER}{suffix}"
            yield _rule(False, f"{named}\\.", _SPACE, "a label with its noun: Article 4.")
            yield _rule(
                False, f"{named}{_MORE_LABELS}", _SPACE, "a label with its noun and more of them: Article 4. 1."
            )
        inner = r"(?:\d{1,2}(?:\.\d{1,2})*|[IVXLC]{1,5}|\p{L})\."
        opened = f"(?:(?<=[“«„「『(（：；]{_SPACE}?)|(?<=[:;؛]{_SPACE}(?:\\p{{L}}{{1,3}}{_SPACE})?))"
        yield _rule(False, f"{opened}{inner}", _SPACE, "a label inside a sentence: “1. Each State …”")

    def _listed(self) -> Iterator[WrittenRule]:
        """The words of the lists, each with what may follow."""
        rules, begin = self.rules, self.begin
        if rules.starters:
            country = f"{begin}(?:\\p{{L}}\\.)+\\p{{Lu}}\\.{_CLOSED}"
            yield _rule(True, country, self.starter_after, "initials of a country at the end of a sentence")
        if rules.openings is not None:
            opening = rules.openings.pattern.replace(r"\w", r"\p{L}\p{N}").replace(r"\s", _SPACE)
            before = f"(?:^|(?<=\\p{{Ll}}[.!?…]{_SPACE}))(?:\\d{{1,4}}\\.{_SPACE})?(?:{opening})\\."
            yield _rule(False, before, self.gap, "a beginning that is no sentence yet")
        if rules.months:
            yield _rule(False, f"{begin}{_words(rules.months)}\\.", f"{_GAP}\\d", "months before a figure")
        counting = f"{begin}{_words(rules.before_number)}\\.{_CLOSED}"
        yield _rule(False, counting, _NUMBER_AFTER, "what counts, before a number")
        yield _rule(False, counting, _REMARK_AFTER, "what counts, before a remark in brackets")
        yield from self._ending()
        if rules.versus:
            yield _rule(False, f"{begin}(?:{'|'.join(sorted(rules.versus))})\\.", self.gap, "one party v. another")
        if rules.after_number:
            named = f"{self.after_no_figure}{begin}{_words(rules.after_number, small=True)}\\.{_CLOSED}"
            yield _rule(False, named, self.gap, "what ends a sentence after figures alone")
        if rules.always:
            before = begin if rules.chinese else f"{begin}(?:\\p{{L}}+\\.?-)?"
            titles = f"{before}{_words(rules.always)}\\.{_CLOSED}"
            if rules.starters:
                counted = f"{self.after_figure}{_words(rules.always)}\\."
                yield _rule(True, counted, self.starter_after, "the same at the end of a sentence after a figure")
            yield _rule(False, titles, self.gap, "titles and the like, whatever follows")

    def _ending(self) -> Iterator[WrittenRule]:
        """Abbreviations that often end a sentence: where they do not, then where they do."""
        rules = self.rules
        endings = [f"{self.begin}{_words(rules.ends, small=True)}\\.{_CLOSED}"] if rules.ends else []
        if rules.after_number:
            endings.append(f"{self.after_figure}{self.begin}{_words(rules.after_number, small=True)}\\.{_CLOSED}")
        if rules.after_number:
            counting = f"{self.begin}{_words(rules.after_number, small=True)}\\.{_CLOSED}"
            yield _rule(False, counting, f"{_GAP}(?:[A-Z]|[IVXLC]+)(?!\\p{{L}})", "what counts a Latin letter")
        for ending in endings:
            yield _rule(False, ending, _FIGURE_AFTER, "etc. before a figure")
            yield _rule(False, ending, _REMARK_AFTER, "etc. before a remark in brackets")
            yield _rule(False, ending, f"{_GAP}{_NUMBER_SIGN}", "etc. before the sign of a number")
            if rules.continued:
                goes_on = f"{_GAP}{_words(rules.continued)}(?!\\p{{L}})"
                yield _rule(False, ending, goes_on, "etc. before words that go on")
        if rules.chinese or rules.arabic:
            latin = _words(word for word in rules.ends if re.match("[a-z]", word))
            after = f"{_SPACE}*[{CJK}\\p{{L}}]" if rules.chinese else f"{_GAP}(?!و)"
            yield _rule(False, f"{self.begin}{latin}\\.", after, "Inc. in another script")
        if rules.articles:
            named = _words(word for word in rules.ends if word.isalpha())
            before = f"(?<=(?<!\\p{{L}}){_words(rules.articles)}{_SPACE}){named}\\."
            yield _rule(False, before, self.no_starter, "what an article names: la Cía. Minera")
        for ending in endings:
            yield _rule(True, ending, f"{_GAP}{_NEW}", "etc. before anything else")

    def initials(self) -> Iterator[WrittenRule]:
        rules = self.rules
        if rules.numbered:
            letter = r"\p{L}" if rules.arabic else r"\p{Lu}"
            counting = f"(?<=(?<!\\p{{L}}){_words(rules.numbered)}{_SPACE}){letter}\\.{_CLOSED}"
            yield _rule(True, counting, f"{_GAP}{_NEW}", "a letter that is counted: annex I.")
        if rules.starters:
            strong = _starters(word for word in rules.starters - rules.particles if len(word) > 2)
            naming = f"(?<=\\p{{Ll}}{{4}}{_SPACE})\\p{{Lu}}\\.{_CLOSED}"
            yield _rule(True, naming, f"{_GAP}(?:{strong})", "a letter that names: vitamin C.")
        gap = f"{_SPACE}*" if rules.chinese else _GAP
        initials = f"{self.begin}(?:\\p{{L}}\\.)*-?\\p{{Lu}}\\.{_CLOSED}"
        yield _rule(False, initials, f"{gap}[{_OPENERS}]*\\p{{L}}", "initials of names")
        dotted = f"{self.begin}(?:\\p{{L}}\\.)+\\p{{L}}\\.{_CLOSED}"
        yield _rule(False, dotted, _FIGURE_AFTER, "a postcode or box after initials: N.Y. 10017")
        if rules.arabic:
            initial = f"{self.after_no_figure}{self.begin}[\\u0621-\\u064A]\\."
            yield _rule(False, initial, f"{_GAP}\\p{{L}}", "initials of names")
            dotted = f"{self.begin}[وفبلك]?(?:[\\u0621-\\u064A]\\.){{2,}}"
            yield _rule(False, dotted, f"{_GAP}(?!و)\\p{{L}}", "letters with stops")

    def _by_form(self) -> Iterator[WrittenRule]:
        vowelless = f"{self.after_no_figure}{self.begin}(?!\\p{{Lu}}+\\.){_CONSONANT}{{2,}}\\."
        yield _rule(False, vowelless, self.no_starter, "a word without vowels is an abbreviation")
        impossible = f"{self.begin}(?!\\p{{Lu}}+\\.)(?i:{IMPOSSIBLE})\\."
        yield _rule(False, impossible, self.no_starter, "a word that begins as no word does is an abbreviation")
        title = f"{self.begin}\\p{{L}}{{0,4}}{_CONSONANT}{{2}}\\."
        yield _rule(False, title, f"{_GAP}[A-ZА-Я]\\.{_SPACE}?[A-ZА-Я]", "a short word before initials is a title")
        first, second = f"{self.begin}{_DOUBLED}\\.", f"(?<={_DOUBLED}\\.{_SPACE}?){_DOUBLED}\\."
        yield _rule(False, first, f"{_SPACE}?{_DOUBLED}\\.", "plural initials: RR. EE.")
        yield _rule(False, second, self.no_starter, "plural initials before a word")


def _brackets(opener: str, closer: str, gap: str) -> Iterator[WrittenRule]:
    """What was opened inside a sentence ends none: They agreed (at last!) to meet."""
    inside = f"[^{opener}{closer}]"
    opened = f"(?<=[^.!?…{_SPACES}{_CLOSERS}]{_SPACE}?\\{opener}{inside}{{0,{_OPENED}}})"
    marks = "[.!?…؟۔。！？]+[\"'”’»›]*"
    yield _rule(False, f"{opened}{marks}\\{closer}[{_CLOSERS}]*", f"{gap}[^{_INNER}]", "brackets that close here")
    yield _rule(False, f"{opened}{marks}{_CALL}", f"{inside}{{0,{_CLOSES}}}\\{closer}", "inside brackets")


def _calls() -> WrittenRule:
    before = f"(?:(?<=(?<!\\d)(?:1[89]|20)\\d\\d|\\p{{Ll}}{{3}}|[{_CLOSERS}])\\.|[.!?…][{_CLOSERS}]+){_PLAIN_CALL}"
    return _rule(True, before, f"{_GAP}{_NEW}", "the call of a footnote in plain figures")


def _chinese() -> Iterator[WrittenRule]:
    quoted = "[。！？…]+[”’」』]"
    yield _rule(False, quoted, "[^，。！？；：“”\\s]{1,16}[说问道喊][，。]", "who spoke: “……？”代表问道。")
    part = f"(?<=[^，：。！？”\\s][“‘「『][^“”‘’「」『』]{{0,{_OPENED}}}){quoted}"
    yield _rule(False, part, "[的之等这那一与和及或是为作而]", "a quotation that is a part of its sentence")
    yield _rule(False, f"[{_WIDE}]+[{_CLOSERS}]*》", ".", "a title that ends with a mark")
    yield _rule(False, f"(?<=“[^”]{{0,{_OPENED}}})…+", "[^”]", "an ellipsis inside a quotation")
    yield _rule(True, f"[.!?…]+[{_CLOSERS}]*", f"[{CJK}]", "a stop before Chinese characters")


def _words(words: Iterable[str], *, small: bool = False) -> str:
    """A group that matches the words as they are printed: with capitals too, and with spaces after their stops.

    With ``small``, words of one letter in small letters alone: a capital is an initial.
    """
    ordered = sorted(words, key=lambda word: (-len(word), word))
    letters = [word for word in ordered if len(word) == 1] if small else []
    longer = [_printed(word) for word in ordered if word not in letters]
    groups = [f"(?i:{'|'.join(longer)})"] if longer else []
    if letters:
        groups.append(f"[{''.join(letters)}]")
    return f"(?:{'|'.join(groups)})" if ordered else ""


def _printed(word: str) -> str:
    """The word, and its capitals where an engine may know those of ASCII alone."""
    letters = [f"\\.{_SPACE}?" if letter == "." else _escaped(letter) for letter in word]
    capitals = "".join(letters).upper() if word.isalpha() else ""
    if not word[0].isascii():
        letters[0] = f"[{word[0].upper()}{word[0]}]" if word[0].upper() != word[0] else word[0]
    small = "".join(letters)
    return f"{small}|{capitals}" if capitals not in ("", small) and not word.isascii() and len(word) > 1 else small


def _starters(words: Iterable[str]) -> str:
    """An alternation of words that begin sentences, whole words with a capital."""
    listed = "|".join(_escaped(word[0].upper() + word[1:]) for word in sorted(words))
    return f"(?:{listed})(?!\\p{{L}})" if listed else ""


def _escaped(text: str) -> str:
    """The text for an expression; only what means something in one is escaped, since not every engine takes more."""
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)
