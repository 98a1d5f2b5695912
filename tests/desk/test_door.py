"""Who may come in: every kind of stranger is refused at every address, and learns nothing."""

from __future__ import annotations

import http.client
import io
import re
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from desks import ORIGIN, PORT, Visitor, running_desk, words_of
from rounds import BALANCED, BROKEN, begin, filled, put

from toolkit.desk.door import DOCUMENT_POLICY, POLICY
from toolkit.desk.files import MOST_BYTES
from toolkit.form.values import Kind, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from toolkit.campaign.round.folder import Campaign

SCRIPT = '<script>alert("x")</script>'
HOSTILE_ROSTER = f"""\
代码,名称,上级代码,联系人,电话
01,云溪县财政局,,{SCRIPT.replace('"', "'")},"<img src=x onerror=alert(1)>"
02,云溪县<b>教育局</b>,,"&amp;""><script>",1
"""
FIELD = "handling.received.post"
# How anything outside the folder might be asked for, as the last part of an address.
TRAVERSALS = (
    "../key.toml", "../../key.toml", "..%2fkey.toml", "%2e%2e/key.toml", "..\\key.toml", "..%5ckey.toml",
    "/etc/passwd", "%2fetc%2fpasswd", "outbox/../key.toml", "outbox/%2e%2e/key.toml", "outbox/..%252fkey.toml",
    "key.toml", "receipts.sqlite", "campaign.toml", "C:\\Windows\\win.ini", "outbox/\0", "....//key.toml", ".lock",
)  # fmt: skip


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    made = begin(tmp_path / "轮")
    put(made, "财政.xlsx", filled(made, "01", BROKEN))
    return made


@pytest.fixture
def visitor(campaign: Campaign) -> Visitor:
    one = Visitor(campaign.folder)
    one.post(f"/round/{one.key}/collect")
    one.wait()
    return one


def addresses(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Yield every address of the desk with its method, the parameters filled with what is there."""
    known = {"key": visitor.key, "code": "01", "name": "outbox/manifest.csv", "sha256": "0" * 64, "number": "1"}
    known |= {"field": FIELD, "filename": "desk.css"}
    for rule in visitor.app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            for converter in ("", "path:", "int:"):
                path = path.replace(f"<{converter}{name}>", quote(known[name]))
        yield from ((method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def test_nobody_without_the_cookie_gets_anything(visitor: Visitor) -> None:
    visitor.client.delete_cookie(visitor.door.cookie, domain="127.0.0.1")
    places = list(addresses(visitor))
    assert len(places) > 15
    for method, path in places:
        answer = visitor.get(path) if method == "GET" else visitor.post(path)
        assert answer.status_code == 403, path
        assert "云溪" not in answer.text
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"Host": f"localhost:{PORT}"}, {"Host": "127.0.0.1"},
        {"Host": f"127.0.0.1:{PORT + 1}"},
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)  # fmt: skip
def test_another_host_or_site_gets_nothing_even_with_the_cookie(visitor: Visitor, headers: dict[str, str]) -> None:
    for method, path in addresses(visitor):
        if path != "/enter" or "Host" in headers:
            answer = visitor.get(path, **headers) if method == "GET" else visitor.post(path, **headers)
            assert answer.status_code == 403, path


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", f"http://localhost:{PORT}", f"https://127.0.0.1:{PORT}", ""]
)
def test_nothing_is_done_for_another_origin(visitor: Visitor, origin: str) -> None:
    before = sorted(visitor.desk.base.rglob("*"))
    for method, path in addresses(visitor):
        if method == "POST":
            assert visitor.post(path, Origin=origin).status_code == 403, path
    assert sorted(visitor.desk.base.rglob("*")) == before


def test_a_post_without_an_origin_is_refused(visitor: Visitor) -> None:
    assert visitor.client.post(f"/round/{visitor.key}/collect", base_url=ORIGIN).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    answer = visitor.client.open("/", method=method, base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_opens_once_and_the_cookie_is_hidden_from_scripts(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path, is_let_in=False)
    announced: list[str] = []
    visitor.door.announce = announced.append
    first = visitor.door.address.removeprefix(ORIGIN)
    assert visitor.get("/").status_code == 403
    assert visitor.get("/enter?token=wrong").status_code == 403
    assert visitor.get("/enter").status_code == 403
    assert visitor.get(f"{first}%E2%80%A6").status_code == 403
    answer = visitor.get(first, Sec_Fetch_Site="cross-site")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert first.partition("=")[2] not in cookie
    assert visitor.get(first).status_code == 403
    assert announced == [visitor.door.address] != [f"{ORIGIN}{first}"]
    assert visitor.text("/")


def test_every_page_forbids_what_it_does_not_need(visitor: Visitor) -> None:
    for method, path in addresses(visitor):
        if method != "GET":
            continue
        answer = visitor.get(path)
        is_document = path.endswith(("/preview", "/compare")) and answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == (DOCUMENT_POLICY if is_document else POLICY), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_page_of_ours_needs_inline_script_or_style(visitor: Visitor) -> None:
    for method, path in addresses(visitor):
        answer = visitor.get(path) if method == "GET" else None
        if answer is not None and answer.mimetype == "text/html":
            assert "<style" not in answer.text
            assert " style=" not in answer.text
            assert " on" not in "".join(part.partition(">")[0] for part in answer.text.split("<")[1:] if "=" in part)
            assert answer.text.count("<script") == answer.text.count('desk.js" defer></script>')


@pytest.mark.parametrize("way", TRAVERSALS)
def test_no_parameter_leads_out_of_what_is_offered(visitor: Visitor, way: str) -> None:
    secret = (visitor.desk.base / "key.toml").read_text(encoding="utf-8").split('"')[1]
    key = visitor.key
    asked = [f"/round/{key}/file/{way}", f"/round/{key}/received/{way}", f"/round/{way}/", f"/assets/{way}"]
    asked += [f"/round/{key}/organ/{way}", f"/round/{key}/whole/why/{way}", f"/round/{way}/file/key.toml"]
    asked += [f"/round/{key}/organ/01?{name}={quote(way)}" for name in ("version", "try")]
    asked += [f"/round/{key}/?{name}={quote(way)}" for name in ("state", "q", "page")]
    asked += [f"/round/{key}/rules/{way}", f"/round/{key}/assess/{way}", f"/round/{key}/received/{way}/migrated"]
    asked += [f"/round/{key}/history?{name}={quote(way)}" for name in ("organ", "q", "page")]
    asked += [f"/round/{key}/problems?{name}={quote(way)}" for name in ("name", "q", "page")]
    asked += [f"/round/{key}/whole/compare?{name}={quote(way)}" for name in ("table", "group", "q", "marked", "page")]
    asked += [f"/round/{key}/whole/why/{FIELD}?{name}={quote(way)}" for name in ("organ", "by_line", "of", "cell")]
    for path in asked:
        answer = visitor.get(path)
        assert secret not in answer.text, path
        assert "root:" not in answer.text, path
        assert answer.status_code in {200, 308, 400, 404}, path
        if "?" not in path:
            assert answer.status_code in {308, 400, 404}, path


@pytest.mark.parametrize("way", [*TRAVERSALS, "a/b/../../../c.xlsx", "..", ".", "con.xlsx", ""])
def test_a_file_sent_lands_in_the_inbox_whatever_it_is_called(visitor: Visitor, way: str) -> None:
    base = visitor.desk.base
    outside = {path for path in base.parent.rglob("*") if base / "inbox" not in path.parents}
    content = (base / "inbox" / "财政.xlsx").read_bytes() + f"，{way}".encode()
    answer = visitor.post(f"/round/{visitor.key}/inbox", {"files": (io.BytesIO(content), way)})
    after = {path for path in base.parent.rglob("*") if base / "inbox" not in path.parents}
    assert after - outside == set()
    assert (base / "key.toml").stat().st_size < 200
    kept = any(path.read_bytes() == content for path in (base / "inbox").iterdir())
    assert (answer.status_code, kept) in {(204, True), (400, False)}


@pytest.mark.parametrize("way", ["../外面", "/外面/外面", "..", "a/../../外面", "C:\\外面", "con"])
def test_a_new_round_lies_in_the_folder_whatever_it_is_called(tmp_path: Path, way: str) -> None:
    home = tmp_path / "家"
    home.mkdir()
    visitor = Visitor(home)
    form = {"year": "2024", "organ": "甲县", "code": "", "name": way, "previous": way}
    visitor.post("/new", {**form, "roster": (io.BytesIO("代码,名称\n1,甲局\n".encode()), "../名册.csv")})
    assert [path.name for path in tmp_path.iterdir()] == ["家"]
    assert len(visitor.desk.folders()) == 1


def test_a_link_in_the_folder_is_no_way_out(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "秘密.txt").write_text("机密", encoding="utf-8")
    (visitor.desk.base / "outbox" / "a.txt").symlink_to(tmp_path / "秘密.txt")
    (visitor.desk.base / "outbox" / "b").symlink_to(tmp_path)
    for name in ("a.txt", "b/秘密.txt"):
        assert visitor.get(f"/round/{visitor.key}/file/outbox/{name}").status_code == 404
    assert visitor.get(f"/round/{visitor.key}/file/outbox/manifest.csv").status_code == 200


def test_a_round_behind_a_link_is_not_offered(tmp_path: Path) -> None:
    begin(tmp_path / "外" / "轮")
    home = tmp_path / "家"
    home.mkdir()
    (home / "链接").symlink_to(tmp_path / "外" / "轮")
    assert dict(Visitor(home).desk.folders()) == {}


def test_script_in_any_text_is_shown_and_never_run(tmp_path: Path) -> None:
    made = begin(tmp_path / "轮", HOSTILE_ROSTER)
    visitor = Visitor(made.folder)
    key = visitor.key
    files = [
        ("<img src=x onerror=alert(2)>.txt", b"x"),
        ('"><script>alert(3)</script>.xlsx', filled(made, "01", BROKEN)),
    ]
    visitor.send(key, files)
    prose = next(field.id for field in made.form.fields.values() if field.kind is Kind.TEXT)
    visitor.send(key, [("二.xlsx", filled(made, "02", {**BALANCED, prose: (Paragraph(SCRIPT),)}))])
    pages = [f"/round/{key}/", f"/round/{key}/?q={quote(SCRIPT)}", f"/round/{key}/organ/01", f"/round/{key}/organ/02"]
    pages += [f"/round/{key}/whole/", f"/round/{key}/whole/preview", f"/round/{key}/whole/why/handling.received.post"]
    visitor.post(f"/round/{key}/decide", {"step": "review", "organ": "02", "why": SCRIPT})
    pages += [f"/round/{key}/{page}" for page in ("problems", "assess", "assess/01", "rules", "history", "chase/1")]
    pages += [f"/round/{key}/{page}?q={quote(SCRIPT)}" for page in ("problems", "assess", "history", "whole/compare")]
    pages += [f"/round/{key}/whole/compare?table=2", f"/round/{key}/whole/compare.html"]
    pages += [f"/round/{key}/whole/why/handling.received.post?of={quote(SCRIPT)}&cell=a&value={quote(SCRIPT)}"]
    for path in pages:
        page = visitor.text(path)
        assert "<script>" not in page, path
        assert "<img src=x" not in page, path
        assert "<b>教育局" not in page, path
    assert "onerror=alert(2)" in words_of(visitor.text(f"/round/{key}/").replace("&lt;", "〈").replace("&gt;", "〉"))
    answer = visitor.post("/new", {"year": SCRIPT, "organ": SCRIPT, "name": SCRIPT, "code": SCRIPT, "previous": SCRIPT})
    assert "<script>alert" not in answer.text


def test_a_zip_bomb_costs_neither_memory_nor_the_desk(visitor: Visitor) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("一.xlsx", bytes(10 << 20))
        archive.infolist()[0].file_size = 5 << 30
    began = time.monotonic()
    visitor.send(visitor.key, [("炸弹.zip", bomb.getvalue())])
    assert time.monotonic() - began < 20
    assert "已拒绝读取" in visitor.text(f"/round/{visitor.key}/")


# Over a real socket ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(campaign: Campaign) -> Iterator[str]:
    """The address a desk of its own process printed."""
    with running_desk(campaign.folder) as (address, _):
        yield address


def ask(host: str, method: str, path: str, **headers: str) -> tuple[int, bytes, Any]:
    with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        connection.request(method, path, None, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers


def enter(address: str) -> tuple[str, str]:
    """Return the host and the cookie."""
    host, path = address.removeprefix("http://").split("/", 1)
    _, _, headers = ask(host, "GET", f"/{path}")
    return host, headers["Set-Cookie"].partition(";")[0]


def test_the_desk_listens_on_this_machine_only(served: str) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter\?token=[\w-]{43}", served)
    host, _ = enter(served)
    status, body, headers = ask(host, "GET", "/")
    assert (status, "Server" in headers) == (403, False)
    assert "云溪".encode() not in body


def test_an_upload_of_two_gigabytes_is_refused_before_it_is_sent(served: str) -> None:
    host, cookie = enter(served)
    with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
        connection.putrequest("POST", "/round/x/inbox")
        for name, value in (("Cookie", cookie), ("Origin", f"http://{host}"), ("Content-Length", str(2 << 30))):
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == 413
    assert MOST_BYTES < 2 << 30
    assert ask(host, "GET", "/", Cookie=cookie)[0] == 302


def test_fifty_requests_at_once_are_all_answered(served: str) -> None:
    host, cookie = enter(served)
    _, _, headers = ask(host, "GET", "/", Cookie=cookie)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: ask(host, "GET", headers["Location"], Cookie=cookie), range(50)))
    assert {status for status, _, _ in answers} == {200}
    assert all("云溪县财政局".encode() in body for _, body, _ in answers)
