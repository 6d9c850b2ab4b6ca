"""Key, region, model and network: all told by one short question to the service."""

from contextlib import aclosing
from urllib.parse import urlsplit

from nicewen.services.doctor.finding import Finding, ill, unknown, well
from nicewen.services.errors import AnswerError, StartError
from nicewen.services.providers.choice import provider_name_of, provider_of
from nicewen.services.providers.provider import AnswerRequest, Turn
from nicewen.services.settings import Settings

REGIONS = (
    "https://dashscope.aliyuncs.com/api/v1",
    "https://dashscope-intl.aliyuncs.com/api/v1",
    "https://dashscope-us.aliyuncs.com/api/v1",
)
"""Where a key of Alibaba Cloud's may belong (Model Studio's documentation, base URLs by region; read 2026-11-22)."""

REFUSED = {"error-wrong-key", "error-billing", "error-free-tier"}
NOT_REACHED = {"error-unreachable", "error-proxy", "error-tls", "error-connect-timeout", "error-cut-short"}
NO_MODEL = {"error-model-unavailable", "error-no-access", "error-no-model"}
CHECKS = ("key", "region", "model", "network")
LONGEST_SECONDS = 30.0


class Service:
    """What the settings name, and the other addresses at which a refused key is tried.

    Those are tried only where the settings name one of them: behind a company's own address they are not to be had.
    """

    def __init__(self, settings: Settings, regions: tuple[str, ...] = REGIONS) -> None:
        self.settings = settings
        self.provider = provider_name_of(settings)
        self.model = settings.model or ""
        self._regions = regions

    @property
    def host(self) -> str:
        """The host that is asked."""
        url = self.settings.openai_base_url if self.provider == "openai_compatible" else self._url
        return urlsplit(url or "").hostname or ""

    async def failure(self, url: str = "") -> AnswerError | StartError | None:
        """Ask for one word, at another address where one is given; return what went wrong."""
        patience = min(self.settings.first_data_timeout, LONGEST_SECONDS)
        changes = {"first_data_timeout": patience, "dashscope_http_base_url": url or self._url}
        try:
            provider = provider_of(self.settings.model_copy(update=changes))
        except StartError as error:
            return error
        try:
            self.model = self.model or provider.default_model
            request = AnswerRequest(model=self.model, turns=(Turn("user", "Say yes."),))
            async with aclosing(provider.answer(request)) as events:
                await anext(events)  # the first token is enough
        except AnswerError as error:
            return error
        finally:
            await provider.close()
        return None

    async def other_region(self) -> str:
        """Return the address at which the key is accepted, or ""."""
        if self.provider == "dashscope" and self._url in self._regions:
            for url in self._regions:
                if url != self._url:
                    error = await self.failure(url)
                    if error is None or error.key in NO_MODEL:
                        return url
        return ""

    @property
    def _url(self) -> str:
        return self.settings.dashscope_http_base_url


async def findings_about_service(service: Service) -> list[Finding]:
    """Return what one question tells of key, region, model and network, in this order."""
    if service.provider == "demo":
        return [unknown(check, "doctor-demo") for check in CHECKS]
    error = await service.failure()
    model = _told("model", error) if error else well("model", "doctor-model-well", model=service.model or "–")
    if service.provider == "local":
        return [model if check == "model" else unknown(check, "doctor-local") for check in CHECKS]
    network = well("network", "doctor-network-well", host=service.host)
    if isinstance(error, StartError):
        return [_told("key", error), *(unknown(check, "doctor-needs-key") for check in CHECKS[1:])]
    if error and error.key in NOT_REACHED:
        return [*(unknown(check, "doctor-needs-network") for check in CHECKS[:3]), _told("network", error)]
    if error and error.key in REFUSED:
        return [*await _about_refused_key(error, service), unknown("model", "doctor-needs-key"), network]
    region = well("region", "doctor-region-well", host=service.host)
    return [well("key", "doctor-key-well"), region, model, network]


async def _about_refused_key(error: AnswerError, service: Service) -> list[Finding]:
    if error.key == "error-wrong-key" and (url := await service.other_region()):
        return [well("key", "doctor-key-well"), ill("region", "doctor-region-other", url=url)]
    return [_told("key", error), unknown("region", "doctor-needs-key")]


def _told(check: str, error: AnswerError | StartError) -> Finding:
    return ill(check, error.key, **{name: str(value) for name, value in error.values.items()})
