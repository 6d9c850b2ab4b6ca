"""What is given for containers, Kubernetes and systemd: by its validators, by the program, and run in parts."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from gateway_api import RESOURCES
from jsonschema import Draft202012Validator

from browser.nicewen_process import (
    RunningNicewen,
    clean_environment,
    running_nicewen,
    stop,
    wait_until_it_serves,
)
from nicewen.services.settings import variables
from ports import free_port

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
BIN = Path(sys.executable).parent
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
UNIT = (DEPLOY / "nicewen.service").read_text("utf-8")
MANIFESTS = sorted(path.name for path in (DEPLOY / "kubernetes").glob("*.yaml"))
GATEWAY = "gateway.yaml"
WITHOUT_SCHEMA = {"kustomization.yaml", GATEWAY}  # the API server's own schema has neither


def instruction(name: str) -> list[str]:
    """Return the arguments of each instruction of the Containerfile's last stage; lines that go on are joined."""
    last = CONTAINERFILE.replace("\\\n", " ").split("FROM ")[-1]
    return re.findall(rf"^{name}\s+(.*)$", last, re.MULTILINE)


def container_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(instruction("ENV")[0]))


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def manifest(name: str) -> Any:
    return documents(f"kubernetes/{name}.yaml")[0]


def container() -> Any:
    return manifest("deployment")["spec"]["template"]["spec"]["containers"][0]


def unit_environment() -> dict[str, str]:
    (line,) = re.findall(r"^Environment=(.*)$", UNIT, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in line.split())


@pytest.mark.parametrize(
    "command",
    [
        ["hadolint", "Containerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["kubernetes-validate", "--strict", *(f"kubernetes/{one}" for one in MANIFESTS if one not in WITHOUT_SCHEMA)],
    ],
    ids=lambda command: command[0],
)
def test_its_validator_finds_nothing(command: list[str]) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=DEPLOY, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr.count("ERROR")) == (0, 0), done.stdout + done.stderr


def test_the_gateway_has_the_fields_that_the_gateway_api_knows() -> None:
    manifests = list(yaml.safe_load_all((DEPLOY / "kubernetes" / GATEWAY).read_text("utf-8")))
    assert [one["kind"] for one in manifests] == list(RESOURCES)
    for manifest in manifests:
        Draft202012Validator(RESOURCES[manifest["kind"]]).validate(manifest)
    misspelt = {**manifests[1], "spec": {**manifests[1]["spec"], "hostname": "chat.example"}}
    assert not Draft202012Validator(RESOURCES["HTTPRoute"]).is_valid(misspelt)


def test_everything_that_is_set_is_a_setting() -> None:
    set_somewhere = [
        *(name for name in container_environment() if name.startswith("NICEWEN_")),
        *manifest("config")["data"],
        *manifest("secret")["stringData"],
        *documents("compose.yaml")[0]["services"]["nicewen"]["environment"],
        *unit_environment(),
    ]
    assert set(set_somewhere) <= set(variables())


def test_the_image_is_made_of_all_that_the_package_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINERFILE, re.MULTILINE)
    assert {name for line in copied for name in line.split()} == {
        "pyproject.toml",
        "constraints.txt",
        "README.md",
        "LICENSE",
        "lean_imports.py",
        "main.py",
        "components",
        "services",
    }


def test_running_answers_have_their_time_before_the_process_is_killed() -> None:
    drain = float(manifest("config")["data"]["NICEWEN_DRAIN_SECONDS"])
    pause = container()["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert manifest("deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > drain + pause + 5
    compose = documents("compose.yaml")[0]["services"]["nicewen"]
    assert float(compose["stop_grace_period"].rstrip("s")) > float(container_environment()["NICEWEN_DRAIN_SECONDS"]) + 5
    (limit,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert float(limit) > float(unit_environment()["NICEWEN_DRAIN_SECONDS"]) + 5


def test_the_manifests_fit_each_other_and_the_image() -> None:
    service, deployment = manifest("service"), manifest("deployment")["spec"]
    (port,) = service["spec"]["ports"]
    pods = deployment["template"]["metadata"]["labels"]
    assert service["spec"]["selector"] == deployment["selector"]["matchLabels"] == pods
    assert manifest("disruption")["spec"]["selector"]["matchLabels"] == pods
    assert [one["name"] for one in container()["ports"]] == [port["targetPort"]]
    assert str(container()["ports"][0]["containerPort"]) == container_environment()["NICEWEN_PORT"]
    (path,) = manifest("ingress")["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"] == {"name": service["metadata"]["name"], "port": {"name": port["name"]}}
    gateway, route = documents("kubernetes/gateway.yaml")
    (backend,) = route["spec"]["rules"][0]["backendRefs"]
    assert backend == {"name": service["metadata"]["name"], "port": port["port"]}
    assert route["spec"]["parentRefs"] == [{"name": gateway["metadata"]["name"]}]
    assert [str(deployment["template"]["spec"]["securityContext"]["runAsUser"])] == instruction("USER")
    assert container()["image"] == manifest("kustomization")["images"][0]["name"]
    known = {*manifest("kustomization")["resources"], "gateway.yaml", "kustomization.yaml"}
    assert known == set(MANIFESTS)


@contextmanager
def started(command: list[str], home: Path, environment: Mapping[str, str]) -> Iterator[RunningNicewen]:
    """Run a start command in an empty folder."""
    (folder := home / "empty").mkdir()
    log_file = home / "log"

    def start() -> subprocess.Popen[bytes]:
        with log_file.open("ab") as log:
            return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)

    with start() as process:
        running = RunningNicewen(f"http://127.0.0.1:{environment['NICEWEN_PORT']}", process, log_file, start)
        try:
            wait_until_it_serves(running)
            yield running
        finally:
            stop(process)


def test_the_containers_command_runs_and_its_health_check_tells(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    given = {name: value.replace("/data", str(data)) for name, value in container_environment().items()}
    port, path = str(free_port()), f"{BIN}{os.pathsep}{os.environ['PATH']}"
    own = {"NICEWEN_PORT": port, "NICEWEN_HOST": "127.0.0.1", "NICEWEN_PROVIDER": "demo", "PATH": path}
    environment = {**clean_environment(tmp_path), **given, **own}
    (command,) = instruction("CMD")
    (check,) = [json.loads(one.partition("CMD")[2].replace(r"\\", "\\")) for one in instruction("HEALTHCHECK")]

    def health() -> int:
        return subprocess.run(check, env=environment, stderr=subprocess.DEVNULL, check=False, timeout=20).returncode

    with started(json.loads(command), tmp_path, environment) as running:
        assert health() == 0
        running.get("/")
        assert json.loads(running.log.splitlines()[0])["level"]
        assert list((tmp_path / "empty").iterdir()) == [], "what it writes is in /data alone"
        assert (data / "nicewen.db").is_file()
    assert health() == 1


def test_the_probes_of_a_pod_are_answered() -> None:
    probes = [container()[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")]
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as running:
        for path in probes:
            assert json.loads(running.get(path))["process"] == "ok"


def test_the_units_command_is_the_programs() -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    program, *options = command.split()
    assert (program, options) == ("/opt/nicewen/bin/nicewen", json.loads(instruction("CMD")[0])[1:])
    assert (BIN / Path(program).name).exists()
