"use strict";
(() => {
  const { themes, panels } = JSON.parse(document.getElementById("figure-data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const config = {
    responsive: true,
    displaylogo: false,
    // Named one by one: the library's own set has a button that would send data away.
    modeBarButtons: [["toImage", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
    toImageButtonOptions: { format: "svg" },
  };

  // A role such as "@c0" becomes the colour that the reader's scheme gives it.
  const coloured = (item, theme) => {
    if (Array.isArray(item)) return item.map((entry) => coloured(entry, theme));
    if (item === null || typeof item !== "object") return item;
    const entries = Object.entries(item).map(([key, value]) => {
      const role = /color$/.test(key) && typeof value === "string" && value[0] === "@";
      return [key, role ? theme[value.slice(1)] : coloured(value, theme)];
    });
    return Object.fromEntries(entries);
  };

  // A legend that wraps makes its panel taller; it does not take room from the axes.
  const legendRows = (panel, width) => {
    if (!panel.layout.showlegend || panel.layout.legend) return 0;
    const names = panel.data.filter((trace) => trace.showlegend !== false && trace.name);
    const lengths = names.map((trace) => 52 + 7 * trace.name.length);
    return Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, width - 60));
  };

  const plotHeight = (panel, width) => {
    const { share, least, most } = panel.height;
    const axes = Math.min(most, Math.max(least, share * width));
    return Math.round(axes) + 20 * legendRows(panel, width);
  };

  // Words one below the other where they have room side by side, else whole names, which lean.
  const withNames = (axis, width) => {
    const lines = (axis.ticktext ?? []).flatMap((name) => name.split("<br>"));
    const longest = Math.max(0, ...lines.map((line) => line.length));
    if (7 * longest * (axis.ticktext ?? []).length < width - 70) return axis;
    return { ...axis, ticktext: axis.ticktext?.map((name) => name.replaceAll("<br>", " ")) };
  };

  const framed = (panel, layout, theme, width) => ({
    autosize: true,
    height: plotHeight(panel, width),
    margin: { l: 12, r: 14, t: 14, b: 12 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "ui-sans-serif, system-ui, sans-serif", size: 12, color: theme.muted },
    hovermode: "closest",
    hoverlabel: {
      bgcolor: theme.ground,
      bordercolor: theme.muted,
      font: { color: theme.ink, size: 12 },
      align: "left",
    },
    legend: {
      orientation: "h",
      x: 0,
      y: 1.02,
      yanchor: "bottom",
      font: { size: 11.5, color: theme.ink },
    },
    modebar: { bgcolor: theme.ground, color: theme.muted, activecolor: theme.ink },
    ...layout,
  });

  // The buttons of a plot are one stop of the Tab key: arrow keys go from button to button.
  const oneStop = (place) => {
    const buttons = [...place.querySelectorAll(".modebar-btn")];
    const choose = (chosen) => buttons.forEach((button, i) => (button.tabIndex = i === chosen ? 0 : -1));
    choose(0);
    buttons.forEach((button, i) => {
      button.onkeydown = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = (i + step + buttons.length) % buttons.length;
        choose(next);
        buttons[next].focus();
      };
    });
  };

  const draw = async (panel) => {
    const theme = dark.matches && !printing() ? themes.dark : themes.light;
    const place = document.getElementById(panel.element);
    const layout = framed(panel, coloured(panel.layout, theme), theme, place.clientWidth);
    layout.xaxis = withNames(layout.xaxis, place.clientWidth);
    for (const axis of [layout.xaxis, layout.yaxis]) axis.title.font = { color: theme.ink };
    await Plotly.react(place, coloured(panel.data, theme), layout, config);
    oneStop(place);
  };

  const root = document.documentElement;
  const printing = () => root.classList.contains("printing");
  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    panels.forEach(draw);
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    drawAll();
  });

  // The contents mark the section that lies across the upper part of the window.
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) links.get(target.id)?.setAttribute("aria-current", "true");
        else links.get(target.id)?.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-20% 0px -79% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) watch.observe(section);

  // One panel a turn, so that the page can be read while the rest is drawn.
  const drawAll = async () => {
    for (const panel of panels) {
      await draw(panel);
      await new Promise((next) => setTimeout(next, 0));
    }
    root.dataset.drawn = String(panels.length);
  };

  dark.addEventListener("change", drawAll);
  drawAll();
})();
