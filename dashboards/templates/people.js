/* Loads what is known of one person from a script file beside the pages: file:// offers no other way. */
"use strict";
const affectPeople = (() => {
  const known = new Map(), waiting = new Map();
  const take = (name, told) => known.set(name, told);
  const load = (name) => {
    if (!waiting.has(name))
      waiting.set(name, new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = name;
        script.onload = () => (known.has(name) ? done(known.get(name)) : fail(new Error(name + " does not tell of this person")));
        script.onerror = () => { waiting.delete(name); fail(new Error(name + " is not beside this page")); };
        document.head.append(script);
      }));
    return waiting.get(name);
  };
  /* 16-bit integers, little endian, in base64, times a scale. */
  const unpack = ({ scale, data }) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    return Float64Array.from(new Int16Array(bytes.buffer), (one) => one * scale);
  };
  return { take, load, unpack };
})();
