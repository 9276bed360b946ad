/**
 * The alignments of a label sequence with a sequence of emissions (Graves et al. 2006), in the order of operations
 * and the precision of PyTorch's CPU kernel. States are the labels with blanks between and around them.
 */

export type Round = (x: number) => number;

/** Log-probability of a label at a time. */
export type Emission = (t: number, label: number) => number;

/** log(eᵃ + eᵇ + eᶜ); where all are −∞ that stays. */
function addLogs(a: number, b: number, c: number, r: Round): number {
  const most = Math.max(a, b, c);
  const max = most === -Infinity ? 0 : most;
  const total = r(r(r(Math.exp(r(a - max))) + r(Math.exp(r(b - max)))) + r(Math.exp(r(c - max))));
  return r(r(Math.log(total)) + max);
}

/** The target of one sample with blanks between and around its labels. */
export function extended(labels: readonly number[], blank: number): number[] {
  return [blank, ...labels.flatMap((label) => [label, blank])];
}

/** Log-probability of all beginnings that end at (time, state): a state that repeats a label is not skipped to. */
export function beginnings(emit: Emission, steps: number, states: readonly number[], r: Round): Float64Array {
  const count = states.length;
  const alpha = new Float64Array(steps * count).fill(-Infinity);
  for (let s = 0; s < Math.min(2, count) && steps > 0; s++) alpha[s] = emit(0, states[s]);
  for (let t = 1; t < steps; t++) {
    const before = (t - 1) * count;
    for (let s = 0; s < count; s++) {
      const skips = s > 1 && states[s - 2] !== states[s];
      const sum = addLogs(
        alpha[before + s],
        s > 0 ? alpha[before + s - 1] : -Infinity,
        skips ? alpha[before + s - 2] : -Infinity,
        r,
      );
      alpha[t * count + s] = r(sum + emit(t, states[s]));
    }
  }
  return alpha;
}

/** Log-likelihood of a target: what the beginnings that reach the last label or the last blank amount to. */
export function likelihood(alpha: Float64Array, steps: number, count: number, r: Round): number {
  if (steps === 0) return count > 1 ? -Infinity : 0;
  const end = (steps - 1) * count;
  return count === 1 ? alpha[end] : addLogs(alpha[end + count - 1], alpha[end + count - 2], -Infinity, r);
}

/** For each (time, label) the log-probability of all alignments that emit it there, times the emission once more. */
export function through(
  emit: Emission,
  steps: number,
  states: readonly number[],
  alpha: Float64Array,
  classes: number,
  r: Round,
): Float64Array {
  const count = states.length;
  const mass = new Float64Array(steps * classes).fill(-Infinity);
  let later = new Float64Array(count).fill(-Infinity);
  for (let t = steps - 1; t >= 0; t--) {
    const beta = new Float64Array(count).fill(-Infinity);
    for (let s = count - 1; s >= 0; s--) {
      if (t === steps - 1) {
        if (s < count - 2) break;
        beta[s] = emit(t, states[s]);
      } else {
        const skips = s < count - 2 && states[s + 2] !== states[s];
        const sum = addLogs(later[s], s < count - 1 ? later[s + 1] : -Infinity, skips ? later[s + 2] : -Infinity, r);
        beta[s] = r(sum + emit(t, states[s]));
      }
      const product = r(alpha[t * count + s] + beta[s]);
      const at = t * classes + states[s];
      mass[at] = mass[at] === -Infinity ? product : addLogs(mass[at], product, -Infinity, r);
    }
    later = beta;
  }
  return mass;
}
