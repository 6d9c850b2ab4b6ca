"""What the doctor says, and how it is read."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from browser.nginx import running_nginx
from nicewen.services.doctor import examined, examined_page
from nicewen.services.language import Language
from nicewen.services.settings import Settings


async def report(
    language: Language = "en", *, regions: tuple[str, ...] = (), **settings: Any
) -> tuple[list[str], bool]:
    said: list[str] = []
    is_well = await examined(Settings(_env_file=None, **settings), said.append, language, regions)
    return said, is_well


def signs(said: list[str]) -> str:
    return "".join(line[0] for line in said)


def page_report(
    folder: Path, target: str, changes: Mapping[str, str], place: str = "at_path", *, second: str = ""
) -> tuple[list[str], bool]:
    said: list[str] = []
    targets = (target, second) if second else (target,)
    with running_nginx(folder, *targets, changes=changes) as nginx, pytest.MonkeyPatch.context() as patch:
        nginx.ca.cert_pem.write_to_path(folder / "ca.pem")
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        is_well = asyncio.run(examined_page(getattr(nginx, place) + "/", said.append, "en"))
    return said, is_well
