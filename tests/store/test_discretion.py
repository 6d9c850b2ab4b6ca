"""What people wrote stands in no error, and so in no log."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from nicewen.services.errors import StoreError
from nicewen.services.store.address import address_of
from nicewen.services.store.database import Database


async def test_a_failed_statement_does_not_tell_what_was_to_be_saved(tmp_path: Path) -> None:
    database = Database(address_of(f"sqlite:///{tmp_path / 'one.db'}"))
    database.connect()
    try:
        with pytest.raises(StoreError) as caught:
            async with database.writing() as connection:
                await connection.execute(sa.text("INSERT INTO nowhere VALUES (:said)"), {"said": "canary"})
    finally:
        await database.disconnect()
    assert "nowhere" in str(caught.value.__cause__)
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"
