"""docs/performance.md: what a run has found, as one page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers import NOT_MEASURED, Answers
from benchmarks.browser import Measurement
from benchmarks.markdown import table_of
from benchmarks.rendering import Cost
from benchmarks.surroundings import Surroundings
from benchmarks.tables import amount, kilobytes, markdown_table
from benchmarks.targets import (
    Pair,
    findings_of_first,
    findings_of_growth,
    findings_of_pair,
    name_of,
    pairs_of,
    summary_of,
)

NONE = "–"
ABOUT = """# Performance

Written by `make bench` (`python -m benchmarks`); the numbers of a run stand beside those of a plain NiceGUI page with
`ui.markdown`, set to the text so far at every token as in NiceGUI's own chat example, measured in the same run.

{surroundings}

## Targets

{targets}
## Answers in a browser

A real Chromium, a real Nicewen in a process of its own, and a DashScope that sends 200 pieces a second at exact times:
tokens of 5 characters (1,000 characters/s), in a burst pieces of 100 (20,000 characters/s). In each cell Nicewen stands
first and `ui.markdown` second, {none} where there is no figure: texts of more than 10,000 characters are not given to
`ui.markdown`, which would render all of them anew at each token.

- *Server CPU*: user and system time of the process from Enter to 0.7 s after the answer's end. About 0.01 s of each
  second is the watch over the loop.
- *Bytes*: WebSocket payloads before compression. The budget is 1.5 × the final HTML + 120 for each frame.
- *Main thread*: Chromium's `TaskDuration`.
- *Flushes*: changes of the answer in the DOM, all and for each second of stream.
- *First* and *last text*: from the sending of the first and the last piece to their being in the DOM.
- *Loop held*: the longest time for which the server's event loop did not come round, to within 5 ms and without the
  time when other processes had the core; *GC* is the longest pause of Python's garbage collector.
- A case marked * ran while the machine was busy with other things: its upstream was more than 20 ms late.

{answers}
{notes}## First text

Short answers one after the other in one page; milliseconds from the sending of the first piece to the DOM.

{firsts}
## What rendering costs with length

Without a browser: `LiveDocument` and `StreamingMarkdown` get the same pieces, flush by flush, and what they would send
is counted. Processor time of one thread; *× of 10k* compares a character's cost with that of the same shape, pace and
way at 10,000 characters; *longest* is one call, without the garbage collector's pauses. After {limit:.0f} s a case is
given up. *ui.markdown* alone is set at the same flushes as Nicewen, *per token* 200 times a second.

{rendering}
{remarks}"""

REMARKS = Path(__file__).with_name("remarks.md")
"""What no run can write: other pages, and what was tried where a target is missed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that was measured."""

    surroundings: Surroundings
    answers: Sequence[Answers]
    firsts: Sequence[Answers]
    rendering: Sequence[Cost]
    limit: float


def page_of(run: Run) -> str:
    """Return the page."""
    pairs, firsts = pairs_of(run.answers), pairs_of(run.firsts)
    findings = [finding for pair in pairs for finding in findings_of_pair(pair, pairs)]
    findings += [finding for pair in firsts for finding in findings_of_first(pair)]
    findings += findings_of_growth(run.rendering)
    return ABOUT.format(
        surroundings=run.surroundings.sentence,
        targets=markdown_table(("target", "", "where"), summary_of(findings)),
        none=NONE,
        answers=markdown_table(ANSWERS_HEAD, [answer_row(pair, pairs) for pair in pairs]),
        notes="".join(notes_of(run.answers)),
        firsts=markdown_table(FIRSTS_HEAD, [first_row(pair) for pair in firsts]),
        limit=run.limit,
        rendering=table_of(run.rendering),
        remarks=REMARKS.read_text("utf-8"),
    )


ANSWERS_HEAD = (
    *("case", "server CPU s", "less CPU", "bytes", "of budget", "main thread s", "flushes", "first text ms"),
    *("last text ms", "loop held ms (GC)", "targets"),
)
FIRSTS_HEAD = ("earlier turns", "answers", "Nicewen median", "p95", "`ui.markdown` median", "p95")


def answer_row(pair: Pair, pairs: Sequence[Pair]) -> Sequence[str]:
    ours, peer = pair.ours.one, pair.peer.one
    missed = [finding for finding in findings_of_pair(pair, pairs) if not finding.is_met]
    least = "" if peer else "≥ "
    less = f"{least}{pair.peer.cpu / ours.cpu:.1f} ×" if ours and pair.peer.cpu else NONE
    return (
        name_of(pair.question) + (" *" if any(one and one.was_disturbed for one in (ours, peer)) else ""),
        f"{_cpu(pair.ours)} / {_cpu(pair.peer)}",
        less,
        _both(pair, lambda one: kilobytes(one.received)),
        _both(pair, lambda one: f"{one.received / one.budget:.2f}"),
        _both(pair, lambda one: amount(one.main_thread)),
        _both(pair, lambda one: f"{one.updates} ({one.updates_per_second:.0f}/s)"),
        _both(pair, lambda one: amount(one.first * 1000)),
        _both(pair, lambda one: amount(one.last * 1000)),
        _both(pair, lambda one: f"{one.held * 1000:.0f} ({one.collecting * 1000:.0f})"),
        f"missed: {', '.join(finding.target.name for finding in missed)}" if missed else "all met",
    )


def notes_of(answers: Sequence[Answers]) -> Iterator[str]:
    """Yield why an answer is missing."""
    for one in answers:
        if one.note and one.note != NOT_MEASURED:
            yield f"{name_of(one.question)}, {one.way}: {one.note}.\n\n"


def first_row(pair: Pair) -> Sequence[str]:
    cells = [str(pair.question.turns), str(len(pair.ours.measured))]
    for answers in (pair.ours, pair.peer):
        both = (answers.median_first, answers.p95_first) if answers.measured else ()
        cells += [amount(seconds * 1000) for seconds in both] or [answers.note, NONE]
    return cells


def _cpu(answers: Answers) -> str:
    if answers.one:
        return amount(answers.one.cpu)
    return f"≥ {amount(answers.cpu)}" if answers.cpu else NONE


def _both(pair: Pair, shown: Callable[[Measurement], str]) -> str:
    """Return our figure and the peer's."""
    cells = [shown(answers.one) if answers.one else NONE for answers in (pair.ours, pair.peer)]
    return " / ".join(cells)
