/* Draws the figures of a page from the JSON beside them, one after another so that the first is seen early. */
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

  const canDrawSolids = () => {
    const canvas = document.createElement("canvas");
    return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
  };

  /* A narrow page steps back, so that the face still fits. */
  const distance = (place) => Math.max(1, 560 / Math.max(place.clientWidth, 200));

  /* A dark page has the same figures in other colours; those of scales and emotions stay. */
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const colours = Object.entries(JSON.parse(document.body.dataset.dark));
  isDark.addEventListener("change", () => location.reload());
  const recoloured = (text) =>
    isDark.matches ? colours.reduce((done, [light, dark]) => done.replaceAll(`"${light}"`, `"${dark}"`), text) : text;

  const draw = async (place) => {
    const figure = JSON.parse(recoloured(place.nextElementSibling.textContent));
    if (place.dataset.solid && !canDrawSolids()) {
      place.textContent = "This browser offers no WebGL, so the turning face cannot be drawn. The flat views show the same movements.";
      place.classList.add("remark");
      place.style.height = "auto";
      place.dataset.drawn = "without";
      return;
    }
    const eye = figure.layout.scene && figure.layout.scene.camera.eye;
    if (eye) for (const letter of "xyz") eye[letter] *= distance(place);
    await Plotly.newPlot(place, figure.data, figure.layout, config);
    place.dataset.drawn = "yes";
  };

  for (const form of document.querySelectorAll("form[data-pick]")) {
    const pick = () => {
      const plot = document.getElementById(form.dataset.pick);
      if (!plot.data) return;
      const group = [...form.querySelectorAll("select")].map((one) => one.value).join("|");
      const visible = plot.data.map((trace) => Boolean(trace.meta) && trace.meta.group === group);
      form.querySelector("output").textContent = visible.includes(true) ? "" : "No run has this value.";
      const shown = plot.data.find((trace, place) => visible[place]);
      Plotly.restyle(plot, { visible });
      Plotly.relayout(plot, { "xaxis.autorange": true, "xaxis.title.text": shown ? shown.meta.title : "" });
    };
    form.addEventListener("change", pick);
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  /* The eye, and the skin, of every solid face of the page. */
  const solids = () => [...document.querySelectorAll(".canvas[data-solid]")].filter((plot) => plot.data);
  const choose = (name, act) => {
    for (const fieldset of document.querySelectorAll(`fieldset[data-${name}]`))
      fieldset.addEventListener("change", (event) => solids().forEach((plot) => act(plot, event.target.value)));
  };
  choose("look", (plot, eye) => {
    const [x, y, z] = eye.split(" ").map((part) => Number(part) * distance(plot));
    Plotly.relayout(plot, { "scene.camera.eye": { x, y, z } });
  });
  choose("skin", (plot, opacity) => Plotly.restyle(plot, { opacity: Number(opacity) }, [0]));

  /* What a solid face is painted with: numbers of the landmarks, by the choices above it. */
  for (const form of document.querySelectorAll("form[data-paint]")) {
    const numbers = JSON.parse(document.getElementById(form.dataset.paint + "-numbers").textContent);
    form.addEventListener("change", () => {
      const plot = document.getElementById(form.dataset.paint);
      if (!plot.data) return;
      const group = [...new FormData(form).values()].join("|"), own = numbers[group];
      form.querySelector("output").textContent = own ? own.says : "This run has none for this emotion.";
      if (own) Plotly.restyle(plot, { intensity: [own.added], cmin: -own.reach, cmax: own.reach, meta: [{ group }] }, [0]);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /* What was chosen before its figure was drawn counts, too. */
  const isChanged = (one) => (one.type === "radio" ? !one.defaultChecked : one.selectedIndex > 0);

  const places = [...document.querySelectorAll(".canvas")];
  const next = async () => {
    const place = places.shift();
    if (!place) {
      for (const one of document.querySelectorAll("form.choosers select, form.choosers input:checked"))
        if (isChanged(one)) one.dispatchEvent(new Event("change", { bubbles: true }));
      return document.body.setAttribute("data-ready", "yes");
    }
    await draw(place);
    setTimeout(next, 0);
  };
  next();
})();
