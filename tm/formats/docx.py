"""Word-processor documents (.docx): documents in, suggestions and reports on a draft out."""

from tm.formats.docx_reading import read_document
from tm.formats.docx_references import write_references
from tm.formats.docx_suggestions import write_suggestions

#: ``read_document`` can be asked for the document before its tracked changes.
TRACKS_CHANGES = True
__all__ = ["read_document", "write_references", "write_suggestions"]
