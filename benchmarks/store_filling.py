"""A database as years of use leave it: many conversations in Chinese and English, written straight into SQLite."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from nicewen.services.store import new_id
from nicewen.services.store.search_index import sqlite_words
from nicewen.services.store.words import words_of

PER_CONVERSATION = 100
"""Messages of an ordinary conversation."""

AT_ONCE = 20
"""Conversations that go on at the same time, so that the messages of one do not lie side by side."""

SUBJECTS = tuple(
    "天气 模型 数据库 周报 旅行 合同 发票 会议 健身 菜谱 论文 翻译 简历 预算 房租 api server cache query index".split()  # noqa: SIM905  read as words
)
PATTERNS = (
    "请帮我看一下{0}的问题，顺便说说{1}。",
    "关于{0}，最重要的是先把{1}想清楚，再一步一步来。",
    "明天要交{0}，请写得简短一些。",
    "The {0} returns an error when the {1} is empty; how do I handle that?",
    "You can start with a small {0} and measure the {1} before changing anything.",
    "第一步，准备{0}；第二步，检查{1}；第三步，记录结果。",
    "Here is an example: set the {0} to a fixed value, then call the {1} twice.",
    "这里的{0}和平时不一样，建议先做一次{1}的对比。",
)

_CONVERSATION = "INSERT INTO conversations (id, user_id, title, created_at, updated_at, leaf_id) VALUES (?,?,?,?,?,?)"
_MESSAGE = """
    INSERT INTO messages (id, conversation_id, parent_id, role, state, created_at, finish_reason, model, provider,
        request_id, input_tokens, output_tokens, reasoning_tokens, cached_tokens, searches, sources, attachments, text,
        thinking)
    VALUES (?, ?, ?, ?, 'done', ?, 'stop', 'qwen-plus', 'dashscope', ?, 20, 200, 0, 0, 0, '[]', '[]', ?, '')
"""


@dataclass
class Filling:
    """Writes conversations of one user after another; `count` messages stand so far."""

    path: Path
    users: tuple[str, ...]
    count: int = 0
    clock: float = 1_700_000_000.0
    dice: Random = field(default_factory=lambda: Random(1))  # noqa: S311  the same texts at each run

    def fill(self, messages: int, *, long: int = 1_000) -> dict[int, str]:
        """Write until so many messages stand; return one new conversation of 10 turns and one of `long`, by turns."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN")
            special = {turns: self._write(connection, self.users[0], [turns * 2])[0] for turns in (10, long)}
            while self.count < messages:
                user = self.users[0 if self.dice.random() < 0.99 else 1]
                self._write(connection, user, [PER_CONVERSATION] * AT_ONCE)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return special

    def _write(self, connection: sqlite3.Connection, user: str, sizes: list[int]) -> list[str]:
        """Write conversations that go on side by side."""
        ids = [new_id() for _ in sizes]
        for one in ids:
            title = self._text(1)[:40]
            connection.execute(_CONVERSATION, (one, user, title, self.clock, self.clock, None))
            self._index(connection, user, title, (one, None))
        last: dict[str, str | None] = dict.fromkeys(ids)
        for at, one in itertools.product(range(max(sizes)), ids):
            last[one] = self._message(connection, user, one, last[one], is_answer=at % 2 == 1)
        for one in ids:
            connection.execute(
                "UPDATE conversations SET leaf_id = ?, updated_at = ? WHERE id = ?", (last[one], self.clock, one)
            )
        return ids

    def _message(
        self, connection: sqlite3.Connection, user: str, conversation: str, parent: str | None, *, is_answer: bool
    ) -> str:
        one, text = new_id(), self._text(4 if is_answer else 1)
        self.clock += 1.0
        self.count += 1
        role = "assistant" if is_answer else "user"
        connection.execute(_MESSAGE, (one, conversation, parent, role, self.clock, new_id(), text))
        self._index(connection, user, text, (None, one))
        return one

    def _index(self, connection: sqlite3.Connection, user: str, text: str, of: tuple[str | None, str | None]) -> None:
        words: set[str] = set().union(*(_words(sentence) for sentence in text.splitlines()))
        entry = connection.execute(
            "INSERT INTO search_entries (conversation_id, message_id) VALUES (?, ?)", of
        ).lastrowid
        row = (entry, sqlite_words(user, tuple(words)))
        connection.execute("INSERT INTO search_words (rowid, words) VALUES (?, ?)", row)

    def _text(self, sentences: int) -> str:
        return "\n".join(self._sentences(sentences))

    def _sentences(self, count: int) -> Iterator[str]:
        for _ in range(count):
            yield self.dice.choice(PATTERNS).format(self.dice.choice(SUBJECTS), self.dice.choice(SUBJECTS))


@cache
def _words(sentence: str) -> tuple[str, ...]:
    return words_of(sentence)
