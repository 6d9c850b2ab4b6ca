"""What is written behind `nicewen` on the command line."""

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

WITH_FILE = ("export", "import")
"""Commands that take the name of a file."""

COMMANDS = ("run", "fetch-model", "doctor", *WITH_FILE, "user")

USER_ACTIONS = {"add": 2, "list": 1, "password": 2, "remove": 2}
"""What can be done to accounts, and how many words that takes."""


EXAMPLES = """
examples:
  nicewen                                           start the chat and open its page
  nicewen --host 0.0.0.0 --port 80 --no-browser     let other machines in (see NICEWEN_AUTH)
  nicewen fetch-model                               fetch the small model that answers on this machine
  nicewen doctor                                    look at key, region, model, network and database
  nicewen doctor --url https://chat.example/tyqw/   look at the proxy in front of the page
  nicewen export all.zip                            write all conversations into a zip
  nicewen import conversations.json                 read one of ours, ChatGPT's or Open WebUI's
  nicewen user add ada                              give ada an account (NICEWEN_AUTH=password)
"""


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options, with a `command` and, where it takes one, a `file`; a wrong use ends the program."""
    parser = argparse.ArgumentParser(
        prog="nicewen",
        description="A chat with Qwen on your own web page.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=COMMANDS,
        default="run",
        help="run the chat (the default), fetch the local model's weights, say what keeps Nicewen from working, "
        "export all conversations or import some, or say who may log in",
    )
    parser.add_argument(
        "words",
        nargs="*",
        help="the zip to export to, or the file to import; with user: add NAME, list, password NAME or remove NAME",
    )
    parser.add_argument("--host", help="address to listen on (NICEWEN_HOST, default 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port to listen on (NICEWEN_PORT, default 8080)")
    parser.add_argument("--url", type=_address, help="with doctor: the address at which people open the page")
    parser.add_argument("--user", help="with export and import: whose conversations; without it nobody's in particular")
    parser.add_argument("--conversations", action="store_true", help="with user remove: delete those of NAME too")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    parser.add_argument("--version", action="version", version=f"nicewen {version('nicewen')}")
    options = parser.parse_args(arguments)
    _check(parser, options)
    options.file = Path(options.words[0]) if options.command in WITH_FILE else None
    return options


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    words, command = options.words, options.command
    if command == "user" and USER_ACTIONS.get(next(iter(words), "")) != len(words):
        parser.error("user takes add NAME, list, password NAME or remove NAME, for example: nicewen user add ada")
    if command != "user" and (command in WITH_FILE) != (len(words) == 1):
        parser.error("export and import take one file, for example: nicewen export conversations.zip")
    if options.conversations and words[:1] != ["remove"]:
        parser.error("--conversations belongs to user remove, for example: nicewen user remove ada --conversations")
    if options.url and options.command != "doctor":
        parser.error("--url belongs to doctor, for example: nicewen doctor --url https://chat.example/")
    if options.user is not None and (options.command not in WITH_FILE or not options.user):
        parser.error("--user belongs to export and import, for example: nicewen export ada.zip --user ada")


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _is_port(parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no address; it looks like https://chat.example/tyqw/")
    return text


def _is_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:  # no number, or too large a one
        return False


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 65535, for example --port 8080")
    return int(text)
