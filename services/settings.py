"""All settings, read in one place: the environment first, then `.env` in the folder Nicewen is started from."""

import difflib
import locale
import os
import re
import sys
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from nicewen.services.errors import StartError
from nicewen.services.language import Language

ENV_FILE = ".env"

_CREDENTIALS = re.compile(r"(?<=//)[^/@]*(?=@)|(?<=\?).*")  # of an address: its user's name and password, its query

_SECRET = ("_key", "_url", "_id", "_secret")  # ends of fields whose values are not shown

ProviderName = Literal["dashscope", "openai_compatible", "local", "demo"]
Auth = Literal["none", "proxy", "password", "oidc"]


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or any(c.isspace() for c in text):
        raise ValueError("not an http address")
    _ = parts.port  # raises ValueError where it is not a number
    return text.rstrip("/")


def _header_value(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    if not text or not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("not a key")
    return SecretStr(text)


def _networks(text: str) -> str:
    for part in text.split(","):
        if part.strip() != "*":
            ip_network(part.strip(), strict=False)  # raises ValueError where it is neither an address nor a network
    return text


def _policy_sources(text: str) -> str:
    if {"self", "none"} & set(text.split()):
        raise ValueError("a shell or .env has taken the quotes away")  # hosts of that name are not meant
    return text


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
Key = Annotated[SecretStr, AfterValidator(_header_value)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Networks = Annotated[str, AfterValidator(_networks)]
# printable ASCII without the semicolon
PolicySources = Annotated[str, Field(pattern=r"^[!-:<-~]+( [!-:<-~]+)*$"), AfterValidator(_policy_sources)]
Word = BeforeValidator(_lower)


def _variable(name: str, default: object, example: str) -> Any:
    return Field(default, validation_alias=name, examples=[example])


class Settings(BaseSettings):
    """What can be set; `.env.example` explains each variable.

    Raises:
        StartError: A variable has a value that cannot be used; the sentence names it, the fault and an example.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    dashscope_api_key: Key | None = _variable("DASHSCOPE_API_KEY", None, "sk-0123456789abcdef")
    dashscope_http_base_url: HttpUrl = _variable(
        "DASHSCOPE_HTTP_BASE_URL", "https://dashscope.aliyuncs.com/api/v1", "https://dashscope.aliyuncs.com/api/v1"
    )
    dashscope_workspace_id: Key | None = _variable("DASHSCOPE_WORKSPACE_ID", None, "llm-0123456789abcdef")
    openai_api_key: Key | None = _variable("OPENAI_API_KEY", None, "sk-0123456789abcdef")
    openai_base_url: HttpUrl | None = _variable("OPENAI_BASE_URL", None, "http://127.0.0.1:11434/v1")

    provider: Annotated[Literal["auto"] | ProviderName, Word] = _variable("NICEWEN_PROVIDER", "auto", "auto")
    model: str | None = _variable("NICEWEN_MODEL", None, "qwen-plus")
    system_prompt: str = _variable(
        "NICEWEN_SYSTEM_PROMPT", "You are a helpful assistant.", '"You are a helpful assistant."'
    )
    title_model: str | None = _variable("NICEWEN_TITLE_MODEL", None, "qwen-flash")
    local_model: str | None = _variable("NICEWEN_LOCAL_MODEL", None, "/srv/models/qwen.gguf")

    connect_timeout: Seconds = _variable("NICEWEN_CONNECT_TIMEOUT", 10.0, "10")
    first_data_timeout: Seconds = _variable("NICEWEN_FIRST_DATA_TIMEOUT", 120.0, "120")
    stall_timeout: Seconds = _variable("NICEWEN_STALL_TIMEOUT", 60.0, "60")
    drain_seconds: Annotated[float, Field(ge=0, le=86_400)] = _variable("NICEWEN_DRAIN_SECONDS", 0.0, "30")

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]+$")] = _variable("NICEWEN_HOST", "127.0.0.1", "127.0.0.1")
    port: Annotated[int, Field(ge=1, le=65_535)] = _variable("NICEWEN_PORT", 8080, "8080")
    root_path: Annotated[str, Field(pattern=r"^(/[^\s/]+)*$")] = _variable("NICEWEN_ROOT_PATH", "", "/chat")
    auth: Annotated[Auth | None, Word] = _variable("NICEWEN_AUTH", None, "none")
    auth_header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")] = _variable(
        "NICEWEN_AUTH_HEADER", "X-Forwarded-User", "X-Forwarded-User"
    )
    oidc_issuer: HttpUrl | None = _variable("NICEWEN_OIDC_ISSUER", None, "https://login.example/realms/team")
    oidc_client_id: str | None = _variable("NICEWEN_OIDC_CLIENT_ID", None, "nicewen")
    oidc_client_secret: Key | None = _variable("NICEWEN_OIDC_CLIENT_SECRET", None, "0123456789abcdef")
    oidc_scopes: str = _variable("NICEWEN_OIDC_SCOPES", "openid profile email", '"openid profile email"')
    oidc_claim: str = _variable("NICEWEN_OIDC_CLAIM", "sub", "sub")
    session_days: Annotated[float, Field(gt=0, le=365)] = _variable("NICEWEN_SESSION_DAYS", 7.0, "7")
    trusted_proxies: Networks = _variable("NICEWEN_TRUSTED_PROXIES", "127.0.0.1", "127.0.0.1")
    frame_ancestors: PolicySources = _variable(
        "NICEWEN_FRAME_ANCESTORS", "'self'", "\"'self' https://intranet.example\""
    )
    image_sources: PolicySources = _variable("NICEWEN_IMAGE_SOURCES", "https:", '"https: http://wiki.example"')
    database_url: SecretStr | None = _variable("NICEWEN_DATABASE_URL", None, "sqlite:///nicewen.db")
    redis_url: SecretStr | None = _variable("NICEWEN_REDIS_URL", None, "redis://127.0.0.1:6379/0")

    language: Annotated[Literal["auto"] | Language, Word] = _variable("NICEWEN_LANGUAGE", "auto", "zh")
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Word] = _variable(
        "NICEWEN_LOG_LEVEL", "warning", "debug"
    )
    log_format: Annotated[Literal["text", "json"], Word] = _variable("NICEWEN_LOG_FORMAT", "text", "json")
    log_questions: Annotated[Literal["no", "yes"], Word] = _variable("NICEWEN_LOG_QUESTIONS", "no", "yes")

    def __init__(self, **values: Any) -> None:
        fields = type(self).model_fields
        for name in values:
            if name not in fields and not name.startswith("_"):
                nearest = difflib.get_close_matches(name.lower().removeprefix("nicewen_"), fields, n=1)
                raise StartError("start-no-such-setting", name=name, nearest=next(iter(nearest), "none"))
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _start_error(error) from None  # pydantic's own text would show the value of a key
        except UnicodeDecodeError:
            raise StartError("start-env-file-not-utf8", file=ENV_FILE) from None
        except OSError as error:
            raise StartError("start-env-file-unreadable", file=ENV_FILE, reason=error.strerror or "") from error

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every key that was set: what may appear nowhere outside a request's header."""
        keys = (self.dashscope_api_key, self.openai_api_key, self.oidc_client_secret)
        held = (*keys, self.database_url, self.redis_url)
        return tuple(secret.get_secret_value() for secret in held if secret is not None)

    def trusts(self, address: str) -> bool:
        """Whether an address is named as a trusted proxy's; `*`, which names nobody, does not count."""
        return any(ip_address(address) in ip_network(part, strict=False) for part in self.named_proxies)

    @property
    def named_proxies(self) -> tuple[str, ...]:
        """Return the addresses and networks of trusted proxies, without `*`."""
        parts = (part.strip() for part in self.trusted_proxies.split(","))
        return tuple(part for part in parts if part != "*")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the page."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def console_language(self) -> Language:
        """Return the language for what is written to the terminal."""
        if self.language != "auto":
            return self.language
        return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


LATER: Mapping[str, str] = {
    "redis_url": "NICEWEN_REDIS_URL",
}
"""Settings that this version accepts and does not use yet; whoever sets one is told so at the start."""


def variables() -> dict[str, tuple[str, object, str]]:
    """Return each variable's field name, default and an example of a value."""
    return {
        str(field.validation_alias): (name, field.default, str((field.examples or [""])[0]))
        for name, field in Settings.model_fields.items()
    }


def misspelt_variables() -> dict[str, str]:
    """Return names that begin with `NICEWEN_` and mean nothing, each with the nearest known one or ""."""
    known = list(variables())
    given = [name for name in {**dotenv_values(ENV_FILE), **os.environ} if name.upper().startswith("NICEWEN_")]
    return {
        name: next(iter(difflib.get_close_matches(name.upper(), known, n=1)), "")
        for name in sorted(given)
        if name.upper() not in known
    }


def can_show_browser() -> bool:
    """Whether a browser window can open where this program runs."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def clean_environment() -> dict[str, str]:
    """Return what a child process may know of the environment: where things are, and no keys."""
    needed = ("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in needed if name in os.environ}


def environment_without_keys() -> dict[str, str]:
    """Return the environment for a helper such as pip, which needs its own settings and none of ours."""
    ours = ("NICEWEN_", "DASHSCOPE_", "OPENAI_")
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(ours)}


def _start_error(error: ValidationError) -> StartError:
    first = error.errors(include_url=False, include_input=True)[0]
    variable = str(first["loc"][0])
    table = variables()
    by_field = {name: (alias, name, example) for alias, (name, _, example) in table.items()}
    alias, name, example = by_field[variable] if variable in by_field else (variable, *table[variable][::2])
    is_secret = name.endswith(_SECRET) and name not in {"dashscope_http_base_url", "openai_base_url"}
    return StartError(
        "start-wrong-secret" if is_secret else "start-wrong-value",
        variable=alias,
        value=_CREDENTIALS.sub("•••", str(first.get("input", ""))),
        field=name,
        example=example,
    )
