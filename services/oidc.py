"""Log-in by an OpenID provider: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1)."""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest
from importlib.util import find_spec
from typing import Any

import httpx

from nicewen.services.accounts import is_name, name_as_written
from nicewen.services.errors import LoginError, StartError
from nicewen.services.settings import Settings
from nicewen.services.trust import trusting_context

PATIENCE = 15.0
"""Seconds that the provider may take for each answer."""

SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How an id token may be signed: by a key that only the provider has."""

log = logging.getLogger("nicewen.door")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who has logged in: the name by which conversations are kept, and how the person is called on the page."""

    name: str
    shown: str


class OpenIdProvider:
    """The provider that the settings name; what it says of itself is read at the first log-in.

    Raises:
        StartError: The settings lack something, or Authlib is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        if not (settings.oidc_issuer and settings.oidc_client_id):
            raise StartError("start-oidc-incomplete")
        if find_spec("authlib") is None:
            raise StartError("start-no-oidc")
        self._issuer = settings.oidc_issuer
        self._claim = settings.oidc_claim
        secret = settings.oidc_client_secret
        self._client: Any = _registry()().register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self._issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scopes,
                "code_challenge_method": "S256",
                "verify": trusting_context(),
                "timeout": PATIENCE,
                **({} if secret else {"token_endpoint_auth_method": "none"}),
            },
        )

    async def begin(self, redirect_uri: str) -> tuple[str, dict[str, str]]:
        """Return where to send the browser, and what has to be known again when it comes back.

        Raises:
            LoginError: The provider cannot be reached, or is another one.
        """
        with _login_errors():
            await self._know_provider()
            begun = await self._client.create_authorization_url(redirect_uri)
        kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        return begun["url"], {**kept, "redirect_uri": redirect_uri}

    async def finish(self, kept: Mapping[str, str], said: Mapping[str, str]) -> Identity:
        """Return who has come back, by what was kept and what the provider has said through the browser.

        Raises:
            LoginError: It is not the same browser, or the provider did not let the person in, or not as it should.
        """
        if not compare_digest(kept.get("state", "").encode() or b"-", said.get("state", "").encode()):
            raise LoginError("login-oidc-not-begun")
        if said.get("iss", self._issuer).rstrip("/") != self._issuer:  # RFC 9207
            raise LoginError("login-oidc-failed", reason="another issuer")
        if "error" in said or "code" not in said:
            raise LoginError("login-oidc-refused", reason=said.get("error", "no code")[:200])
        with _login_errors():
            await self._know_provider()
            token = await self._client.fetch_access_token(
                code=said["code"], redirect_uri=kept["redirect_uri"], code_verifier=kept["code_verifier"]
            )
            claims = await self._client.parse_id_token(token, nonce=kept["nonce"]) or {}
            if self._claim not in claims and claims.get("sub"):
                claims = {**await self._more(token, claims["sub"]), **claims}
        return _identity(claims, self._claim)

    async def _know_provider(self) -> None:
        """Read what the provider says of itself; of the signatures it knows, leave those that prove something."""
        metadata = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer:
            raise LoginError("login-oidc-failed", reason="the provider names another issuer")
        known = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in known if name in SIGNATURES] or ["RS256"]

    async def _more(self, token: Any, subject: str) -> dict[str, Any]:
        """Return what the provider tells of a person besides; it must be the same person."""
        metadata = await self._client.load_server_metadata()
        if not metadata.get("userinfo_endpoint"):
            return {}
        told = dict(await self._client.userinfo(token=token))
        return told if told.get("sub") == subject else {}


def _registry() -> Any:
    """Return Authlib's class for clients; it would say each time that it likes httpx2 better than the httpx we have."""
    from authlib.deprecate import AuthlibDeprecationWarning  # noqa: PLC0415 (an extra)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415 (as above)
    return OAuth


def _identity(claims: Mapping[str, Any], claim: str) -> Identity:
    name = name_as_written(str(claims.get(claim, "")))
    if not claims.get("sub") or not is_name(name):
        raise LoginError("login-oidc-no-name", claim=claim)
    if claim == "email" and claims.get("email_verified") is not True:
        raise LoginError("login-oidc-email")
    called = (claims.get(one) for one in ("name", "preferred_username", "email"))
    shown = next((one for one in called if isinstance(one, str) and is_name(one.strip())), name)
    return Identity(name, shown.strip())


@contextmanager
def _login_errors() -> Iterator[None]:
    """Turn what can go wrong between us and the provider into an error with a sentence."""
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 (an extra)
    from joserfc.errors import JoseError  # noqa: PLC0415 (it comes with Authlib)

    try:
        yield
    except httpx.HTTPError as error:
        log.warning("the OpenID provider did not answer as it should: %s", error)
        raise LoginError("login-oidc-unreachable") from error
    except (AuthlibBaseError, JoseError) as error:
        log.warning("a log-in by the OpenID provider was refused: %s", error)
        raise LoginError("login-oidc-failed", reason=str(error)[:200]) from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        log.warning("the OpenID provider said something else than it should: %r", error)
        raise LoginError("login-oidc-failed", reason="not understood") from error
