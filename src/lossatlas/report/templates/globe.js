(() => {
  const { themes, globes, viridis } = JSON.parse(document.getElementById("figure-data").textContent);
  const { dot, cross, unit, clamp, facing, rotated, tabulated, painted } = sphere;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const SVG = "http://www.w3.org/2000/svg";
  const STEP = Math.PI / 30;
  const FINE = Math.PI / 180;
  const MOST_ZOOM = 8;
  const SHAPES = [
    Array.from({ length: 24 }, (_, k) => [Math.cos((k * Math.PI) / 12), Math.sin((k * Math.PI) / 12)]),
    [[-0.89, -0.89], [0.89, -0.89], [0.89, 0.89], [-0.89, 0.89]],
    [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  ];

  const made = (tag, name, text = "") => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    return element;
  };

  class GlobeView {
    constructor(globe) {
      this.globe = globe;
      this.place = document.getElementById(globe.element);
      this.face = this.place.querySelector(".globe-face");
      this.status = this.place.querySelector(".globe-status");
      this.canvas = this.face.appendChild(document.createElement("canvas"));
      this.tip = this.face.appendChild(made("div", "globe-tip"));
      this.tip.hidden = true;
      this.raster = document.createElement("canvas");
      this.field = tabulated(globe);
      this.pointers = new Map();
      this.chosen = -1;
      this.home();
      this.listen();
    }

    home() {
      this.view = facing(this.globe.front);
      this.zoom = 1;
    }

    get radius() { return 0.47 * this.face.clientWidth * this.zoom; }
    get theme() { return dark.matches ? themes.dark : themes.light; }
    seen(n) { return this.view.map((row) => dot(row, n)); }

    turn(axis, angle) { this.view = rotated(this.view, axis, angle); }
    magnify(factor) { this.zoom = clamp(this.zoom * factor, 1, MOST_ZOOM); }

    // One picture a frame, coarse while the globe turns and sharp when it rests.
    ask(moving = false) {
      clearTimeout(this.rest);
      if (moving) this.rest = setTimeout(() => this.ask(), 140);
      this.coarse = moving;
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        this.draw();
      });
    }

    draw() {
      const size = this.face.clientWidth;
      if (!size) return;
      const density = clamp(window.devicePixelRatio || 1, 1, 2);
      const side = Math.round(size * density);
      if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
      const fine = this.coarse ? Math.min(side, 360) : side;
      const missing = this.theme.grid.match(/\w\w/g).map((part) => parseInt(part, 16));
      painted(this.raster, this.field, this.view, fine, this.radius * (fine / size), missing);
      const ink = this.canvas.getContext("2d");
      ink.setTransform(1, 0, 0, 1, 0, 0);
      ink.clearRect(0, 0, side, side);
      ink.imageSmoothingQuality = "high";
      ink.drawImage(this.raster, 0, 0, side, side);
      ink.setTransform(density, 0, 0, density, (size / 2) * density, (size / 2) * density);
      this.lines(ink);
      this.points(ink);
      this.tell();
    }

    lines(ink) {
      const { radius, theme } = this;
      ink.lineJoin = ink.lineCap = "round";
      for (const { ascends, path } of this.globe.lines) {
        ink.beginPath();
        let before;
        for (const n of path) {
          const [x, y, z] = this.seen(n);
          if (z > 0 && before) ink.lineTo(x * radius, -y * radius);
          else if (z > 0) ink.moveTo(x * radius, -y * radius);
          before = z > 0;
        }
        ink.setLineDash([]);
        ink.strokeStyle = theme.shade;
        ink.lineWidth = ascends ? 3 : 4;
        ink.stroke();
        ink.setLineDash(ascends ? [1, 5] : []);
        ink.strokeStyle = theme.over;
        ink.lineWidth = 1.9;
        ink.stroke();
      }
      ink.setLineDash([]);
    }

    points(ink) {
      const { radius, theme } = this;
      this.globe.points.forEach((point, number) => {
        const [x, y, z] = this.seen(point.place);
        if (z <= 0) return;
        const size = number === this.chosen ? 9 : 6.5;
        const trace = (scale) => {
          ink.beginPath();
          for (const [a, b] of SHAPES[point.index]) ink.lineTo(x * radius + a * scale, b * scale - y * radius);
          ink.closePath();
        };
        trace(size + 1.2);
        ink.fillStyle = theme.outline;
        ink.fill();
        trace(size);
        ink.fillStyle = theme.over;
        ink.fill();
        trace(size - 1.7);
        ink.fillStyle = theme[`c${point.index}`];
        ink.fill();
      });
    }

    // The state, for assistive technology and for whoever looks from outside.
    tell() {
      const front = this.view[2];
      const degrees = [Math.asin(clamp(front[2], -1, 1)), Math.atan2(front[1], front[0])];
      this.face.dataset.centre = degrees.map((x) => ((x * 180) / Math.PI).toFixed(1)).join(" ");
      this.face.dataset.zoom = this.zoom.toFixed(2);
    }

    say(text) { this.status.textContent = text; }

    sayCentre() {
      const [latitude, longitude] = this.face.dataset.centre.split(" ").map(Number);
      const name = (x, plus, minus) => `${Math.abs(x).toFixed(0)}\u00b0 ${x < 0 ? minus : plus}`;
      const places = `${name(latitude, "north", "south")}, ${name(longitude, "east", "west")}`;
      this.say(`Centre ${places}, zoom ${this.zoom.toFixed(1)}`);
    }

    show(number) {
      if (number === this.chosen) return;
      this.chosen = number;
      const point = this.globe.points[number];
      this.tip.hidden = !point;
      this.tip.textContent = point ? point.text : "";
      if (point) {
        const [x, y] = this.seen(point.place);
        const [half, reach] = [this.face.clientWidth / 2, this.radius];
        const width = this.tip.offsetWidth / 2;
        this.tip.style.left = `${clamp(half + x * reach, width, Math.max(width, 2 * half - width))}px`;
        this.tip.style.top = `${half - y * reach + (y < 0 ? -14 : 14)}px`;
        this.tip.dataset.side = y < 0 ? "above" : "below";
      }
      this.ask();
    }

    visit(step) {
      const { points } = this.globe;
      if (!points.length) return;
      const number = (this.chosen < 0 && step < 0 ? points.length - 1 : this.chosen + step + points.length) % points.length;
      this.view = facing(points[number].place);
      this.show(number);
      this.say(points[number].text);
    }

    where(event) {
      const box = this.canvas.getBoundingClientRect();
      const x = (event.clientX - box.left - box.width / 2) / this.radius;
      const y = (box.height / 2 - event.clientY + box.top) / this.radius;
      return [x, y];
    }

    // The place under the pointer; beside the disc, the nearest one on its rim.
    grasp([x, y]) {
      const far = Math.hypot(x, y);
      return far >= 1 ? [x / far, y / far, 0] : [x, y, Math.sqrt(1 - far * far)];
    }

    nearest(event) {
      const [x, y] = this.where(event);
      const reach = 14 / this.radius;
      const found = this.globe.points
        .map((point, number) => ({ number, at: this.seen(point.place) }))
        .filter(({ at }) => at[2] > 0 && Math.hypot(at[0] - x, at[1] - y) < reach)
        .sort((a, b) => Math.hypot(a.at[0] - x, a.at[1] - y) - Math.hypot(b.at[0] - x, b.at[1] - y));
      return found.length ? found[0].number : -1;
    }

    drag(event) {
      // A browser reports a move when the page changes under a pointer that rests.
      if (this.last && this.last[0] === event.clientX && this.last[1] === event.clientY) return;
      this.last = [event.clientX, event.clientY];
      const before = this.pointers.get(event.pointerId);
      if (!before) return void this.show(this.nearest(event));
      const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
      const here = this.where(event);
      if (others.length) {
        const [[, other]] = others;
        const apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]);
        this.magnify(clamp(apart(here) / Math.max(apart(before), 1e-6), 0.8, 1.25));
      } else {
        const [a, b] = [this.grasp(before), this.grasp(here)];
        const axis = cross(a, b);
        const sine = Math.hypot(...axis);
        if (sine > 1e-9) this.turn(unit(axis), Math.atan2(sine, dot(a, b)));
      }
      this.pointers.set(event.pointerId, this.where(event));
      this.show(-1);
      this.ask(true);
    }

    press(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const angle = event.shiftKey ? FINE : STEP / this.zoom ** 0.5;
      const acts = {
        ArrowLeft: () => this.turn([0, 1, 0], -angle),
        ArrowRight: () => this.turn([0, 1, 0], angle),
        ArrowUp: () => this.turn([1, 0, 0], -angle),
        ArrowDown: () => this.turn([1, 0, 0], angle),
        "+": () => this.magnify(1.25),
        "=": () => this.magnify(1.25),
        "-": () => this.magnify(0.8),
        _: () => this.magnify(0.8),
        Home: () => this.home(),
        n: () => this.visit(1),
        p: () => this.visit(-1),
        Escape: () => this.show(-1),
      };
      if (!Object.hasOwn(acts, event.key)) return;
      event.preventDefault();
      const visits = ["n", "p"].includes(event.key);
      if (!visits) this.show(-1);
      acts[event.key]();
      this.ask(!visits);
      this.tell();
      if (!visits && event.key !== "Escape") this.sayCentre();
    }

    listen() {
      const { face, pointers } = this;
      face.tabIndex = 0;
      face.addEventListener("pointerdown", (event) => {
        face.focus({ preventScroll: true });
        face.setPointerCapture(event.pointerId);
        pointers.set(event.pointerId, this.where(event));
      });
      face.addEventListener("pointermove", (event) => this.drag(event));
      for (const end of ["pointerup", "pointercancel"]) {
        face.addEventListener(end, (event) => {
          pointers.delete(event.pointerId);
          this.show(this.nearest(event));
        });
      }
      face.addEventListener("pointerleave", () => this.show(-1));
      face.addEventListener("keydown", (event) => this.press(event));
      face.addEventListener("wheel", (event) => {
        // A pinch on a touchpad; the plain wheel scrolls the page.
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.magnify(Math.exp(-event.deltaY / 100));
        this.ask(true);
      }, { passive: false });
      const acts = { in: () => this.magnify(1.25), out: () => this.magnify(0.8), home: () => this.home() };
      for (const button of this.place.querySelectorAll("[data-act]")) {
        button.hidden = false;
        button.addEventListener("click", () => {
          acts[button.dataset.act]();
          this.show(-1);
          this.ask();
        });
      }
      new ResizeObserver(() => this.ask()).observe(face);
    }

    // The key: what each sign means, in the colours of the reader's scheme.
    key() {
      const list = this.place.querySelector(".globe-key");
      list.replaceChildren(...this.globe.key.map((entry) => {
        const item = document.createElement("li");
        const icon = item.appendChild(document.createElementNS(SVG, "svg"));
        icon.setAttribute("viewBox", "-12 -12 24 24");
        icon.setAttribute("aria-hidden", "true");
        const sign = icon.appendChild(document.createElementNS(SVG, entry.index === null ? "path" : "polygon"));
        if (entry.index === null) {
          sign.setAttribute("d", "M-11 0H11");
          sign.setAttribute("stroke", this.theme.ink);
          sign.setAttribute("stroke-width", "2.4");
          sign.setAttribute("stroke-linecap", "round");
          if (entry.ascends) sign.setAttribute("stroke-dasharray", "0.5 5");
        } else {
          sign.setAttribute("points", SHAPES[entry.index].map((p) => p.map((x) => 7.5 * x).join(",")).join(" "));
          sign.setAttribute("fill", this.theme[`c${entry.index}`]);
        }
        item.append(entry.text);
        return item;
      }));
      const bar = this.place.querySelector(".globe-bar i");
      bar.style.background = `linear-gradient(to right, ${viridis.join(", ")})`;
    }
  }

  const views = globes.map((globe) => new GlobeView(globe));
  const drawAll = () => {
    for (const view of views) {
      view.key();
      view.draw();
    }
    document.documentElement.dataset.globes = String(views.length);
  };
  dark.addEventListener("change", drawAll);
  drawAll();
})();
