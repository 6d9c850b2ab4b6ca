"""What can be set, and what happens when it is set wrongly."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from nicewen.services.errors import StartError
from nicewen.services.language import LANGUAGES
from nicewen.services.settings import Settings, misspelt_variables, variables

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"
KEYS = ("DASHSCOPE_API_KEY", "OPENAI_API_KEY", "DASHSCOPE_WORKSPACE_ID")
SHOWN = re.compile(r"^# ([A-Z][A-Z_]+)=(.*)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_file_shows_every_variable_once() -> None:
    shown = [name for name, _ in SHOWN.findall(EXAMPLE.read_text("utf-8"))]
    assert sorted(shown) == sorted(variables())


@pytest.mark.parametrize("name", sorted(variables()))
def test_the_example_file_shows_the_default_or_the_example(name: str) -> None:
    _, default, example = variables()[name]
    value = dict(SHOWN.findall(EXAMPLE.read_text("utf-8")))[name]
    expected = example if default in {None, ""} else f"{default:g}" if isinstance(default, float) else str(default)
    assert value.strip('"') == expected.strip('"')


@pytest.mark.parametrize("name", sorted(variables()))
def test_a_sentence_explains_every_variable(name: str) -> None:
    line_above = EXAMPLE.read_text("utf-8").split(f"\n# {name}=")[0].splitlines()[-1]
    assert line_above.startswith("# ")
    assert line_above.endswith((".", ")."))


def test_every_line_of_the_example_file_can_be_taken_as_it_stands(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in SHOWN.findall(EXAMPLE.read_text("utf-8"))]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    settings = Settings()
    for field, default, _ in variables().values():
        if default not in {None, ""}:
            assert getattr(settings, field) == default, field


def test_every_example_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (_, _, example) in variables().items():
        monkeypatch.setenv(name, example.strip('"'))
    assert Settings().model_fields_set == set(Settings.model_fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NICEWEN_PORT", "abc"),
        ("NICEWEN_PORT", "0"),
        ("NICEWEN_PORT", "65536"),
        ("NICEWEN_PROVIDER", "openai"),
        ("NICEWEN_LANGUAGE", "fr"),
        ("NICEWEN_LOG_LEVEL", "loud"),
        ("NICEWEN_AUTH", "yes"),
        ("NICEWEN_HOST", "my host"),
        ("NICEWEN_ROOT_PATH", "chat/"),
        ("NICEWEN_CONNECT_TIMEOUT", "0"),
        ("NICEWEN_STALL_TIMEOUT", "soon"),
        ("NICEWEN_FIRST_DATA_TIMEOUT", "-1"),
        ("NICEWEN_DRAIN_SECONDS", "-1"),
        ("DASHSCOPE_HTTP_BASE_URL", "dashscope.aliyuncs.com"),
        ("OPENAI_BASE_URL", "http://host:port/v1"),
        ("NICEWEN_FRAME_ANCESTORS", "中文"),
        ("NICEWEN_FRAME_ANCESTORS", "self https://a.example"),
        ("NICEWEN_FRAME_ANCESTORS", "https://a.example; script-src *"),
        ("NICEWEN_IMAGE_SOURCES", "https:; script-src *"),
        ("NICEWEN_TRUSTED_PROXIES", "my proxy"),
        ("NICEWEN_AUTH_HEADER", "My: header"),
        ("NICEWEN_SESSION_DAYS", "0"),
        ("NICEWEN_SESSION_DAYS", "366"),
        ("NICEWEN_OIDC_ISSUER", "login.example"),
    ],
)
def test_a_wrong_value_names_the_variable_the_value_and_an_example(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartError) as caught:
        Settings()
    for language in LANGUAGES:
        sentence = caught.value.sentence(language)
        assert name in sentence
        assert value in sentence
        assert f"{name}={variables()[name][2]}" in sentence
        assert "\n" not in sentence


@pytest.mark.parametrize("name", [*KEYS, "NICEWEN_OIDC_CLIENT_SECRET"])
@pytest.mark.parametrize("value", ["sk-canary key", "sk-canary\nX: y", "sk-canary密钥"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StartError) as caught:
        Settings()
    assert name in str(caught.value)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("value", ["https://user:canary@host/v1", "https://canary@host", "ftp://host/v1?key=canary"])
def test_a_refused_address_does_not_show_what_may_be_secret(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", value)
    with pytest.raises(StartError) as caught:
        Settings()
    assert "canary" not in caught.value.sentence("en") + caught.value.sentence("zh")
    assert "host" in str(caught.value)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NICEWEN_PORT=1111\nNICEWEN_MODEL=通义\n", "utf-8")
    monkeypatch.setenv("NICEWEN_PORT", "2222")
    settings = Settings()
    assert (settings.port, settings.model) == (2222, "通义")


def test_a_file_that_is_not_utf8_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("NICEWEN_MODEL=通义".encode("gb18030"))
    with pytest.raises(StartError, match=r"\.env is not UTF-8"):
        Settings()


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "")
    monkeypatch.setenv("NICEWEN_PORT", "")
    assert (Settings().dashscope_api_key, Settings().port) == (None, 8080)


def test_a_key_is_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "  sk-canary-0123  ")
    settings = Settings()
    assert settings.dashscope_api_key == SecretStr("sk-canary-0123")
    assert "canary" not in f"{settings!r} {settings}"
    assert settings.secrets == ("sk-canary-0123",)


def test_a_providers_secret_counts_among_the_keys() -> None:
    settings = Settings(_env_file=None, oidc_client_secret="canary-secret")
    assert "canary" not in f"{settings!r} {settings}"
    assert settings.secrets == ("canary-secret",)


def test_a_misspelt_variable_is_noticed_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NICEWEN_MODLE", "qwen-plus")
    assert misspelt_variables() == {"NICEWEN_MODLE": "NICEWEN_MODEL"}


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("chat.example", False)],
)
def test_only_this_machines_own_addresses_are_loopback(host: str, loopback: bool) -> None:
    assert Settings(host=host).is_loopback is loopback


def test_the_readme_lists_every_variable() -> None:
    readme = (EXAMPLE.parent / "README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE)) == set(variables())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("provder", "Settings has no provder; did you mean provider?"),
        ("NICEWEN_PROVIDER", "Settings has no NICEWEN_PROVIDER; did you mean provider?"),
        ("colour", "Settings has no colour. A setting is named as its variable"),
    ],
)
def test_a_setting_that_is_none_is_refused_by_name(name: str, said: str) -> None:
    with pytest.raises(StartError) as caught:
        Settings(_env_file=None, **{name: "demo"})
    assert str(caught.value).startswith(said)
