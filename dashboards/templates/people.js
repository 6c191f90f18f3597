/* Loads the data of one person from a script file beside the pages, which works from file://. */
"use strict";
const affectPeople = (() => {
  const loaded = new Map(), pending = new Map();
  const take = (name, person) => loaded.set(name, person);
  const load = (name) => {
    if (!pending.has(name))
      pending.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = name;
        script.onload = () => (loaded.has(name) ? resolve(loaded.get(name)) : reject(new Error(`${name} does not contain this subject`)));
        script.onerror = () => { pending.delete(name); reject(new Error(`${name} is missing`)); };
        document.head.append(script);
      }));
    return pending.get(name);
  };
  /* Decodes base64 of 16-bit little-endian integers, times a scale. */
  const unpack = ({ scale, data }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return Float64Array.from(new Int16Array(bytes.buffer), (value) => value * scale);
  };
  return { take, load, unpack };
})();
