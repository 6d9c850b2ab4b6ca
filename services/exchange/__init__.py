"""In and out: conversations as files, and files of ours and of others as conversations."""

from nicewen.services.exchange.archive import FILE_BYTES
from nicewen.services.exchange.courier import Courier
from nicewen.services.exchange.exporting import KINDS, ExportedFile, Kind
from nicewen.services.exchange.report import Report, Unmapped, sentences_of

__all__ = ["FILE_BYTES", "KINDS", "Courier", "ExportedFile", "Kind", "Report", "Unmapped", "sentences_of"]
