"""Alignment: sequences of segments in, beads and units out. Knows no files and no memory."""

from aligners.multiway import Alignment, AlignOptions, align, swapped
from aligners.stream import Lexicons

__all__ = ["AlignOptions", "Alignment", "Lexicons", "align", "swapped"]
