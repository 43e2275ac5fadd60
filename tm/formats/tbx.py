"""TBX termbases, the exchange format of terminology (ISO 30042): versions 2 and 3 in, either of them out."""

from tm.formats.tbx_reading import read_concepts

__all__ = ["PACKED", "read_concepts"]

#: Endings after ``.tbx`` of files that are read packed.
PACKED = (".gz", ".zip")
