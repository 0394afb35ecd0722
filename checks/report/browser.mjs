// A headless Chromium, driven over its debugging pipe: no package is needed for that.
import { spawn } from "node:child_process";

export class Browser {
  constructor(program, profile) {
    this.process = spawn(program, ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
      "--host-resolver-rules=MAP * ~NOTFOUND", `--user-data-dir=${profile}`, "--remote-debugging-pipe"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.next = 1;
    this.answers = new Map();
    this.awaited = new Map(); // events, by name
    let text = "";
    this.process.stdio[4].setEncoding("utf8").on("data", (data) => {
      text += data;
      const messages = text.split("\0");
      text = messages.pop();
      messages.forEach((message) => this.take(JSON.parse(message)));
    });
    this.ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.ended.then(() => this.answers.forEach(({ reject }) => reject(new Error("the browser ended"))));
  }

  take(message) {
    const answer = this.answers.get(message.id);
    this.answers.delete(message.id);
    if (answer) message.error ? answer.reject(new Error(message.error.message)) : answer.resolve(message.result);
    const waits = this.awaited.get(message.method);
    this.awaited.delete(message.method);
    if (waits) waits(message.params);
  }

  send(method, params = {}) {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.answers.set(id, { resolve, reject });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    });
  }

  event(method) {
    return new Promise((resolve) => this.awaited.set(method, resolve));
  }

  async open() {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    this.session = (await this.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    await this.send("Page.enable");
  }

  // Shows the page at that width, in a colour scheme ("light", "dark") and for a medium ("screen", "print").
  async show(url, width, scheme, media = "screen") {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height: 1000, deviceScaleFactor: 1, mobile: false });
    await this.send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
    const loaded = this.event("Page.loadEventFired");
    await this.send("Page.navigate", { url });
    await loaded;
  }

  // What the expression, or the promise that it is, comes to.
  async evaluate(expression) {
    const said = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (said.exceptionDetails) throw new Error(said.exceptionDetails.exception?.description ?? said.exceptionDetails.text);
    return said.result.value;
  }

  async screenshot(y, height, width) {
    const clip = { x: 0, y, width, height, scale: 1 };
    const { data } = await this.send("Page.captureScreenshot", { clip, captureBeyondViewport: true });
    return Buffer.from(data, "base64");
  }

  async close() {
    this.session = undefined;
    await this.send("Browser.close").catch(() => {});
    await this.ended;
  }
}
