"""The web app in a real browser: adding, looking, correcting, searching, the keyboard alone, what axe finds.

Needs Debian's packages chromium and chromium-driver; without them these tests are skipped and say so.
"""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.archive import Archive

webdriver = pytest.importorskip("selenium.webdriver")
from axe_core_python.selenium import Axe  # noqa: E402
from selenium.common.exceptions import TimeoutException, WebDriverException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

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
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive of the dossier, served."""
    import uvicorn

    from detente.web import create_app

    db = tmp_path_factory.mktemp("web") / "a.db"
    with Archive.open(db) as archive:
        archive.add_all([DOSSIER])
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


def test_add_look_correct_undo_search(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/add")
    one(browser, "#text").send_keys(REPORT)
    one(browser, "#title").send_keys("Ridge survey")
    browser.execute_script("document.getElementById('date').value = '2016-05-04'")
    one(browser, "#add button.main").click()
    one(browser, "[role=status]")
    browser.find_element(By.LINK_TEXT, "Ridge survey").click()
    entry = one(browser, ".entry:has(.kind-demand)")
    name = entry.get_attribute("id")
    entry.find_element(By.CSS_SELECTOR, "summary[data-key=c]").click()
    field = entry.find_element(By.CSS_SELECTOR, "[name='field.actors']")
    field.clear()
    field.send_keys("DNK")
    entry.find_element(By.CSS_SELECTOR, "button[value=correct]").click()
    until(browser, lambda b: "corrected" in b.find_element(By.ID, name).text)
    assert "Denmark" in browser.find_element(By.ID, name).text
    browser.find_element(By.ID, name).find_element(By.CSS_SELECTOR, "button[value=undo]").click()
    until(browser, lambda b: "corrected" not in b.find_element(By.ID, name).text)
    one(browser, "#find").send_keys("ridge" + Keys.ENTER)
    assert "survey the ridge" in one(browser, "main").text


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
    assert browser.execute_script("return document.querySelector('progress').value") == before + 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(address: str, browser, scheme: str) -> None:  # type: ignore[no-untyped-def]
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.get(address + "/")
    process = one(browser, "main a[href^='/processes/']").get_attribute("href")
    browser.get(address + "/reports")
    report = one(browser, "main a[href^='/reports/']").get_attribute("href")
    found = []
    pages = ("/", "/reports", "/review", "/add", "/pledges", "/changes", "/search?q=river", "/sign-in")
    for page in (*(address + p for p in pages), process, report):
        browser.get(page)
        for violation in Axe().run(browser)["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((page.removeprefix(address), violation["id"], violation["nodes"][0]["html"][:120]))
    assert found == []


def test_a_hostile_report_runs_nothing(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.get(address + "/add")
    script = "document.getElementById('text').value = arguments[0]"
    browser.execute_script(script, HOSTILE)
    one(browser, "#title").send_keys("<script>document.title='run'</script>")
    one(browser, "#add button.main").click()
    one(browser, "[role=status]")
    browser.get(address + one(browser, "main h2 a").get_attribute("href").removeprefix(address))
    assert browser.title.endswith("· Detente")
    assert "<script>" in one(browser, "article").text
    assert browser.execute_script("return document.querySelectorAll('article script, article img').length") == 0


def test_no_page_is_wider_than_a_telephone(address: str, browser) -> None:  # type: ignore[no-untyped-def]
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    )
    wide = []
    for page in ("/", "/reports", "/review", "/add", "/pledges", "/changes", "/search?q=river"):
        browser.get(address + page)
        width = browser.execute_script("return document.documentElement.scrollWidth")
        if width > 361:
            wide.append((page, width))
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide == []
