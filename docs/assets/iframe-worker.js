// Browsers refuse workers on pages that were opened from disk, so the search's worker runs in a hidden frame there.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const waiting = [];
      this.postMessage = data => waiting.push(data);
      this.terminate = () => frame.remove();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.onload = () => {
        const scope = frame.contentWindow;
        const load = source => new Promise((resolve, reject) => {
          const script = scope.document.createElement("script");
          Object.assign(script, { src: source, onload: resolve, onerror: reject });
          scope.document.body.append(script);
        });
        scope.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }));
        scope.importScripts = (...sources) => sources.reduce((before, source) => before.then(() => load(source)), Promise.resolve());
        load(url).then(() => {
          this.postMessage = data => scope.dispatchEvent(new scope.MessageEvent("message", { data }));
          waiting.forEach(data => this.postMessage(data));
        });
      };
      document.body.append(frame);
    }
  };
}
