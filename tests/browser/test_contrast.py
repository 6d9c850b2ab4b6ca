"""Whether every word can be read, in both themes."""

import pytest
from playwright.sync_api import expect

from browser.asked import asking, long_answer
from browser.chat_page import ask, expect_state, messages
from browser.conftest import OpenPage

ENOUGH = 4.5  # WCAG 2.2, 1.4.3
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const luminance = colours => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(value => value / 255)
      .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = element => getComputedStyle(element).backgroundColor;
  const papers = element => element ? [...papers(element.parentElement), paper(element)] : [];
  const words = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('.nicewen *')].filter(element => words(element) && element.checkVisibility())
    .map(element => {
      const under = luminance(papers(element)), ink = luminance([...papers(element), getComputedStyle(element).color]);
      return [element.textContent.slice(0, 30), (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05)];
    });
}"""
MANY_THINGS = """
# Heading `code` [link](https://example.com) ![image](https://example.com/i.png)

> A quotation with ==a mark== and <kbd>Ctrl</kbd>

> [!WARNING]
> An alert[^1]

[^1]: A footnote.

| Head | Cell |
|---|---|
| `1` | [x](https://example.com) |

```python
# a comment
@decorator
def name(of: str = "text", number: int = 0x1F) -> None:
    raise ValueError(f"{of!r}") from None  # again
```

```diff
- removed
+ added
```
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_paper(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    ask(page, asking("arrearage"))
    expect(page.get_by_test_id("error")).to_be_visible()
    page.get_by_test_id("error").locator("summary").click()
    ask(page, asking(words=MANY_THINGS))
    expect(messages(page, "assistant")).to_have_count(2)
    expect_state(page, "done")
    ask(page, long_answer(rate=20, seconds=60))
    ask(page, asking(words="One that waits"))
    expect(messages(page, "user", "waiting")).to_have_count(1)
    contrasts = page.evaluate(CONTRASTS)
    page.get_by_test_id("stop").click()
    assert len(contrasts) > 50
    assert not [(text, ratio) for text, ratio in contrasts if ratio < ENOUGH]
