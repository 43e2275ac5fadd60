"""TBX termbases, the exchange format of terminology (ISO 30042): versions 2 and 3 in, either of them out."""

from tm.formats.tbx_reading import read_concepts
from tm.formats.tbx_writing import write_concepts

__all__ = ["OPTIONS_OF_CONCEPTS", "PACKED", "read_concepts", "write_concepts"]

#: Endings after ``.tbx`` of files that are read packed.
PACKED = (".gz", ".zip")
#: What ``write_concepts`` lets one choose.
OPTIONS_OF_CONCEPTS = ("version",)
