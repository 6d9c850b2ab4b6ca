"""Who may come in, as the settings say it, and whether anybody can."""

from nicewen.services.doctor.finding import Finding, ill, unknown, well
from nicewen.services.errors import LoginError, NicewenError, StartError, StoreError
from nicewen.services.oidc import OpenIdProvider
from nicewen.services.settings import Settings
from nicewen.services.store import people_at


async def finding_about_people(settings: Settings) -> Finding:
    """Return how people come in."""
    match settings.auth:
        case "proxy":
            return _proxy(settings)
        case "password":
            return await _accounts(settings)
        case "oidc":
            return await _provider(settings)
        case _:
            return _without(settings)


def _without(settings: Settings) -> Finding:
    if settings.is_loopback:
        return well("auth", "doctor-auth-here")
    if settings.auth == "none":
        return well("auth", "doctor-auth-everyone")
    return ill("auth", "start-open-to-all", host=settings.host)


def _proxy(settings: Settings) -> Finding:
    if not settings.named_proxies:
        return ill("auth", "start-proxy-is-anyone")
    return well("auth", "doctor-auth-proxy", header=settings.auth_header, proxies=", ".join(settings.named_proxies))


async def _accounts(settings: Settings) -> Finding:
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        async with people_at(url) as people:
            count = sum(person.has_password for person in await people.all())
    except (StartError, StoreError) as error:
        return unknown("auth", error.key, **_values(error))
    return well("auth", "doctor-auth-password", count=str(count)) if count else ill("auth", "user-none")


async def _provider(settings: Settings) -> Finding:
    """Ask the provider who it is, as the first log-in does."""
    try:
        await OpenIdProvider(settings).begin("http://127.0.0.1/login/callback")
    except (StartError, LoginError) as error:
        return ill("auth", error.key, **_values(error))
    return well("auth", "doctor-auth-oidc", issuer=settings.oidc_issuer or "")


def _values(error: NicewenError) -> dict[str, str]:
    return {name: str(value) for name, value in error.values.items()}
