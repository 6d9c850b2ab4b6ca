"""The simulator as a service: the profiles' bytes on real sockets, what it records, the compatible path."""

import httpx
import pytest

from dashscope_simulator.process import RunningSimulator
from dashscope_simulator.profiles import PROFILES, Question
from dashscope_simulator.unreachable import refused_url, unanswered_url

ASKED = [{"role": "user", "content": "你好 get_weather"}]
# The cases of the notes' section 9 that a service can show; 50 is in `unreachable`.
CASES = {*range(1, 17), *range(19, 22), *range(23, 32), *range(33, 48), 49, 51, 52, 53, 57}


# The profiles as values and on the wire


def test_the_profiles_show_every_case() -> None:
    numbers = [profile.summary.partition(":")[0] for profile in PROFILES.values()]
    assert {int(number) for named in numbers for number in named.split(",")} >= CASES


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_replies_without_a_server(name: str) -> None:
    reply = PROFILES[name].reply(Question())
    assert len(reply.body()) == int(reply.headers.get("content-length", len(PROFILES[name].reply(Question()).body())))


@pytest.mark.parametrize("name", ["default", "thinking", "crlf", "lone-surrogates", "blocked-midway", "html-504"])
def test_the_wire_carries_exactly_the_profiles_bytes(simulator: RunningSimulator, name: str) -> None:
    response = ask(simulator, f"qwen-plus@{name}")
    question = Question(f"qwen-plus@{name}", request_id=response.headers["x-request-id"])
    assert response.content == PROFILES[name].reply(question).body()


# Choosing


def test_a_question_can_choose_the_profile_where_the_model_leaves_it_to_the_question(
    simulator: RunningSimulator,
) -> None:
    asked = "你好 [profile:wrong-key,fails=2,tag=chosen]"
    statuses = [ask(simulator, "qwen-plus@by-question", text=asked).status_code for _ in range(3)]
    assert statuses == [401, 401, 200]
    recorded = simulator.requests("qwen-plus@wrong-key,fails=2,tag=chosen")
    assert [request["body"]["model"] for request in recorded] == ["qwen-plus@by-question"] * 3


# Recording


def ask(
    simulator: RunningSimulator, model: str, client: httpx.Client | None = None, text: str = "你好"
) -> httpx.Response:
    with httpx.Client(trust_env=False) as own:
        return (client or own).send(request(simulator, model, text))


def request(simulator: RunningSimulator, model: str, text: str = "你好") -> httpx.Request:
    path = "/services/aigc/text-generation/generation"
    body = {
        "model": model,
        "input": {"messages": [{"role": "user", "content": text}]},
        "parameters": {"result_format": "message", "incremental_output": True},
    }
    headers = {"Authorization": "Bearer sk-simulator", "X-DashScope-SSE": "enable"}
    return httpx.Request("POST", simulator.base_url + path, headers=headers, json=body)


def test_a_whole_answer_is_recorded_as_complete(simulator: RunningSimulator) -> None:
    ask(simulator, "qwen-plus@tag=whole")
    recorded = simulator.requests("qwen-plus@tag=whole")[0]
    assert (recorded["outcome"], recorded["frames_sent"]) == ("complete", 4)
    assert recorded["received"] <= recorded["first_byte"] <= recorded["ended"]
    assert recorded["headers"]["Authorization"] == "Bearer sk-simulator"
    assert recorded["body"]["input"]["messages"][0]["content"] == "你好"


GONE = [
    ("stall-midway", "while it pauses"),
    ("headers-no-data", "before the first frame"),
    ("comments-only", "between comments"),
    ("long,length=5000,rate=20", "between frames"),
]


@pytest.mark.parametrize(("profile", "when"), GONE)
def test_a_client_that_leaves_is_recorded_as_cancelled_at_once(
    simulator: RunningSimulator, profile: str, when: str
) -> None:
    model = f"qwen-plus@{profile},tag=gone"
    with httpx.Client(trust_env=False) as client:
        client.send(request(simulator, model), stream=True).close()
    simulator.wait_until(lambda all_of: any(r["model"] == model and r["outcome"] == "cancelled" for r in all_of), 0.3)


def test_a_client_that_gives_up_waiting_for_headers_is_recorded_as_cancelled(simulator: RunningSimulator) -> None:
    model = "qwen-plus@no-headers,tag=gone"
    with httpx.Client(trust_env=False, timeout=0.1) as client, pytest.raises(httpx.ReadTimeout):
        client.send(request(simulator, model))
    simulator.wait_until(lambda all_of: any(r["model"] == model and r["outcome"] == "cancelled" for r in all_of), 0.3)


def test_a_broken_connection_is_recorded_as_aborted(simulator: RunningSimulator) -> None:
    with pytest.raises(httpx.ReadError):
        ask(simulator, "qwen-plus@cut-midway,tag=aborted")
    assert simulator.requests("qwen-plus@cut-midway,tag=aborted")[0]["outcome"] == "aborted"


def test_requests_on_one_connection_share_its_number(simulator: RunningSimulator) -> None:
    model = "qwen-plus@tag=same-connection"
    with httpx.Client(trust_env=False) as client:
        ask(simulator, model, client)
        ask(simulator, model, client)
    ask(simulator, model)
    first, second, third = [r["connection"] for r in simulator.requests(model)]
    assert first == second != third


def test_a_pooled_connection_is_dropped_and_a_new_one_is_answered(simulator: RunningSimulator) -> None:
    model = "qwen-plus@drops-idle-connection"
    with httpx.Client(trust_env=False) as client:
        assert ask(simulator, model, client).status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            ask(simulator, model, client)
        assert ask(simulator, model, client).status_code == 200


def test_frames_keep_the_rate_they_were_asked_for(simulator: RunningSimulator) -> None:
    model = "qwen-plus@long,length=20,rate=100,tag=rate"
    ask(simulator, model)
    recorded = simulator.requests(model)[0]
    assert recorded["ended"] - recorded["first_byte"] >= 0.19


# The compatible path and the prefix of an existing proxy


def test_the_compatible_path_ends_with_usage_and_done(simulator: RunningSimulator) -> None:
    body = {"model": "qwen-plus", "messages": ASKED, "stream": True, "stream_options": {"include_usage": True}}
    headers = {"Authorization": "Bearer sk-simulator"}
    answer = httpx.post(f"{simulator.compatible_url}/chat/completions", json=body, headers=headers, trust_env=False)
    *_, usage, done, end = answer.text.split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    assert usage.startswith('data: {"choices":[],')


COMPATIBLE = [
    ("openai-error-in-stream", 200, "data_inspection_failed"),
    ("throttled", 429, "limit_requests"),
    ("model-not-found", 404, "model_not_found"),
]


@pytest.mark.parametrize(("profile", "status", "code"), COMPATIBLE)
def test_the_compatible_path_fails_in_openais_form(
    simulator: RunningSimulator, profile: str, status: int, code: str
) -> None:
    body = {"model": f"qwen-plus@{profile}", "messages": ASKED, "stream": True}
    headers = {"Authorization": "Bearer sk-simulator"}
    answer = httpx.post(f"{simulator.compatible_url}/chat/completions", json=body, headers=headers, trust_env=False)
    assert answer.status_code == status
    assert f'"code":"{code}"' in answer.text


def test_models_are_listed_for_a_key_only(simulator: RunningSimulator) -> None:
    url = f"{simulator.compatible_url}/models"
    statuses = [
        httpx.get(url, headers={"Authorization": f"Bearer {key}"}, trust_env=False).status_code
        for key in ("sk-simulator", "sk-wrong")
    ]
    assert statuses == [200, 401]


# Addresses without a service


def test_connecting_to_the_refusing_address_is_refused() -> None:
    with refused_url() as url, pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_connecting_to_the_unanswering_address_takes_as_long_as_the_client_waits() -> None:
    with unanswered_url() as url, pytest.raises(httpx.ConnectTimeout):
        httpx.get(url, trust_env=False, timeout=0.1)
