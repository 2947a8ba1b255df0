"use strict";
// Runs first in the page under test and tells the frame around it what a reader would meet.
(() => {
  const errors = [];
  addEventListener("error", (event) => errors.push(String(event.message)));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) =>
    errors.push(`blocked ${event.violatedDirective} ${event.blockedURI}`));

  const scrolls = (element) => {
    for (let above = element; above && above !== document.body; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (style.overflowX === "auto" || style.overflowX === "hidden") return true;
    }
    return false;
  };

  const overflowing = () =>
    [...document.body.querySelectorAll("*")]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > innerWidth + 0.5 && !scrolls(element.parentElement);
      })
      .map((element) => `${element.tagName}.${element.className.baseVal ?? element.className}`);

  const plots = () => [...document.querySelectorAll(".plot")];
  const clipped = () =>
    plots().filter((plot) => plot.scrollWidth > plot.clientWidth + 1).map((plot) => plot.id);

  const report = () => ({
    errors,
    width: innerWidth,
    scrollWidth: document.documentElement.scrollWidth,
    overflowing: overflowing(),
    clipped: clipped(),
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    ground: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.body).color,
    figureInk: getComputedStyle(document.querySelector(".xtitle")).fill,
    plots: plots().length,
    drawn: plots().filter((plot) => plot.querySelector("svg.main-svg")).length,
    points: document.querySelectorAll(".scatterlayer .point").length,
    fields: document.querySelectorAll(".heatmaplayer image").length,
    requests: performance.getEntriesByType("resource").map((entry) => entry.name),
    ledgerTop: document.getElementById("ledger").getBoundingClientRect().top,
    firstClaimTop: document.querySelector("section.claim").getBoundingClientRect().top,
    contentsSticky: getComputedStyle(document.querySelector(".contents")).position,
    hacked: String(window.hacked),
    title: document.title,
  });

  const wait = () => {
    if (document.documentElement.dataset.drawn === undefined) return void setTimeout(wait, 20);
    parent.postMessage(JSON.stringify(report()), "*");
  };
  addEventListener("load", wait);
})();
