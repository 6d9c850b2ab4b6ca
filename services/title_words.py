"""What a model is told when it is asked for a title, and what of its answer is one."""

import re

QUESTION_LENGTH = 2_000
ANSWER_LENGTH = 1_000
"""Characters of the conversation that the model reads."""

_CHINESE = """为下面的对话起一个标题：不超过 12 个字，使用提问所用的语言，概括话题。\
只输出标题本身，不要引号、句号和任何解释。

<提问>
{question}
</提问>

<回答>
{answer}
</回答>"""

_ENGLISH = """Give the conversation below a title: at most six words, in the language of the question, that name its \
topic. Write the title alone, without quotation marks, full stop or explanation.

<question>
{question}
</question>

<answer>
{answer}
</answer>"""

_HAN = re.compile("[\u3400-\u9fff]")
_OTHER_HAN = re.compile("[\u3040-\u30ff\uac00-\ud7af]")  # Japanese and Korean letters
_LABEL = re.compile(r"^(title|标题|標題|题目)\s*[:：]\s*", re.IGNORECASE)
_MARKS = re.compile(r"^(#+\s+|[-*>+]\s+|\d+[.)]\s+)+|[*_`~]{2,}|`")
_QUOTES = ("“”", "‘’", "「」", "『』", "《》", "«»", '""', "''", "**", "__")
_ENDS = " .。．;；:：,，、"


def title_prompt(question: str, answer: str) -> str:
    """Return what a model is asked, in Chinese of a Chinese question, else in English."""
    is_chinese = _HAN.search(question) and not _OTHER_HAN.search(question)
    words = _CHINESE if is_chinese else _ENGLISH
    return words.format(question=question[:QUESTION_LENGTH], answer=answer[:ANSWER_LENGTH])


def clean_title(text: str) -> str:
    """Return the first line of an answer that has words, without marks, quotation marks around it and a full stop."""
    lines = (_cleaned(line) for line in text.splitlines())
    return next((line for line in lines if any(character.isalnum() for character in line)), "")


def _cleaned(line: str) -> str:
    title = "".join(one for one in line if one.isprintable()).strip()
    before = None
    while title != before:  # quotation marks within quotation marks, behind a label, before a full stop
        before = title
        title = _LABEL.sub("", _MARKS.sub("", title)).strip(_ENDS)
        title = next((title[1:-1] for pair in _QUOTES if _is_within(title, pair)), title).strip()
    return title


def _is_within(title: str, pair: str) -> bool:
    """Whether this pair stands around the whole title, and not around each of two words."""
    inner = title[1:-1]
    return len(title) > 1 and title[0] == pair[0] and title[-1] == pair[1] and not set(pair) & set(inner)
