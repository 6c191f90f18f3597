/* Draws the figures of a page from the JSON beside them, one after another, so that the first appears early. */
"use strict";
(() => {
  const save = {
    name: "Save as PNG",
    title: "Save as PNG",
    icon: Plotly.Icons.camera,
    click: (plot) => {
      const heading = document.getElementById(plot.id + "-title");
      const text = heading ? heading.textContent.replace(/&/g, "&amp;").replace(/</g, "&lt;") : "";
      const margin = Object.assign({}, plot.layout.margin, { t: 70 });
      const layout = Object.assign({}, plot.layout, { margin, title: { text, font: { size: 16 } } });
      const size = { width: Math.max(plot.clientWidth, 700), height: plot.clientHeight + 70 };
      return Plotly.downloadImage({ data: plot.data, layout }, { format: "png", scale: 2, filename: plot.id, ...size });
    },
  };
  const config = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtonsToRemove: ["toImage", "select2d", "lasso2d", "autoScale2d", "resetCameraLastSave3d"],
    modeBarButtonsToAdd: [save],
  };

  const hasWebGL = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };

  /* Viewing distance: a narrow page moves back, so that the face still fits. */
  const distance = (canvas) => Math.max(1, 560 / Math.max(canvas.clientWidth, 200));

  /* Dark mode: replaces the colours of lines and text; colour scales and emotions keep theirs. */
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const colours = Object.entries(JSON.parse(document.body.dataset.dark));
  isDark.addEventListener("change", () => location.reload());
  const recoloured = (text) =>
    isDark.matches ? colours.reduce((json, [light, dark]) => json.replaceAll(`"${light}"`, `"${dark}"`), text) : text;

  const draw = async (canvas) => {
    const figure = JSON.parse(recoloured(canvas.nextElementSibling.textContent));
    if (canvas.dataset.solid && !hasWebGL()) {
      canvas.textContent = "This browser has no WebGL, so the three-dimensional face cannot be drawn. The frontal views show the same movements.";
      canvas.classList.add("remark");
      canvas.style.height = "auto";
      canvas.dataset.drawn = "without";
      return;
    }
    const eye = figure.layout.scene && figure.layout.scene.camera.eye;
    if (eye) for (const letter of "xyz") eye[letter] *= distance(canvas);
    await Plotly.newPlot(canvas, figure.data, figure.layout, config);
    const legend = canvas.querySelector(".legend") && figure.layout.legend;
    canvas.classList.toggle("legend-above", Boolean(legend && legend.y === 1));
    canvas.dataset.drawn = "yes";
  };

  for (const form of document.querySelectorAll("form[data-pick]")) {
    const pick = () => {
      const plot = document.getElementById(form.dataset.pick);
      if (!plot.data) return;
      const values = [...form.querySelectorAll("select")].map((select) => select.value);
      const groups = [values.join("|"), values[0]];  // traces of the first value alone stay beside those of all values
      const visible = plot.data.map((trace) => Boolean(trace.meta) && groups.includes(trace.meta.group));
      form.querySelector("output").textContent = visible.includes(true) ? "" : "No run has this value.";
      const shown = plot.data.find((_, index) => visible[index]);
      Plotly.restyle(plot, { visible });
      Plotly.relayout(plot, { "xaxis.autorange": true, "xaxis.title.text": shown ? shown.meta.title : "" });
    };
    form.addEventListener("change", pick);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  /* Viewpoint and skin of all three-dimensional faces of the page. */
  const faces = () => [...document.querySelectorAll(".canvas[data-solid]")].filter((plot) => plot.data);
  const choose = (name, apply) => {
    for (const fieldset of document.querySelectorAll(`fieldset[data-${name}]`))
      fieldset.addEventListener("change", (event) => faces().forEach((plot) => apply(plot, event.target.value)));
  };
  choose("view", (plot, eye) => {
    const [x, y, z] = eye.split(" ").map((part) => Number(part) * distance(plot));
    Plotly.relayout(plot, { "scene.camera.eye": { x, y, z } });
  });
  choose("skin", (plot, opacity) => Plotly.restyle(plot, { opacity: Number(opacity) }, [0]));

  /* Colours a three-dimensional face by the numbers of its landmarks for the selection above it. */
  for (const form of document.querySelectorAll("form[data-paint]")) {
    const numbers = JSON.parse(document.getElementById(form.dataset.paint + "-numbers").textContent);
    form.addEventListener("change", () => {
      const plot = document.getElementById(form.dataset.paint);
      if (!plot.data) return;
      const group = [...new FormData(form).values()].join("|"), own = numbers[group];
      form.querySelector("output").textContent = own ? own.total : "This run has no attributions for this emotion.";
      if (own) Plotly.restyle(plot, { intensity: [own.added], cmin: -own.limit, cmax: own.limit, meta: [{ group }] }, [0]);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /* Selections made before a figure was drawn are applied afterwards. */
  const isChanged = (control) => (control.type === "radio" ? !control.defaultChecked : control.selectedIndex > 0);

  const canvases = [...document.querySelectorAll(".canvas")];
  const next = async () => {
    const canvas = canvases.shift();
    if (!canvas) {
      for (const control of document.querySelectorAll("form.choosers select, form.choosers input:checked"))
        if (isChanged(control)) control.dispatchEvent(new Event("change", { bubbles: true }));
      return document.body.setAttribute("data-ready", "yes");
    }
    await draw(canvas);
    setTimeout(next, 0);
  };
  next();
})();
