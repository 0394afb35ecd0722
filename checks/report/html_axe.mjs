// html_axe.mjs MODULES BROWSER FOLDER PAGE...: in a browser, with every fold open, light and dark, no page may violate a rule of
// axe; at 360, 800 and 1400 pixels none may be wider than the window, nor have anything that scrolls within it. Of PIXELS=PAGE
// the height is looked at alone, folded, at 800 pixels: it may be no more than that. Prints what is wrong; exits 1 where
// something is.
import fs from "node:fs";
import path from "node:path";
import { Browser } from "./browser.mjs";

const [modules, program, folder, ...pages] = process.argv.slice(2);
const axe = fs.readFileSync(path.join(modules, "axe-core", "axe.min.js"), "utf8");

// The rules that are violated, with the first place of each; in the dark scheme it is the colours that are others.
const violations = (scheme) => `axe.run(document, { resultTypes: ["violations"]${
  scheme === "dark" ? ', runOnly: ["color-contrast"]' : ""} }).then(({ violations }) => violations.map((v) =>
  v.id + ": " + v.help + " (" + v.nodes.length + " times, first " + v.nodes[0].html.slice(0, 200) + ")"))`;

const openAll = `document.querySelectorAll("details").forEach((d) => { d.open = true; })`;

const layout = `(() => {
  const wrong = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) wrong.push("the page is " + document.documentElement.scrollWidth + " wide");
  for (const e of document.body.querySelectorAll("*")) {
    if (e.ownerSVGElement) continue;
    const name = e.tagName + "." + e.className, style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (/auto|scroll/.test(style.overflowX + style.overflowY)) wrong.push(name + " scrolls");
    else if (box.width > 0 && box.right > width + 0.5) wrong.push(name + " ends at " + box.right + ": " + e.textContent.slice(0, 40));
  }
  return wrong.slice(0, 5);
})()`;

// Filters show what they say, and a link from the table of tensors opens the fold that it leads to.
const behaviour = `(async () => {
  const wrong = [], choose = (name) => document.getElementById("show-" + name)?.click();
  for (const name of ["wrong", "undecided"]) {
    if (!document.getElementById("show-" + name)) continue;
    choose(name);
    const shown = [...document.querySelectorAll(".f")].filter((e) => e.checkVisibility());
    if (shown.length === 0 || !shown.every((e) => e.classList.contains(name))) wrong.push("the filter " + name + " fails");
  }
  choose("all");
  const link = [...document.querySelectorAll("#tensors a")].pop();
  if (!link) return wrong;
  document.querySelectorAll("details").forEach((d) => { d.open = false; });
  link.click();
  await new Promise((resolve) => setTimeout(resolve, 200));
  if (!document.getElementById(link.hash.slice(1)).lastElementChild.checkVisibility()) wrong.push(link.hash + " stays folded");
  return wrong;
})()`;

async function examine(browser, page) {
  const [, most, name] = page.match(/^(?:(\d+)=)?(.*)$/);
  const url = `file://${path.resolve(folder, name)}`, wrong = [];
  const note = (when, list) => list.forEach((what) => wrong.push(`${name}, ${when}: ${what}`));
  await browser.show(url, 800, "light");
  const height = await browser.evaluate("document.documentElement.scrollHeight");
  if (most) return height > Number(most) ? [`${name} is ${height} pixels tall when folded, more than ${most}`] : [];
  note("used", await browser.evaluate(behaviour));
  for (const scheme of ["light", "dark"])
    for (const width of scheme === "light" ? [360, 800, 1400] : [800]) {
      await browser.show(url, width, scheme);
      await browser.evaluate(openAll);
      note(`${width} wide`, await browser.evaluate(layout));
      if (width !== 800) continue;
      await browser.evaluate(axe);
      note(scheme, await browser.evaluate(violations(scheme)));
    }
  return wrong;
}

const browser = new Browser(program, fs.mkdtempSync(path.join(path.resolve(folder), "profile-")));
await browser.open();
const wrong = [];
for (const page of pages) wrong.push(...(await examine(browser, page)));
await browser.close();
wrong.forEach((line) => console.log(line));
process.exit(wrong.length > 0 ? 1 : 0);
