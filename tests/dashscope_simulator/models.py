"""The models the simulator knows: their paths and defaults (the notes' section 5, prices left out)."""

from typing import Literal

MULTIMODAL = ("qwen3.8-", "qwen3.7-plus", "qwen3.7-flash", "qwen3.6-plus", "qwen3.6-flash", "qwen3.5-", "qwen3-vl-")
MULTIMODAL_OLD = ("qwen-vl-", "qvq", "qwen3-omni-")
TEXT = ("qwen3.7-max", "qwen3-max", "qwen-plus", "qwen-flash", "qwen-max", "qwen-long", "qwen-turbo", "qwq")
TEXT_OTHER = ("qwen3-coder-", "qwen3-235b", "qwen3-32b", "qwen3-next-", "deepseek-v4", "glm-5", "kimi-k2")
STREAM_ONLY = ("qwq", "qvq", "qwen3-omni-")
THINKS_BY_DEFAULT = ("qwen3.", "qwq", "qvq", "qwen3-235b", "qwen3-32b")
MODERN = ("qwen3", "qwq", "qvq")


def path_of(model: str) -> Literal["text", "multimodal"] | None:
    """The one path that serves this model, or None for a model that does not exist."""
    if model.startswith(MULTIMODAL + MULTIMODAL_OLD):
        return "multimodal"
    return "text" if model.startswith(TEXT + TEXT_OTHER) else None


def streams_only(model: str) -> bool:
    return model.startswith(STREAM_ONLY)


def thinks_by_default(model: str) -> bool:
    return model.startswith(THINKS_BY_DEFAULT)


def incremental_by_default(model: str) -> bool:
    """Whether a stream is incremental when the question does not say; False means cumulative."""
    return model.startswith(MODERN)


def message_format_by_default(model: str) -> bool:
    return model.startswith((*MODERN, "qwen-long", "qwen-vl-"))
