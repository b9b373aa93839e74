"""The web app: who may come in, adding, a report with its entries, judging, the review queue."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from detente.cli import main
from detente.report import Report
from detente.web import create_app
from detente.web import guard as guarding
from detente.web.app import PAGES
from detente.web.guard import Policy
from detente.web.marks import pieces

REPORT = (
    "BERGEN, May 3 -- Norway and Iceland agreed on Tuesday to share the herring of the Norwegian Sea. "
    "Iceland demanded that Norway lower its quota. Norway rejected the demand.\n\n"
    "The two countries will hold another round of talks in Reykjavik in June.\n"
)
HOSTILE = (
    'OSLO, May 4 -- Norway rejected <script>alert(1)</script> the offer of Iceland on Wednesday. "Iceland demanded '
    '<img src=x onerror=alert(2)> more," he said. \u202eNorway and Iceland met in Oslo.\u202c {{ 7 * 7 }}\n'
)


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def add(client: TestClient, text: str = REPORT, title: str = "Herring", date: str = "2016-05-04") -> str:
    """Adds a report through the form; gives its name."""
    token = form_token(client.get("/add").text)
    answer = client.post("/add", data={"text": text, "title": title, "date": date, "form_token": token})
    assert answer.status_code == 200
    assert "1 added" in answer.text
    return str(client.get("/reports.json").json()["reports"][0]["id"])


def test_a_source_that_is_no_address_breaks_no_page(client: TestClient) -> None:
    desk = client.app.state.desk  # type: ignore[attr-defined]
    desk.archive.add(Report(REPORT, id="odd", source="ftp://[bad/x"))
    for page in ("/", "/reports", "/reports/odd", "/search?q=herring"):
        assert client.get(page).status_code == 200, page


def test_headers_that_are_no_addresses_are_refused(client: TestClient) -> None:
    headers = {"Referer": "http://[bad/x", "Origin": "http://[bad/x"}
    assert client.post("/add", data={"text": REPORT}, headers=headers).status_code == 403


def test_whoever_adds_hears_of_what_nobody_foresaw(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("detente.archive.store.Archive.add_all", fail)
    token = form_token(client.get("/add").text)
    answer = client.post("/add", data={"text": REPORT, "form_token": token})
    assert "Adding failed" in answer.text


def test_a_report_is_added_and_its_entries_are_shown_at_their_place(client: TestClient) -> None:
    name = add(client)
    page = client.get(f"/reports/{name}").text
    told = client.get(f"/reports/{name}.json").json()
    kinds = {e["kind"] for e in told["entries"] if e["list"] == "acts"}
    assert {"agree", "demand", "reject"} <= kinds
    for entry in told["entries"]:
        for e in entry["evidence"]:
            assert told["text"][e["start"] : e["end"]] == e["quote"]
    assert page.count("<mark") >= 3
    article = re.search(r"<article[^>]*>(.*?)</article>", page, re.S)
    assert article is not None
    assert re.sub(r"<[^>]+>", "", article[1]).strip() == told["text"].strip()


def test_the_same_report_twice_changes_nothing(client: TestClient) -> None:
    add(client)
    token = form_token(client.get("/add").text)
    again = client.post("/add", data={"text": REPORT, "title": "Herring", "date": "2016-05-04", "form_token": token})
    assert "1 known" in again.text


@pytest.mark.parametrize("name", ["..", ".", "a/..", "..\\\\..", "n" * 400 + ".txt", "\u202etxt.exe", "x\u0000y.txt"])
def test_a_file_may_be_sent_under_any_name(client: TestClient, name: str) -> None:
    token = form_token(client.get("/add").text)
    answer = client.post(
        "/add", data={"form_token": token, "date": "2016-05-04"}, files={"files": (name, REPORT.encode())}
    )
    assert answer.status_code == 200
    assert "1 added" in answer.text


def test_a_long_text_may_be_pasted(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    text = REPORT + "Nothing of talks stands here. " * 80_000
    answer = client.post(
        "/add", data={"form_token": token, "text": text, "date": "2016-05-04"}, files={"files": ("a.txt", b"")}
    )
    assert answer.status_code == 200
    assert "1 added" in answer.text


def test_a_failure_inside_is_told_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("detente.web.pages.parties.glances.parties", broken)
    app = create_app(tmp_path / "a.db")
    answer = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False).get("/parties")
    assert answer.status_code == 500
    assert "Detente did something wrong" in answer.text
    assert "secret" not in answer.text


def test_nothing_given_is_told_in_plain_words(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    answer = client.post("/add", data={"form_token": token})
    assert answer.status_code == 400
    assert "nothing was given" in answer.text


def test_an_address_inside_the_network_is_refused(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    answer = client.post("/add.json", json={"address": "http://127.0.0.1:1/x"}, headers={"x-form-token": token})
    assert answer.status_code == 422
    assert "private network" in answer.json()["skipped"][0]["reason"]


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_an_entry_is_judged_and_the_judgement_taken_back(client: TestClient, verdict: str) -> None:
    name = add(client)
    page = client.get(f"/reports/{name}").text
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e.get("kind") == "demand")
    form = {"ref": entry["ref"], "form_token": form_token(page), "back": f"/reports/{name}"}
    client.post("/judge", data=form | {"verdict": verdict})
    assert _verdict(client, name, entry["ref"]) == verdict
    client.post("/judge", data=form | {"verdict": "undo"})
    assert _verdict(client, name, entry["ref"]) == ""


def test_a_correction_is_visible_at_once(client: TestClient) -> None:
    name = add(client)
    page = client.get(f"/reports/{name}").text
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e.get("kind") == "demand")
    form = {"ref": entry["ref"], "form_token": form_token(page), "verdict": "correct", "field.actors": "NOR"}
    client.post("/judge", data=form | {"was.actors": "ISL", "back": f"/reports/{name}"})
    told = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e["ref"] == entry["ref"])
    assert told["actors"] == ["NOR"]
    assert "What people said" in client.get(f"/reports/{name}").text


def test_a_party_is_corrected_by_name_or_by_code(client: TestClient) -> None:
    name = add(client)
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e.get("kind") == "demand")
    form = {"ref": entry["ref"], "form_token": form_token(client.get(f"/reports/{name}").text), "verdict": "correct"}
    written = {"field.actors": "Faroe Islands, DNK , Norse Herring Council", "was.actors": "ISL"}
    client.post("/judge", data=form | written)
    told = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e["ref"] == entry["ref"])
    assert told["actors"] == ["FRO", "DNK", "Norse Herring Council"]


@pytest.mark.parametrize("field", ["evidence", "confidence", "of", "nothing"])
def test_a_form_changes_no_field_that_comes_from_the_reading(client: TestClient, field: str) -> None:
    name = add(client)
    before = client.get(f"/reports/{name}.json").json()["entries"]
    form = {"ref": before[0]["ref"], "form_token": form_token(client.get("/review").text), "verdict": "correct"}
    for value in ("[]", '[{"start": 0, "end": 4, "quote": "Oslo"}]', ""):
        assert client.post("/judge", data=form | {f"field.{field}": value, f"was.{field}": "x"}).status_code == 400
    assert client.get(f"/reports/{name}.json").json()["entries"] == before


def test_nobody_overwrites_a_correction_that_they_have_not_seen(client: TestClient) -> None:
    """Two tabs hold the form of one entry: the second to be sent is refused where it changes the same field."""
    name = add(client)
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e.get("kind") == "demand")
    page = client.get(f"/entries/{entry['ref']}").text
    shown = dict(re.findall(r'name="(was\.\w+)" value="([^"]*)"', page))
    form = {"ref": entry["ref"], "form_token": form_token(page), "verdict": "correct"} | shown
    first = client.post("/judge", data=form | {"field.about": "a smaller quota"}, follow_redirects=False)
    assert first.status_code == 303
    second = client.post("/judge", data=form | {"field.about": "another quota"}, follow_redirects=False)
    assert second.status_code == 409
    assert "a smaller quota" in second.text
    other = client.post("/judge", data=form | {"field.actors": "DNK"}, follow_redirects=False)
    assert other.status_code == 303
    told = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e["ref"] == entry["ref"])
    assert (told["about"], told["actors"]) == ("a smaller quota", ["DNK"])


def test_a_form_that_was_refused_leads_back_to_where_it_was_filled_in(client: TestClient) -> None:
    name = add(client)
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e.get("kind") == "demand")
    form = {"ref": entry["ref"], "form_token": form_token(client.get(f"/reports/{name}").text), "verdict": "correct"}
    here = {"referer": f"http://127.0.0.1/reports/{name}?part=1"}
    answer = client.post("/judge", data=form | {"field.time": "yesterday", "was.time": ""}, headers=here)
    assert answer.status_code == 400
    assert f'href="/reports/{name}?part=1"' in answer.text
    assert "write 2005" in answer.text
    elsewhere = client.post("/judge", data=form, headers={"referer": "http://127.0.0.1.example.org/x"})
    assert "example.org" not in elsewhere.text


def test_no_page_tells_somebody_to_give_a_command(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    french = (
        "Le ministre a refusé la proposition de la délégation, qui avait demandé une nouvelle réunion à Genève. " * 4
    )
    for answer in (
        client.get("/reports/nobody"),
        client.get("/entries/0123456789"),
        client.post("/judge", data={"form_token": token, "ref": "0123456789", "verdict": "undo"}),
        client.post("/add", data={"form_token": token, "text": french, "date": "2016-05-04"}),
    ):
        assert answer.status_code in (400, 404)
        told = re.search(r'class="lead">(.*?)</p>', answer.text, re.S)
        assert told is not None
        assert not re.search(r"detente|--", told[1]), told[1]
    assert "not English" in answer.text


def test_values_out_of_bounds_are_told_in_words(client: TestClient) -> None:
    for address, words in (
        ("/pledges?month=soon", "month can"),
        ("/changes?since=5", "write a day as"),
        ("/x", "no such page"),
    ):
        answer = client.get(address)
        assert answer.status_code in (404, 422)
        assert words in answer.text.replace("Month", "month").replace("Since: ", "").replace("There", "there")
        assert "pattern" not in answer.text
    for address in ("/search?since=2024-13-01", "/search?min_confidence=9", f"/search?q={501 * 'a'}"):
        answer = client.get(address)
        assert answer.status_code == 422
        assert not [word for word in ("literal", "constrained", "datetime", "string should") if word in answer.text]


def _verdict(client: TestClient, name: str, ref: str) -> str:
    entries = client.get(f"/reports/{name}.json").json()["entries"]
    return str(next(e["verdict"] for e in entries if e["ref"] == ref))


def test_the_review_goes_on_to_the_next_entry(client: TestClient) -> None:
    add(client)
    first = client.get("/review.json").json()
    token = form_token(client.get("/review").text)
    refs = [first["next"]["ref"], *([first["twin"]] if first["twin"] else [])]
    client.post("/review", data={"ref": " ".join(refs), "verdict": "accept", "form_token": token})
    then = client.get("/review.json").json()
    assert then["progress"]["judged"] == first["progress"]["judged"] + len(refs)
    assert then["next"]["ref"] == first["queue"][0]["ref"]


def test_an_entry_that_is_put_off_comes_later(client: TestClient) -> None:
    add(client)
    first = client.get("/review.json").json()
    token = form_token(client.get("/review").text)
    data = {"ref": first["next"]["ref"], "verdict": "later", "form_token": token}
    answer = client.post("/review", data=data, follow_redirects=False)
    assert client.get(answer.headers["location"].replace("/review", "/review.json")).json()["next"] == first["queue"][0]


def test_what_a_report_contains_never_runs(client: TestClient) -> None:
    name = add(client, HOSTILE, "<b>bold</b>", "2016-05-04")
    for address in ("/", "/reports", f"/reports/{name}", "/review", "/search?q=%3Cscript%3E"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>bold" not in page
    assert "{{ 7 * 7 }}" in client.get(f"/reports/{name}").text


def test_no_mark_in_a_report_turns_its_words_round(client: TestClient) -> None:
    """The page shows what the quotes say; the data keep the text as it came."""
    name = add(client, HOSTILE, "Turned", "2016-05-04")
    entry = next(e for e in client.get(f"/reports/{name}.json").json()["entries"] if e["list"] == "meetings")
    for address in (f"/reports/{name}", f"/entries/{entry['ref']}", "/review"):
        assert "\u202e" not in client.get(address).text, address
    assert "\u202e" in client.get(f"/reports/{name}.json").json()["text"]


@pytest.mark.parametrize("address", ["/judge", "/review", "/add", "/add.json", "/add/example"])
def test_no_change_without_a_form_token(client: TestClient, address: str) -> None:
    client.get("/")
    answer = client.post(address, data={"ref": "x", "verdict": "accept", "text": "x"})
    assert answer.status_code in (403, 422)
    assert client.get("/index.json").json()["counts"]["judgements"] == 0


def test_every_change_asks_for_the_form_token() -> None:
    """So that an address that is added later is not forgotten."""
    seen = []
    for name in PAGES:
        for route in import_module(f"detente.web.pages.{name}").router.routes:
            if route.methods - {"GET", "HEAD", "OPTIONS"} and route.path != "/sign-in":
                seen.append(route.path)
                assert any(d.dependency is guarding.checked for d in route.dependencies), route.path
    assert {"/judge", "/add", "/processes/{id:path}/merge", "/review"} <= set(seen)


@pytest.mark.parametrize("change", ["rename", "merge", "split"])
def test_nothing_is_decided_about_talks_without_a_form_token(client: TestClient, change: str) -> None:
    add(client)
    process = quote(client.get("/index.json").json()["processes"][0]["id"], safe="")
    answer = client.post(f"/processes/{process}/{change}", data={"name": "x", "other": "x", "report": "x"})
    assert answer.status_code == 403


def test_another_browsers_form_token_is_refused(tmp_path: Path) -> None:
    app = create_app(tmp_path / "a.db")
    one, other = (TestClient(app, base_url="http://127.0.0.1") for _ in range(2))
    token = form_token(one.get("/add").text)
    other.get("/")
    assert other.post("/add", data={"text": REPORT, "form_token": token}).status_code == 403


def test_a_page_of_another_site_changes_nothing(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    headers = {"origin": "http://evil.example"}
    assert client.post("/add", data={"text": REPORT, "form_token": token}, headers=headers).status_code == 403


def test_a_page_that_hides_where_it_is_changes_nothing(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    data = {"text": REPORT, "form_token": token}
    for word in ("", "cross-site", "same-site"):
        headers = {"origin": "null"} | ({"sec-fetch-site": word} if word else {})
        assert client.post("/add", data=data, headers=headers).status_code == 403
    assert client.get("/reports.json").json()["total"] == 0


def test_a_short_token_is_refused_beyond_this_machine() -> None:
    answer = CliRunner().invoke(main, ["serve", "--host", "0.0.0.0", "--token", "sesame"])
    assert answer.exit_code == 2
    assert "can be guessed" in answer.output
    assert "--token new" in answer.output


def test_an_unknown_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "rebound.example:8620"}).status_code == 421


def test_beyond_this_machine_a_token_is_asked_for(tmp_path: Path) -> None:
    client = TestClient(
        create_app(tmp_path / "a.db", Policy(token="right", hosts=None)), base_url="http://talks.example"
    )
    assert client.get("/", follow_redirects=False).headers["location"] == "/sign-in"
    assert client.get("/index.json").status_code == 401
    assert client.get("/index.json", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/index.json", headers={"authorization": "Bearer right"}).status_code == 200
    assert client.post("/sign-in", data={"token": "wrong"}).status_code == 403
    cookie = client.post("/sign-in", data={"token": "right"}, follow_redirects=False).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "right" not in cookie
    assert client.get("/", follow_redirects=False).status_code == 200


def test_a_forged_cookie_opens_nothing(tmp_path: Path) -> None:
    client = TestClient(
        create_app(tmp_path / "a.db", Policy(token="right", hosts=None)), base_url="http://talks.example"
    )
    client.cookies.set("detente", "eyJpZCI6ImEiLCJzaWduZWQiOiJ5ZXMifQ.aaaa.bbbb")
    assert client.get("/", follow_redirects=False).status_code == 303


def test_a_proxys_header_counts_only_from_the_proxy(tmp_path: Path) -> None:
    policy = Policy(hosts=None, proxy_header="x-user", proxies=frozenset(["10.9.9.9"]))
    app = create_app(tmp_path / "a.db", policy)
    stranger = TestClient(app, base_url="http://talks.example")
    proxy = TestClient(app, base_url="http://talks.example", client=("10.9.9.9", 5000))
    assert stranger.get("/", headers={"x-user": "ada"}, follow_redirects=False).status_code == 303
    assert proxy.get("/", headers={"x-user": "ada"}, follow_redirects=False).status_code == 200
    assert proxy.get("/", follow_redirects=False).status_code == 303


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for address in ("/", "/nowhere", "/index.json", "/static/app.css"):
        headers = client.get(address).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_too_much_at_once_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "LARGEST", 2000)
    token = form_token(client.get("/add").text)
    assert client.post("/add", data={"text": "x" * 5000, "form_token": token}).status_code == 413


def test_adding_has_a_pace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "ADDS", 2)
    token = form_token(client.get("/add").text)
    answers = [client.post("/add", data={"form_token": token}).status_code for _ in range(3)]
    assert answers[-1] == 429


def test_the_way_back_leads_to_no_other_site(client: TestClient) -> None:
    name = add(client)
    page = client.get(f"/reports/{name}").text
    ref = client.get(f"/reports/{name}.json").json()["entries"][0]["ref"]
    form = {"ref": ref, "verdict": "accept", "form_token": form_token(page), "back": "//evil.example/"}
    assert client.post("/judge", data=form, follow_redirects=False).headers["location"] == "/reports"


def test_pieces_joined_are_the_text() -> None:
    text = "abcdefghij"
    found = pieces(text, [(0, 4, 0), (2, 6, 1), (2, 4, 2), (8, 99, 3), (5, 5, 4)])
    assert "".join(p.text for p in found) == text
    assert [(p.text, p.entries) for p in found] == [("ab", (0,)), ("cd", (0, 1, 2)), ("ef", (1,)), ("ghij", ())]


def test_pages_of_no_text_have_no_pieces() -> None:
    assert pieces("", [(0, 1, 0)]) == []
