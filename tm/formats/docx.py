"""Word-processor documents (.docx): documents in, suggestions and reports on a draft out."""

from tm.formats.docx_reading import read_document
from tm.formats.docx_references import write_references
from tm.formats.docx_suggestions import write_suggestions

__all__ = ["TRACKED", "read_document", "write_references", "write_suggestions"]

#: Tracked changes are read as accepted, or on request as they were before.
TRACKED = True
