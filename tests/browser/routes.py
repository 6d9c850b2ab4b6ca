"""Every address at which Nicewen can be asked, told by the program itself: `python -m browser.routes`."""

import json
import re

from nicegui import app, ui

from nicewen import main


def tell(**_: object) -> None:
    """Write the methods and path of each route, instead of serving them."""
    lines = [
        f"{','.join(sorted(getattr(route, 'methods', None) or ['*']))} {vars(route)['path']}" for route in app.routes
    ]
    print("ROUTES", json.dumps([re.sub(r"/_nicegui/\d[\d.]*", "/_nicegui/VERSION", line) for line in lines]))


if __name__ == "__main__":
    ui.run = tell  # type: ignore[assignment]  # all that goes before is the real one
    main.main(["--no-browser"])
