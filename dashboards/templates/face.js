/* Shows another person's, camera's or emotion's movement on the faces of the page of features. */
"use strict";
(() => {
  const form = document.querySelector("form[data-face]");
  if (!form) return;
  const told = JSON.parse(document.getElementById("face-constants").textContent);
  const neutral = affectPeople.unpack(told.rest);
  const output = form.querySelector("output");
  const upright = (values, k) => [values[3 * k], values[3 * k + 2], -values[3 * k + 1]];
  const points = neutral.length / 3;

  /* As NumPy's percentile: linear between the two nearest. */
  const percentile = (values, share) => {
    const sorted = Float64Array.from(values).sort();
    const place = share * (sorted.length - 1), low = Math.floor(place), high = Math.ceil(place);
    return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
  };
  const scaleOf = (lengths) => {
    const high = percentile(lengths, 0.995);
    const fitting = told.factors.filter((factor) => factor * high <= told.longest);
    return high > 0 && fitting.length ? fitting[fitting.length - 1] : told.factors[0];
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
    const made = entry ? arrows(affectPeople.unpack(entry), plot.dataset.unit) : null;
    const [path, tips, heading] = made ? [made.path, made.tips, made.heading] : Array(3).fill([[], [], []]);
    Plotly.restyle(plot, {
      x: [path[0], tips[0]], y: [path[1], tips[1]], z: [path[2], tips[2]],
      "line.color": [made ? made.colours : []], u: [null, heading[0]], v: [null, heading[1]], w: [null, heading[2]],
      text: [null, made ? made.texts : []], cmax: [null, made ? made.factor * top : 1], meta: [{ group: key }, { group: key }],
    }, [2, 3]);
    return made ? `${plot.dataset.kind}: ${entry.n} photograph${entry.n === 1 ? "" : "s"}, arrows ×${made.factor}`
      : `${plot.dataset.kind}: none`;
  };

  let asked = 0;
  const update = async () => {
    const turn = ++asked;
    const chosen = Object.fromEntries(new FormData(form));
    let person;
    try {
      person = await affectPeople.load(chosen.person);
    } catch (error) {
      if (turn === asked) output.textContent = `Not shown: ${error.message}.`;
      return;
    }
    if (turn !== asked) return;  // somebody chose again meanwhile
    output.textContent = [...document.querySelectorAll(".canvas[data-kind]")].filter((plot) => plot.data).map((plot) => {
      const key = `${plot.dataset.kind}|${chosen.emotion}|${chosen.camera}`;
      return show(plot, key, person.movements[key], Number(plot.dataset.top));
    }).join("; ");
  };
  form.addEventListener("change", (event) => {
    if (["person", "emotion", "camera"].includes(event.target.name)) update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
})();
