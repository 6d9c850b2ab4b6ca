"""Which of the demo's prepared answers a question asks for, by the words it holds."""

import re
from collections.abc import Mapping

KINDS = (
    "headings", "lists", "tables", "code", "diagrams", "formulas", "quotes", "details", "tasks", "links", "image",
)  # fmt: skip
"""What the answer to “everything” and the chapters of the long answer are made of."""

_STARTERS: Mapping[str, tuple[str, ...]] = {  # what the page itself proposes to ask: all of the words must be there
    "browser": (r"\bbrowsers?\b|浏览器", r"\bpages?\b|网页"),
    "duplicates": (r"\bduplicates?\b|重复", r"\bfiles?\b|文件"),
    "drinks": (r"\btea\b|茶", r"\bcoffee\b|咖啡"),
    "declining": (r"\bdeclin(e|es|ing)\b|婉拒", r"\bmeetings?\b|会议"),
}
_WORDS: Mapping[str, str] = {
    "everything": r"\beverything\b|全部(?!的?(故障|错误))",
    "long": r"\blong\b|长文|十万字",
    "faults": r"\bfaults?\b|\berrors?\b|故障|错误",
    "thinking": r"\bthink|思考",
    "sources": r"\b(sources?(?! code)|search)\b|来源|搜索",
    "tasks": r"\btasks?\b|任务",
    "tables": r"\btables?\b|表格",
    "diagrams": r"\b(mermaid|((flow|sequence) ?)?(charts?|diagrams?))\b|图表|流程图|时序图",
    "formulas": r"\b(formulas?|equations?|maths?)\b|公式|方程",
    "code": r"\b(code|program|python|javascript|sql)\b|代码|程序",
    "headings": r"\bheadings?\b|标题",
    "lists": r"(?<!task )\blists?\b|列表|(?<!任务)清单",
    "quotes": r"\bquot(es?|ations?)\b|引用",
    "details": r"\b(details|fold(s|ed|ing|able)?)\b|折叠",
    "links": r"\blinks?\b|链接",
    "image": r"\b(images?|pictures?)\b|图片",
}
_PARTS: Mapping[str, tuple[str, ...]] = {"everything": KINDS, "long": (*KINDS, "everything")}


def topics_of(question: str) -> tuple[str, ...]:
    """Return the names of the prepared answers that a question asks for, in its own order; the guide for none.

    A starter's answer stands alone; so does one that holds every kind, beside the kinds that are named as well.
    """
    for starter, words in _STARTERS.items():
        if all(_place(word, question) is not None for word in words):
            return (starter,)
    places = {topic: place for topic, words in _WORDS.items() if (place := _place(words, question)) is not None}
    for whole in ("long", "everything"):
        if whole in places:
            places = {topic: place for topic, place in places.items() if topic not in _PARTS[whole]}
    return tuple(sorted(places, key=places.__getitem__)) or ("guide",)


def _place(words: str, question: str) -> int | None:
    found = re.search(words, question, re.IGNORECASE | re.ASCII)  # ASCII: “用python写” holds the word “python” too
    return found.start() if found else None
