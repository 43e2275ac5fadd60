"""What has to agree with a number, and whether it still does when the number changes."""

import re
from decimal import Decimal

from tm.forms import Place, UncertainError
from tm.number_forms import plural_class


def _words(patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns.split()))


#: Words before a number that make it a name, not a count ("article 5"): no noun agrees with it.
_NAMING = {
    "en": _words(
        "articles? paragraphs? paras? rules? sections? chapters? items? goals? targets? annex(?:es)? "
        "resolutions? decisions? pages? tables? figures? principles? recommendations? in since by year option "
        "phase number"
    ),
    "fr": _words(
        "articles? paragraphes? règles? sections? chapitres? points? objectifs? cibles? annexes? résolutions? "
        "décisions? pages? tableaux? figures? principes? recommandations? alinéas? en an année option phase "
        "numéro n[o°]"
    ),
    "es": _words(
        "artículos? párrafos? reglas? secciones sección capítulos? temas? objetivos? metas? anexos? "
        "resolución resoluciones decisión páginas? cuadros? figuras? principios? recomendación año opción "
        "fase número"
    ),
    "ru": _words(
        r"стат\w+ пункт\w* подпункт\w* правил\w* раздел\w* глав\w* цел\w+ задач\w* приложени\w+ резолюци\w+ "
        r"решени\w+ страниц\w* таблиц\w* рисун\w+ принцип\w* рекомендаци\w+ вариант\w* этап\w* номер\w* №"
    ),
    "ar": _words(
        "(?:و|ف)?(?:ال|لل|بال)(?:مادة|فقرة|بند|قرار|مقرر|قاعدة|صفحة|فصل|جدول|مرفق|هدف|غاية|جلسة|مبدأ|توصية|عا "
        "م) [وبل]?(?:عام|سنة|رقم|مادة|فقرة|قرارها?|قراره)"
    ),
}
#: Words after a number that are not counted.
_LINKING = {
    "en": _words(
        "of and or to in on at by for from with is are was were shall should may above below per the as that "
        "which bis ter"
    ),
    "fr": _words("de du des et ou à au aux en sur par pour avec est sont ci la le les l d que qui bis ter"),
    "es": _words("de del y o u a al en sobre por para con es son supra infra el la los las que bis ter"),
    "ru": _words("и или до по на в с о об от выше ниже к года? году годом годов годы гг бис"),
    "ar": _words("من إلى في على و أو أعلاه أدناه مكررا بشأن عن"),
}
_NEXT_WORD = re.compile(r"[\s\-\u2010\u2011]{0,2}([^\W\d_]+)")
_LAST_WORD = re.compile(r"([^\W\d_]+|№)[\s.]{1,2}\Z")
#: A year in figures: four of them, without a separator.
_YEAR = re.compile(r"(?:1[89]|2[01])\d\d\Z")
#: Words before a figure that change with how it is spoken: English 8, 11, 18 begin with a vowel, Spanish 8, 11 with an
#: o, Russian 1, 11 with a vowel.
_SOUNDS = (
    ("en", {"a", "an"}, re.compile(r"8|11(?!\d)|18(?!\d)")),
    ("es", {"o", "u"}, re.compile(r"8|11(?!\d)")),
    ("ru", {"о", "об"}, re.compile(r"11?(?!\d)")),
)
#: The second day of a month is an ordinal in Russian, with two consonants first: "со 2 июля".
_DAY_SOUNDS = (*_SOUNDS, ("ru", {"с", "со", "в", "во"}, re.compile(r"2(?!\d)")))


def check_number(place: Place, text: str, old: str, new: str) -> None:
    """What stands beside a number must fit the new one too.

    ``text`` is the new number as written, ``old`` and ``new`` are the values.

    Raises:
        UncertainError: a counted noun, an article or a conjunction may have to change.
    """
    check_sound(place, text)
    before = _word_before(place)
    if place.primary == "zh" or new.endswith("%"):
        return
    try:
        was, now = Decimal(old), Decimal(new)
    except ArithmeticError:
        return
    if place.written.strip()[-1:].isalpha() or plural_class(was, place.primary) == plural_class(now, place.primary):
        return
    if _YEAR.match(old) and _YEAR.match(new) and place.primary != "ru":
        return
    naming, linking = _NAMING.get(place.primary), _LINKING.get(place.primary)
    if naming and naming.fullmatch(before):
        return
    following = _NEXT_WORD.match(place.after)
    if place.primary == "ar" and following and {"1", "2"} & {old, new}:
        raise UncertainError(f"Arabic says {old} and {new} of something in another way")
    if following and not (linking and linking.fullmatch(following[1].lower())):
        raise UncertainError(f"“{following[1]}” may have to agree with {new}")


def check_sound(place: Place, text: str, *, day: bool = False) -> None:
    """What stands before a number or date and depends on how it is spoken must still fit.

    Raises:
        UncertainError: it would have to change as well.
    """
    before = _word_before(place)
    for primary, words, sound in _DAY_SOUNDS if day else _SOUNDS:
        if place.primary == primary and before in words and bool(sound.match(place.written)) != bool(sound.match(text)):
            raise UncertainError(f"“{before}” may not fit before “{text}”")


def _word_before(place: Place) -> str:
    found = _LAST_WORD.search(place.before)
    return found[1].lower() if found else ""
