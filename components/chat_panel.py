"""The chat as a part of somebody else's page."""

import logging
from collections.abc import Callable, Sequence
from functools import cache
from inspect import iscoroutinefunction

from nicegui import Client, background_tasks, core, ui

from nicewen.components.chat import Chat
from nicewen.components.hooks import Hooks
from nicewen.components.look import add_look
from nicewen.components.place import Place, mark_of
from nicewen.components.quiet_button import quiet_button
from nicewen.services import Assistant
from nicewen.services.asked import check_question
from nicewen.services.conversation import NOBODY, Answer, Conversation
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.language import Words, language_of, preferred_language, words_of
from nicewen.services.material import Given, material_of

SHORT_SECONDS = 10.0
"""A host whose pages wait less than this for a lost connection is told what that means."""

log = logging.getLogger(__name__)


class ChatPanel(ui.element):
    """A chat that fills its parent; `chat_panel` makes one. Removed like any element, it follows nothing any more."""

    def __init__(self, assistant: Assistant, words: Words, place: Place, *, compact: bool | None) -> None:
        """Show nothing yet; see `show` and `open`."""
        super().__init__("section")
        self._assistant = assistant
        self._words = words
        self._place = place
        self._chat: Chat | None = None
        self._wished: list[str] = []  # to be asked once the conversation is read
        add_look()
        form = {None: " nicewen-auto", True: " nicewen-compact", False: ""}[compact]
        self.classes(f"nicewen nicewen-panel{form}").props(f"lang={words.tag} data-testid=panel")
        self.props["aria-label"] = words("panel-label")
        _note_wait(self.client.page.resolve_reconnect_timeout())

    def show(self, conversation: Conversation | None) -> None:
        """Show a conversation of the panel's user, or the beginning of one.

        Raises:
            ValueError: The conversation is another user's.
        """
        if conversation is not None and conversation.user != self._place.user:
            raise ValueError(f"this conversation is not {self._place.user}'s")
        self._close()
        with self:
            self._chat = Chat(self._assistant, self._words, conversation, place=self._place)
        wished, self._wished = self._wished, []
        for question in wished:
            self.ask(question)

    def ask(self, question: str) -> None:
        """Ask as if the person had written it, with what the host sends along; it waits behind those asked before.

        Raises:
            TypeError: The question is no text.
            ValueError: It is empty.
        """
        check_question(question)
        if self._chat is None:
            self._wished.append(question)
        else:
            background_tasks.create(self._chat.ask(question), name="a host's question")

    async def open(self, name: str) -> None:
        """Show the user's conversation of this name, once it is read; where it cannot be, offer another try."""
        try:
            conversation = await self._assistant.named(name, user=self._place.user)
        except StoreError as error:
            log.warning("a panel's conversation could not be read: %s", error)
            if not self.is_deleted:
                self._show_trouble(name, error)
            return
        if not self.is_deleted:
            self.show(conversation)

    def _show_trouble(self, name: str, error: StoreError) -> None:
        self._close()
        with self, ui.element("div").classes("nicewen-empty"):
            ui.label(error.sentence(self._words.language)).classes("nicewen-hint").props("role=alert")
            quiet_button(self._words("retry"), lambda: self.open(name)).props("data-testid=open-again")

    def _close(self) -> None:
        if self._chat is not None:
            self._chat.close()
            self._chat = None
        self.clear()

    def _handle_delete(self) -> None:
        if self._chat is not None:
            self._chat.close()
            self._chat = None  # the host may hold the panel for longer
        super()._handle_delete()


def chat_panel(  # noqa: PLR0913  # options of one call, all but the first with a default
    assistant: Assistant,
    *,
    conversation: str | Conversation | None = None,
    context: Given = None,
    starters: Sequence[str] = (),
    compact: bool | None = None,
    user: str | Callable[[], str] = NOBODY,
    language: str | None = None,
    autofocus: bool = False,
    on_question: Callable[[str], object] | None = None,
    on_answer: Callable[[Answer], object] | None = None,
    on_error: Callable[[AnswerError], object] | None = None,
) -> ChatPanel:
    """Put a chat where it is called, in a page of the host's.

    Args:
        assistant: The process's one assistant.
        conversation: A name of the host's own, under which this user's conversation is kept from visit to visit; or a
            conversation of the assistant's; None begins a new one at each visit.
        context: What the model reads with each question: a text, a dict, rows (a list of dicts), a pandas DataFrame, or
            a function, plain or async, that returns one and is called when a question is asked. The person sees it and
            can leave it out.
        starters: Questions that are offered while nothing has been asked.
        compact: Less room around everything; None decides by the panel's width.
        user: Whose conversations these are, or a function that tells, called once, here.
        language: The panel's words, `"zh"` or `"en"`, or a tag such as `"zh-CN"`; None follows the assistant's
            settings, then the page's language.
        autofocus: Whether the field takes the focus as the page opens.
        on_question: Told, as each of the three, by a plain or an async function; here of what was asked, in the
            person's words.
        on_answer: Told of an answer that has ended (its `state` tells how), also when the page was closed meanwhile.
        on_error: Told of the error that ended one; `str(error)` is the sentence people see.

    Raises:
        RuntimeError: It was called outside a page.
        TypeError: An option is of a kind that it cannot be.
        ValueError: `user` names nobody, `conversation` is another user's, or there are no words in `language`.
    """
    _check_options(assistant, conversation, context, starters, compact)
    _check_hooks(on_question=on_question, on_answer=on_answer, on_error=on_error)
    owner = _owner_of(user)
    client = ui.context.client
    name = conversation if isinstance(conversation, str) else ""
    place = Place(
        is_page=False,
        draft=_draft_name(client, name, owner),
        starters=starters,
        user=owner,
        takes_focus=autofocus,
        context=context,
        hooks=Hooks(on_question, on_answer, on_error),
    )
    panel = ChatPanel(assistant, _words(assistant, client, language), place, compact=compact)
    if isinstance(conversation, str):
        background_tasks.create(panel.open(conversation), name="opening a panel")
    else:
        panel.show(conversation)
    return panel


def _check_options(assistant: object, conversation: object, context: Given, starters: object, compact: object) -> None:
    """Say at once, where the host's line stands, what else would fail later and elsewhere."""
    if not core.app.config.has_run_config:
        raise RuntimeError(
            "chat_panel() must be called inside a page: in a function under @ui.page, or in the one given to ui.run"
        )
    if not isinstance(assistant, Assistant):
        raise TypeError(f"chat_panel() takes an Assistant, made with Assistant(Settings()), not {assistant!r}")
    if conversation == "" or not isinstance(conversation, str | Conversation | None):
        raise TypeError(f"conversation= takes a name that is not empty, a Conversation or None, not {conversation!r}")
    are_texts = isinstance(starters, Sequence) and all(isinstance(one, str) for one in starters)
    if not are_texts or isinstance(starters, str):
        raise TypeError(f"starters= takes a list of questions, each a str, not {starters!r}")
    if not isinstance(compact, bool | None):
        raise TypeError(f"compact= takes True, False or None, not {compact!r}")
    if not callable(context):
        material_of(context)


def _check_hooks(**hooks: object) -> None:
    for name, hook in hooks.items():
        if not (hook is None or callable(hook)):
            raise TypeError(f"{name}= takes a function or None, not {hook!r}")


def _owner_of(user: str | Callable[[], str]) -> str:
    if iscoroutinefunction(user):
        raise TypeError("user= takes a name or a plain function that returns one, not an async one")
    owner = user() if callable(user) else user
    if not isinstance(owner, str) or not owner:
        raise ValueError(f"user= must name somebody, not {owner!r}")
    return owner


def _draft_name(client: Client, name: str, owner: str) -> str:
    """Return what tells this panel from the others of its page, the same when the page is loaded again."""
    before = sum(isinstance(element, ChatPanel) for element in client.elements.values())
    return f"{before} {name} {mark_of(owner)}".rstrip()


def _words(assistant: Assistant, client: Client, language: str | None) -> Words:
    if language is not None:
        return words_of(language_of(language))
    chosen = assistant.settings.language
    return words_of(preferred_language(client.page.resolve_language() or "") if chosen == "auto" else chosen)


@cache
def _note_wait(seconds: float) -> None:
    """Say once what a short wait for lost connections does; a panel cannot change it."""
    if seconds < SHORT_SECONDS:
        log.warning(
            "pages of this host are given up %g s after their connection was lost and load again when it is back; "
            "answers go on meanwhile, but give ui.run, ui.run_with or ui.page a longer reconnect_timeout, such as 60",
            seconds,
        )
