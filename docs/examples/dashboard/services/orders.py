"""The dashboard's own data: orders, what was sold, and who may look."""

import hmac

ORDERS = [
    {"order": 4711, "customer": "Lake Café", "due": "2026-11-20", "state": "late", "reason": "waits for cups"},
    {"order": 4712, "customer": "Hill Hotel", "due": "2026-11-24", "state": "sent", "reason": ""},
    {"order": 4713, "customer": "Corner Shop", "due": "2026-11-26", "state": "packed", "reason": ""},
    {"order": 4714, "customer": "Old Mill", "due": "2026-11-19", "state": "late", "reason": "address is unknown"},
]

SALES = {"Aug": 120, "Sep": 132, "Oct": 101, "Nov": 154}

PEOPLE = {"ada": "tea", "eve": "milk"}
"""Names and passwords of an example; a real dashboard has its own log-in."""


def may_enter(name: str, password: str) -> bool:
    """Whether this is somebody's password."""
    return name in PEOPLE and hmac.compare_digest(PEOPLE[name].encode(), password.encode())
