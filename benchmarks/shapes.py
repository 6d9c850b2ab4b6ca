"""Markdown of any length in the shapes that answers have: the same text at every call, Chinese and English mixed."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random

SEED = 7

ENGLISH = (
    "the server sends every token as soon as it has one",
    "a reader notices a pause of a tenth of a second",
    "most of the work is spent on text that nobody looks at",
    "an answer grows at its end and nowhere else",
    "what has been read once need not be rendered again",
    "the connection may drop at any moment and come back later",
    "one slow page must not hold up the others",
    "measurements on a busy machine say little",
)
CHINESE = (
    "长回答会让每次更新的成本随长度增长",
    "用户提交问题之后，服务端逐个返回内容",
    "渐进式渲染并不意味着每次都要重新解析全文",
    "表格和列表的每一行一旦写完就不再变化",
    "网络中断之后页面应当从断开的地方继续",
    "没有人能比屏幕刷新得更快地阅读",
    "浏览器只需要知道新增加的部分",
    "代码需要高亮，公式需要排版",
)
NOUNS = ("latency", "吞吐量", "buffer", "缓存", "socket", "会话", "parser", "渲染", "token", "消息", "queue", "队列")
FUNCTIONS = ("read", "parse", "render", "flush", "connect", "resume", "measure", "close")
INLINE_FORMULAS = ("$x_{%d}>0$", "$f(x)=x^{%d}$", r"$\alpha_{%d}\le\beta$", r"\(n+%d\)", r"$\sqrt{%d}$", "$e^{i%d}$")
BETWEEN = ("其中", "因此可得", "代入之后得到", "另一方面我们有", "and therefore", "与此同时")
DISPLAY_FORMULAS = (
    "$$\n\\sum_{k=1}^{%d} k^2 = \\frac{n(n+1)}{2}\n$$",
    "$$\n\\int_0^{%d} e^{-x^2}\\,dx\n$$",
    "\\[ A_{%d} = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\]",
)


def text_of(shape: str, length: int) -> str:
    """Return a text of this shape: at most `length` characters, short of them by less than one unit of the shape."""
    opening, units, closing = SHAPES[shape](Random(SEED))  # noqa: S311  # the same text at every call
    parts, size = [opening], len(opening) + len(closing)
    for unit in units:
        size += len(unit)
        if size > length:
            break
        parts.append(unit)
    return "".join([*parts, closing])


def formula_count(text: str) -> int:
    """Return how many formulas a text of the shape `formulas` holds."""
    return text.count("$$") // 2 + text.replace("$$", "").count("$") // 2 + text.count("\\(") + text.count("\\[")


Shape = tuple[str, Iterator[str], str]
"""What a text begins with, an endless row of units, and what it ends with."""


def prose(random: Random) -> Shape:
    """Paragraphs under headings."""
    return "", (paragraph(random, number) for number in count(1)), ""


def bullets(random: Random) -> Shape:
    """One list."""
    return "", (f"- **{noun(random)} {number}**：{sentence(random)} `{call(random)}`\n" for number in count(1)), ""


def table(random: Random) -> Shape:
    """One table of four columns."""
    return "| 名称 name | 说明 | 数量 | call |\n|---|---|---:|---|\n", (row(random, number) for number in count(1)), ""


def code(random: Random) -> Shape:
    """One block of Python."""
    lines = (line for number in count(1) for line in function(random, number).splitlines(keepends=True))
    return "```python\nimport asyncio\n\n", lines, "```\n"


def one_paragraph(random: Random) -> Shape:
    """Sentences without a line break."""
    return "", (styled(random) for _ in count()), ""


def formulas(random: Random) -> Shape:
    """Formulas with a few words between; 10,000 characters hold about 500."""
    return "", (formula_line(random, number) for number in count(1)), ""


def mixed(random: Random) -> Shape:
    """All of them in turn, as a long answer has them."""
    return "", (block for number in count(1) for block in section(random, number)), ""


SHAPES: Mapping[str, Callable[[Random], Shape]] = {
    "prose": prose,
    "list": bullets,
    "table": table,
    "code": code,
    "paragraph": one_paragraph,
    "formulas": formulas,
    "mixed": mixed,
}


def paragraph(random: Random, number: int) -> str:
    heading = f"## {number // 5 + 1}. {noun(random)} and {noun(random)}\n\n" if number % 5 == 1 else ""
    return heading + "".join(styled(random) for _ in range(random.randint(3, 6))).rstrip() + "\n\n"


def styled(random: Random) -> str:
    """Return a sentence, now and then with emphasis, code or a link in it."""
    match random.randrange(8):
        case 0:
            return f"**{noun(random)}**：{sentence(random)} "
        case 1:
            return f"{sentence(random)} `{call(random)}` "
        case 2:
            return f"{sentence(random)} [{noun(random)}](https://example.com/{random.randrange(1000)}) "
        case _:
            return f"{sentence(random)} "


def sentence(random: Random) -> str:
    match random.randrange(3):
        case 0:
            return f"{random.choice(CHINESE)}。"
        case 1:
            return f"{random.choice(ENGLISH).capitalize()}."
        case _:
            return f"{random.choice(CHINESE)}，{random.choice(ENGLISH)}。"


def noun(random: Random) -> str:
    return random.choice(NOUNS)


def call(random: Random) -> str:
    return f"{random.choice(FUNCTIONS)}({random.randrange(1000)})"


def row(random: Random, number: int) -> str:
    return f"| {noun(random)} {number} | {random.choice(CHINESE)} | {random.randrange(100_000)} | `{call(random)}` |\n"


def function(random: Random, number: int) -> str:
    name = f"{random.choice(FUNCTIONS)}_{number}"
    return (
        f"async def {name}(client: Client, limit: int = {random.randrange(100)}) -> list[str]:\n"
        f'    """{random.choice(ENGLISH).capitalize()}."""\n'
        f"    found = []  # {random.choice(CHINESE)}\n"
        f"    async for event in client.events('{random.choice(FUNCTIONS)}'):\n"
        f'        if len(found) > limit and event.text != "{random.choice(NOUNS)}":\n'
        f"            found.append(event.text.strip() + str({random.random():.4f}))\n"
        f"    return found\n\n"
    )


def formula_line(random: Random, number: int) -> str:
    if number % 10 == 0:
        return random.choice(DISPLAY_FORMULAS) % number + "\n\n"
    parts = [f"{random.choice(INLINE_FORMULAS) % random.randrange(100)} {random.choice(BETWEEN)} " for _ in range(6)]
    return "".join(parts).rstrip() + "\n\n"


def section(random: Random, number: int) -> Iterator[str]:
    """Return a section block by block."""
    yield f"## {number}. {noun(random)}\n\n"
    yield paragraph(random, 0)
    yield "".join(f"- **{noun(random)}**：{sentence(random)}\n" for _ in range(5)) + "\n"
    yield f"```python\n{function(random, number)}```\n\n"
    yield f"> {sentence(random)}\n\n"
    yield "| 名称 | 说明 | 数量 | call |\n|---|---|---:|---|\n" + "".join(row(random, n) for n in range(1, 7)) + "\n"
    yield formula_line(random, number) + formula_line(random, 10)
    yield paragraph(random, 0)
