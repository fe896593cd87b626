#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The HTML pages in a browser: Debian's Chromium, headless, driven by its DevTools protocol over a pipe (no port, no
package but the browser). Cells and steps by keyboard, hostile names, sizes, no request, nothing on the console.

Environment: VNETLAB (the command), VN_SRCDIR (the sources); VN_SHOTS (a folder) keeps the screenshots."""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

VNETLAB = os.environ["VNETLAB"]
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\">"
TIMEOUT_SEC = 30
number = 0
failed = False


def point(name, ok, why=""):
    global number, failed
    number += 1
    failed |= not ok
    print(f"{'ok' if ok else 'not ok'} {number} - {name}")
    if not ok:
        print("\n".join(f"# {line}" for line in str(why).splitlines()))


class Browser:
    """Messages are JSON, each ended by a zero byte, over the descriptors 3 and 4 of the browser."""

    def __init__(self, folder):
        to_read, self.to_write = os.pipe()
        self.to_listen, to_answer = os.pipe()
        arguments = ["chromium", "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
                     "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
                     "--disable-dev-shm-usage", f"--user-data-dir={folder}/profile"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")

        def place_pipes():
            # Both are moved out of the way first: one may already have the number of the other.
            a, b = os.dup(to_read), os.dup(to_answer)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(arguments, preexec_fn=place_pipes, close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_answer)
        self.rest, self.count, self.session, self.events = b"", 0, None, []

    def receive(self):
        while b"\0" not in self.rest:
            part = os.read(self.to_listen, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self.rest += part
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, path, width=1300, height=1000, dark=False):
        """A fresh tab with the page in it, as soon as its script is done."""
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.events = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        end = time.monotonic() + TIMEOUT_SEC
        while self.run("document.documentElement?.dataset.ready") != "yes":
            if time.monotonic() > end:
                raise RuntimeError(f"{path}: the page did not become ready: {self.complaints()}")

    def run(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key):
        codes = {"Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35}
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key])

    def complaints(self):
        """What was said on the console, thrown, logged (violations of the policy too) or asked of a network."""
        said = [e for e in self.events if e["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")]
        asked = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [json.dumps(e["params"])[:400] for e in said] + [url for url in asked[1:] if not url.startswith("blob:")]

    def shoot(self, path):
        size = self.run("document.documentElement.scrollHeight")
        width = self.run("innerWidth")
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": width, "height": min(size, 6000), "scale": 1})
        data = base64.b64decode(shot["data"])
        pathlib.Path(path).write_bytes(data)
        return len(data)

    def close(self):
        self.process.kill()
        self.process.wait()


def vnetlab(*arguments, codes=(0,)):
    result = subprocess.run([VNETLAB, *map(str, arguments)], capture_output=True, text=True, check=False)
    if result.returncode not in codes:
        raise RuntimeError(f"vnetlab {arguments}: {result.returncode}\n{result.stderr}")
    return result.stdout


def make_hostile(source, target):
    """The same run, every name and text of which wants to be markup."""
    def spoil(value, key=""):
        if isinstance(value, dict):
            return {k: spoil(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [spoil(v, key) for v in value]
        is_word = key in ("kind", "verdict", "delivered", "answered", "code", "expectation", "leg", "role", "name", "peer", "lower")
        return value + HOSTILE if isinstance(value, str) and not is_word else value
    target.write_text(json.dumps(spoil(json.loads(source.read_text()))))


def check_run_page(browser, page):
    browser.open(page)
    point("a run: nothing on the console, nothing loaded", not browser.complaints(), browser.complaints())
    selected = "document.querySelector('#matrix td[aria-selected=true]')"
    point("a field is open at the start", browser.run(f"{selected} !== null && {selected}.tabIndex === 0"))
    point("one field can be reached by Tab", browser.run("document.querySelectorAll('#matrix td[tabindex=\"0\"]').length") == 1)
    browser.run("document.querySelector('#matrix td[tabindex=\"0\"]').focus()")
    for key in ("Home", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "End"):
        browser.press(key)
    moved = "document.activeElement.dataset.t === String(document.querySelectorAll('#matrix thead th').length - 2)"
    point("arrows and End move in the matrix", browser.run(moved))
    browser.press("Enter")
    point("Enter opens the field", browser.run(f"{selected} === document.activeElement"))


def check_evidence(browser):
    browser.run("[...document.querySelectorAll('#matrix td')].find((td) => td.ariaLabel.startsWith('vm1 to internet')).click()")
    browser.run("document.querySelector('.probes li[tabindex=\"0\"]').focus()")
    before = browser.run("document.querySelector('.detail h3').textContent")
    browser.press("ArrowDown")
    browser.press("Enter")
    after = browser.run("document.querySelector('.detail h3').textContent")
    point("a packet of the pair is chosen by keyboard", before != after, (before, after))
    detail = browser.run("document.querySelector('.detail').textContent")
    point("it says what was predicted, observed and where it is in the capture",
          all(word in detail for word in ("predicted", "observed", "capture.pcapng", "check")), detail)


def check_steps(browser):
    browser.run("document.querySelector('.stepper').focus()")
    browser.press("Home")
    count = browser.run("document.querySelector('.controls .now').textContent")
    total = int(count.split()[-1])
    point("stepping begins at the first hop", count.startswith("Step 1 of ") and total > 3, count)
    marks, whys = 0, 0
    for _ in range(total - 1):
        browser.press("ArrowRight")
        marks += browser.run("document.querySelectorAll('.headers mark').length")
        whys += browser.run("document.querySelector('.step').textContent.includes('Why: ')")
    now = browser.run("document.querySelector('.controls .now').textContent")
    point("the right arrow goes to the last", now == f"Step {total} of {total}", now)
    point("what changed is marked, with the reason", marks > 0 and whys > 0, (marks, whys))
    browser.press("ArrowLeft")
    now = browser.run("document.querySelector('.controls .now').textContent")
    point("the left arrow goes back", now == f"Step {total - 1} of {total}", now)
    point("the way is drawn in the picture", browser.run("document.querySelectorAll('.picture .way').length") == 1)
    point("the ladder shows the step", browser.run("document.querySelectorAll('.ladder .row.now').length") == 1)
    point("traffic over time is drawn", browser.run("document.querySelectorAll('#traffic .bar').length") > 1)


def check_hostile(browser, page):
    browser.open(page)
    browser.run("document.querySelectorAll('#matrix td').forEach((td) => td.click())")
    point("hostile names: no element of theirs, no title, no complaint",
          browser.run("document.querySelectorAll('img').length === 0 && document.title !== 'owned'")
          and not browser.complaints(), browser.complaints())
    point("they are there as text", browser.run("document.querySelector('h1').textContent").endswith(HOSTILE))


def check_index(browser, page):
    browser.open(page)
    point("an index: nothing on the console, nothing loaded", not browser.complaints(), browser.complaints())
    first = browser.run("document.querySelector('#runs tbody th').textContent")
    browser.run("document.querySelectorAll('#runs thead button')[1].click()")
    order = browser.run("[...document.querySelectorAll('#runs tbody th')].map((th) => th.textContent)")
    point("it is sorted by lab", order == sorted(order) and first in order, order)
    links = browser.run("[...document.querySelectorAll('#runs a')].map((a) => a.getAttribute('href'))")
    point("each run is linked", sorted(links) == ["nat/report.html", "self-service-rule-removed/report.html"], links)


def check_analysis(browser, page):
    browser.open(page)
    point("an analysis: nothing on the console, nothing loaded", not browser.complaints(), browser.complaints())
    browser.run("document.querySelectorAll('#flows thead button')[5].click()")
    packets = browser.run("[...document.querySelectorAll('#flows tbody tr')].map((r) => Number(r.cells[5].textContent.replace(/,/g, '')))")
    point("conversations are sorted", packets == sorted(packets, reverse=True) and len(packets) > 10, packets[:20])
    browser.run("(() => { const i = document.querySelector('#search input'); i.value = 'udp 203.0.113.1';"
                " i.dispatchEvent(new Event('input')); })()")
    found = browser.run("[...document.querySelectorAll('#flows tbody tr')].map((r) => r.textContent)")
    point("and searched", 0 < len(found) < len(packets) and all("udp" in row and "203.0.113.1" in row for row in found), found[:3])


def main():
    if not shutil.which("chromium"):
        print("1..0 # SKIP chromium is not installed")
        return 0
    work = pathlib.Path(tempfile.mkdtemp())
    os.environ["XDG_STATE_HOME"] = str(work / "state")
    os.environ["VNETLAB_TOPOLOGIES"] = os.environ["VN_SRCDIR"] + "/topologies"
    runs, hostile = work / "runs", work / "hostile.json"
    browser = None
    try:
        vnetlab("test", "nat", "-o", runs / "nat")
        vnetlab("test", "self-service-rule-removed", "-o", runs / "self-service-rule-removed", codes=(1,))
        failing = runs / "self-service-rule-removed"
        for name, of in (("html", "report.html"), ("json", "report.json"), ("markdown", "report.md"), ("junit", "junit.xml")):
            again = vnetlab("report", runs / "nat", "--format", name)
            point(f"{name} later is what the run wrote", again == (runs / "nat" / of).read_text())
        vnetlab("report", runs, "-o", runs / "index.html")
        vnetlab("analyze", runs / "nat" / "capture.pcapng", "--format", "html", "-o", work / "analysis.html")
        make_hostile(runs / "nat" / "report.json", hostile)
        vnetlab("report", hostile, "--format", "html", "-o", work / "hostile.html")
        size = (failing / "report.html").stat().st_size
        point("a lab of 1,900 checks is under 1 MB", size < 1000000, size)
        text = (failing / "report.html").read_text()
        point("verdict, cause and table stand in it without a script",
              "1 not" in text and "port 80, not 443" in text and 'data-f="4"' in text)
        browser = Browser(work)
        check_run_page(browser, runs / "nat" / "report.html")
        check_evidence(browser)
        check_steps(browser)
        browser.open(failing / "report.html")
        point("what failed is open at the start, crossed out where it died",
              browser.run("document.querySelector('.detail h3').textContent.includes('client1>web1 tcp/80')"
                          " && document.querySelectorAll('.picture .cross').length === 1"))
        check_hostile(browser, work / "hostile.html")
        check_index(browser, runs / "index.html")
        check_analysis(browser, work / "analysis.html")
        shots = pathlib.Path(os.environ.get("VN_SHOTS", work))
        shots.mkdir(parents=True, exist_ok=True)
        for name, page in (("run", runs / "nat" / "report.html"), ("failed", failing / "report.html"),
                           ("analysis", work / "analysis.html"), ("index", runs / "index.html")):
            sizes = []
            for dark in (False, True):
                for width in (1300, 390):
                    browser.open(page, width, 900, dark)
                    sizes.append(browser.shoot(shots / f"{name}-{'dark' if dark else 'light'}-{width}.png"))
                    wide = browser.run("document.documentElement.scrollWidth - innerWidth")
                    point(f"{name}, {'dark' if dark else 'light'}, {width}: nothing sticks out", wide <= 0, wide)
            point(f"{name}: light and dark differ", len(set(sizes)) == 4, sizes)
    finally:
        if browser:
            browser.close()
        shutil.rmtree(work, ignore_errors=True)
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
