"""The web app: the day of a report and whether it counts, how reports are named, and what pages say as of which day."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from detente.sources import read_text
from detente.web.guard import HEADER
from test_web_desk import add, form_token

TALKS = (
    "BERGEN, May 3 -- Norway and Iceland opened the first round of talks on the herring quota in Bergen on Tuesday. "
    "Iceland demanded that Norway lower its quota. Norway promised to publish its catch figures by 20 May 2016.\n"
)


def archive(client: TestClient) -> Any:
    return client.app.state.desk.archive  # type: ignore[attr-defined]


def keep(client: TestClient, text: str = TALKS, id: str = "a", day: str = "2016-05-03", **more: str) -> None:
    archive(client).add(read_text(text, id=id, date=dt.date.fromisoformat(day), **more))


def post(client: TestClient, address: str, **data: str) -> Any:
    return client.post(address, data={"form_token": form_token(client.get("/add").text), **data})


def test_a_day_to_come_is_told_and_put_right(client: TestClient) -> None:
    ahead = (dt.date.today() + dt.timedelta(days=200)).isoformat()
    told = post(client, "/add", text=TALKS, date=ahead).text
    assert "is yet to come" in told
    name = client.get("/reports.json").json()["reports"][0]["id"]
    page = client.get(f"/reports/{name}")
    assert "is yet to come" in page.text
    assert client.get("/index.json").json()["as_of"] == ""
    shown = post(client, f"/reports/{name}/day", day="2016-05-03", reason="<b>a slip").text
    assert "&lt;b&gt;a slip" in shown
    assert "<b>a slip" not in shown
    assert client.get("/index.json").json()["as_of"] == "2016-05-03"
    back = post(client, f"/reports/{name}/restore").text
    assert "taken back by" in back
    assert client.get(f"/reports/{name}.json").json()["date"] == ahead
    assert "yet to come" in post(client, f"/reports/{name}/day", day="2999-01-01").text


def test_a_text_without_a_day_says_so(client: TestClient) -> None:
    assert "without one" in post(client, "/add", text="Norway rejected the demand of Iceland. It said no more.").text
    assert "No day" in client.get("/reports/" + client.get("/reports.json").json()["reports"][0]["id"]).text


def test_a_page_speaks_of_its_form_and_not_of_a_command(client: TestClient) -> None:
    client.app.state.desk.archive.add(read_text(TALKS.replace(" by 20 May 2016", ""), id="undated"))  # type: ignore[attr-defined]
    page = client.get("/reports/undated").text
    assert "--date" not in page
    assert "Give it its day below" in page


def test_the_same_text_under_another_day_is_told(client: TestClient) -> None:
    add(client, TALKS, date="2016-05-03")
    assert "The same text is there already" in post(client, "/add", text=TALKS, title="Herring", date="2016-08-03").text


def test_a_report_is_taken_out_and_let_in_again(client: TestClient) -> None:
    name = add(client, TALKS, date="2016-05-03")
    page = post(client, f"/reports/{name}/remove", reason="an invented one").text
    assert "was taken out" in page
    assert client.get("/index.json").json()["counts"]["reports"] == 0
    assert [r["report"] for r in client.get("/reports.json").json()["taken_out"]] == [name]
    assert "somebody took it out" in post(client, "/add", text=TALKS, title="Herring", date="2016-05-03").text
    assert client.get(f"/reports/{name}.json").json()["taken_out"]["reason"] == "an invented one"
    assert "entries" in post(client, f"/reports/{name}/restore").text
    assert client.get("/index.json").json()["counts"]["reports"] == 1


def test_pages_say_as_of_which_day_they_tell(client: TestClient) -> None:
    keep(client)
    for page in ("/", "/pledges"):
        assert "the day of the latest report: none has come in the" in client.get(page).text
        assert "by the calendar of today" in client.get(page, params={"day": "today"}).text
    talks = client.get("/index.json").json()["processes"][0]
    assert (talks["due_soon"], talks["lapsed"]) == (1, 0)
    today = client.get("/index.json?day=today").json()
    assert today["as_of"] == dt.date.today().isoformat()
    assert (today["processes"][0]["due_soon"], today["processes"][0]["lapsed"]) == (0, 1)
    assert "1 lapsed</a>" in client.get("/?day=today").text
    counts = client.get("/pledges.json?day=today").json()["counts"]
    assert (counts["due soon"], counts["lapsed"]) == (0, 1)
    ref = client.get("/pledges.json").json()["board"]["due soon"][0]["id"]
    assert client.get(f"/pledges/{ref}.json?day=today").json()["status"] == "lapsed"


def test_feeds_go_by_the_calendar_of_today(client: TestClient) -> None:
    keep(client)
    assert "<entry>" not in client.get("/due.atom").text
    overdue = client.get("/overdue.atom").text
    assert overdue.count("<entry>") == 1
    link = re.findall(r'href="http://127.0.0.1(/pledges/[^"]+)"', overdue)[0]
    assert "publish its catch figures" in client.get(link).text


def test_of_a_kept_pledge_the_calendar_says_no_more_than_its_day(client: TestClient) -> None:
    keep(client)
    keep(client, "OSLO, May 18 -- Norway published its catch figures, as it had promised.\n", "b", "2016-05-18")
    keep(client, "OSLO, Aug 1 -- Iceland rejected the offer of Norway on the herring quota.\n", "c", "2016-08-01")
    page = client.get("/pledges?status=kept").text
    assert "its day has passed" in page
    assert "overdue</dd>" not in re.sub(r"\s", "", page)
    ref = client.get("/pledges.json?status=kept").json()["pledges"][0]["id"]
    assert "its day has passed, as of" in client.get(f"/pledges/{ref}").text


def test_what_is_told_as_act_and_as_pledge_is_one_card_and_judged_at_once(client: TestClient) -> None:
    keep(client)
    entries = client.get("/reports/a.json").json()["entries"]
    pledge = next(e for e in entries if e["list"] == "pledges")
    act = next(e for e in entries if e.get("kind") == "pledge")
    page = client.get("/reports/a").text
    assert f'id="entry-{pledge["ref"]}"' in page
    assert f'id="entry-{act["ref"]}"' not in page
    both = f"{pledge['ref']} {act['ref']}"
    assert f"reject {both}" in page
    post(client, "/judge", said=f"reject {both}", back="/reports/a")

    def verdicts() -> list[str]:
        found = {e["ref"]: e["verdict"] for e in client.get("/reports/a.json").json()["entries"]}
        return [found[pledge["ref"]], found[act["ref"]]]

    assert verdicts() == ["reject", "reject"]
    post(client, "/judge", said=f"undo {both}", back="/reports/a")
    assert verdicts() == ["", ""]
    post(client, "/judge", said=f"accept {act['ref']}", back="/reports/a")
    assert "not judged" in client.get("/reports/a").text or "accepted" in client.get("/reports/a").text
    post(client, "/judge", said=f"undo {both}", back="/reports/a")
    assert verdicts() == ["", ""]
    results = client.get("/search.json?q=catch+figures").json()["results"]
    assert [r["ref"] for r in results if r["kind"] == "pledges"] == [pledge["ref"]]
    assert act["ref"] not in {r["ref"] for r in results}


def test_the_facts_of_an_entry_stand_apart(client: TestClient) -> None:
    told = re.findall(r'<span class="facts[^>]*>(.*?)</span>', client.get(f"/reports/{add(client)}").text)
    assert "due June 2016, Reykjavik" in [re.sub("<[^>]+>", "", one) for one in told]


def test_a_slip_in_the_review_is_told_and_taken_back(client: TestClient) -> None:
    keep(client)
    page = client.get("/review").text
    ref = re.findall(r'name="ref" value="([^"]+)"', page)[0]
    after = post(client, "/review", ref=ref, verdict="reject").text
    assert "Rejected:" in after
    assert re.findall(r'name="ref" value="([^"]+)"', after)[0] == ref
    again = post(client, "/review", ref=ref, verdict="undo").text
    assert "Rejected:" not in again
    assert re.findall(r'name="ref" value="([^"]+)"', again)[0] == ref
    assert client.get("/review?last=nothing").status_code == 422


LATER = (
    "REYKJAVIK, June 14 -- Norway and Iceland held the second round of their talks on the herring quota in Reykjavik. "
    "Norway rejected the demand that it lower its quota. Norway's chief negotiator, Kari Lund, said that Faroe observers "
    "were welcome. Iceland promised to sign the protocol by 1 March 2019.\n"
)
OTHER = (
    "GABORONE, June 20 -- Botswana and Zambia opened the first round of talks on the ferry at Kazungula in Gaborone. "
    "Zambia demanded that Botswana lower its toll. Botswana promised to publish its tolls by 1 August 2016.\n"
)


def talks(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/index.json").json()["processes"]
    return found


def test_a_process_says_what_it_knows_and_what_is_not_to_scale(client: TestClient) -> None:
    keep(client)
    keep(client, LATER, "b", "2016-06-14", title="Second round")
    keep(client, "OSLO, July 1 -- Norway published a map.\n", "c", "2016-07-01")
    id = talks(client)[0]["id"]
    page = client.get(f"/processes/{id}").text
    assert "not to scale" in page
    assert "open due 1 March 2019" in re.sub(r"<[^>]+>", "", page)
    assert "Kari Lund" in page
    assert "No report names" not in page
    assert re.search(r'<output for="step">1 July 2016</output>', page)
    assert "As of" in page
    assert ">Second round</a>" in page  # quotes are named by title


def test_a_report_leads_to_its_talks(client: TestClient) -> None:
    keep(client)
    id = talks(client)[0]["id"]
    assert client.get("/reports/a.json").json()["talks"][0]["id"] == id
    assert f'href="/processes/{quote(id)}"' in client.get("/reports/a").text


def test_the_old_address_of_merged_talks_leads_on_and_marks_name_their_pledge(client: TestClient) -> None:
    keep(client)
    keep(client, OTHER, "b", "2016-06-20")
    first, second = (t["id"] for t in talks(client))
    post(client, f"/processes/{quote(first)}/merge", other=second)
    assert client.get(f"/processes/{quote(second)}").url.path == f"/processes/{first}"
    assert client.get(f"/processes/{quote(second)}.json").json()["process"]["id"] == first
    assert client.get("/processes/nobody").status_code == 404
    ref = client.get("/pledges.json").json()["board"]["overdue"][0]["id"]
    post(client, f"/pledges/{quote(ref)}/mark", status="kept", reason="seen")
    page = client.get(f"/processes/{quote(first)}").text
    assert re.search(r"the pledge <a href=\"/pledges/[^\"]+\">“publish its [^<]+”</a> is <strong>kept", page)


def test_all_parties_with_a_page_are_listed(client: TestClient) -> None:
    keep(
        client,
        TALKS + "Sweden, which mediates, proposed a joint fund. Norway promised Denmark to pay its fee by June.\n",
    )
    listed = {p["party"] for p in client.get("/parties.json").json()["parties"]}
    assert {"NOR", "ISL"} <= listed
    for code in ("SWE", "DNK"):
        assert (client.get(f"/parties/{code}").status_code == 200) == (code in listed)
    assert listed & {"SWE", "DNK"}


def test_what_a_party_did_of_late_stands_with_its_sentence(client: TestClient) -> None:
    keep(client)
    page = client.get("/parties/NOR").text
    assert "#e" in page[page.index("Of late") :]


def send(client: TestClient, name: str, content: str) -> str:
    token = form_token(client.get("/add").text)
    answer = client.post("/add", data={"form_token": token}, files={"files": (name, content.encode())})
    return str(answer.text)


def test_a_file_that_was_sent_is_named_by_its_name_and_known_by_its_text(client: TestClient) -> None:
    assert "1 added" in send(client, "index.txt", TALKS)
    assert "1 known" in send(client, "other.txt", TALKS)
    assert "1 added" in send(client, "index.txt", OTHER)  # many files have one name
    found = client.get("/reports.json").json()["reports"]
    assert {r["source"] for r in found} == {"sent: index.txt"}
    assert {r["id"] for r in found} == {"index", "index-2"}
    lines = '{"text": %s}\n' % f'"{LATER.strip()}"'  # noqa: UP031
    assert "1 added" in send(client, "wire.jsonl", lines)
    assert {r["source"] for r in client.get("/reports.json").json()["reports"]} == {
        "sent: index.txt",
        "sent: wire.jsonl:1",
    }
    assert "/tmp" not in client.get("/reports.csv").text
    assert "bad.pdf" in send(client, "bad.pdf", "junk of talks")


def test_cells_hold_words_and_no_code(client: TestClient) -> None:
    keep(client)
    for page in ("/index.csv", "/pledges.csv", "/search.csv?q=herring", "/changes.csv", "/reports.csv"):
        rows = list(csv.DictReader(io.StringIO(client.get(page).text)))
        assert rows
        assert not [cell for row in rows for cell in row.values() if cell.startswith(("['", "[{'", "{'", "[]"))], page
    assert next(csv.DictReader(io.StringIO(client.get("/index.csv").text)))["parties"] in ("ISL; NOR", "NOR; ISL")


def test_what_finds_nothing_says_why(client: TestClient) -> None:
    keep(client)
    assert "must be there" in client.get("/search?q=-maps").text
    told = client.get("/changes?since=3000-01-01")
    assert "behind the latest report" in told.text
    assert told.text.count("2900") == 0
    assert client.get("/reports.json?page=99").json()["reports"]


def test_what_a_search_finds_is_judged_from_there(client: TestClient) -> None:
    keep(client)
    asked = "/search?q=quota&kind=demand"
    page = client.get(asked).text
    link = re.search(r'<a class="sure" href="(/entries/([0-9a-f]{10})\?back=[^"]+)"', page)
    assert link is not None
    form = client.get(link[1]).text
    back = re.search(r'name="back" value="([^"]+)"', form)
    assert back is not None
    there = html.unescape(back[1])
    answer = client.post(
        "/judge", data={"form_token": form_token(form), "ref": link[2], "verdict": "accept", "back": there},
        follow_redirects=False,
    )  # fmt: skip
    assert answer.headers["location"] == f"{asked}#entry-{link[2]}"
    page = client.get(asked).text
    assert f'id="entry-{link[2]}"' in page
    assert "accepted by a person" in page
    hanging = "Norway said on Friday that it would lower its quota only if Iceland closed its spring fishery."
    keep(client, hanging, id="b", day="2016-05-08")
    links = client.get("/search?kind=links").text
    assert "hangs on" in links
    assert '<span class="kind"></span>' not in links


def test_a_search_says_how_far_its_list_goes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(client)
    told = "Only the latest 2 are listed"
    assert told not in client.get("/search").text
    monkeypatch.setattr("detente.web.pages.search.COUNTED", 2)
    assert told in client.get("/search").text
    assert len(list(csv.DictReader(io.StringIO(client.get("/search.csv").text)))) == 2


def test_programs_hear_of_days_that_are_doubtful(client: TestClient) -> None:
    token = form_token(client.get("/add").text)
    answer = client.post("/add.json", json={"text": "Norway rejected the demand of Iceland."}, headers={HEADER: token})
    assert (len(answer.json()["undated"]), answer.json()["ahead"]) == (1, [])
