"""Importing without what makes a start slow and serves nobody here."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNUSED = ("aiohttp", "httpx._main", "mako.ext.pygmentplugin", "pydantic.v1", "requests", "websocket")
"""What others import if they can, and do well without: python-engineio for its clients, httpx for its command, Mako to
colour errors, FastAPI for models of an older kind."""


@contextmanager
def lean_imports() -> Iterator[None]:
    """Leave out what is `UNUSED`, a sixth of a start; afterwards it can be imported as ever.

    The garbage collector rests: while modules are made nothing is garbage, and looking for it takes a fifth of the
    time.
    """
    gc.disable()
    absent = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None stands for what cannot be imported
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name)
        gc.freeze()
        gc.enable()
