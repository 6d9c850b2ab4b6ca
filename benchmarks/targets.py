"""What was promised, and whether a run has kept it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.answers import Answers, Question
from benchmarks.browser import Measurement
from benchmarks.markdown import growth_of
from benchmarks.rendering import NICEWEN, Cost
from benchmarks.stream import TOKENS
from benchmarks.tables import amount

STREAM_SECONDS = 0.9
"""Shorter streams say nothing about flushes a second."""

LINEAR = ("prose", "list", "code")
PAGING = ("table", "paragraph")


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: its short name, its words, and the value that may not be exceeded."""

    name: str
    words: str
    limit: float


SHOWN = Target("shown", "every answer is shown", 0)
FLUSHES = Target("flushes", "at least 30 flushes a second of stream", 30)
BYTES = Target("bytes", "bytes ≤ 1.5 × the final HTML + 120 a frame", 1)
FIRST = Target("first text", "first text within 10 ms (median)", 0.010)
LAST = Target("last text", "last text within 30 ms", 0.030)
HELD = Target("loop", "the loop never held longer than 20 ms", 0.020)
CPU = Target("CPU", "at least 20 × less CPU than `ui.markdown` per token at 10k", 20)
MAIN_THREAD = Target("main thread", "main thread with 200 turns at most 1.5 × that with none", 1.5)
TO_A_MILLION = Target("growth", "a character costs at most 1.2 × of one at 10k: prose, list, code to 1M", 1.2)
TO_100K = Target("growth", "a character costs at most 2 × of one at 10k: table, paragraph to 100k", 2.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One target in one case."""

    target: Target
    case: str
    said: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One question in both pages."""

    question: Question
    ours: Answers
    peer: Answers


def pairs_of(answers: Sequence[Answers]) -> Sequence[Pair]:
    """Return what belongs together; each question was asked of ours, then of the peer's page."""
    return [Pair(ours.question, ours, peer) for ours, peer in zip(answers[::2], answers[1::2], strict=True)]


def findings_of_pair(pair: Pair, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Yield what one long answer says about the targets."""
    ours = pair.ours.one
    name = name_of(pair.question)
    if ours is None:
        yield Finding(SHOWN, name, pair.ours.note, is_met=False)
        return
    if ours.stream > STREAM_SECONDS:
        rate = ours.updates_per_second
        yield Finding(FLUSHES, name, f"{rate:.1f}", is_met=rate >= FLUSHES.limit)
    used = ours.received / ours.budget
    yield Finding(BYTES, name, f"{used:.2f} of it", is_met=used <= BYTES.limit)
    yield _within(LAST, name, ours.last)
    yield _within(HELD, name, ours.held)
    if pair.peer.cpu and (pair.question.length, pair.question.turns) == (10_000, 0):
        ratio = pair.peer.cpu / ours.cpu
        yield Finding(CPU, name, f"{ratio:.1f} ×", is_met=ratio >= CPU.limit)
    if (without := _without_turns(pair.question, pairs)) is not None:
        ratio = ours.main_thread / without.main_thread
        yield Finding(MAIN_THREAD, name, f"{ratio:.2f} ×", is_met=ratio <= MAIN_THREAD.limit)


def findings_of_first(pair: Pair) -> Iterator[Finding]:
    """Yield what a row of short answers says."""
    if pair.ours.measured:
        yield _within(FIRST, f"{pair.question.turns} turns", pair.ours.median_first)
    else:
        yield Finding(SHOWN, name_of(pair.question), pair.ours.note, is_met=False)


def findings_of_growth(costs: Sequence[Cost]) -> Iterator[Finding]:
    """Yield how the cost of a character grows with the length."""
    for cost in costs:
        case, growth = cost.case, growth_of(cost, costs)
        if case.way != NICEWEN or growth is None or case.size <= 10_000:
            continue
        target = TO_A_MILLION if case.shape in LINEAR else TO_100K
        if case.shape in LINEAR or (case.shape in PAGING and case.size <= 100_000):
            said = f"{growth:.2f} ×" if cost.is_whole else f"given up at {cost.length:,}"
            name = f"{case.shape} {case.size:,} at {case.pace.name}"
            yield Finding(target, name, said, is_met=cost.is_whole and growth <= target.limit)


def summary_of(findings: Sequence[Finding]) -> Sequence[tuple[str, str, str]]:
    """Return each target, whether it was met, and where not."""
    rows: list[tuple[str, str, str]] = []
    for target in dict.fromkeys(finding.target for finding in findings):
        of_it = [finding for finding in findings if finding.target == target]
        missed = [finding for finding in of_it if not finding.is_met]
        verdict = f"missed in {len(missed)} of {len(of_it)}" if missed else f"met in all {len(of_it)}"
        shown = (f"{finding.case}: {finding.said}" for finding in missed or of_it)
        rows.append((target.words, verdict, "; ".join(shown)))
    return rows


def name_of(question: Question) -> str:
    """Return what a case is called."""
    pace = "" if question.pace == TOKENS else ", burst"
    turns = f", {question.turns} turns" if question.turns else ""
    return f"{question.shape} {question.length:,}{pace}{turns}"


def _within(target: Target, case: str, seconds: float) -> Finding:
    return Finding(target, case, f"{amount(seconds * 1000)} ms", is_met=seconds <= target.limit)


def _without_turns(question: Question, pairs: Sequence[Pair]) -> Measurement | None:
    """Return our own measurement of the same answer in an empty conversation."""
    same = replace(question, turns=0)
    return next((pair.ours.one for pair in pairs if question.turns and pair.question == same), None)
