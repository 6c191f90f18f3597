/* Draws faces as SVG: landmarks over a photograph, and movement as arrows on the neutral face. */
"use strict";
const affectDrawing = (() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const element = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const path = (name, d) => element("path", { class: name, d });
  const line = (points) => "M" + points.map(([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`).join("L");
  const pairs = (flat, [x, y] = [1, 1]) => {
    const points = [];
    for (let k = 0; k < flat.length; k += 2) points.push([flat[k] * x, flat[k + 1] * y]);
    return points;
  };
  const strokesOf = (points) => data.strokes.map((stroke) => line(stroke.map((k) => points[k]))).join("");

  /* The part of a picture that is shown: the face with a margin, or all of it. */
  const view = (face, isZoomed) => {
    const size = [face.width_px, face.height_px];
    if (!isZoomed) return `0 0 ${size[0]} ${size[1]}`;
    const [low, high] = [[], []];
    for (const axis of [0, 1]) {
      const margin = 0.3 * face.box_px[2 + axis];
      low[axis] = Math.max(0, face.box_px[axis] - margin);
      high[axis] = Math.min(size[axis], face.box_px[axis] + face.box_px[2 + axis] + margin);
    }
    return `${low[0]} ${low[1]} ${high[0] - low[0]} ${high[1] - low[1]}`;
  };

  /* A picture with the landmarks and the box of its face, in pixels of the upright picture. */
  const face = (picture, address, { isZoomed, hasLandmarks, description }) => {
    const svg = element("svg", { viewBox: view(picture, isZoomed), role: "img", "aria-label": description });
    svg.append(element("image", { href: address, width: picture.width_px, height: picture.height_px, preserveAspectRatio: "none" }));
    if (!hasLandmarks) return svg;
    const points = pairs(picture.landmarks, [picture.width_px, picture.height_px]);
    const strokes = strokesOf(points), [left, top, width, height] = picture.box_px;
    svg.append(
      path("dots", points.map(([x, y]) => `M${x} ${y}h0`).join("")), path("shade", strokes), path("stroke", strokes),
      path("box", `M${left} ${top}h${width}v${height}h${-width}z`),
    );
    return svg;
  };

  /* An arrow from a point, with a head of at most half of its length. */
  const arrow = ([x, y], [dx, dy]) => {
    const length = Math.hypot(dx, dy), head = Math.min(0.05, length / 2);
    const tip = [x + dx, y + dy];
    if (length < 0.004) return line([[x, y], tip]);
    const side = (turn) => {
      const angle = Math.atan2(dy, dx) + turn;
      return [tip[0] - head * Math.cos(angle), tip[1] - head * Math.sin(angle)];
    };
    return line([[x, y], tip]) + line([side(0.5), tip, side(-0.5)]);
  };

  const movement = (change, description) => {
    const points = pairs(change.start), delta = pairs(change.delta, [change.factor, change.factor]);
    const arrows = Array.from({ length: data.movementSteps }, () => []);
    points.forEach((point, k) => {
      const step = Math.min(data.movementSteps - 1, Math.floor((change.lengths[k] / change.top) * data.movementSteps));
      arrows[step].push(arrow(point, delta[k]));
    });
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    const [left, top] = [Math.min(...xs) - 0.3, Math.min(...ys) - 0.3];
    const [width, height] = [Math.max(...xs) + 0.3 - left, Math.max(...ys) + 0.4 - top];
    const svg = element("svg", { viewBox: `${left} ${top} ${width} ${height}`, role: "img", "aria-label": description });
    svg.append(path("wire", data.edges.map(([a, b]) => line([points[a], points[b]])).join("")), path("strokes", strokesOf(points)));
    arrows.forEach((own, step) => svg.append(path(`arrows movement${step}`, own.join(""))));
    return svg;
  };
  return { data, face, movement };
})();
