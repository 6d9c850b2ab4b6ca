"""Many views share the patches that one process sends."""

import pytest

from nicewen.components.pace import FLUSH_SECONDS, LONGEST_SECONDS, PATCHES_PER_SECOND, SharedPace


def test_few_views_are_brought_up_to_date_thirty_times_a_second() -> None:
    pace = SharedPace()
    for view in range(3):
        pace.note(view, busy=True)
        pace.note(view, busy=True)
    assert pace.seconds == FLUSH_SECONDS <= 1 / 30


def test_many_views_together_get_no_more_patches_than_that() -> None:
    pace = SharedPace()
    for view in range(15):
        pace.note(view, busy=True)
    assert 15 / pace.seconds == pytest.approx(PATCHES_PER_SECOND)
    for view in range(15):
        pace.note(view, busy=False)
        pace.note(view, busy=False)
    assert pace.seconds == FLUSH_SECONDS


def test_no_view_waits_for_ever() -> None:
    pace = SharedPace()
    for view in range(1_000):
        pace.note(view, busy=True)
    assert pace.seconds == LONGEST_SECONDS
