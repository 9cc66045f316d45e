"""Secure mode: the published vectors open; whatever is changed about a push is refused one way."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from domain.push_inbox import OLDEST, WINDOW, Push, PushRefused
from domain.pushes import AccountCancelled
from miniprogram_api.push_bodies import Unreadable, read_body
from miniprogram_api.pushes import SecurePushes
from tests.pushing import BLOCK, Pusher, Sealed, content

# Published by WeChat in "消息推送", 2026: token, EncodingAESKey and AppID of its examples.
TOKEN, KEY, APPID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)
SIGNATURE = "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
MSG_SIGNATURE = "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
AT = 1714112445
NOW = datetime.fromtimestamp(AT, UTC)
QUERY = {
    "signature": SIGNATURE,
    "timestamp": str(AT),
    "nonce": "415670741",
    "openid": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
    "encrypt_type": "aes",
    "msg_signature": MSG_SIGNATURE,
}
JSON = json.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPTED}).encode()
XML = (
    "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>"
    f"<Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>"
).encode()
ECHO = {
    "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
    "timestamp": "1714036504",
    "nonce": "1514711492",
    "echostr": "4375120948345356249",
}

opener = SecurePushes(appid=APPID, token=TOKEN, aes_key=KEY)
wechat = Pusher(appid=APPID, token=TOKEN, key=KEY)
GONE = json.dumps(content("user_authorization_cancellation", at=AT, OpenID="oGone")).encode()
TOLD = (AccountCancelled(openid="oGone"),)


def opened(sealed: Sealed, *, now: datetime = NOW, by: SecurePushes = opener) -> Push:
    return by.open(sealed.query, sealed.body, now=now)


def reason(sealed: Sealed, *, now: datetime = NOW, by: SecurePushes = opener) -> str:
    """Why it is refused; what is told of it is always the same."""
    with pytest.raises(PushRefused) as refused:
        opened(sealed, now=now, by=by)
    assert refused.value.detail == PushRefused("").detail
    return refused.value.reason


def test_the_published_check_of_an_address_is_echoed() -> None:
    at = datetime.fromtimestamp(int(ECHO["timestamp"]), UTC)
    assert opener.echo(ECHO, now=at) == ECHO["echostr"]


def test_the_published_signature_of_a_plain_push_is_ours() -> None:
    signed = wechat.signature("1714037059", "486452656")
    assert signed == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    query = {"timestamp": "1714037059", "nonce": "486452656", "signature": signed}
    body = b'{"ToUserName":"gh_97417a04a28d","CreateTime":1714037059,"Event":"debug_demo"}'
    assert reason(Sealed(query, body), now=datetime.fromtimestamp(1714037059, UTC)) == "plain"


@pytest.mark.parametrize("body", [JSON, XML], ids=["JSON", "XML"])
def test_the_published_secure_push_opens(body: bytes) -> None:
    push = opened(Sealed(QUERY, body))
    assert (push.kind, push.told) == ("other", ())


def test_the_signature_without_the_body_is_not_what_is_checked() -> None:
    assert reason(Sealed({**QUERY, "msg_signature": SIGNATURE}, JSON)) == "signature"
    del (unsigned := dict(QUERY))["msg_signature"]
    assert reason(Sealed(unsigned, JSON)) == "query"
    assert opened(Sealed({**QUERY, "signature": "0" * 40}, JSON)).kind == "other"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_wechatpy_seals_opens(form: str) -> None:
    """Another implementation of the sending side."""
    crypto = WeChatCrypto(TOKEN, KEY, APPID)
    xml = crypto.encrypt_message(GONE.decode(), "415670741", str(AT))
    fields = read_body(xml.encode())
    query = {**QUERY, "msg_signature": str(fields["MsgSignature"])}
    body = xml.encode() if form == "xml" else json.dumps(dict(fields)).encode()
    assert opened(Sealed(query, body)).told == TOLD


@given(st.integers(0, 64), st.sampled_from(["json", "xml"]))
def test_every_length_of_padding_opens(more: int, form: str) -> None:
    plaintext = GONE if form == "json" else xml_of(OpenID="oGone")
    sealed = wechat.seal(plaintext + b" " * more, at=AT)
    assert opened(sealed).told == TOLD


def xml_of(**fields: str) -> bytes:
    inside = content("user_authorization_cancellation", at=AT, **fields)
    elements = "".join(f"<{name}>{one}</{name}>" for name, one in inside.items())
    return f"<xml>{elements}</xml>".encode()


# -- what is changed about a push ------------------------------------------------------------------


@given(st.data())
def test_a_changed_push_is_refused(data: st.DataObject) -> None:
    """Any character of what is sent: of the body, or of what is signed."""
    sealed = wechat.seal(GONE, at=AT, nonce="415670741")
    encrypted = json.loads(sealed.body)["Encrypt"]
    where = data.draw(st.sampled_from(["timestamp", "nonce", "msg_signature", "body"]))
    text = encrypted if where == "body" else sealed.query[where]
    place = data.draw(st.integers(0, len(text) - 1))
    another = data.draw(st.characters().filter(lambda char: char != text[place]))
    changed = text[:place] + another + text[place + 1 :]
    if where == "body":
        body = json.dumps({"Encrypt": changed}).encode()
        assert reason(Sealed(sealed.query, body)) in {"signature", "unreadable"}
    else:
        refused = reason(Sealed({**sealed.query, where: changed}, sealed.body))
        assert refused in {"signature", "query", "stale"}


@given(st.data())
def test_a_truncated_body_is_refused(data: st.DataObject) -> None:
    for body in (JSON, XML):
        cut = data.draw(st.integers(0, len(body) - 1))
        assert reason(Sealed(QUERY, body[:cut])) in {"unreadable", "plain"}


@given(st.data())
def test_a_truncated_cipher_is_refused_though_signed_anew(data: st.DataObject) -> None:
    """By who has the token, but not the key."""
    raw = base64.b64decode(ENCRYPTED)
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    sealed = wechat.sign(base64.b64encode(cut).decode(), at=AT)
    assert reason(sealed) in {"length", "padding", "appid", "unreadable"}


@given(st.data())
def test_a_flipped_bit_of_the_cipher_is_refused_though_signed_anew(data: st.DataObject) -> None:
    """From the third block on: the first two open into random bytes and a name nobody reads."""
    raw = bytearray(base64.b64decode(json.loads(wechat.seal(GONE).body)["Encrypt"]))
    place = data.draw(st.integers(32, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    sealed = wechat.sign(base64.b64encode(bytes(raw)).decode(), at=AT)
    assert reason(sealed) in {"length", "padding", "appid", "unreadable", "stale"}


@given(st.data())
def test_a_wrong_padding_is_refused(data: st.DataObject) -> None:
    framed = wechat.frame(GONE)
    right = BLOCK - len(framed) % BLOCK
    padding = bytearray([right] * right)
    place = data.draw(st.integers(0, right - 1))
    padding[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != right))
    # The last byte says how many there are: another number may be a padding, of less or more.
    sealed = wechat.sign(wechat.encrypt(framed + bytes(padding)), at=AT)
    assert reason(sealed) in {"padding", "appid", "length"}


def test_a_padding_of_16_is_none_of_a_block_of_32() -> None:
    """A cipher of 16 byte blocks would take it."""
    framed = wechat.frame(GONE + b" " * (-len(wechat.frame(GONE)) % BLOCK))
    assert len(framed) % BLOCK == 0
    assert reason(wechat.sign(wechat.encrypt(framed + bytes([16]) * 16), at=AT)) == "length"
    twice = framed + bytes([64]) * 64
    assert reason(wechat.sign(wechat.encrypt(twice), at=AT)) == "padding"


@given(st.integers(0, 2**32 - 1))
def test_a_wrong_length_inside_is_refused(size: int) -> None:
    if size == len(GONE):
        return
    framed = secrets.token_bytes(16) + size.to_bytes(4, "big") + GONE + APPID.encode()
    sealed = wechat.sign(wechat.encrypt(wechat.pad(framed)), at=AT)
    assert reason(sealed) in {"length", "appid"}


@given(st.text("ABCDwx0123", min_size=0, max_size=40).filter(lambda appid: appid != APPID))
def test_a_push_to_another_mini_program_is_refused(appid: str) -> None:
    assert reason(wechat.but(appid=appid).seal(GONE, at=AT)) == "appid"


def test_more_or_less_than_the_appid_is_another() -> None:
    for appid in (APPID[:-1], f"{APPID}x", f"x{APPID}", f"{APPID}\0", APPID.upper(), ""):
        assert reason(wechat.but(appid=appid).seal(GONE, at=AT)) == "appid"


@given(st.text("ABCDEFabcdef0123456789", min_size=43, max_size=43))
def test_under_another_key_it_does_not_open(key: str) -> None:
    sealed = wechat.but(key=key).seal(GONE, at=AT)
    assert reason(sealed) in {"padding", "length", "appid"}


@given(st.text(min_size=0, max_size=32).filter(lambda token: token != TOKEN))
def test_under_another_token_it_is_not_signed(token: str) -> None:
    assert reason(wechat.but(token=token).seal(GONE, at=AT)) == "signature"


@given(st.integers(-10_000, 10_000))
def test_what_is_not_of_now_is_stale(seconds: int) -> None:
    sealed = wechat.seal(GONE, at=AT + seconds)
    if abs(seconds) <= WINDOW.total_seconds():
        assert opened(sealed).told == TOLD
    else:
        assert reason(sealed) == "stale"


@given(st.integers(-1_000_000, 1_000_000))
def test_what_happened_too_long_ago_or_will_yet_is_stale(seconds: int) -> None:
    inside = content("user_authorization_cancellation", at=AT + seconds, OpenID="oGone")
    sealed = wechat.seal(json.dumps(inside).encode(), at=AT)
    if -OLDEST <= timedelta(seconds=seconds) <= WINDOW:
        assert opened(sealed).told == TOLD
    else:
        assert reason(sealed) == "stale"


@pytest.mark.parametrize("made", [None, "", "soon", 1.5, True, [AT], {"at": AT}, -AT, AT * 1000])
def test_what_does_not_say_when_it_happened_is_stale(made: object) -> None:
    inside = {**content("user_authorization_cancellation", OpenID="oGone"), "CreateTime": made}
    assert reason(wechat.seal(json.dumps(inside).encode(), at=AT)) == "stale"


@given(st.dictionaries(st.sampled_from([*QUERY, *ECHO]), st.text(max_size=60)), st.binary())
def test_whatever_comes_is_refused_and_nothing_breaks(
    query: Mapping[str, str], body: bytes
) -> None:
    assert reason(Sealed(dict(query), body))
    assert reason(Sealed({**QUERY, **query}, body))
    with pytest.raises(PushRefused):
        opener.echo(query, now=NOW)


Values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["List", "result", "TemplateId", "OpenID"]), inner)
    ),
    max_leaves=8,
)
EVENTS = (
    "wxa_media_check",
    "subscribe_msg_popup_event",
    "subscribe_msg_change_event",
    "subscribe_msg_sent_event",
    "user_authorization_cancellation",
    "user_authorization_revoke",
    "wxa_punish_event",
)
NAMES = (
    *("FromUserName", "MsgType", "MsgId", "List", "OpenID", "RevokeInfo", "trace_id"),
    *("errcode", "version", "result", "SubscribeMsgPopupEvent", "SubscribeMsgSentEvent"),
)


@given(st.sampled_from(EVENTS), st.dictionaries(st.sampled_from(NAMES), Values))
def test_whatever_wechat_writes_in_an_event_is_read_or_laid_aside(
    event: str, fields: dict[str, Any]
) -> None:
    inside = {**content(event, at=AT), **fields}
    sealed = wechat.seal(json.dumps(inside).encode(), at=AT)
    try:
        read_body(json.dumps(inside).encode())
    except Unreadable:  # too deep, or a number that JSON does not know
        assert reason(sealed) == "unreadable"
    else:
        push = opened(sealed)
        assert push.kind in {event, "unreadable", "message"}
        push.identity.encode()


# -- who is told apart -----------------------------------------------------------------------------


def identity(event: str, **fields: Any) -> str:
    return opened(wechat.seal(json.dumps(content(event, at=AT, **fields)).encode(), at=AT)).identity


def test_a_push_that_is_sealed_and_written_anew_is_the_same() -> None:
    as_text = json.dumps({**json.loads(GONE), "CreateTime": str(AT)}).encode()
    written = (GONE, GONE, b" " + GONE, as_text, xml_of(OpenID="oGone"))
    pushes = [opened(wechat.seal(one, at=AT + 5)) for one in written]
    assert len({push.identity for push in pushes}) == 1


def test_what_differs_inside_is_another() -> None:
    item = {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"}
    pushes = [
        identity("user_authorization_cancellation", OpenID="oGone"),
        identity("user_authorization_cancellation", OpenID="oOther"),
        identity("user_authorization_revoke", OpenID="oGone", RevokeInfo="8"),
        identity("user_authorization_revoke", OpenID="oGone", RevokeInfo="6"),
        identity("subscribe_msg_popup_event", List=item),
        identity("subscribe_msg_popup_event", List={**item, "TemplateId": "t2"}),
        identity("subscribe_msg_popup_event", List=item, FromUserName="oOther"),
        identity("subscribe_msg_popup_event", List=item, CreateTime=AT - 1),
        identity("subscribe_msg_change_event", List=item),
        identity("debug_demo", debug_str="hello"),
        identity("debug_demo", debug_str="world"),
        identity("-", MsgType="text", MsgId=1),
        identity("-", MsgType="text", MsgId=2),
    ]
    assert len(set(pushes)) == len(pushes)


def test_a_message_is_known_by_its_number() -> None:
    assert identity("-", MsgType="text", MsgId=1, Content="a") == identity(
        "-", MsgType="text", MsgId="1", Content="b"
    )


def test_who_pushed_is_in_no_text_of_it() -> None:
    assert "oGone" not in repr(opened(wechat.seal(GONE, at=AT)))


# -- bodies ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"text"',
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a":' * 9 + b"{}" + b"}" * 9,
        b'{"a":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
        b"<xml/>",
        b"<xml>text</xml>",
        b"<html><a>1</a></html>",
        b"<xml><a>1</xml>",
        b"<xml><a>1</a></xml><xml><a>2</a></xml>",
        b"<xml>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</xml>",
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b'<!DOCTYPE xml [<!ENTITY a "a">]><xml><a>&a;</a></xml>',
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
        b"<xml><a>&unknown;</a></xml>",
        b'<?xml version="1.0" encoding="utf-16"?>' + "<xml><a>越</a></xml>".encode("utf-16"),
        b"<xml><a>\x00</a></xml>",
    ],
    ids=lambda body: str(body[:30]),
)
def test_a_body_that_wechat_does_not_send_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_body(body)


def test_xml_and_json_are_read_alike() -> None:
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><xml><!-- one -->'
        "<Event><![CDATA[a&b]]></Event><Who>张&lt;三&#62;</Who><detail></detail>"
        "<List><Id>1</Id></List><List><Id>2</Id></List><List><Id>3</Id></List></xml>"
    )
    assert read_body(xml.encode()) == {
        "Event": "a&b",
        "Who": "张<三>",
        "detail": "",
        "List": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}],
    }
    assert read_body(b' {"Event": "a&b", "detail": []}') == {"Event": "a&b", "detail": []}


def test_an_element_given_twice_is_no_text() -> None:
    twice = XML.replace(b"</xml>", b"<Encrypt>AAAA</Encrypt></xml>")
    assert reason(Sealed(QUERY, twice)) == "unreadable"
    inside = xml_of(OpenID="oGone</OpenID><OpenID>oOther")
    assert opened(wechat.seal(inside, at=AT)).kind == "unreadable"


def test_bits_that_no_byte_holds_are_refused() -> None:
    """Base64 has several spellings of the same bytes; one is taken."""
    raw = wechat.encrypt(wechat.pad(wechat.frame(GONE)))
    assert raw.endswith("=")
    last = raw.rstrip("=")[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(last) + 1]
    spelled = raw.rstrip("=")[:-1] + other + "=" * raw.count("=")
    assert base64.b64decode(spelled) == base64.b64decode(raw)
    for wrong in (spelled, raw + "\n", raw.replace("=", ""), f" {raw}", raw + "AAAA"):
        assert reason(wechat.sign(wrong, at=AT)) in {"length", "unreadable"}


def test_an_openers_key_is_its_own() -> None:
    other = SecurePushes(appid=APPID, token=TOKEN, aes_key="B" * 43)
    assert reason(Sealed(QUERY, JSON), by=other) in {"padding", "length", "appid"}
    assert replace(wechat, key="B" * 43).key == "B" * 43
