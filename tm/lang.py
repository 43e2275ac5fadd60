"""Languages: BCP-47 tags, and what comparing and showing text needs to know of each."""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from tm.errors import LanguageError

#: Primary subtags of more than three letters are reserved in BCP 47: "english" is a word, not a tag.
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*\Z")

#: Languages written from right to left, by primary subtag.
_RTL = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})
_RTL_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Nkoo", "Syrc"})
#: Languages written without spaces between words.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km", "yue"})
_NAMES = {
    "ar": "Arabic", "en": "English", "es": "Spanish", "fr": "French", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip
_OWN_NAMES = {"ar": "العربية", "en": "English", "es": "Español", "fr": "Français", "ru": "Русский", "zh": "中文"}
#: ISO 639-2 codes and United Nations one-letter suffixes (``A_RES_70_1_R.docx``) that stand for the six.
_ALIASES = {
    "ara": "ar", "eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "rus": "ru", "zho": "zh", "chi": "zh", "cn": "zh",
}  # fmt: skip


@dataclass(frozen=True)
class Lang:
    """A language, by its BCP-47 tag in canonical case: ``fr``, ``fr-CH``, ``zh-Hans-CN``."""

    #: Canonical tag; ``Lang.parse`` makes it canonical.
    tag: str

    @classmethod
    def parse(cls, tag: "str | Lang") -> "Lang":
        """The language of a tag; ``EN_us``, ``en-US`` and ``eng-us`` give the same value.

        Raises:
            LanguageError: the tag is not of the BCP-47 form.
        """
        return tag if isinstance(tag, Lang) else _parse(tag)

    @cached_property
    def primary(self) -> str:
        """The primary subtag, lower case: ``zh`` of ``zh-Hans-CN``."""
        return self.tag.split("-")[0]

    @cached_property
    def script(self) -> str:
        """The script subtag in title case, or "" when the tag has none."""
        return next((part for part in self.tag.split("-")[1:] if len(part) == 4 and part.isalpha()), "")

    @property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self.script in _RTL_SCRIPTS if self.script else self.primary in _RTL

    @property
    def joiner(self) -> str:
        """What stands between two sentences or joined lines: one space, or "" (Chinese)."""
        return "" if self.primary in _UNSPACED else " "

    @property
    def name(self) -> str:
        """English name, or the tag when we do not know one."""
        return _NAMES.get(self.primary, self.tag)

    @property
    def own_name(self) -> str:
        """The language's name in itself, or the tag when we do not know one."""
        return _OWN_NAMES.get(self.primary, self.tag)

    def covers(self, other: "Lang") -> bool:
        """Whether a request for this language is answered by text in the other: ``fr`` covers ``fr-CH``."""
        return other.tag == self.tag or other.tag.startswith(self.tag + "-")

    def __str__(self) -> str:
        return self.tag

    def __lt__(self, other: "Lang") -> bool:
        return self.tag < other.tag


@cache
def _parse(tag: str) -> Lang:
    if not _TAG.match(tag):
        raise LanguageError(f"{tag!r} is not a language tag", hint="use tags such as ar, en, es, fr, ru, zh or fr-CH")
    first, *rest = tag.replace("_", "-").split("-")
    first = first.lower()
    parts = [_ALIASES.get(first, first)]
    for part in rest:
        if len(part) == 4 and part.isalpha():
            parts.append(part.title())
        elif len(part) == 2 and part.isalpha():
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return Lang("-".join(parts))


#: The six official languages of the United Nations, in the order of their English names.
UN_LANGUAGES = tuple(Lang(tag) for tag in ("ar", "en", "es", "fr", "ru", "zh"))
