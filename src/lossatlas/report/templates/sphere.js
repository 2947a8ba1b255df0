"use strict";
// A function on the sphere as a picture: views, a table of values and slopes, and the lit disc.
const sphere = (() => {
  const { viridis } = JSON.parse(document.getElementById("figure-data").textContent);
  const NUM_CONTOURS = 16;
  const LAMP = [-0.45, 0.55, 0.704];

  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const unit = (a) => a.map((x) => x / Math.hypot(...a));
  const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

  // A view is three rows, right, up and towards the reader, in the globe's own coordinates.
  const facing = (front) => {
    const north = Math.abs(front[2]) > 0.999 ? [0, 1, 0] : [0, 0, 1];
    const right = unit(cross(north, front));
    return [right, cross(front, right), front];
  };
  const rotated = (view, axis, angle) => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const spun = view.map((_, i) => {
      const e = [0, 1, 2].map((j) => +(i === j));
      const across = cross(axis, e);
      const turned = e.map((x, j) => x * c - across[j] * s + axis[j] * axis[i] * (1 - c));
      return [0, 1, 2].map((k) => turned.reduce((sum, x, j) => sum + x * view[j][k], 0));
    });
    const right = unit(spun[0]);
    const front = unit(cross(right, spun[1]));
    return [right, cross(front, right), front];
  };

  // The grid as a function of directions: between cells it is cubic, so that no facet shows.
  const smoothed = ({ grid }) => {
    const [rows, columns] = [grid.length, grid[0].length];
    // Beyond a pole the sphere goes on half a turn away.
    const cell = (i, j) => {
      const over = i < 0 || i > rows - 1;
      const row = i < 0 ? -i : i > rows - 1 ? 2 * (rows - 1) - i : i;
      const value = grid[row][(j + (over ? columns / 2 : 0) + 2 * columns) % columns | 0];
      return value === null ? NaN : value;
    };
    const cubic = (a, b, c, d, t) =>
      b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
    return (latitude, longitude) => {
      const y = (latitude / Math.PI + 0.5) * (rows - 1);
      const x = (longitude / (2 * Math.PI) + 0.5) * columns;
      const [i, j] = [Math.min(rows - 2, Math.floor(y)), Math.floor(x)];
      const row = (k) => cubic(cell(k, j - 1), cell(k, j), cell(k, j + 1), cell(k, j + 2), x - j);
      return cubic(row(i - 1), row(i), row(i + 1), row(i + 2), y - i);
    };
  };

  // A finer grid, a degree wide, with the value and its gradient at each node.
  const HEIGHT = 181;
  const WIDTH = 361;
  const tabulated = (globe) => {
    const value = smoothed(globe);
    const at = ([x, y, z]) => value(Math.asin(clamp(z, -1, 1)), Math.atan2(y, x));
    const table = new Float32Array(HEIGHT * WIDTH * 4);
    for (let i = 0; i < HEIGHT; i += 1) {
      for (let j = 0; j < WIDTH; j += 1) {
        const [a, b] = [((i - 90) * Math.PI) / 180, ((j - 180) * Math.PI) / 180];
        const n = [Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b), Math.sin(a)];
        const east = [-Math.sin(b), Math.cos(b), 0];
        const north = cross(n, east);
        const slope = (t) => {
          const [up, down] = [1, -1].map((sign) => at(unit(n.map((x, k) => x + sign * 0.01 * t[k]))));
          return (up - down) / 0.02;
        };
        const [e, f] = [slope(east), slope(north)];
        table.set([at(n), ...n.map((_, k) => e * east[k] + f * north[k])], 4 * (i * WIDTH + j));
      }
    }
    const steepest = table.reduce((most, x, k) => (k % 4 ? Math.max(most, Math.abs(x) || 0) : most), 0);
    return { table, steepest, range: globe.range };
  };

  const RAMP = (() => {
    const channels = viridis.map((hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16)));
    const colours = new Uint8ClampedArray(3 * 256);
    for (let k = 0; k < 256; k += 1) {
      const place = (k / 255) * (channels.length - 1);
      const below = Math.min(channels.length - 2, Math.floor(place));
      for (let c = 0; c < 3; c += 1) {
        const [low, high] = [channels[below][c], channels[below + 1][c]];
        colours[3 * k + c] = low + (high - low) * (place - below);
      }
    }
    return colours;
  })();

  // Each pixel of the disc looks up its own direction; relief is lit from above on the left.
  const looked = (field, view, side, radius) => {
    const { table, range: [low, high], steepest } = field;
    const span = high > low ? high - low : 1;
    const value = new Float32Array(side * side).fill(NaN);
    const light = new Float32Array(side * side);
    const lamp = [0, 1, 2].map((k) => LAMP.reduce((sum, x, j) => sum + x * view[j][k], 0));
    const relief = steepest ? 0.2 / steepest : 0;
    for (let row = 0; row < side; row += 1) {
      const y = (side / 2 - row - 0.5) / radius;
      for (let column = 0; column < side; column += 1) {
        const x = (column + 0.5 - side / 2) / radius;
        const rest = 1 - x * x - y * y;
        // A rim of one pixel goes on past the edge and is faded there.
        if (rest < -2.5 / radius) continue;
        const z = Math.sqrt(Math.max(0, rest));
        const a = view[0][0] * x + view[1][0] * y + view[2][0] * z;
        const b = view[0][1] * x + view[1][1] * y + view[2][1] * z;
        const c = view[0][2] * x + view[1][2] * y + view[2][2] * z;
        const v = Math.asin(c > 1 ? 1 : c < -1 ? -1 : c) * (180 / Math.PI) + 90;
        const u = Math.atan2(b, a) * (180 / Math.PI) + 180;
        const i = Math.min(HEIGHT - 2, v | 0);
        const j = Math.min(WIDTH - 2, u | 0);
        const s = v - i;
        const t = u - j;
        const node = 4 * (i * WIDTH + j);
        const below = node + 4 * WIDTH;
        const p = (1 - s) * (1 - t);
        const q = (1 - s) * t;
        const r = s * (1 - t);
        const w = s * t;
        const pixel = row * side + column;
        let slope = 0;
        for (let k = 0; k < 4; k += 1) {
          const here = p * table[node + k] + q * table[node + 4 + k] + r * table[below + k] + w * table[below + 4 + k];
          if (k) slope += here * lamp[k - 1];
          else value[pixel] = (here - low) / span;
        }
        light[pixel] = 0.8 + 0.2 * z - relief * slope;
      }
    }
    return { value, light };
  };

  // How much of a pixel a contour line covers: its distance over the slope on the screen.
  const contour = (value, pixel, side) => {
    const level = value[pixel] * NUM_CONTOURS;
    const right = value[pixel + 1] * NUM_CONTOURS - level;
    const down = value[pixel + side] * NUM_CONTOURS - level;
    const slope = Math.hypot(right, down);
    // Close to the rim the lines would run into one another.
    if (!(slope > 0) || slope > 0.5) return 0;
    return 0.3 * clamp(1.1 - Math.abs(level - Math.round(level)) / slope, 0, 1);
  };

  const painted = (canvas, field, view, side, radius, missing) => {
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const ink = canvas.getContext("2d");
    const image = ink.createImageData(side, side);
    const { value, light } = looked(field, view, side, radius);
    for (let pixel = 0; pixel < value.length; pixel += 1) {
      const [row, column] = [(pixel / side) | 0, pixel % side];
      const cover = clamp(radius - Math.hypot(column + 0.5 - side / 2, row + 0.5 - side / 2) + 0.5, 0, 1);
      if (!cover) continue;
      const known = value[pixel] === value[pixel];
      const k = known ? 3 * Math.round(255 * clamp(value[pixel], 0, 1)) : 0;
      const line = known ? contour(value, pixel, side) : 0;
      const lit = known ? light[pixel] : 1;
      for (let c = 0; c < 3; c += 1) {
        const colour = known ? RAMP[k + c] : missing[c];
        const shaded = lit > 1 ? colour + (255 - colour) * (lit - 1) : colour * lit;
        image.data[4 * pixel + c] = shaded + (255 - shaded) * line;
      }
      image.data[4 * pixel + 3] = 255 * cover;
    }
    ink.putImageData(image, 0, 0);
  };

  return { dot, cross, unit, clamp, facing, rotated, tabulated, painted };
})();
