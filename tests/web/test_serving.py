"""Behind a front server on this machine the client's address and HTTPS are believed."""

import pytest

from bangfu.web import serving

FORWARDED = {"HTTP_X_FORWARDED_FOR": "10.0.0.9", "HTTP_X_FORWARDED_PROTO": "https"}


def reported(environ, start_response):
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]


@pytest.fixture
def ask(monkeypatch):
    """What the application is told about a request that came from an address."""
    monkeypatch.setattr(serving, "application", reported)

    def answer(peer="127.0.0.1", **headers):
        server = serving.listen(host="127.0.0.1", port=0, threads=1)
        try:
            environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "SERVER_PORT": "80"}
            return server.application({**environ, **headers}, None)[0].decode()
        finally:
            server.close()

    return answer


def test_what_the_front_server_says_is_believed(ask):
    assert ask(**FORWARDED) == "10.0.0.9 https"


def test_a_client_cannot_write_itself_into_the_chain_of_addresses(ask):
    given = {**FORWARDED, "HTTP_X_FORWARDED_FOR": "127.0.0.1, 10.0.0.9"}
    assert ask(**given) == "10.0.0.9 https"


def test_from_another_address_nothing_is_believed(ask):
    assert ask(peer="10.1.1.1", **FORWARDED) == "10.1.1.1 http"


def test_a_front_server_elsewhere_is_named_in_the_environment(ask, monkeypatch):
    monkeypatch.setenv("BANGFU_PROXY", "10.1.1.1")
    assert ask(peer="10.1.1.1", **FORWARDED) == "10.0.0.9 https"
    assert ask(**FORWARDED) == "127.0.0.1 http"


def test_without_a_front_server_the_client_is_itself(ask):
    assert ask() == "127.0.0.1 http"
