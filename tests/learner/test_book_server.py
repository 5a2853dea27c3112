"""The book's server: this machine only, this folder only."""

import http.client
import socket

import pytest

from autograder.errors import Exit, Problem
from autograder.learner.book import server as server_module
from autograder.learner.book.place import HOST, book_url
from autograder.learner.book.server import serving


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "html"
    (folder / "inside").mkdir(parents=True)
    (folder / "index.html").write_text("<html><head></head><body>the book</body></html>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return folder


def get(port, path, host=None):
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host or f"{HOST}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_a_page_is_served_fresh(book, live):
    with serving(book, 0, live) as port:
        answer, body = get(port, "/")
        assert answer.status == 200
        assert b"the book" in body
        assert answer.getheader("Cache-Control") == "no-cache"
        assert answer.getheader("Last-Modified") is None  # a browser would show it again, with the token of another run
        assert get(port, "/index.html", f"localhost:{port}")[0].status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8090", f"{HOST}:1", ""])
def test_another_host_name_is_refused(book, live, host):
    with serving(book, 0, live) as port:
        answer, body = get(port, "/", host or " ")
        assert answer.status == 421
        assert b"the book" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "//etc/passwd",
        "/inside/",
        "/out/secret.txt",
        "/out/html/../x.html",
        "/no.html",
        "/%00",
    ],
)
def test_nothing_outside_the_book_and_no_listing_is_served(book, live, path):
    (book / "out").symlink_to(book.parent)
    with serving(book, 0, live) as port:
        answer, body = get(port, path)
        assert answer.status == 404
        assert b"secret" not in body


def test_nothing_is_written(book, live):
    with serving(book, 0, live) as port:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("PUT", "/index.html", b"mine")
        assert connection.getresponse().status == 501
        connection.close()


@pytest.fixture
def taken():
    with socket.create_server((HOST, 0)) as listening:
        yield listening.getsockname()[1]


def test_a_default_port_in_use_gives_the_next_free_one(book, live, taken, monkeypatch):
    monkeypatch.setattr(server_module, "DEFAULT_PORT", taken)
    with serving(book, None, live) as port:
        assert taken < port <= taken + 20


def test_a_named_port_in_use_is_a_problem(book, live, taken):
    with pytest.raises(Problem, match="in use") as caught, serving(book, taken, live):
        pass
    assert caught.value.code is Exit.ENVIRONMENT
    assert str(taken) in caught.value.where


def test_start_serves_the_page_of_the_first_exercise(course, tmp_path):
    from autograder.course import Catalogue

    exercise = Catalogue(course).get("0.1")
    assert book_url(8090, exercise) == "http://127.0.0.1:8090/book/00_start/page.html"
    assert book_url(8090) == "http://127.0.0.1:8090/"
