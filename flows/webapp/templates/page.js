/* Takes pictures from files, drops and the camera, sends them to the server of this page, and shows its answer. */
"use strict";
(() => {
  const { data } = affectDrawing;
  const status = document.getElementById("status");
  const pictures = { photograph: null, neutral: null }, faces = { photograph: null, neutral: null }, remarks = {};
  const slots = Object.fromEntries(Object.keys(pictures).map((name) => [name, document.querySelector(`[data-slot=${name}]`)]));
  const subjects = { photograph: "The photograph", neutral: "The neutral photograph" };
  let request = null;

  const say = (text, isProblem = false) => {
    status.textContent = text;
    status.classList.toggle("problem", isProblem);
  };
  const note = (name, text, isProblem = false) => {
    const finding = slots[name].querySelector(".finding");
    finding.textContent = text;
    finding.classList.toggle("problem", isProblem);
  };

  /* What was found in a picture, in a sentence. */
  const sentence = (name, picture) => {
    if (picture.problem) return `${subjects[name]} ${picture.problem}.`;
    if (!picture.face_count || picture.face_count < 2) return "One face was found.";
    const place = picture.size_rank > 1 ? ", which is not the largest" : "";
    return `${picture.face_count} faces were found. The one that the detector is surest of is used${place}: it is marked.`;
  };
  const reveal = (name, isShown, text) => {
    slots[name].querySelector(".frame").hidden = !isShown;
    slots[name].querySelector(".empty").textContent = text;
  };
  /* Shows a picture as the browser decodes it, until its face is known. */
  const preview = (name, blob) => {
    const image = slots[name].querySelector("img");
    slots[name].querySelectorAll(".frame svg").forEach((svg) => svg.remove());
    if (image.src) URL.revokeObjectURL(image.src);
    image.hidden = false;
    if (blob) image.src = URL.createObjectURL(blob);
    else image.removeAttribute("src");
    reveal(name, false, blob ? "" : "Drop a picture here");
  };
  const drawFace = (name) => {
    const picture = faces[name], image = slots[name].querySelector("img");
    slots[name].querySelectorAll(".frame svg").forEach((svg) => svg.remove());
    if (!picture) return;
    const isPressed = (option) => document.querySelector(`[data-option=${option}]`).getAttribute("aria-pressed") === "true";
    const options = { isZoomed: isPressed("zoom"), hasLandmarks: isPressed("landmarks"), description: `${subjects[name]} with the landmarks of the face` };
    image.hidden = true;
    slots[name].querySelector(".frame").append(affectDrawing.face(picture, picture.copy || image.src, options));
    reveal(name, true, "");
  };
  const showFinding = (name, picture) => {
    note(name, `${remarks[name]} ${sentence(name, picture)}`.trim(), Boolean(picture.problem));
    faces[name] = picture.problem ? null : picture;
    drawFace(name);
    if (picture.problem && picture.copy) slots[name].querySelector("img").src = picture.copy;
  };

  const put = (name, blob) => {
    pictures[name] = blob;
    const slot = slots[name];
    slot.querySelector(".picture").classList.toggle("filled", Boolean(blob));
    slot.querySelector("[data-remove]").hidden = !blob;
    slot.querySelector("[data-choose]").textContent = blob ? "Choose another file" : "Choose a file";
    faces[name] = null;
    preview(name, blob);
    note(name, "");
    update();
  };
  const problemOf = (blob) => {
    if (blob.size > data.maxBytes) return `is too large: more than ${data.maxBytes / 2 ** 20} MiB`;
    return blob.size ? null : "is empty";
  };
  /* Uses a picture; the remark is said with what is found in it. */
  const take = (name, blob, remark = "") => {
    remarks[name] = remark;
    const problem = problemOf(blob);
    if (!problem) return put(name, blob);
    put(name, null);
    note(name, `${subjects[name]} ${problem}.`, true);
  };

  const ask = async (signal) => {
    const { photograph, neutral } = pictures;
    const response = await fetch("/analysis", {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream", [data.tokenHeader]: data.token, [data.lengthHeader]: String(photograph.size) },
      body: new Blob(neutral ? [photograph, neutral] : [photograph]),
      signal,
    });
    if (response.ok) return response.json();
    const isDocument = (response.headers.get("Content-Type") || "").includes("json");
    throw new Error(isDocument ? (await response.json()).problem : await response.text());
  };
  const update = async () => {
    if (request) request.abort();
    affectResults.clear();
    document.body.removeAttribute("data-answered");
    if (!pictures.photograph) {
      say(pictures.neutral ? "Add the photograph to predict." : "");
      return;
    }
    const own = (request = new AbortController());
    say("Looking at the pictures.");
    try {
      const answer = await ask(own.signal);
      showFinding("photograph", answer.photograph);
      if (answer.neutral_photograph) showFinding("neutral", answer.neutral_photograph);
      const isSeen = !answer.photograph.problem;
      affectResults.show(answer);
      say(isSeen ? "The probabilities are below." : "There is no prediction.", !isSeen);
      document.body.setAttribute("data-answered", "yes");
    } catch (error) {
      if (own.signal.aborted) return;
      say(error instanceof TypeError ? "The program does not answer: is `affect app` still running in the terminal?" : `There is no answer: ${error.message}.`, true);
    }
  };

  for (const [name, slot] of Object.entries(slots)) {
    const input = slot.querySelector("input"), image = slot.querySelector("img");
    image.addEventListener("load", () => reveal(name, true, ""));
    image.addEventListener("error", () => { if (image.src && !faces[name]) reveal(name, false, "This browser does not show the picture."); });
    slot.querySelector("[data-choose]").addEventListener("click", () => input.click());
    slot.querySelector(".picture").addEventListener("click", () => { if (!pictures[name]) input.click(); });
    input.addEventListener("change", () => {
      if (input.files.length) take(name, input.files[0]);
      input.value = "";  // so that the same file can be chosen again
    });
    slot.querySelector("[data-remove]").addEventListener("click", () => { put(name, null); slot.querySelector("[data-choose]").focus(); });
    slot.addEventListener("dragover", () => slot.classList.add("over"));
    slot.addEventListener("dragleave", (event) => { if (!slot.contains(event.relatedTarget)) slot.classList.remove("over"); });
    slot.addEventListener("drop", (event) => {
      slot.classList.remove("over");
      const { files } = event.dataTransfer;
      if (files.length) take(name, files[0], files.length > 1 ? `${files.length} files were dropped: the first is used.` : "");
      else note(name, "No file was dropped.", true);
    });
  }
  for (const button of document.querySelectorAll("[data-option]"))
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      Object.keys(slots).forEach(drawFace);
    });
  /* A picture that misses the fields must not replace the page. */
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  affectCamera(take);
  document.body.setAttribute("data-ready", "yes");
})();
