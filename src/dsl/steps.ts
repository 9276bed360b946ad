/**
 * Whether to stop is asked of the host once in a while: loops, calls and iterators count down, and whoever reaches zero
 * asks. What may take long by itself (a call of the runtime) takes more than one step.
 */
import { heap } from "../tensor/heap";
import { error } from "./exceptions";

/** How many steps are left before the host is asked. Translated code counts down by itself. */
export const steps = { left: 0 };

/** Steps of plain code take well under 100 µs. */
const BETWEEN_QUESTIONS = 200;
/** After so many calls of the runtime the host is asked, too: each may be a layer of a network. */
export const STEPS_OF_A_CALL = 50;

let between = BETWEEN_QUESTIONS;
let interrupted: () => boolean = () => false;

/** From now on this host is asked; `every` says after how many steps. */
export function askWhetherToStop(question: () => boolean, every = BETWEEN_QUESTIONS): void {
  interrupted = question;
  between = every;
  steps.left = 0;
}

/** Asks. */
export function checkInterrupt(): true {
  steps.left = between;
  if (interrupted()) throw error("KeyboardInterrupt");
  heap.safePoint();
  return true;
}

/** One step of a loop in the runtime. */
export function step(): void {
  if (--steps.left < 0) checkInterrupt();
}
