// Measure pages with Lighthouse's mobile preset: node measure.mjs BROWSER < addresses, one JSON answer a line.
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const chrome = await launch({
  chromePath: process.argv[2],
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const settings = { port: chrome.port, logLevel: "silent", disableFullPageScreenshot: true, skipAudits: ["bf-cache"] };
for await (const address of createInterface({ input: process.stdin })) {
  const { lhr } = await lighthouse(address, settings);
  const value = (audit) => lhr.audits[audit].numericValue;
  const categories = Object.values(lhr.categories);
  console.log(
    JSON.stringify({
      error: lhr.runtimeError?.message,
      scores: Object.fromEntries(categories.map(({ id, score }) => [id, Math.round(score * 100)])),
      paint: value("first-contentful-paint"),
      largest: value("largest-contentful-paint"),
      blocked: value("total-blocking-time"),
      shift: value("cumulative-layout-shift"),
      requests: lhr.audits["network-requests"].details.items.filter(({ url }) => !url.startsWith("data:")).length,
      missed: categories.flatMap(({ auditRefs }) =>
        auditRefs
          .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
          .map(({ id }) => `${id} ${lhr.audits[id].displayValue || ""}`.trim()),
      ),
    }),
  );
}
await chrome.kill();
