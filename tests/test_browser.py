"""The web app in a real browser: adding, looking, correcting, searching, the keyboard alone, what axe finds.

Needs Debian's packages chromium and chromium-driver; without them these tests are skipped and say so.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import feedparser
import httpx
import pytest
from icalendar import Calendar

from detente.archive import Archive
from detente.archive.following import following
from detente.reader import read_report
from detente.record import Record
from detente.report import Report

webdriver = pytest.importorskip("selenium.webdriver")
from axe_core_python.selenium import Axe  # noqa: E402
from selenium.common.exceptions import TimeoutException, WebDriverException  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="Debian's chromium and chromium-driver are not installed"
)
DOSSIER = Path(__file__).parent / "data" / "dossier" / "reports.jsonl"
REPORT = (
    "NUUK, May 3 -- Greenland's partners met on Tuesday. Denmark and Canada agreed to survey the ridge together. "
    "Canada demanded that Denmark withdraw its claim. Denmark rejected the demand.\n"
)
HOSTILE = (
    'OSLO, May 4 -- Norway rejected <script>document.title="run"</script> the offer of Iceland on Wednesday. '
    "Iceland demanded <img src=x onerror=\"document.title='run'\"> more. \u202eNorway met Iceland.\u202c \u0000\ufeff\n"
)
Browser = "webdriver.Chrome"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the dossier."""
    db = tmp_path_factory.mktemp("web") / "a.db"
    with Archive.open(db) as archive:
        archive.add_all([DOSSIER])
    return db


@pytest.fixture(scope="module")
def address(served: Path) -> Iterator[str]:
    """That archive, served."""
    import uvicorn

    from detente.web import create_app

    db = served
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(db), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
    ):  # fmt: skip
        options.add_argument(flag)
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    found.set_page_load_timeout(60)
    yield found
    found.quit()


def until(browser, found):  # type: ignore[no-untyped-def]
    """Waits for what a function finds; a page that is just being left is no answer."""

    def tried(b):  # type: ignore[no-untyped-def]
        # Elements of the page being left are refused in several ways, not all of them with an exception of their own.
        try:
            return found(b)
        except TimeoutException:
            raise
        except WebDriverException:
            return False

    return WebDriverWait(browser, 20).until(tried)


def one(browser, words: str):  # type: ignore[no-untyped-def]
    return until(browser, lambda b: b.find_element(By.CSS_SELECTOR, words))


def at_size(browser, width: int, height: int = 900, *, mobile: bool = False):  # type: ignore[no-untyped-def]
    values = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", values)


def one_of_each(address: str, browser) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """An address of each sort of page that is about one thing."""
    browser.get(address + "/")
    process = one(browser, "main a[href^='/processes/']").get_attribute("href")
    browser.get(process + "/issues")
    issue = one(browser, "main tbody a[href*='/issues/']").get_attribute("href")
    browser.get(address + "/reports")
    report = one(browser, "main a[href^='/reports/']").get_attribute("href")
    browser.get(report)
    entry = one(browser, ".entry a[data-key=c]").get_attribute("href")
    browser.get(address + "/pledges")
    pledge = one(browser, ".pledge h3 a").get_attribute("href")
    browser.get(address + "/parties")
    party = one(browser, "main tbody a").get_attribute("href")
    return {
        "process": process, "issues": process + "/issues", "issue": issue, "compare": process + "/compare",
        "report": report, "entry": entry, "pledge": pledge, "party": party,
    }  # fmt: skip


def test_add_look_correct_undo_search(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/add")
    one(browser, "#text").send_keys(REPORT)
    one(browser, "#title").send_keys("Ridge survey")
    browser.execute_script("document.getElementById('date').value = '2016-05-04'")
    one(browser, "#add button.main").click()
    one(browser, ".done")
    assert not browser.find_element(By.CSS_SELECTOR, ".adding").is_displayed()
    assert "survey the ridge" in one(browser, ".added").text
    browser.find_element(By.LINK_TEXT, "Ridge survey").click()
    entry = one(browser, ".entry:has(.kind-demand)")
    name = entry.get_attribute("id")
    entry.find_element(By.CSS_SELECTOR, "a[data-key=c]").click()
    field = one(browser, f"#{name} form.correct [name='field.actors']")
    field.clear()
    field.send_keys("Denmark")  # by name: it is kept by its code
    one(browser, f"#{name} form.correct button[value=correct]").click()
    until(browser, lambda b: "corrected" in b.find_element(By.ID, name).text)
    assert "Denmark" in browser.find_element(By.ID, name).text
    assert "who is Denmark" in one(browser, "main").text
    browser.find_element(By.ID, name).find_element(By.CSS_SELECTOR, "button[value^=undo]").click()
    until(browser, lambda b: "corrected" not in b.find_element(By.ID, name).text)
    one(browser, "#find").send_keys("ridge" + Keys.ENTER)
    assert "survey the ridge" in one(browser, ".results").text


def test_pointing_at_an_entry_shows_its_place_and_the_other_way_round(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(one_of_each(address, browser)["report"])
    mark = one(browser, "mark[data-of]")
    number = mark.get_attribute("data-of").split()[0]
    ActionChains(browser).move_to_element(mark).perform()
    until(
        browser, lambda b: "lit" in b.find_element(By.CSS_SELECTOR, f".entry[data-n='{number}']").get_attribute("class")
    )
    browser.execute_script("document.activeElement.blur()")
    one(browser, "body").send_keys("j")
    until(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "mark.lit"))


def test_a_stray_key_judges_nothing(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(one_of_each(address, browser)["report"].partition("#")[0])
    here = browser.current_url
    one(browser, "body").send_keys("r")
    time.sleep(0.5)
    assert browser.current_url == here
    assert not browser.find_elements(By.CSS_SELECTOR, ".entry.rejected")
    one(browser, "body").send_keys("j")
    until(browser, lambda b: "entry" in (b.switch_to.active_element.get_attribute("class") or ""))
    browser.switch_to.active_element.send_keys("r")
    until(browser, lambda b: b.find_elements(By.CSS_SELECTOR, ".entry.rejected"))
    one(browser, ".entry.rejected button[value^=undo]").click()
    until(browser, lambda b: not b.find_elements(By.CSS_SELECTOR, ".entry.rejected"))


def test_files_are_added_from_the_home_page(address: str, browser, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for n, day in enumerate(("2016-06-04", "2016-07-04")):
        words = f"NUUK, June {n + 3} -- Denmark rejected Canada's offer of {n + 2} more surveys on Friday.\n"
        (tmp_path / f"{n}.jsonl").write_text(
            json.dumps({"id": f"survey-{n}", "title": f"Surveys {n}", "date": day, "text": words}) + "\n",
            encoding="utf-8",
        )
    browser.get(address + "/")
    one(browser, "#files").send_keys("\n".join(str(tmp_path / f"{n}.jsonl") for n in range(2)))
    assert "2 added" in one(browser, ".done").text
    assert len(browser.find_elements(By.CSS_SELECTOR, ".added")) == 2


def test_issues_are_renamed_split_and_merged_by_hand(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    process = one_of_each(address, browser)["process"]
    browser.get(process + "/issues")
    links = browser.find_elements(By.CSS_SELECTOR, "main tbody th a")
    first, other = links[0].text, links[1].text
    links[0].click()
    _decide(browser, "rename", {"name": "The first matter"})
    until(browser, lambda b: "The first matter" in b.find_element(By.TAG_NAME, "h1").text)
    form = _opened(browser, "merge")
    choice = next(o for o in form.find_elements(By.TAG_NAME, "option") if o.text.startswith(other[:40]))
    choice.click()
    form.find_element(By.TAG_NAME, "button").click()
    until(browser, lambda b: "made part of" in b.find_element(By.ID, "mend").find_element(By.XPATH, "..").text)
    form = _opened(browser, "split")
    form.find_element(By.CSS_SELECTOR, "[name=wording]").click()
    form.find_element(By.CSS_SELECTOR, "[name=name]").send_keys("Another matter")
    form.find_element(By.TAG_NAME, "button").click()
    until(browser, lambda b: "Another matter" in b.find_element(By.TAG_NAME, "h1").text)
    for _ in range(3):
        browser.get(process)
        _scrolled(browser, one(browser, "form[action$='/undo'] button")).click()
        one(browser, "#reports")
    browser.get(process + "/issues")
    assert one(browser, "main tbody th a").text == first


def _opened(browser, what: str):  # type: ignore[no-untyped-def]
    form = one(browser, f"form[action$='/{what}']")
    _scrolled(browser, form.find_element(By.XPATH, "../summary")).click()
    return form


def _scrolled(browser, element):  # type: ignore[no-untyped-def]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    return element


def _decide(browser, what: str, fields: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    form = _opened(browser, what)
    for name, value in fields.items():
        field = form.find_element(By.NAME, name)
        field.clear()
        field.send_keys(value)
    form.find_element(By.TAG_NAME, "button").click()


def test_a_pledge_is_marked_and_both_days_of_a_table_compared(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    pages = one_of_each(address, browser)
    browser.get(pages["pledge"])
    form = _opened(browser, "mark")
    Select(form.find_element(By.NAME, "status")).select_by_visible_text("disputed")
    form.find_element(By.NAME, "reason").send_keys("both sides say otherwise")
    form.find_element(By.TAG_NAME, "button").click()
    until(browser, lambda b: "both sides say otherwise" in b.find_element(By.CSS_SELECTOR, ".notice").text)
    assert one(browser, ".lead .badge").text == "disputed"
    browser.get(pages["compare"])
    browser.execute_script("document.getElementById('from').value = '2021-01-01'")
    one(browser, ".asof button").click()
    until(browser, lambda b: "from=2021-01-01" in b.current_url)
    assert one(browser, "table.compare tbody td").is_displayed()


def test_the_table_is_shown_as_of_a_day(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(one_of_each(address, browser)["process"])
    before = one(browser, "table.positions").text
    slider = _scrolled(browser, one(browser, "#step"))
    slider.send_keys(Keys.HOME)
    until(browser, lambda b: "step=0" in b.current_url)
    assert one(browser, "table.positions").text != before


def test_calendars_and_feeds_can_be_subscribed_to(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/pledges")
    calendar = Calendar.from_ical(httpx.get(one(browser, "a[href^='/pledges.ics']").get_attribute("href")).content)
    assert calendar.walk("VEVENT")
    for words in ("overdue.atom", "due.atom"):
        found = feedparser.parse(httpx.get(one(browser, f"a[href^='/{words}']").get_attribute("href")).content)
        assert found.feed.title.startswith("Detente")
        assert not found.bozo
    browser.get(address + "/changes")
    found = feedparser.parse(httpx.get(one(browser, "main a[href^='/changes.atom']").get_attribute("href")).content)
    assert found.entries


def test_the_way_from_home_to_a_quote_by_keyboard_alone(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/")

    def press(key: str) -> None:
        ActionChains(browser).send_keys(key).perform()

    def tab_to(words: str) -> None:
        for _ in range(200):
            press(Keys.TAB)
            if browser.execute_script("return document.activeElement.matches(arguments[0])", words):
                return
        raise AssertionError(f"nothing that is {words} can be reached with the Tab key")

    press(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to content"
    press(Keys.ENTER)
    tab_to("main h2 a[href^='/processes/']")
    press(Keys.ENTER)
    one(browser, "#table")
    tab_to("td.cell summary")
    press(Keys.ENTER)
    tab_to("td.cell figcaption a")
    press(Keys.ENTER)
    until(browser, lambda b: "/reports/" in b.current_url)
    assert one(browser, "article mark").is_displayed()


def test_two_people_judge_and_see_how_far_they_agree(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    def call_me(name: str) -> None:
        browser.get(address + "/review")
        details = one(browser, ".naming")
        if not details.get_attribute("open"):
            details.find_element(By.TAG_NAME, "summary").click()
        field = details.find_element(By.NAME, "name")
        field.clear()
        field.send_keys(name + Keys.ENTER)
        until(browser, lambda b: name in b.find_element(By.CSS_SELECTOR, ".naming summary").text)

    def judge(button: str) -> None:
        ref = one(browser, ".card [name=ref]").get_attribute("value")
        one(browser, f".card button[value={button}]").click()
        until(browser, lambda b: not b.find_elements(By.CSS_SELECTOR, f".card [name=ref][value='{ref}']"))

    call_me("Ada")
    for _ in range(2):
        judge("accept")
    call_me("Ben")
    browser.get(address + "/review?again=1")
    judge("accept")
    judge("reject")
    told = one(browser, "aside").text
    assert "they agree on 1 (50 %)" in told
    assert "Alpha" in told
    call_me("Reader")


def test_fifty_entries_are_reviewed_with_the_keyboard_alone(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/review")
    before = browser.execute_script("return document.querySelector('progress').value")
    for n in range(50):
        until(browser, lambda b: b.execute_script("return document.readyState") == "complete")
        ref = until(browser, lambda b: b.find_element(By.CSS_SELECTOR, ".card [name=ref]").get_attribute("value"))
        browser.switch_to.active_element.send_keys("ar"[n % 2])
        until(
            browser,
            lambda b, ref=ref: b.find_element(By.CSS_SELECTOR, ".card [name=ref]").get_attribute("value") != ref,
        )
    assert (
        browser.execute_script("return document.querySelector('progress').value") >= before + 50
    )  # twins count as two


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(address: str, browser, scheme: str) -> None:  # type: ignore[no-untyped-def]
    colours = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", colours)
    found = []
    pages = ("/", "/reports", "/review", "/add", "/pledges", "/changes", "/search?q=river", "/sign-in", "/parties")
    for page in (*(address + p for p in pages), *one_of_each(address, browser).values()):
        browser.get(page)
        for violation in Axe().run(browser)["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((page.removeprefix(address), violation["id"], violation["nodes"][0]["html"][:120]))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert found == []


def test_a_hostile_report_runs_nothing(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/add")
    script = "document.getElementById('text').value = arguments[0]"
    browser.execute_script(script, HOSTILE)
    one(browser, "#title").send_keys("<script>document.title='run'</script>")
    one(browser, "#add button.main").click()
    one(browser, ".done")
    browser.get(address + one(browser, "main h2 a").get_attribute("href").removeprefix(address))
    assert browser.title.endswith("· Detente")
    assert "<script>" in one(browser, "article").text
    assert browser.execute_script("return document.querySelectorAll('article script, article img').length") == 0


def test_ten_megabytes_of_hostile_text_stay_usable(address: str, browser, served: Path) -> None:  # type: ignore[no-untyped-def]
    """Looked at, searched, judged: no script runs, nothing is lost, every part comes at once and small."""
    line = HOSTILE.replace("\u0000", "")
    text = line * (10 * 1024 * 1024 // len(line.encode()) + 1)
    assert len(text.encode()) > 10 * 1024 * 1024

    def read(report: Report) -> Record:
        # the reader takes minutes over so much; its entries of the first part are all that is looked at here
        first = read_report(Report(report.text[:20_000], id=report.id, date=report.date))
        return replace(first, text=report.text, warnings=["too long: only the first sentences were read"])

    with Archive.open(served) as archive:
        name = archive.add(
            Report(text, id="hostile", title="Ten </title><script>", date=dt.date(2016, 5, 4)), read=read
        ).name
        following(archive)  # as adding in the browser does before it ends
    started = time.monotonic()
    browser.get(f"{address}/reports/{name}")
    assert "Part 1 of" in one(browser, ".pager").text
    assert "what comes later in it has no entries" in one(browser, ".notice").text
    assert len(browser.page_source) < 400_000
    assert browser.title == "Ten </title><script> · Detente"
    assert browser.execute_script("return document.querySelectorAll('main script, main img, article b').length") == 0
    one(browser, ".entry button[value^=accept]").click()
    until(browser, lambda b: b.find_elements(By.CSS_SELECTOR, ".entry .badge"))
    last = int(one(browser, ".pager span").text.rsplit(" ", 1)[1])
    for part in [*range(2, last, last // 6), last]:
        browser.get(f"{address}/reports/{name}?part={part}")
        assert "Norway met Iceland." in one(browser, "article").text
        assert browser.title == "Ten </title><script> · Detente"
        assert not browser.find_elements(By.CSS_SELECTOR, "article script, article img")
        assert part < 4 or "may not have come so far" in one(browser, ".beside").text
    shown = [httpx.get(f"{address}/reports/{name}.json?part={part}", timeout=60).json() for part in (1, 2, last)]
    for one_part in shown:
        assert text[one_part["offset"] :].startswith(one_part["text"])
    assert shown[0]["offset"] + len(shown[0]["text"]) == shown[1]["offset"]
    assert shown[2]["offset"] + len(shown[2]["text"]) == len(text)
    at_size(browser, 360, 740, mobile=True)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 361
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get(f"{address}/search?q=offer+Iceland")
    assert "<script>" in one(browser, ".results").text
    assert browser.execute_script("return document.title") == "Search: offer Iceland · Detente"
    print(f"looked at in {time.monotonic() - started:.1f} s, {last} parts")


@pytest.mark.parametrize("width", [360, 1600])
def test_no_page_is_wider_than_its_window(address: str, browser, width: int) -> None:  # type: ignore[no-untyped-def]
    pages = ("/", "/reports", "/review", "/add", "/pledges", "/changes", "/search?q=river", "/parties")
    chosen = [*(address + p for p in pages), *one_of_each(address, browser).values()]
    at_size(browser, width, 740, mobile=width < 500)
    wide = []
    for page in chosen:
        browser.get(page)
        there = browser.execute_script("return document.documentElement.scrollWidth")
        if there > width + 1:
            wide.append((page.removeprefix(address), there))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide == []


def test_a_name_without_a_space_widens_no_page(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    pages = one_of_each(address, browser)
    browser.get(pages["process"])
    _decide(browser, "rename", {"name": 119 * "W"})
    until(browser, lambda b: "WWWW" in b.find_element(By.TAG_NAME, "h1").text)
    wide = []
    for width in (390, 1280):
        at_size(browser, width, 740, mobile=width < 500)
        for page in (pages["process"], address + "/", pages["pledge"], pages["party"], address + "/pledges"):
            browser.get(page)
            there = browser.execute_script("return document.documentElement.scrollWidth")
            wide += [(page.removeprefix(address), width, there)] if there > width + 1 else []
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get(pages["process"])
    _scrolled(browser, one(browser, "form[action$='/undo'] button")).click()
    until(browser, lambda b: "WWWW" not in b.find_element(By.TAG_NAME, "h1").text)
    assert wide == []


def test_a_page_prints_without_what_only_works_on_a_screen(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    pages = one_of_each(address, browser)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for page, shown, hidden in (
        (pages["process"], "table.positions", ".asof"), (pages["report"], "article.text", ".entry .judge"),
        (address + "/pledges", ".board", ".filters"),
    ):  # fmt: skip
        browser.get(page)
        assert one(browser, shown).is_displayed()
        assert not any(e.is_displayed() for e in browser.find_elements(By.CSS_SELECTOR, f"{hidden}, header nav"))
        assert not any(
            e.is_displayed() for e in browser.find_elements(By.CSS_SELECTOR, ".decide, .naming, .sideways, .also")
        )
        assert all(e.is_displayed() for e in browser.find_elements(By.CSS_SELECTOR, ".entry .doing a, .pledge h3 a"))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
