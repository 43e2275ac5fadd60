"""Word-processor documents (.docx): reports on a draft."""

from tm.formats.docx_references import write_references
from tm.formats.docx_suggestions import write_suggestions

__all__ = ["write_references", "write_suggestions"]
