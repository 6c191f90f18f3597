/* Shows an answer of the server: what was found in the pictures, the probabilities, and the movement. */
"use strict";
const affectResults = (() => {
  const { data } = affectDrawing;
  const made = (name, text = "", kind = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const table = (caption, heads, kind) => {
    const element = made("table", "", kind);
    element.append(made("caption", caption));
    const row = element.createTHead().insertRow();
    heads.forEach((head, k) => {
      const cell = made(head ? "th" : "td", head, k > 1 ? "number" : "");
      if (head) cell.scope = "col";
      row.append(cell);
    });
    element.createTBody();
    return element;
  };
  /* A row with a bar, whose length is a share from 0 to 1, and numbers. */
  const barRow = (body, name, share, numbers) => {
    const row = body.insertRow(), head = made("th", name), bar = document.createElement("i");
    head.scope = "row";
    bar.style.width = `${100 * share}%`;
    row.append(head);
    const track = row.insertCell();
    track.className = "track";
    track.setAttribute("aria-hidden", "true");
    track.append(made("div"));
    track.firstChild.append(bar);
    for (const number of numbers) row.append(made("td", number, "number"));
    return row;
  };

  const outcome = (prediction, title) => {
    if (prediction.reason) return [made("p", prediction.reason, "reason")];
    const highest = prediction.emotions.indexOf(prediction.predicted);
    const bars = table(`Probabilities of ${title}`, ["Emotion", "", "Probability"], "bars");
    bars.caption.className = bars.tHead.className = "hidden";
    prediction.probabilities.forEach((probability, k) => {
      const row = barRow(bars.tBodies[0], prediction.emotions[k], probability, [probability.toFixed(2)]);
      if (k === highest) row.className = "highest";
    });
    return [made("p", prediction.predicted, "verdict"), bars];
  };

  const showMovement = (movement) => {
    const section = document.getElementById("movement");
    section.hidden = !movement;
    if (!movement) return;
    const largest = movement.groups.slice(0, -1).reduce((most, group) => (group[1] > most[1] ? group : most));
    const all = movement.groups[movement.groups.length - 1];
    const scale = movement.factor === 1 ? "Arrows are as long as the movement" : `Arrows are drawn ${movement.factor} times as long as the movement; the colour is the true length`;
    const note = `${scale}. Mean of all landmarks ${all[1].toFixed(3)}.`;
    section.querySelector(".mesh").replaceChildren(
      affectDrawing.movement(movement, `Neutral face with arrows of movement, most in the group ${largest[0]}. The table lists the numbers.`));
    section.querySelector(".top-length").textContent = `${movement.top.toFixed(2)} ${data.unit} or more`;
    section.querySelector(".mesh-note").textContent = note;
    const turned = section.querySelector(".remark");
    turned.hidden = !movement.is_turned;
    turned.textContent = `The heads are turned ${movement.turn_deg.toFixed(0)} degrees from each other. Take both photographs from the same angle: otherwise movement and predictions are unreliable.`;
    const groups = table(`Length of the movement, in ${data.unit}`, ["Landmarks", "", "Mean", "Largest"], "bars");
    const top = Math.max(...movement.groups.map((group) => group[1]), movement.top / 4);
    for (const [name, mean, most] of movement.groups) {
      const row = barRow(groups.tBodies[0], name, mean / top, [mean.toFixed(3), most.toFixed(3)]);
      if (name === largest[0]) row.className = "highest";
    }
    section.querySelector(".groups").replaceChildren(groups);
  };

  const show = (answer) => {
    document.querySelectorAll(".system").forEach((system, k) => {
      system.querySelector(".outcome").replaceChildren(...outcome(answer.predictions[k], system.querySelector("h3").textContent));
    });
    showMovement(answer.movement);
  };
  const waiting = [...document.querySelectorAll(".system .outcome")].map((own) => own.firstElementChild);
  const clear = () => {
    document.querySelectorAll(".system .outcome").forEach((own, k) => own.replaceChildren(waiting[k]));
    showMovement(null);
  };
  return { show, clear };
})();
