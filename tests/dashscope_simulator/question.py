"""What a client asked, as the profiles see it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, cast, get_args

from dashscope_simulator.pieces import Split

Path = Literal["text", "multimodal", "compatible"]
DEFAULT_PARAMETERS: Mapping[str, object] = {"result_format": "message", "incremental_output": True}
REQUEST_ID = "5c1e2f0a-9b7d-9c3e-8f21-0a1b2c3d4e5f"
KEY = "sk-simulator"
BY_QUESTION = "by-question"
MARKER = re.compile(r"\[profile:([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Options:
    """What the model's name asks of the server.

    ``rate`` is frames per second (0: unpaced), ``length`` is tokens (0: as long as the echo is),
    ``delay`` is seconds between the headers and the first frame. ``fails`` is after how many attempts the profile
    gives way to an answer (0: never).
    """

    profile: str = "default"
    rate: float = 0.0
    length: int = 0
    delay: float = 0.0
    fails: int = 0
    split: Split = "whole"
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One request. ``attempt`` counts from 1 for this exact model string, ``turn`` from 1 on this connection."""

    model: str = "qwen-plus"
    messages: Sequence[object] = ({"role": "user", "content": "你好"},)
    parameters: Mapping[str, object] = field(default_factory=lambda: dict(DEFAULT_PARAMETERS))
    path: Path = "text"
    streaming: bool = True
    key: str | None = KEY
    request_id: str = REQUEST_ID
    attempt: int = 1
    turn: int = 1

    @classmethod
    def asking(cls, text: str, model: str = "qwen-plus", **parameters: object) -> Self:
        """A streamed question with incremental output in message format, unless the parameters say otherwise."""
        return cls(
            model=model,
            messages=({"role": "user", "content": text},),
            parameters={**DEFAULT_PARAMETERS, **parameters},
        )

    @property
    def base_model(self) -> str:
        """The model's name without profile and options."""
        return self.model.partition("@")[0]

    @property
    def options(self) -> Options:
        return options_of(self.model)

    @property
    def text(self) -> str:
        """The text of the last message of the user."""
        for message in reversed(self.messages):
            if isinstance(message, Mapping) and message.get("role") == "user":
                return text_of(message.get("content"))
        return ""

    @property
    def begun(self) -> str:
        """The text that the answer is to go on with (partial mode); "" where it begins anew."""
        last = self.messages[-1] if self.messages else None
        is_begun = isinstance(last, Mapping) and last.get("role") == "assistant" and last.get("partial") is True
        return text_of(last.get("content")) if is_begun and isinstance(last, Mapping) else ""

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.parameters.get(name)
        return default if value is None else value is True


def model_meant(model: str, text: str) -> str:
    """The model whose name is followed: ``qwen-plus@by-question`` leaves the choice to the question's text.

    The last ``[profile:long,rate=20,tag=a]`` in it makes that ``qwen-plus@long,rate=20,tag=a``. So one client with one
    model can meet every profile.
    """
    base, _, profile = model.partition("@")
    if profile != BY_QUESTION:
        return model
    marked = MARKER.findall(text)
    return f"{base}@{marked[-1]}" if marked else base


def options_of(model: str) -> Options:
    """Reads ``qwen-plus@PROFILE,rate=200,length=1500,delay=0.3,split=bytes,tag=abc``; raises ValueError."""
    words = [word for word in model.partition("@")[2].split(",") if word]
    named = dict(word.split("=", 1) for word in words if "=" in word)
    profiles = [word for word in words if "=" not in word]
    if len(profiles) > 1:
        raise ValueError(f"{model}: only one profile can be named.")
    options = Options(
        profile=profiles[0] if profiles else "default",
        rate=float(named.pop("rate", 0)),
        length=int(named.pop("length", 0)),
        delay=float(named.pop("delay", 0)),
        fails=int(named.pop("fails", 0)),
        split=split_of(named.pop("split", "whole")),
        tag=named.pop("tag", ""),
    )
    if named:
        raise ValueError(f"{model}: unknown options {', '.join(named)}.")
    return options


def split_of(word: str) -> Split:
    for split in get_args(Split):
        if split == word:
            return cast(Split, split)
    raise ValueError(f"split is whole, bytes or worst, not {word}.")


def text_of(content: object) -> str:
    """The text in a message's content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        parts = [part for part in content if isinstance(part, Mapping)]
        return "".join(str(part["text"]) for part in parts if "text" in part)
    return ""
