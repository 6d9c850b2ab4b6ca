"""What `nicewen` does besides serving the chat; a start does without this."""

import argparse
import asyncio
from collections.abc import Callable

from nicewen.services.conversation import NOBODY
from nicewen.services.doctor import examined, examined_page
from nicewen.services.exchange.scripted import export_all_to, import_from
from nicewen.services.language import Language
from nicewen.services.settings import Settings
from nicewen.services.user_commands import UserCommands, asker
from nicewen.services.weights import fetch_weights


def do_command(options: argparse.Namespace, settings: Settings, say: Callable[[str], None], language: Language) -> int:
    """Do what the options name, and return the exit status; `say` gets a sentence for each thing that is worth one.

    Raises:
        NicewenError: It cannot be done; the sentence says why.
    """
    user = options.user or NOBODY
    match options.command:
        case "fetch-model":
            fetch_weights(say, language)
        case "doctor":
            look = examined_page(options.url, say, language) if options.url else examined(settings, say, language)
            return 0 if asyncio.run(look) else 1
        case "export":
            asyncio.run(export_all_to(options.file, settings, say, language, user=user))
        case "import":
            asyncio.run(import_from(options.file, settings, say, language, user=user))
        case "user":
            commands = UserCommands(settings, say, asker(), language)
            asyncio.run(commands.do(*options.words, with_conversations=options.conversations))
    return 0
