"""Titles by a model: asked once for each conversation, when its first answer has ended."""

import asyncio
import logging
from contextlib import aclosing

from nicewen.services.conversation import Conversation, Exchange
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.events import Text
from nicewen.services.keeping import title_of
from nicewen.services.library import Library
from nicewen.services.providers.provider import AnswerRequest, Provider, Turn
from nicewen.services.redaction import Redactor
from nicewen.services.settings import Settings
from nicewen.services.title_words import clean_title, title_prompt

ASK_SECONDS = 30.0
"""How long a title may take; after that the conversation keeps its first words."""

TOKENS = 64
"""The longest title, in tokens."""

LONGEST = 1_000
"""Characters after which nothing more is read, of a service that knows no limit in tokens."""

log = logging.getLogger(__name__)


class Titles:
    """Asks a model for titles, where the settings name one. What goes wrong leaves the question's first words."""

    def __init__(self, settings: Settings, provider: Provider, library: Library) -> None:
        """Ask for nothing yet."""
        self._model = settings.title_model
        self._provider = provider
        self._library = library
        self._redactor = Redactor(settings.secrets)
        self._tasks: set[asyncio.Task[None]] = set()
        self._has_failed = False

    def note_end(self, conversation: Conversation) -> None:
        """Ask for a title, once, if the answer that has ended was the first; returns at once."""
        if self._model is None or conversation.is_temporary or self._provider.name == "demo":
            return
        answered = [one for one in conversation.exchanges if one.answer.state != "failed" and one.answer.parts]
        if len(answered) == 1:
            task = asyncio.create_task(self._give(self._model, conversation, answered[0]), name="asking for a title")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is being asked."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _give(self, model: str, conversation: Conversation, exchange: Exchange) -> None:
        try:
            if await self._library.claim_title(conversation.id, user=conversation.user):
                async with asyncio.timeout(ASK_SECONDS):
                    title = await self._ask(model, exchange)
                if not title:
                    self._note_failure(model, "no words")
                    return
                await self._library.give_title(conversation.id, title, user=conversation.user)
        except (AnswerError, StoreError) as error:
            self._note_failure(model, str(error))
        except TimeoutError:
            self._note_failure(model, f"nothing within {ASK_SECONDS:.0f} s")
        except Exception:
            log.exception("a title could not be asked of %s", model)

    async def _ask(self, model: str, exchange: Exchange) -> str:
        prompt = title_prompt(exchange.question, exchange.answer.text)
        request = AnswerRequest(model=model, turns=(Turn("user", prompt),), token_limit=TOKENS)
        text = ""
        async with aclosing(self._provider.answer(request)) as events:
            async for event in events:
                text += event.text if isinstance(event, Text) else ""
                if len(text) > LONGEST:
                    break
        return title_of(clean_title(self._redactor(text)))

    def _note_failure(self, model: str, why: str) -> None:
        """Log that a title is missing: the first time where it is seen, since it is likely to be the same each time."""
        level = logging.DEBUG if self._has_failed else logging.WARNING
        self._has_failed = True
        log.log(level, "%s gave no title, so the first words of the question stay (said once): %s", model, why)
