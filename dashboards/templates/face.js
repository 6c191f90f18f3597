/* Updates the faces of the features page for the selected subject, emotion and camera. */
"use strict";
(() => {
  const form = document.querySelector("form[data-face]");
  if (!form) return;
  const constants = JSON.parse(document.getElementById("face-constants").textContent);
  const neutral = affectPeople.unpack(constants.neutral);
  const output = form.querySelector("output");
  const upright = (values, k) => [values[3 * k], values[3 * k + 2], -values[3 * k + 1]];
  const points = neutral.length / 3;

  /* Percentile with linear interpolation, as in NumPy. */
  const percentile = (values, share) => {
    const sorted = Float64Array.from(values).sort();
    const position = share * (sorted.length - 1), low = Math.floor(position), high = Math.ceil(position);
    return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
  };
  const scaleOf = (lengths) => {
    const high = percentile(lengths, 0.995);
    const fitting = constants.factors.filter((factor) => factor * high <= constants.maxArrowLength);
    return high > 0 && fitting.length ? fitting[fitting.length - 1] : constants.factors[0];
  };

  const arrows = (delta, unit) => {
    const lengths = Float64Array.from({ length: points }, (_, k) => Math.hypot(...delta.subarray(3 * k, 3 * k + 3)));
    const factor = scaleOf(lengths);
    const path = [[], [], []], tips = [[], [], []], heading = [[], [], []], colours = [], texts = [];
    for (let k = 0; k < points; k++) {
      const start = upright(neutral, k), move = upright(delta, k);
      for (let axis = 0; axis < 3; axis++) {
        const tip = start[axis] + factor * move[axis];
        path[axis].push(start[axis], tip, null);
        tips[axis].push(tip);
        heading[axis].push(factor * move[axis]);
      }
      colours.push(lengths[k], lengths[k], lengths[k]);
      texts.push(`landmark ${k}<br>${lengths[k].toFixed(3)} ${unit}`);
    }
    return { factor, path, tips, heading, colours, texts };
  };

  const show = (plot, key, entry, top) => {
    const drawing = entry ? arrows(affectPeople.unpack(entry), plot.dataset.unit) : null;
    const [path, tips, heading] = drawing ? [drawing.path, drawing.tips, drawing.heading] : Array(3).fill([[], [], []]);
    Plotly.restyle(plot, {
      x: [path[0], tips[0]], y: [path[1], tips[1]], z: [path[2], tips[2]],
      "line.color": [drawing ? drawing.colours : []], u: [null, heading[0]], v: [null, heading[1]], w: [null, heading[2]],
      text: [null, drawing ? drawing.texts : []], cmax: [null, drawing ? drawing.factor * top : 1],
      meta: [{ group: key }, { group: key }],
    }, [2, 3]);
    return drawing ? `${plot.dataset.kind}: ${entry.n} photograph${entry.n === 1 ? "" : "s"}, arrows ×${drawing.factor}`
      : `${plot.dataset.kind}: no photographs`;
  };

  let latest = 0;
  const update = async () => {
    const request = ++latest;
    const chosen = Object.fromEntries(new FormData(form));
    let person;
    try {
      person = await affectPeople.load(chosen.person);
    } catch (error) {
      if (request === latest) output.textContent = `Not available: ${error.message}.`;
      return;
    }
    if (request !== latest) return;  // the selection has changed in the meantime
    output.textContent = [...document.querySelectorAll(".canvas[data-kind]")].filter((plot) => plot.data).map((plot) => {
      const key = `${plot.dataset.kind}|${chosen.emotion}|${chosen.camera}`;
      return show(plot, key, person.mean_deltas[key], Number(plot.dataset.top));
    }).join("; ");
  };
  form.addEventListener("change", (event) => {
    if (["person", "emotion", "camera"].includes(event.target.name)) update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
})();
