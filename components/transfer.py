"""In and out: all conversations as one file, and files of conversations from here and elsewhere."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from nicegui import events, ui

from nicewen.components.downloads import ARCHIVE_NAME, archive_path
from nicewen.components.quiet_button import quiet_button
from nicewen.services import Assistant
from nicewen.services.errors import NicewenError
from nicewen.services.exchange import FILE_BYTES, Report, Unmapped, sentences_of
from nicewen.services.language import Words

LISTED = 200
"""Things left out that are named one by one."""


class Transfer(ui.element):
    """Two buttons and, below them, what has come of the last one pressed."""

    def __init__(self, assistant: Assistant, words: Words, user: str) -> None:
        super().__init__("section")
        self._user = user
        self._assistant = assistant
        self._words = words
        self.classes("nicewen-transfer").props("data-testid=transfer")
        with self:
            with ui.element("div").classes("nicewen-transfer-row"):
                self._button = quiet_button(words("export-all"), self._export).props("data-testid=export-all")
                self._chosen = _upload(self._import, self._reject)
                _chooser(words("import"), self._chosen).props("data-testid=import")
            ui.label(words("import-hint")).classes("nicewen-transfer-hint")
            self._progress = ui.element("progress").props(f'max=1 value=0 aria-label="{words("export-all")}"')
            self._progress.set_visibility(False)
            self._result = ui.element("div").classes("nicewen-transfer-result").props("role=status")

    async def _export(self) -> None:
        """Write the file, showing how far it is, and have the browser fetch it."""
        self._button.props("disabled")
        self._progress.set_visibility(True)
        try:
            path = await self._assistant.courier.export_all(self._show_progress, user=self._user)
        except (NicewenError, OSError) as error:
            reason = error.sentence(self._words.language) if isinstance(error, NicewenError) else error.strerror
            self._say(self._words("export-failed", reason=reason or ""))
        else:
            ui.download.from_url(archive_path(self._assistant.courier.hand_out(path, self._user)), ARCHIVE_NAME)
            self._say(self._words("export-ready"))
        finally:
            self._button.props(remove="disabled")
            self._progress.set_visibility(False)

    def _show_progress(self, done: int, total: int) -> None:
        if done == total or done % max(1, total // 100) == 0:
            self._progress.props(f"max={total or 1} value={done}")
            self._say(self._words("export-progress", done=done, total=total))

    async def _import(self, event: events.UploadEventArguments) -> None:
        self._say(self._words("import-reading", name=event.file.name))
        with tempfile.TemporaryDirectory(prefix="nicewen-") as folder:
            path = Path(folder, "import")
            await event.file.save(path)
            try:
                report = await self._assistant.courier.import_file(path, user=self._user)
            except NicewenError as error:
                self._say(error.sentence(self._words.language))
            else:
                self._show(report)
        self._chosen.reset()

    def _reject(self) -> None:
        self._say(self._words("import-rejected", megabytes=FILE_BYTES // 1_000_000))

    def _show(self, report: Report) -> None:
        sentences = sentences_of(report, self._words.language)
        self._say(self._words("sentences-joint").join(sentences), report.unmapped)

    def _say(self, sentence: str, unmapped: Sequence[Unmapped] = ()) -> None:
        self._result.clear()
        with self._result:
            ui.label(sentence).props("data-testid=transfer-result")
            if unmapped:
                with ui.element("ul"):
                    for one in unmapped[:LISTED]:
                        _item(one.sentence(self._words.language))
                    if len(unmapped) > LISTED:
                        _item(self._words("import-more", count=len(unmapped) - LISTED))


def _upload(
    on_upload: events.Handler[events.UploadEventArguments], on_rejected: events.Handler[events.UiEventArguments]
) -> ui.upload:
    """Return what sends a chosen file; the browser's own dialogue is all that is seen of it."""
    upload = ui.upload(
        on_upload=on_upload, on_rejected=on_rejected, max_file_size=FILE_BYTES, max_files=1, auto_upload=True
    )
    return upload.classes("nicewen-upload").props("accept=.json,.zip")


def _chooser(text: str, upload: ui.upload) -> ui.element:
    """Return a button that opens the dialogue at once: browsers allow that only in the click itself."""
    button = ui.element("button").classes("nicewen-button").props("type=button")
    button.on("click", js_handler=f"() => getElement({upload.id}).$refs.qRef.pickFiles()")
    with button:
        ui.label(text)
    return button


def _item(text: str) -> None:
    with ui.element("li"):
        ui.label(text)
