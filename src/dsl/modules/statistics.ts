/** The `statistics` module, in double precision. */
import { toDouble } from "../builtins/numbers";
import { functions } from "../builtins/table";
import { compareForSort } from "../comparison";
import { error, exceptionType } from "../exceptions";
import { builtinType, type Value } from "../type";
import { Dict } from "../values/dict";
import { numberOf, toFloat } from "../values/float";
import { isInt } from "../values/int";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";

const statisticsError = builtinType("StatisticsError", [exceptionType("ValueError")], { module: "statistics" });

function numbers(data: Value, least: number, what: string): number[] {
  const values = listOf(data).map(toDouble);
  if (values.length < least) throw error(statisticsError, what);
  return values;
}

/** Exactly rounded sums matter for means: add with the error of each addition kept. */
function total(values: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const x of values) {
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + lost;
}

const average = (values: readonly number[]): number => total(values) / values.length;

function variance(data: Value, ddof: 0 | 1): number {
  const values = numbers(
    data,
    1 + ddof,
    ddof ? "variance requires at least two data points" : "pvariance requires at least one data point",
  );
  const center = average(values);
  return total(values.map((x) => (x - center) ** 2)) / (values.length - ddof);
}

/** A whole mean of ints is an int, as in Python. */
function mean(data: Value): Value {
  const items = listOf(data);
  const value = average(numbers(items, 1, "mean requires at least one data point"));
  return items.every(isInt) && Number.isInteger(value) ? value : toFloat(value);
}

function middle(data: Value, pick: "low" | "high" | "both"): Value {
  const sorted = listOf(data).sort(compareForSort);
  if (sorted.length === 0) throw error(statisticsError, "no median for empty data");
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1 || pick === "high") return sorted[half];
  if (pick === "low") return sorted[half - 1];
  return toFloat((numberOf(sorted[half - 1])! + numberOf(sorted[half])!) / 2);
}

function modes(data: Value): Value[] {
  const counts = new Dict();
  for (const item of listOf(data)) counts.set(item, Number(counts.get(item) ?? 0) + 1);
  const most = Math.max(...counts.values().map(Number));
  return counts
    .pairs()
    .filter(([, n]) => n === most)
    .map(([item]) => item);
}

export function statisticsModule(): PyModule {
  return new PyModule("statistics", [
    ["StatisticsError", statisticsError],
    ...functions({
      mean: ["data", mean],
      fmean: ["data", (data: Value) => toFloat(average(numbers(data, 1, "fmean requires at least one data point")))],
      median: ["data", (data: Value) => middle(data, "both")],
      median_low: ["data", (data: Value) => middle(data, "low")],
      median_high: ["data", (data: Value) => middle(data, "high")],
      mode: ["data", (data: Value) => modes(data)[0]],
      multimode: ["data", modes],
      variance: ["data", (data: Value) => toFloat(variance(data, 1))],
      pvariance: ["data", (data: Value) => toFloat(variance(data, 0))],
      stdev: ["data", (data: Value) => toFloat(Math.sqrt(variance(data, 1)))],
      pstdev: ["data", (data: Value) => toFloat(Math.sqrt(variance(data, 0)))],
    }),
  ]);
}
