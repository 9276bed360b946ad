/** `strftime`: a point in time as text. All times are local. */

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = "January February March April May June July August September October November December".split(" ");
const two = (n: number): string => String(n).padStart(2, "0");

/** Days since the first of January, counted from 1. */
function dayOfYear(t: Date): number {
  const whole = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return (whole(t) - Date.UTC(t.getFullYear(), 0, 1)) / 86400000 + 1;
}

const fields: Readonly<Record<string, (t: Date, microseconds: number) => string>> = {
  Y: (t) => String(t.getFullYear()),
  m: (t) => two(t.getMonth() + 1),
  d: (t) => two(t.getDate()),
  H: (t) => two(t.getHours()),
  I: (t) => two(t.getHours() % 12 || 12),
  M: (t) => two(t.getMinutes()),
  S: (t) => two(t.getSeconds()),
  f: (_t, microseconds) => String(microseconds).padStart(6, "0"),
  p: (t) => (t.getHours() < 12 ? "AM" : "PM"),
  y: (t) => two(t.getFullYear() % 100),
  j: (t) => String(dayOfYear(t)).padStart(3, "0"),
  a: (t) => days[t.getDay()].slice(0, 3),
  A: (t) => days[t.getDay()],
  b: (t) => months[t.getMonth()].slice(0, 3),
  B: (t) => months[t.getMonth()],
  F: (t) => formatTime("%Y-%m-%d", t),
  T: (t) => formatTime("%H:%M:%S", t),
  "%": () => "%",
};

export function formatTime(format: string, t: Date, microseconds = 0): string {
  return format.replace(/%(.)/g, (all, key: string) => fields[key]?.(t, microseconds) ?? all);
}
