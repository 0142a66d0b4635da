// Reads a run's histograms.hlog with hdr-histogram-js and compares every percentile with run.json.
// NODE_PATH=.../node_modules node read_hlog.js RUN_FOLDER
const fs = require("fs");
const hdr = require("hdr-histogram-js");

const folder = process.argv[2];
const run = JSON.parse(fs.readFileSync(`${folder}/run.json`, "utf8"));
const reader = new hdr.HistogramLogReader(fs.readFileSync(`${folder}/histograms.hlog`, "utf8"));
const headline = new Set(["ok", "not_found", "condition_failed"]);
const merged = new Map();
let intervals = 0;

for (let interval = reader.nextIntervalHistogram(); interval != null; interval = reader.nextIntervalHistogram()) {
  intervals += 1;
  const [operation, outcome, clock] = interval.tag.split("/");
  if (!headline.has(outcome)) continue;
  const key = `${operation}/${clock}_ms`;
  if (!merged.has(key)) {
    merged.set(key, hdr.build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 3.6e12, bitBucketSize: 64 }));
  }
  merged.get(key).add(interval);
}

let compared = 0;
let worst = 0;
for (const [operation, record] of Object.entries(run.operations)) {
  for (const clock of ["response_ms", "service_ms", "queue_ms"]) {
    const histogram = merged.get(`${operation}/${clock}`);
    if (record[clock].count !== (histogram ? histogram.totalCount : 0)) {
      console.log(`${operation} ${clock}: ${histogram && histogram.totalCount} samples, not ${record[clock].count}`);
      process.exitCode = 1;
    }
    for (const [name, percentile] of [["p50", 50], ["p90", 90], ["p95", 95], ["p99", 99], ["p99_9", 99.9]]) {
      const said = record[clock][name];
      if (said == null) continue;
      compared += 1;
      const difference = Math.abs(histogram.getValueAtPercentile(percentile) / 1e6 - said) / Math.max(said, 1e-6);
      worst = Math.max(worst, difference);
    }
  }
}
if (worst > 2e-3 || compared === 0) process.exitCode = 1;
console.log(`${intervals} intervals, ${compared} percentiles compared, largest relative difference ${worst.toExponential(1)}`);
