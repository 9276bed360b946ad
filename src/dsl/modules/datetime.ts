/** `datetime`: `date`, `datetime`, `timedelta`, without time zones. */
import { toDouble } from "../builtins/numbers";
import { getters, type Method, methods } from "../builtins/table";
import { valueError } from "../exceptions";
import { apply, native } from "../function";
import { builtinType, PyObject, type PyType, TYPE, type Value } from "../type";
import { NotImplemented } from "../types";
import { ClassMethod } from "../values/descriptors";
import { toFloat } from "../values/float";
import { hashOf } from "../values/key";
import { PyModule } from "../values/module";
import { formatTime } from "./time_format";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const two = (n: number): string => String(n).padStart(2, "0");
const fraction = (microseconds: number): string =>
  microseconds === 0 ? "" : `.${String(microseconds).padStart(6, "0")}`;
const clock = (of: number): string => {
  const seconds = Math.floor(of / SECOND);
  return `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction(of % SECOND)}`;
};

const deltaType = builtinType("timedelta", undefined, { module: "datetime" });
const dateType = builtinType("date", undefined, { module: "datetime" });
const dateTimeType = builtinType("datetime", [dateType], { module: "datetime" });

class Delta extends PyObject {
  constructor(readonly microseconds: number) {
    super(deltaType);
  }
  get days(): number {
    return Math.floor(this.microseconds / DAY);
  }
  /** Microseconds within the day. */
  get rest(): number {
    return this.microseconds - this.days * DAY;
  }
}

/** A day, and for `datetime` the time in it: milliseconds as `Date.UTC` counts them, and what they cannot hold. */
class Moment extends PyObject {
  constructor(
    type: PyType,
    readonly milliseconds: number,
    readonly below: number,
  ) {
    super(type);
  }

  /** Its fields as local ones, so that no time zone moves them. */
  get local(): Date {
    const t = new Date(this.milliseconds);
    const [year, month, day] = [t.getUTCFullYear(), t.getUTCMonth(), t.getUTCDate()];
    return new Date(year, month, day, t.getUTCHours(), t.getUTCMinutes(), t.getUTCSeconds(), t.getUTCMilliseconds());
  }
  get microsecond(): number {
    return (((this.milliseconds % 1000) + 1000) % 1000) * 1000 + this.below;
  }
  get microseconds(): number {
    return this.milliseconds * 1000 + this.below;
  }
  moved(by: number): Moment {
    const all = this.microseconds + by;
    const milliseconds = Math.floor(all / 1000);
    return new Moment(this[TYPE], milliseconds, all - milliseconds * 1000);
  }
  get timed(): boolean {
    return this[TYPE] === dateTimeType;
  }
}

const units = [DAY, SECOND, 1, 1000, 60 * SECOND, 3600 * SECOND, 7 * DAY];
const makeDelta = (...amounts: Value[]): Delta =>
  new Delta(Math.round(amounts.reduce((sum: number, n, i) => sum + toDouble(n) * units[i], 0)));

function dayAt(year: number, month: number, day: number): number {
  if (month < 1 || month > 12) throw valueError("month must be in 1..12");
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    throw valueError("day is out of range for month");
  }
  return Date.UTC(year, month - 1, day);
}

const ranges: readonly [string, number][] = [
  ["hour", 23],
  ["minute", 59],
  ["second", 59],
  ["microsecond", 999999],
];

function makeDateTime(year: number, month: number, day: number, ...time: number[]): Moment {
  ranges.forEach(([name, most], i) => {
    if (time[i] < 0 || time[i] > most) throw valueError(`${name} must be in 0..${most}`);
  });
  const [hour, minute, second, microsecond] = time;
  const whole = dayAt(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  return new Moment(dateTimeType, whole + Math.floor(microsecond / 1000), microsecond % 1000);
}

const makeDate = (year: number, month: number, day: number): Moment => new Moment(dateType, dayAt(year, month, day), 0);

/** The wall clock's reading of a time. */
function wall(t: Date): number {
  return t.getTime() - t.getTimezoneOffset() * 60000;
}
const midnight = (milliseconds: number): number => Math.floor(milliseconds / 86_400_000) * 86_400_000;
const fromTimestamp = (seconds: Value): Moment => new Moment(dateTimeType, wall(new Date(toDouble(seconds) * 1000)), 0);

function called(type: PyType, params: string, make: (...args: never[]) => Value, defaults: Value[]): void {
  const f = native(type.name, params, make, defaults);
  type.called = (_type, args) => apply(f, args);
}
called(dateType, "year, month, day", makeDate, []);
called(dateTimeType, "year, month, day, hour=, minute=, second=, microsecond=", makeDateTime, [0, 0, 0, 0]);
called(
  deltaType,
  "days=, seconds=, microseconds=, milliseconds=, minutes=, hours=, weeks=",
  makeDelta,
  units.map(() => 0),
);

function deltaText(d: Delta): string {
  const days = d.days === 0 ? "" : `${d.days} day${Math.abs(d.days) === 1 ? "" : "s"}, `;
  return `${days}${Math.floor(d.rest / (3600 * SECOND))}:${clock(d.rest)}`;
}

function deltaRepr(d: Delta): string {
  const parts = { days: d.days, seconds: Math.floor(d.rest / SECOND), microseconds: d.rest % SECOND };
  const given = Object.entries(parts).filter(([, n]) => n !== 0);
  return `datetime.timedelta(${given.map(([name, n]) => `${name}=${n}`).join(", ") || "0"})`;
}

function momentRepr(m: Moment): string {
  const t = m.local;
  const fields = [t.getFullYear(), t.getMonth() + 1, t.getDate()];
  if (!m.timed) return `datetime.date(${fields.join(", ")})`;
  fields.push(t.getHours(), t.getMinutes());
  if (t.getSeconds() !== 0 || m.microsecond !== 0) fields.push(t.getSeconds());
  if (m.microsecond !== 0) fields.push(m.microsecond);
  return `datetime.datetime(${fields.join(", ")})`;
}

function isoText(m: Moment, separator: string): string {
  const day = formatTime("%Y-%m-%d", m.local);
  return m.timed ? day + separator + formatTime("%H:%M:%S", m.local) + fraction(m.microsecond) : day;
}

type Size = (v: Value) => number | undefined;
const deltaSize: Size = (v) => (v instanceof Delta ? v.microseconds : undefined);
const momentSize: Size = (v) => (v instanceof Moment ? v.microseconds : undefined);

function comparisons(size: Size): Record<string, Method> {
  const table: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    __eq__: (a, b) => a === b,
    __lt__: (a, b) => a < b,
    __le__: (a, b) => a <= b,
    __gt__: (a, b) => a > b,
    __ge__: (a, b) => a >= b,
  };
  const entries = Object.entries(table).map(([name, compare]): [string, Method] => [
    name,
    ["other, /", (a: Value, b: Value) => (size(b) === undefined ? NotImplemented : compare(size(a)!, size(b)!))],
  ]);
  return { ...Object.fromEntries(entries), __hash__: ["", (v: Value) => hashOf(size(v))] };
}

const scaled = (d: Delta, by: Value): Delta => new Delta(Math.round(d.microseconds * toDouble(by)));
methods(deltaType, {
  ...comparisons(deltaSize),
  __add__: [
    "other, /",
    (a: Delta, b: Value) => {
      if (b instanceof Moment) return b.moved(a.microseconds);
      return b instanceof Delta ? new Delta(a.microseconds + b.microseconds) : NotImplemented;
    },
  ],
  __sub__: [
    "other, /",
    (a: Delta, b: Value) => (b instanceof Delta ? new Delta(a.microseconds - b.microseconds) : NotImplemented),
  ],
  __mul__: ["other, /", scaled],
  __rmul__: ["other, /", scaled],
  __truediv__: [
    "other, /",
    (a: Delta, b: Value) =>
      b instanceof Delta ? toFloat(a.microseconds / b.microseconds) : scaled(a, 1 / toDouble(b)),
  ],
  __neg__: ["", (d: Delta) => new Delta(-d.microseconds)],
  __bool__: ["", (d: Delta) => d.microseconds !== 0],
  __str__: ["", deltaText],
  __repr__: ["", deltaRepr],
  total_seconds: ["", (d: Delta) => toFloat(d.microseconds / SECOND)],
});
getters(deltaType, {
  days: (d: Delta) => d.days,
  seconds: (d: Delta) => Math.floor(d.rest / SECOND),
  microseconds: (d: Delta) => d.rest % SECOND,
});

methods(dateType, {
  ...comparisons(momentSize),
  __add__: ["other, /", (m: Moment, d: Value) => (d instanceof Delta ? m.moved(d.microseconds) : NotImplemented)],
  __radd__: ["other, /", (m: Moment, d: Value) => (d instanceof Delta ? m.moved(d.microseconds) : NotImplemented)],
  __sub__: [
    "other, /",
    (m: Moment, other: Value) => {
      if (other instanceof Delta) return m.moved(-other.microseconds);
      return other instanceof Moment ? new Delta(m.microseconds - other.microseconds) : NotImplemented;
    },
  ],
  __str__: ["", (m: Moment) => isoText(m, " ")],
  __repr__: ["", momentRepr],
  __format__: [
    "spec, /",
    (m: Moment, spec: string) => (spec === "" ? isoText(m, " ") : formatTime(spec, m.local, m.microsecond)),
  ],
  isoformat: ["sep=", isoText, "T"],
  strftime: ["format, /", (m: Moment, format: string) => formatTime(format, m.local, m.microsecond)],
  weekday: ["", (m: Moment) => (m.local.getDay() + 6) % 7],
  isoweekday: ["", (m: Moment) => m.local.getDay() || 7],
});
getters(dateType, {
  year: (m: Moment) => m.local.getFullYear(),
  month: (m: Moment) => m.local.getMonth() + 1,
  day: (m: Moment) => m.local.getDate(),
});
methods(dateTimeType, {
  date: ["", (m: Moment) => new Moment(dateType, midnight(m.milliseconds), 0)],
  timestamp: ["", (m: Moment) => toFloat(m.local.getTime() / 1000 + m.below / SECOND)],
});
getters(dateTimeType, {
  hour: (m: Moment) => m.local.getHours(),
  minute: (m: Moment) => m.local.getMinutes(),
  second: (m: Moment) => m.local.getSeconds(),
  microsecond: (m: Moment) => m.microsecond,
});

const classMethod = (
  type: PyType,
  name: string,
  params: string,
  make: (...args: never[]) => Value,
  ...defaults: Value[]
) => type.define(name, new ClassMethod(native(name, params === "" ? "cls" : `cls, ${params}`, make, defaults)));
const now = (): Moment => new Moment(dateTimeType, wall(new Date()), Math.floor((performance.now() * 1000) % 1000));
classMethod(dateType, "today", "", () => new Moment(dateType, midnight(wall(new Date())), 0));
classMethod(dateTimeType, "today", "", now);
classMethod(dateTimeType, "now", "tz=", now, null);
classMethod(dateTimeType, "utcnow", "", () => new Moment(dateTimeType, Date.now(), 0));
classMethod(
  dateTimeType,
  "fromtimestamp",
  "timestamp, tz=",
  (_cls: Value, seconds: Value) => fromTimestamp(seconds),
  null,
);

export function datetimeModule(): PyModule {
  return new PyModule("datetime", [
    ["timedelta", deltaType],
    ["date", dateType],
    ["datetime", dateTimeType],
  ]);
}
