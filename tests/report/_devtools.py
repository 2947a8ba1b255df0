"""A headless Chromium driven over its DevTools pipe: real mouse, real keys, real pictures."""

import json
import os
import subprocess
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
# The browser reads from descriptor 3 and writes to 4.
_SHELL = 'exec "$@" 3<"$TO_BROWSER" 4>"$FROM_BROWSER"'
_CODES = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "Tab": 9}
_PATIENCE = 60.0


class Browser:
    """One page. Every message waits for its answer; what else is told meanwhile is kept."""

    def __init__(self, program: str, folder: Path) -> None:
        there, back = folder / "there", folder / "back"
        for pipe in (there, back):
            os.mkfifo(pipe)
        command = [
            program,
            *SWITCHES,
            "--remote-debugging-pipe",
            f"--user-data-dir={folder / 'profile'}",
            "about:blank",
        ]
        self._process = subprocess.Popen(
            ["sh", "-c", _SHELL, "sh", *command],
            env={**os.environ, "TO_BROWSER": str(there), "FROM_BROWSER": str(back)},
            stderr=subprocess.DEVNULL,
        )
        self._write, self._read = there.open("wb", buffering=0), back.open("rb", buffering=0)
        self._number, self._rest, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []
        targets = self.ask("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._write.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            heard = self._read.read(65536)
            assert heard, "the browser is gone"
            self._rest += heard
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        done = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def open(self, page: Path, width: int, scheme: str, *, mobile: bool = False) -> None:
        """Open a page and wait until it is drawn; what was told of the last one is forgotten."""
        self.events.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        self.ask("Emulation.setTouchEmulationEnabled", enabled=mobile)
        colours = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=colours)
        self.ask("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete' && document.documentElement.dataset.drawn")

    def until(self, expression: str) -> None:
        end = time.monotonic() + _PATIENCE
        while not self.run(expression):
            assert time.monotonic() < end, f"never came true: {expression}"
            time.sleep(0.02)

    def mouse(self, kind: str, x: float, y: float, *, held: bool = False) -> None:
        self.ask(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left" if held or kind != "mouseMoved" else "none",
            buttons=int(held or kind == "mousePressed"),
            clickCount=int(kind != "mouseMoved"),
        )

    def drag(self, start: tuple[float, float], by: tuple[float, float], steps: int = 8) -> None:
        (x, y), (across, down) = start, by
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y)
        for k in range(1, steps + 1):
            self.mouse("mouseMoved", x + across * k / steps, y + down * k / steps, held=True)
        self.mouse("mouseReleased", x + across, y + down)

    def touch(self, start: tuple[float, float], by: tuple[float, float], steps: int = 8) -> None:
        (x, y), (across, down) = start, by
        for k in range(steps + 1):
            point = {"x": x + across * k / steps, "y": y + down * k / steps}
            kind = "touchMove" if k else "touchStart"
            self.ask("Input.dispatchTouchEvent", type=kind, touchPoints=[point])
        self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def key(self, name: str, *, shift: bool = False) -> None:
        code = _CODES.get(name, ord(name.upper()[0]))
        text = {"text": name} if len(name) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=name,
                windowsVirtualKeyCode=code,
                modifiers=8 * shift,
                **(text if kind == "keyDown" else {}),
            )

    def picture(self, box: dict[str, float]) -> bytes:
        clip = {**box, "scale": 1}
        shot = self.ask("Page.captureScreenshot", format="png", clip=clip)
        return b64decode(shot["data"])

    def complaints(self) -> list[str]:
        """Exceptions, console messages and log entries of this page."""
        names = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [json.dumps(event) for event in self.events if event.get("method") in names]

    def close(self) -> None:
        try:
            self.ask("Browser.close")
            self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait(20)
            self._write.close()
            self._read.close()
