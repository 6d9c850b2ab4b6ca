"""Which provider answers: the one place that knows the concrete classes."""

from pathlib import Path

from nicewen.services.errors import StartError
from nicewen.services.providers.dashscope import DashScope
from nicewen.services.providers.demo import Demo
from nicewen.services.providers.local import Local, local_is_installed
from nicewen.services.providers.openai_compatible import OpenAICompatible
from nicewen.services.providers.provider import Provider
from nicewen.services.providers.wire import Timeouts
from nicewen.services.settings import ProviderName, Settings
from nicewen.services.weights import weights_path


def provider_of(settings: Settings) -> Provider:
    """Return the provider that the settings ask for.

    Raises:
        StartError: It cannot be used; the sentence says what is missing.
    """
    timeouts = Timeouts(settings.connect_timeout, settings.first_data_timeout, settings.stall_timeout)
    match provider_name_of(settings):
        case "dashscope":
            return _dashscope(settings, timeouts)
        case "openai_compatible":
            return _openai_compatible(settings, timeouts)
        case "local":
            return _local(settings, timeouts)
        case "demo":
            return Demo()


def provider_name_of(settings: Settings) -> ProviderName:
    """Return the provider's name, chosen by what is there where the settings say `auto`."""
    if settings.provider != "auto":
        return settings.provider
    if settings.dashscope_api_key:
        return "dashscope"
    if settings.openai_base_url:
        return "openai_compatible"
    if settings.local_model:
        return "local"
    return "local" if local_is_installed() and weights_path().is_file() else "demo"


def local_model_path(settings: Settings) -> Path:
    """Return where the local model's weights are, or would be."""
    return Path(settings.local_model).expanduser() if settings.local_model else weights_path()


def local_command() -> str:
    """Return the command that brings the local model to this machine."""
    fetch = "nicewen fetch-model"
    return fetch if local_is_installed() else f"pip install xllamacpp && {fetch}"


def _dashscope(settings: Settings, timeouts: Timeouts) -> Provider:
    if settings.dashscope_api_key is None:
        raise StartError("start-no-key")
    workspace = settings.dashscope_workspace_id
    return DashScope(
        settings.dashscope_api_key.get_secret_value(),
        base_url=settings.dashscope_http_base_url,
        workspace=workspace.get_secret_value() if workspace else "",
        timeouts=timeouts,
    )


def _openai_compatible(settings: Settings, timeouts: Timeouts) -> Provider:
    if settings.openai_base_url is None:
        raise StartError("start-no-base-url")
    key = settings.openai_api_key
    return OpenAICompatible(settings.openai_base_url, key.get_secret_value() if key else "", timeouts=timeouts)


def _local(settings: Settings, timeouts: Timeouts) -> Provider:
    if not local_is_installed():
        raise StartError("start-no-local", missing="extra")
    path = local_model_path(settings)
    if not path.is_file():
        if settings.local_model:
            raise StartError("start-local-model-missing", path=str(path))
        raise StartError("start-no-local", missing="weights")
    return Local(path, timeouts=timeouts)
