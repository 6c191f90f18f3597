/* Tells where one prediction comes from: fills the chain for the person, photograph and run that are chosen. */
"use strict";
(() => {
  const form = document.querySelector("form[data-lineage]");
  if (!form) return document.body.setAttribute("data-told", "yes");
  const told = JSON.parse(document.getElementById("lineage-constants").textContent);
  const chain = document.getElementById("chain"), query = document.getElementById("lineage-query");
  const output = form.querySelector("output");
  const { person, run, photograph } = form.elements;
  const SVG = "http://www.w3.org/2000/svg";

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const drawing = (face, words) => {
    const flat = affectPeople.unpack(face), at = (k) => [flat[2 * k], flat[2 * k + 1]];
    const xs = flat.filter((_, k) => k % 2 === 0), ys = flat.filter((_, k) => k % 2 === 1);
    const low = [Math.min(...xs), Math.min(...ys)], high = [Math.max(...xs), Math.max(...ys)];
    const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", `${100 * low[0] - 3} ${100 * low[1] - 3} ${100 * (high[0] - low[0]) + 6} ${100 * (high[1] - low[1]) + 6}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", words);
    svg.setAttribute("class", "drawn");
    path.setAttribute("d", told.strokes.map((stroke) =>
      "M" + stroke.map((k) => at(k).map((one) => (100 * one).toFixed(1)).join(" ")).join("L")).join(""));
    svg.append(path);
    return svg;
  };
  const card = (title, lead, rows, face, words) => {
    const item = element("li"), list = element("dl");
    item.append(element("h2", title));
    if (face) item.append(drawing(face, words));
    item.append(element("p", lead, "says"));
    for (const [name, value] of rows.filter(([, one]) => one !== null && one !== "")) list.append(element("dt", name), element("dd", String(value)));
    item.append(list);
    return item;
  };
  /* The version that the run read, and that of the drawing where it is another one. */
  const landmarksOf = (one, maker) => {
    const read = maker.features.filter(([name]) => name === "landmarks").map(([, version]) => version)[0];
    return [["version", read || one.version], ["drawn from version", read && one.version && read !== one.version ? one.version : null]];
  };
  const labels = (one) => `${one.emotion}, camera ${one.camera}°, gaze ${one.gaze}`;

  const show = (data) => {
    const row = data.predictions.find((one) => one[0] === Number(photograph.value) && one[1] === Number(run.value));
    if (!row) return chain.replaceChildren();
    const [place, runPlace, makerPlace, truth, predicted, truthProb, predictedProb, referencePlace] = row;
    const one = data.photographs[place], shown = told.runs[runPlace], maker = told.makers[makerPlace] || { features: [], split: "not on record", service: "not on record" };
    const reference = data.photographs[referencePlace];
    const right = truth === predicted;
    chain.replaceChildren(
      card("Photograph", labels(one), [["file", one.path], ["sha256", one.id]], one.face, `Landmarks of ${labels(one)}`),
      card("Landmarks", one.version ? "468 points in the picture" : "No face counts today.", landmarksOf(one, maker)),
      reference
        ? card("Reference", labels(reference), [["file", reference.path], ["sha256", reference.id]], reference.face, `Landmarks of the reference, ${labels(reference)}`)
        : card("Reference", referencePlace === -1 ? "This system uses no delta." : "Its reference does not count any more.", []),
      card("Split", maker.split, [["people and parts", maker.split_id], ["fingerprint", maker.fingerprint], ["as known at", maker.as_of]]),
      card("Features", maker.service, [["version", maker.service_version], ...maker.features]),
      card("Model", `${shown.title}, seed ${maker.seed}`, [["run", maker.run_id], ["trained", maker.started_at], ["code", maker.code_version], ["libraries", maker.libraries], ["weights", maker.artifact_path], ["sha256", maker.artifact_sha256]]),
      card(right ? "Prediction: right" : "Prediction: wrong", `“${told.emotions[predicted]}”, probability ${predictedProb.toFixed(2)}`,
        right ? [] : [["asked for", `${told.emotions[truth]}, to which it gave ${truthProb.toFixed(2)}`]]),
    );
    chain.lastElementChild.classList.add(right ? "right" : "wrong");
    query.textContent = `FROM lineage\nWHERE run_id = '${shown.run_id}'\n  AND photograph_sha256 = '${one.id}'`;
  };

  const fill = (data) => {
    const own = data.predictions.filter((one) => one[1] === Number(run.value));
    const wrong = own.filter((one) => one[3] !== one[4]).length;
    const sorted = [...own].sort((a, b) => (b[3] !== b[4]) - (a[3] !== a[4]) || a[0] - b[0]);
    photograph.replaceChildren(...sorted.map((one) => {
      const option = element("option", `${labels(data.photographs[one[0]])}${one[3] !== one[4] ? " (wrong)" : ""}`);
      option.value = one[0];
      return option;
    }));
    output.textContent = own.length ? `${own.length} test photographs, ${wrong} wrong` : "This run was not tested on this person.";
    show(data);
  };

  let asked = 0;
  const update = async (event) => {
    const turn = ++asked;
    let data;
    try {
      data = await affectPeople.load(person.value);
    } catch (error) {
      if (turn !== asked) return;
      output.textContent = `Not shown: ${error.message}.`;
      query.textContent = "";
      for (const one of [chain, photograph]) one.replaceChildren();
      return;
    }
    if (turn !== asked) return;
    if (event && event.target === photograph) show(data);
    else fill(data);
    document.body.setAttribute("data-told", "yes");
  };
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
})();
