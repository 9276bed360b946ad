/** A point on the search line: how far, the loss there, its gradient and its slope along the line. */
export interface LinePoint {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly slope: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

/** The minimum of the cubic through two points with their slopes, kept between bounds. */
function cubicMinimum(p: LinePoint, q: LinePoint, low: number, high: number): number {
  const [a, b] = p.t <= q.t ? [p, q] : [q, p];
  const d1 = p.slope + q.slope - (3 * (p.loss - q.loss)) / (p.t - q.t);
  const square = d1 * d1 - p.slope * q.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
  return Math.min(Math.max(t, low), high);
}

/**
 * A point that satisfies the strong Wolfe conditions (Nocedal & Wright, Numerical Optimization, algorithms 3.5 and
 * 3.6), or the best one found.
 *
 * @param width the greatest magnitude of the direction's elements: brackets narrower than `tolerance` / width end it
 */
export function strongWolfe(
  evaluate: (t: number) => LinePoint,
  start: LinePoint,
  firstStep: number,
  width: number,
  most: number,
  tolerance = 1e-9,
): { point: LinePoint; evaluations: number } {
  const bound = (t: number): number => start.loss + SUFFICIENT_DECREASE * t * start.slope;
  const flat = (p: LinePoint): boolean => Math.abs(p.slope) <= -CURVATURE * start.slope;
  let point = evaluate(firstStep);
  let evaluations = 1;
  let before = start;
  let bracket: LinePoint[] | null = null;
  let rounds = 0;
  for (; rounds < most; rounds++) {
    if (
      point.loss > bound(point.t) ||
      (rounds > 1 && point.loss >= before.loss) ||
      (!flat(point) && point.slope >= 0)
    ) {
      bracket = [before, point];
      break;
    }
    if (flat(point)) return { point, evaluations };
    const next = cubicMinimum(before, point, point.t + 0.01 * (point.t - before.t), point.t * 10);
    before = point;
    point = evaluate(next);
    evaluations++;
  }
  const [first, second] = bracket ?? [start, point];
  let [low, high] = first.loss <= second.loss ? [first, second] : [second, first];
  for (let slow = false; rounds < most; rounds++) {
    const [least, greatest] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    if ((greatest - least) * width < tolerance) break;
    let t = cubicMinimum(low, high, least, greatest);
    // Too near an end twice in a row, or at it: a tenth of the bracket away from that end.
    const margin = 0.1 * (greatest - least);
    if (Math.min(greatest - t, t - least) < margin) {
      const jump: boolean = slow || t >= greatest || t <= least;
      if (jump) t = Math.abs(t - greatest) < Math.abs(t - least) ? greatest - margin : least + margin;
      slow = !jump;
    } else slow = false;
    point = evaluate(t);
    evaluations++;
    if (point.loss > bound(t) || point.loss >= low.loss) {
      [low, high] = point.loss >= low.loss ? [low, point] : [point, low];
      continue;
    }
    if (flat(point)) return { point, evaluations };
    if (point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
  }
  return { point: low, evaluations };
}
