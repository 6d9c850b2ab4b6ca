"""Questions that choose the simulator's behaviour, with what a reader must see in the end."""

import re
from dataclasses import dataclass
from uuid import uuid4

from browser.nicewen_process import BY_QUESTION
from dashscope_simulator.draft import draft_of
from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import LONG_LENGTH
from dashscope_simulator.question import Question, model_meant, options_of

MARKUP = re.compile(r"^- |[*`\[\]\s]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's text, and the model's name under which the simulator records it."""

    text: str
    model: str

    @property
    def answer(self) -> str:
        """The Markdown that the simulator answers with."""
        options = options_of(self.model)
        length = options.length or (LONG_LENGTH if options.profile == "long" else 0)
        return "".join(draft_of(Question.asking(self.text, self.model), length).tokens)

    @property
    def letters(self) -> str:
        """What is left of the answer without white space and Markdown's own signs; a page's text is compared so."""
        return letters_of(self.answer)


def letters_of(text: str) -> str:
    return MARKUP.sub("", text)


def asking(profile: str = "default", words: str = "Hello", **options: object) -> Asked:
    """A question that no other test asks; with `rate`, `length` and the like for the simulator."""
    named = "".join(f",{name}={value}" for name, value in options.items())
    text = f"{words} [profile:{profile}{named},tag={uuid4().hex[:8]}]"
    return Asked(text, model_meant(BY_QUESTION, text))


def long_answer(*, rate: float, seconds: float, words: str = "Tell me of the lake") -> Asked:
    """A question whose answer takes about so many seconds at so many tokens a second."""
    return asking("long", words, rate=rate, length=round(rate * seconds))


def only_outcome(simulator: RunningSimulator, asked: Asked, seconds: float = 5.0) -> str:
    """Return how the question's only request ended, once it has."""
    recorded = simulator.wait_until(
        lambda requests: any(r["model"] == asked.model and r["ended"] for r in requests), seconds
    )
    (request,) = [request for request in recorded if request["model"] == asked.model]
    return str(request["outcome"])
