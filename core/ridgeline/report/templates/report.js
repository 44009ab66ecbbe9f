"use strict";
(function () {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures");
  const dark = read("dark");
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
  let isPrinting = false;

  // Colours are written for a light page; a longer one has its transparency behind it.
  function recoloured(value) {
    if (typeof value === "string") {
      const other = dark[value.slice(0, 7)];
      return other && (value.length === 7 || value.length === 9) ? other + value.slice(7) : value;
    }
    if (Array.isArray(value)) return value.map(recoloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, recoloured(held)]));
    }
    return value;
  }

  // On a narrow page names of rows stand above their marks, type is smaller, and legends have more room.
  // Axes stay where they are: a page that scrolls under a wheel or a finger must not zoom instead.
  function fitted(layout, width) {
    const isNarrow = width < 480;
    const xaxis = { ...layout.xaxis, fixedrange: true };
    const yaxis = { ...layout.yaxis, fixedrange: true };
    if (!isNarrow) return { ...layout, xaxis, yaxis };
    const found = { ...layout, xaxis, yaxis, font: { ...layout.font, size: 11 } };
    if (!xaxis.dtick) xaxis.nticks = 5;
    if (layout.showlegend) found.height = layout.height + 120;
    if (layout.yaxis.ticktext) {
      const above = { xref: "paper", x: 0, xanchor: "left", yanchor: "bottom", yshift: 6, showarrow: false };
      const names = layout.yaxis.ticktext.map((text, row) => ({ ...above, text, y: layout.yaxis.tickvals[row] }));
      found.annotations = [...(layout.annotations || []), ...names];
      found.height = 90 + 46 * names.length;
      yaxis.showticklabels = false;
      yaxis.range = [layout.yaxis.range[0], layout.yaxis.range[1] + 0.3];
    }
    return found;
  }

  function draw() {
    const isDark = prefersDark.matches && !isPrinting;
    for (const [id, held] of Object.entries(figures)) {
      const place = document.getElementById(id);
      const figure = structuredClone(isDark ? recoloured(held) : held);
      Plotly.react(place, figure.data, fitted(figure.layout, place.clientWidth), {
        responsive: true,
        displayModeBar: false,
      });
    }
  }

  prefersDark.addEventListener("change", draw);
  window.matchMedia("(max-width: 40rem)").addEventListener("change", draw);
  window.addEventListener("beforeprint", () => {
    isPrinting = true;
    draw();
  });
  window.addEventListener("afterprint", () => {
    isPrinting = false;
    draw();
  });
  draw();
  document.documentElement.dataset.drawn = "yes";
})();
