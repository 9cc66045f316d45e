"""The signature that the agencies demand of every request."""

from adapters.agencies.signature import Signature, signature


def test_a_signature_covers_method_path_time_nonce_and_body() -> None:
    # Made with openssl: the five lines piped into `openssl dgst -sha256 -hmac secret`.
    parts = {
        "secret": "secret",
        "method": "POST",
        "path": "/platform/v1/x?a=1",
        "timestamp": "1795426200",
        "nonce": "0" * 32,
    }
    assert signature(**parts, body=b'{"a":1}') == (
        "b380e661ae64dd7e077e6ced3407b37f67552e34740279c328906f099aecb802"
    )
    assert signature(**parts, body=b"") != signature(**parts, body=b"{}")


def test_the_secret_is_not_in_a_repr() -> None:
    assert "hush" not in repr(Signature(app_id="a", secret="hush"))
