"""Other programs' trees of messages as ours, in which questions and answers take turns.

Answers that follow one another (a tool was used between them) become one; where their branches part, each has what
stands before. A question nobody answered gets a blank answer, since the page shows answered ones; an answer nobody
asked for gets a blank question.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nicewen.services.errors import NotReadable
from nicewen.services.events import Source, Usage
from nicewen.services.exchange.report import Unmapped
from nicewen.services.exchange.trees import MESSAGES, derived_id
from nicewen.services.places import Place
from nicewen.services.store import ConversationRow, MessageRow, Transcript
from nicewen.services.store.values import MessageState, Role

CHARACTERS = 200_000_000
"""Characters of one conversation, counted in every branch."""

BLANK = "…"
"""What stands for a question that has no words."""

_NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class Node:
    """A message of another program's; `role` is None where only what follows it is kept."""

    id: str
    parent_id: str | None
    role: Role | None
    text: str = ""
    thinking: str = ""
    sources: tuple[Source, ...] = ()
    model: str = ""
    state: MessageState = "done"
    finish_reason: str = ""
    usage: Usage = _NO_USAGE
    error: dict[str, Any] | None = None
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The conversation that the messages belong to; `id` is the other program's own."""

    program: str
    id: str
    title: str
    created_at: float
    updated_at: float
    leaf_id: str | None
    archived: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node still to be placed: below this message of ours, behind the answers it goes on from."""

    node: Node
    parent: MessageRow | None
    begun: Node | None = None


@dataclass(slots=True)
class _Growing:
    """The conversation as far as it is placed; `ends` tells which message of ours a node became part of."""

    origin: Origin
    rows: list[MessageRow] = field(default_factory=list)
    ends: dict[str, MessageRow] = field(default_factory=dict)
    characters: int = 0

    def add(self, node: Node, parent: MessageRow | None) -> MessageRow:
        """Place a question or a whole answer below a message."""
        time = (
            node.created_at
            if node.created_at is not None
            else (parent.created_at if parent else self.origin.created_at)
        )
        self.characters += len(node.text) + len(node.thinking)
        if self.characters > CHARACTERS:
            raise NotReadable("import-too-large", megabytes=str(CHARACTERS // 1_000_000))
        seed = f"{self.origin.program} {self.origin.id} {node.id}"
        is_answer = node.role == "assistant"
        row = MessageRow(
            derived_id(time, seed, len(self.rows)),
            derived_id(self.origin.created_at, f"{self.origin.program} {self.origin.id}"),
            parent.id if parent else None,
            node.role or "user",
            text=node.text if is_answer else node.text or BLANK,
            thinking=node.thinking,
            sources=node.sources,
            state=node.state,
            finish_reason=node.finish_reason,
            model=node.model,
            provider=self.origin.program if is_answer else "",
            usage=node.usage,
            error=node.error,
            created_at=time,
            asked_at=time if is_answer else None,
            ended_at=time if is_answer else None,
        )
        self.rows.append(row)
        self.ends[node.id] = row
        return row


def transcript_of(origin: Origin, nodes: Sequence[Node]) -> tuple[Transcript, list[Unmapped]]:
    """Return the conversation, and what of it has no place in ours.

    Raises:
        NotReadable: The messages are no tree, or too many.
    """
    if len(nodes) > MESSAGES:
        raise NotReadable("import-too-many-messages", limit=str(MESSAGES))
    known = {node.id: node for node in nodes}
    below, unmapped = _children(nodes, known)
    growing = _Growing(origin)
    spots = [_Spot(node, None) for node in reversed(below.get(None, []))]
    while spots:
        spots += reversed(list(_placed(growing, spots.pop(), below)))
    leaf = _leaf(origin.leaf_id, known, growing)
    row = ConversationRow(
        derived_id(origin.created_at, f"{origin.program} {origin.id}"),
        origin.title,
        origin.created_at,
        origin.updated_at,
        pinned_at=origin.updated_at if origin.pinned else None,
        archived_at=origin.updated_at if origin.archived else None,
        leaf_id=leaf.id if leaf else None,
        seen_at=origin.updated_at,
    )
    return Transcript(row, tuple(growing.rows)), unmapped


def _children(nodes: Sequence[Node], known: dict[str, Node]) -> tuple[dict[str | None, list[Node]], list[Unmapped]]:
    """Return nodes by the kept one they follow; what is left out hands its children on."""
    kept: dict[str, str | None] = {}
    below: dict[str | None, list[Node]] = {}
    unmapped: list[Unmapped] = []
    for number, node in enumerate(nodes, start=1):
        place: Place = (("message", str(number)),)
        parent_id = _kept_above(node, known, kept, place)
        if node.parent_id is not None and node.parent_id not in known:
            unmapped.append(Unmapped(place, "unmapped-parent"))
        if node.role is not None:
            below.setdefault(parent_id, []).append(node)
    return below, unmapped


def _kept_above(node: Node, known: dict[str, Node], kept: dict[str, str | None], place: Place) -> str | None:
    """Return the id of the nearest kept node above; each way is gone once.

    Raises:
        NotReadable: The way leads back to where it began.
    """
    way: list[Node] = []
    seen: set[str] = set()
    here: Node | None = node
    found: str | None = None
    while here is not None:
        if here.id in seen:
            raise NotReadable("import-circle", place=place)
        if here.id in kept:
            found = kept[here.id] if here.role is None else here.id
            break
        seen.add(here.id)
        way.append(here)
        here = known.get(here.parent_id or "")
    for one in reversed(way):
        kept[one.id] = found
        found = one.id if one.role is not None else found
    return kept[node.id]


def _placed(growing: _Growing, spot: _Spot, below: dict[str | None, list[Node]]) -> Iterator[_Spot]:
    """Place one node; yield those that follow it."""
    node, children = spot.node, below.get(spot.node.id, [])
    if node.role == "user":
        parent = spot.parent
        if parent is not None and parent.role == "user":
            parent = growing.add(_unanswered(parent, node), parent)
        question = growing.add(node, parent)
        if any(child.role == "assistant" for child in children):
            answers = [child for child in children if child.role == "assistant"]
            later = [child for child in children if child.role == "user"]
            yield from (_Spot(child, question) for child in answers)
            yield from (_Spot(child, question) for child in later)
        elif children:
            yield from (_Spot(child, question) for child in children)
        else:
            growing.ends[node.id] = growing.add(_unanswered(question, node), question)
        return
    whole = _joined(spot.begun, node)
    parent = spot.parent or growing.add(Node(f"{node.id} asked", None, "user", created_at=node.created_at), None)
    answers = [child for child in children if child.role == "assistant"]
    others = [child for child in children if child.role == "user"]
    answer = growing.add(whole, parent) if others or not answers else None
    yield from (_Spot(child, parent, whole) for child in answers)
    if answer is not None:
        yield from (_Spot(child, answer) for child in others)


def _unanswered(question: MessageRow, node: Node) -> Node:
    return Node(f"{node.id} unanswered", None, "assistant", state="interrupted", created_at=question.created_at)


def _joined(begun: Node | None, node: Node) -> Node:
    """Return an answer with what stands before it in the same turn."""
    if begun is None:
        return node
    return replace(
        node,
        text=_paragraphs((begun.text, node.text)),
        thinking=_paragraphs((begun.thinking, node.thinking)),
        sources=tuple(dict.fromkeys((*begun.sources, *node.sources))),
        model=node.model or begun.model,
        created_at=begun.created_at if begun.created_at is not None else node.created_at,
    )


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)


def _leaf(leaf_id: str | None, known: dict[str, Node], growing: _Growing) -> MessageRow | None:
    """Return where the chosen branch ends; where that was left out or joined, the end of what it belongs to."""
    here = known.get(leaf_id or "")
    while here is not None and here.id not in growing.ends:
        here = known.get(here.parent_id or "")
    if here is not None:
        return growing.ends[here.id]
    return growing.rows[-1] if growing.rows else None
