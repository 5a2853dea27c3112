"""What is asked of a Docker engine, and what is said when it gives no answer that was hoped for."""

import json
import socket
import threading

import pytest

from autograder.errors import Exit, Problem
from autograder.sandbox import Tier, engine, image


@pytest.fixture
def answering(tmp_path, monkeypatch):
    """An engine that gives one answer, byte for byte, and remembers what it was asked."""
    asked = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "engine"))
    listener.listen()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'engine'}")

    def answer(said):
        def serve():
            wire, _ = listener.accept()
            with wire:
                asked.append(wire.recv(65536))
                wire.sendall(said)

        threading.Thread(target=serve, daemon=True).start()
        return asked

    with listener:
        yield answer


def reply(status, content):
    return f"HTTP/1.0 {status}\r\nContent-Type: application/json\r\n\r\n".encode() + content


def test_a_request_goes_out_whole_and_its_answer_is_data(answering):
    asked = answering(reply("201 Created", b'{"Id": "abc"}'))
    assert engine.ask("POST", "/containers/create", {"Image": "x"}) == {"Id": "abc"}
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /containers/create HTTP/1.0\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert json.loads(body) == {"Image": "x"}


def test_an_answer_without_content_is_none(answering):
    answering(reply("204 No Content", b""))
    assert engine.ask("POST", "/containers/abc/start") is None


def test_a_refusal_is_told_in_the_engines_words(answering):
    answering(reply("500 Internal Server Error", b'{"message": "no space left on device"}'))
    with pytest.raises(engine.EngineFault, match="refused POST /containers/create: no space left on device") as fault:
        engine.ask("POST", "/containers/create", {})
    assert (fault.value.status, fault.value.code) == (500, Exit.ENVIRONMENT)


def test_half_an_answer_is_told(answering):
    answering(reply("200 OK", b'{"Id": "ab'))
    with pytest.raises(engine.EngineFault, match="answer to GET /images/x/json cannot be read"):
        engine.ask("GET", "/images/x/json")


@pytest.mark.parametrize("said", [b"", b"\0" * 40, b"220 ready\r\n\r\n", b"HTTP/1.0 what\r\n\r\n"])
def test_what_is_no_engine_is_told(answering, said):
    answering(said)
    assert "gives no answer in HTTP" in engine.no_engine()


def test_nobody_at_the_socket_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path / 'nobody'}")
    assert "no Docker engine answers" in engine.no_engine()
    assert "set DOCKER_HOST" in engine.no_engine()


def test_an_engine_elsewhere_is_asked_through_the_sdk(monkeypatch):
    pytest.importorskip("docker")
    engine.sdk.cache_clear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{listener.getsockname()[1]}")
        asked = []

        def serve():
            for _ in range(2):  # the SDK asks for the version first
                wire, _ = listener.accept()
                with wire:
                    asked.append(wire.recv(65536))
                    content = b'{"ApiVersion": "1.41", "Id": "abc"}'
                    wire.sendall(reply(f"200 OK\r\nContent-Length: {len(content)}\r\nConnection: close", content))

        threading.Thread(target=serve, daemon=True).start()
        assert engine.ask("GET", "/images/x/json")["Id"] == "abc"
    engine.sdk.cache_clear()
    assert asked[-1].startswith(b"GET /images/x/json HTTP/1.1\r\n")


def test_a_missing_image_is_none_and_another_fault_is_none_of_its_absence(answering):
    answering(reply("200 OK", b'{"Id": "abc"}'))
    assert image.image_id("ninety-core:0") == "abc"
    answering(reply("404 Not Found", b'{"message": "No such image"}'))
    assert image.image_id("ninety-core:0") == ""  # somebody has removed it
    answering(reply("500 Oh", b'{"message": "broken"}'))
    with pytest.raises(Problem, match="broken"):
        image.image_id("ninety-core:0")


# ---- what an image is called


@pytest.fixture
def named(monkeypatch, tmp_path):
    """The name of the core image, and how often it was worked out."""
    from autograder.sandbox import libraries

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    counted, real = [], libraries.pins
    monkeypatch.setattr(libraries, "pins", lambda extras: counted.append(extras) or real(extras))

    def name():
        return image.image_name(Tier.CORE), len(counted)

    return name


def test_a_name_is_worked_out_once_and_again_after_an_installation(named, monkeypatch):
    first, _ = named()
    assert named() == (first, 1)
    monkeypatch.setattr(image, "_last_installed", lambda: ["later"])
    assert named() == (first, 2)


def test_other_libraries_or_another_recipe_are_another_name(named, monkeypatch, tmp_path):
    from autograder.sandbox import libraries

    first, _ = named()
    (tmp_path / "Dockerfile").write_text("FROM other\n")
    monkeypatch.setattr(image, "dockerfile", lambda: tmp_path / "Dockerfile")
    second, _ = named()
    monkeypatch.setattr(libraries, "requirements", lambda extras: ("numpy",))
    monkeypatch.setattr(image, "_last_installed", lambda: ["later"])
    assert len({first, second, named()[0]}) == 3


@pytest.mark.parametrize("damage", ["", "no name", "\0", "x" * 10_000])
def test_a_damaged_cache_or_none_costs_time_only(named, tmp_path, damage):
    first, _ = named()
    (tmp_path / "cache" / "ninety" / "image-core").write_text(damage)
    assert named() == (first, 2)
    (tmp_path / "cache" / "ninety" / "image-core").unlink()
    (tmp_path / "cache" / "ninety").rmdir()
    (tmp_path / "cache").rmdir()
    (tmp_path / "cache").write_text("a file in its place")
    assert named() == (first, 3)
