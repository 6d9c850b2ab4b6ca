"""What the names of DashScope's models tell; from its model list and deep-thinking page, read 2026-11-22."""

TEXT_PATH = "/services/aigc/text-generation/generation"
MULTIMODAL_PATH = "/services/aigc/multimodal-generation/generation"

_MULTIMODAL = (
    "qwen-vl",
    "qwen3-vl",
    "qvq",
    "qwen3.5-",
    "qwen3.6-plus",
    "qwen3.6-flash",
    "qwen3.7-plus",
    "qwen3.7-flash",
    "qwen3.8-",
    "qwen-omni",
    "qwen3-omni",
)
_THINKING_ONLY = ("qwq", "qvq", "deepseek-r1", "kimi-k2-thinking", "kimi-k2.7-code", "qwen3.7-max-preview")


def likely_path(model: str) -> str:
    """Return the path that a model of this name is served on, as far as names tell."""
    return MULTIMODAL_PATH if model.lower().startswith(_MULTIMODAL) else TEXT_PATH


def thinks_always(model: str) -> bool:
    """Whether a model refuses `enable_thinking: false`."""
    name = model.lower()
    return name.startswith(_THINKING_ONLY) or "-thinking" in name


def goes_on(model: str, path: str) -> bool:
    """Whether a model takes the beginning of its own answer (`"partial": true`); those that think do not."""
    return path == TEXT_PATH and not thinks_always(model)
