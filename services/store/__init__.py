"""What outlives the process: conversations in SQLite or PostgreSQL, saved while they are written, and searched."""

from nicewen.services.store.address import address_of
from nicewen.services.store.bulk import Transcript
from nicewen.services.store.following import RAW_LIMIT
from nicewen.services.store.people import People, people_at
from nicewen.services.store.store import Store
from nicewen.services.store.trouble import Trouble
from nicewen.services.store.values import (
    ConversationRow,
    Cursor,
    Found,
    MessageRow,
    OutlineRow,
    Question,
    RawEvent,
    SavedQuestion,
    SnippetPart,
    new_id,
)

__all__ = [
    "RAW_LIMIT",
    "ConversationRow",
    "Cursor",
    "Found",
    "MessageRow",
    "OutlineRow",
    "People",
    "Question",
    "RawEvent",
    "SavedQuestion",
    "SnippetPart",
    "Store",
    "Transcript",
    "Trouble",
    "address_of",
    "new_id",
    "people_at",
]
