"""Chromium driven from a test: pages opened, clicked, dropped upon, looked at by axe-core."""

from __future__ import annotations

import base64
import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from conftest import PROGRAMS
from nodetools import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from selenium.webdriver import Chrome

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--lang=zh-CN",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,1000",
)  # fmt: skip
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
# A file of a machine is given to a page as if it had been dropped there.
_DROP = """
const [names, texts, dates, target] = arguments;
const transfer = new DataTransfer();
names.forEach((name, place) => {
  const bytes = Uint8Array.from(atob(texts[place]), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], name, { lastModified: dates[place] }));
});
for (const kind of ["dragenter", "dragover", "drop"])
  target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
"""


def need_driver() -> str:
    """Return the program that drives Chromium; skip without it, fail where XXGK_REQUIRE names browser."""
    found = shutil.which("chromedriver")
    if found is None or not AXE.is_file():
        reason = "needs chromedriver and `npm ci --prefix tests/browser`"
        if "browser" in os.environ.get("XXGK_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def chromium(downloads: Path) -> Iterator[Chrome]:
    """Run Chromium; what it saves goes into a folder."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = next(found for name in PROGRAMS["browser"] if (found := shutil.which(name)))
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads), "intl.accept_languages": "zh-CN"}
    )
    driver = webdriver.Chrome(options=options, service=Service(need_driver()))
    try:
        driver.set_page_load_timeout(120)
        driver.set_script_timeout(120)
        yield driver
    finally:
        driver.quit()


def drop(driver: Chrome, files: Sequence[tuple[str, bytes]]) -> None:
    """Drop files on the page, each with its name and bytes."""
    names, texts = [name for name, _ in files], [base64.b64encode(content).decode() for _, content in files]
    body = driver.find_element("tag name", "body")
    driver.execute_script(_DROP, names, texts, [1_736_900_000_000] * len(files), body)


def look(driver: Chrome, *, width: int, dark: bool = False, zoom: float = 1.0) -> None:
    """Set the width in CSS pixels of the unzoomed page, the colours a person prefers, and the zoom."""
    size = {"width": round(width / zoom), "height": 900, "deviceScaleFactor": zoom, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def faults_of(driver: Chrome) -> list[str]:
    """Return what axe-core has against the page, what is wider than the screen, and every figure that wraps.

    The page's own policy lets no foreign script in, so axe-core is run as the debugger does.
    """
    driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    run = "axe.run(document, {resultTypes: ['violations']}).then((found) => JSON.stringify(found))"
    answer = driver.execute_cdp_cmd(
        "Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True}
    )
    found: dict[str, Any] = json.loads(answer["result"]["value"])
    assert len(found["passes"]) > 10  # the rules did run
    told = [f"{entry['id']}: {entry['nodes'][0]['html'][:160]}" for entry in found["violations"]]
    wide, screen, wrapped = driver.execute_script(
        """
        const page = document.documentElement;
        const wraps = [...document.querySelectorAll(".n, .number, .official td")].filter((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          const tops = [...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top));
          return /\\d/.test(one.textContent) && Math.max(...tops) - Math.min(...tops) > 12;
        });
        return [page.scrollWidth, page.clientWidth, wraps.map((one) => one.outerHTML.slice(0, 160))];
        """
    )
    told += [f"wider than the screen: {wide} of {screen}"] if wide > screen else []
    return told + [f"a figure wraps: {html}" for html in wrapped]


def picture(driver: Chrome, path: Path, *, tallest: int = 1600) -> None:
    """Save what the page looks like from its top, as far down as `tallest`."""
    width, height = driver.execute_script("const p = document.documentElement; return [innerWidth, p.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, tallest), "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    path.write_bytes(base64.b64decode(shot["data"]))
