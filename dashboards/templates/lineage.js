/* Fills the lineage of the prediction that is selected by subject, run and photograph. */
"use strict";
(() => {
  const markReady = () => document.body.setAttribute("data-ready", "yes");
  const form = document.querySelector("form[data-lineage]");
  if (!form) return markReady();
  const constants = JSON.parse(document.getElementById("lineage-constants").textContent);
  const chain = document.getElementById("chain"), query = document.getElementById("lineage-query");
  const output = form.querySelector("output");
  const { person, run, photograph } = form.elements;
  const SVG = "http://www.w3.org/2000/svg";
  const NO_REFERENCE = -1;
  const NO_RUN = { features: [], split: "not on record", service: "not on record", seed: "not on record" };

  /* A prediction as an object; see RunIndex.rows in person_scripts.py. */
  const decode = ([image, runIndex, madeBy, truth, predicted, truthProb, predictedProb, reference]) =>
    ({ image, run: runIndex, madeBy, truth, predicted, truthProb, predictedProb, reference, isCorrect: truth === predicted });
  const predictionsOf = (data) => data.predictions.map(decode).filter((prediction) => prediction.run === Number(run.value));

  const element = (name, text, className) => {
    const created = document.createElement(name);
    if (text !== undefined) created.textContent = text;
    if (className) created.className = className;
    return created;
  };
  const drawing = (face, label) => {
    const flat = affectPeople.unpack(face), at = (k) => [flat[2 * k], flat[2 * k + 1]];
    const xs = flat.filter((_, k) => k % 2 === 0), ys = flat.filter((_, k) => k % 2 === 1);
    const low = [Math.min(...xs), Math.min(...ys)], high = [Math.max(...xs), Math.max(...ys)];
    const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", `${100 * low[0] - 3} ${100 * low[1] - 3} ${100 * (high[0] - low[0]) + 6} ${100 * (high[1] - low[1]) + 6}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    svg.setAttribute("class", "drawn");
    path.setAttribute("d", constants.strokes.map((stroke) =>
      "M" + stroke.map((k) => at(k).map((value) => (100 * value).toFixed(1)).join(" ")).join("L")).join(""));
    svg.append(path);
    return svg;
  };
  const card = (title, summary, rows, face, label) => {
    const item = element("li"), list = element("dl");
    item.append(element("h2", title));
    if (face) item.append(drawing(face, label));
    item.append(element("p", summary, "summary"));
    for (const [name, value] of rows)
      if (value !== undefined && value !== null && value !== "") list.append(element("dt", name), element("dd", String(value)));
    item.append(list);
    return item;
  };
  /* The version that the run read, and that of the drawing if it differs. */
  const landmarkVersions = (image, madeBy) => {
    const read = madeBy.features.filter(([name]) => name === "landmarks").map(([, version]) => version)[0];
    const isOther = read && image.version && read !== image.version;
    return [["version", read || image.version], ["version of the drawing", isOther ? image.version : null]];
  };
  const labels = (image) => `${image.emotion}, camera ${image.camera}°, gaze ${image.gaze}`;
  const photographCard = (title, image, altTitle) =>
    card(title, labels(image), [["file", image.path], ["sha256", image.id]], image.face, `${altTitle}, ${labels(image)}`);

  const show = (data) => {
    const prediction = predictionsOf(data).find(({ image }) => image === Number(photograph.value));
    if (!prediction) return chain.replaceChildren();
    const image = data.photographs[prediction.image], reference = data.photographs[prediction.reference];
    const shownRun = constants.runs[prediction.run], madeBy = constants.prediction_runs[prediction.madeBy] || NO_RUN;
    const { isCorrect } = prediction;
    chain.replaceChildren(
      photographCard("Photograph", image, "Landmarks of the photograph"),
      card("Landmarks", image.version ? "468 landmarks" : "No landmarks at present.", landmarkVersions(image, madeBy)),
      reference
        ? photographCard("Reference", reference, "Landmarks of the reference")
        : card("Reference", prediction.reference === NO_REFERENCE ? "This system uses no deltas." : "The reference photograph has been excluded since.", []),
      card("Split", madeBy.split, [["split id", madeBy.split_id], ["fingerprint", madeBy.fingerprint], ["as of", madeBy.as_of]]),
      card("Feature service", madeBy.service, [["version", madeBy.service_version], ...madeBy.features]),
      card("Model", `${shownRun.title}, seed ${madeBy.seed}`, [["run", madeBy.run_id], ["started", madeBy.started_at], ["code version", madeBy.code_version], ["libraries", madeBy.libraries], ["weights", madeBy.artifact_path], ["sha256", madeBy.artifact_sha256]]),
      card(isCorrect ? "Prediction: correct" : "Prediction: incorrect", `${constants.emotions[prediction.predicted]}, probability ${prediction.predictedProb.toFixed(2)}`,
        isCorrect ? [] : [["true emotion", `${constants.emotions[prediction.truth]}, probability ${prediction.truthProb.toFixed(2)}`]]),
    );
    chain.lastElementChild.classList.add(isCorrect ? "right" : "wrong");
    query.textContent = `FROM lineage\nWHERE run_id = '${shownRun.run_id}'\n  AND photograph_sha256 = '${image.id}'`;
  };

  const fill = (data) => {
    const own = predictionsOf(data);
    const incorrect = own.filter(({ isCorrect }) => !isCorrect).length;
    const sorted = [...own].sort((a, b) => a.isCorrect - b.isCorrect || a.image - b.image);
    photograph.replaceChildren(...sorted.map(({ image, isCorrect }) => {
      const option = element("option", `${labels(data.photographs[image])}${isCorrect ? "" : " (incorrect)"}`);
      option.value = image;
      return option;
    }));
    output.textContent = own.length
      ? `${own.length} test photograph${own.length === 1 ? "" : "s"}, ${incorrect} incorrect`
      : "This run was not tested on this subject.";
    show(data);
  };

  let latest = 0;
  const update = async (event) => {
    const request = ++latest;
    let data;
    try {
      data = await affectPeople.load(person.value);
    } catch (error) {
      if (request !== latest) return;
      output.textContent = `Not available: ${error.message}.`;
      query.textContent = "";
      for (const list of [chain, photograph]) list.replaceChildren();
      return;
    }
    if (request !== latest) return;  // the selection has changed in the meantime
    if (event && event.target === photograph) show(data);
    else fill(data);
    markReady();
  };
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
})();
