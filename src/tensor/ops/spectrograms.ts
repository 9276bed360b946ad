import { complexOf, isDifferentiable, realOf } from "../dtype";
import { check, TorchError } from "../errors";
import { filled } from "../kernels/fill";
import { defineOp } from "../op";
import { formatSizes, type Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { warn } from "../warnings";
import { div, mul, pow } from "./arithmetic";
import { lt } from "./comparison";
import { viewAsReal } from "./complex";
import { toDType } from "./copies";
import { complexTransform, realTransform, toReal } from "./fourier";
import { constantPad, pad } from "./nn/pad";
import { transpose } from "./permuting";
import { any } from "./reduction";
import { slice } from "./slicing";
import { unfold, unfoldBackward } from "./strided";
import { abs } from "./unary";
import { expand, named, reshape, squeeze, unsqueeze, view } from "./views";

/** Short-time Fourier transforms: spectra of overlapping windows of a signal, and back. */

const isComplex = (x: Tensor | null): boolean => x?.dtype.kind === "complex";
const flag = (x: boolean | null): string => (x === null ? "None" : x ? "1" : "0");
const windowText = (window: Tensor | null): string =>
  window === null ? "None" : `torch.${window.dtype.scalarName}Tensor{${formatSizes(window.sizes)}}`;

/** A window of n_fft places: the given one (or ones) in the middle of zeros. */
function widened(window: Tensor | null, like: Tensor, length: number, nFft: number): Tensor | null {
  if (window === null && length === nFft) return null;
  const own = window ?? filled([length], realOf(like.dtype), 1, like.isAbstract);
  const left = Math.floor((nFft - length) / 2);
  return length === nFft ? own : constantPad(own, [left, nFft - length - left], 0);
}

type Stft = [
  input: Tensor,
  nFft: number,
  hopLength?: number | null,
  winLength?: number | null,
  window?: Tensor | null,
  center?: boolean,
  padMode?: string,
  normalized?: boolean,
  onesided?: boolean | null,
  returnComplex?: boolean | null,
  alignToWindow?: boolean | null,
];

/** The signal with its ends continued, so that frames are centred on their time. */
function centred(x: Tensor, nFft: number, mode: string): Tensor {
  const lead: Sizes = new Array<number>(Math.max(0, 3 - x.ndim)).fill(1);
  const half = Math.floor(nFft / 2);
  const padded = pad(view(x, [...lead, ...x.sizes]), [half, half], mode);
  return view(padded, padded.sizes.slice(padded.ndim - x.ndim));
}

export const stft = defineOp({
  schema:
    "stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, " +
    "bool center=True, str pad_mode='reflect', bool normalized=False, bool? onesided=None, " +
    "bool? return_complex=None, bool? align_to_window=None) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Spectra of overlapping windows of a signal: frequencies by frames.",
  forward: (...args: Stft): Tensor => {
    const [given, nFft, hop = null, win = null, window = null, center = true, padMode = "reflect"] = args;
    const [normalized = false, onesided = null, returnComplex = null, align = null] = args.slice(7) as [
      boolean?,
      (boolean | null)?,
      (boolean | null)?,
      (boolean | null)?,
    ];
    const input = center ? centred(given, nFft, padMode) : given;
    const hopLength = hop ?? Math.floor(nFft / 4);
    const winLength = win ?? nFft;
    const complex = isComplex(input) || isComplex(window);
    check(
      returnComplex !== null || complex,
      "stft requires the return_complex parameter be given for real inputs, and will further require that " +
        "return_complex=True in a future PyTorch release.",
    );
    const fail = (condition: boolean, text: string): void => {
      if (condition) return;
      throw new TorchError(
        "RuntimeError",
        `stft(torch.${input.dtype.scalarName}Tensor${formatSizes(input.sizes)}, n_fft=${nFft}, ` +
          `hop_length=${hopLength}, win_length=${winLength}, window=${windowText(window)}, ` +
          `normalized=${flag(normalized)}, onesided=${flag(onesided)}, return_complex=${flag(returnComplex)}, ` +
          `align_to_window=${flag(align)}) : expected ${text}`,
      );
    };
    const length = input.sizes[input.ndim - 1];
    fail(isDifferentiable(input.dtype), "a tensor of floating point or complex values");
    fail(input.ndim === 1 || input.ndim === 2, "a 1D or 2D tensor");
    fail(nFft > 0 && nFft <= length, `0 < n_fft < ${length}, but got n_fft=${nFft}`);
    fail(hopLength > 0, `hop_length > 0, but got hop_length=${hopLength}`);
    fail(winLength > 0 && winLength <= nFft, `0 < win_length <= n_fft, but got win_length=${winLength}`);
    fail(
      window === null || (window.ndim === 1 && window.sizes[0] === winLength),
      `a 1D window tensor of size equal to win_length=${winLength}, but got window with size ` +
        formatSizes(window?.sizes ?? []),
    );
    const shape = widened(window, input, winLength, nFft);
    const frames = unfold(input.ndim === 1 ? unsqueeze(input, 0) : input, 1, nFft, hopLength);
    const shown = shape === null ? frames : mul(frames, shape);
    const factor = normalized ? 1 / Math.sqrt(nFft) : 1;
    check(!complex || onesided !== true, "Cannot have onesided output if window or input is complex");
    const spectra = complex
      ? complexTransform(shown, [2], factor, false)
      : realTransform(shown, [2], factor, onesided ?? true);
    const turned = transpose(spectra, 1, 2);
    const result =
      input.ndim === 1 ? named(squeeze(turned, 0), "SqueezeBackward4") : named(turned, "TransposeBackward1");
    if (returnComplex ?? complex) return result;
    warn(
      "stft with return_complex=False is deprecated. In a future pytorch release, stft will return complex tensors " +
        "for all inputs, and return_complex=False will raise an error.\nNote: you can still call " +
        "torch.view_as_real on the complex output to recover the old return format.",
    );
    return viewAsReal(result);
  },
});

type Istft = [
  input: Tensor,
  nFft: number,
  hopLength?: number | null,
  winLength?: number | null,
  window?: Tensor | null,
  center?: boolean,
  normalized?: boolean,
  onesided?: boolean | null,
  length?: number | null,
  returnComplex?: boolean,
];

export const istft = defineOp({
  schema:
    "istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, " +
    "bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) " +
    "-> Tensor",
  in: ["torch", "Tensor"],
  summary: "The signal of short-time spectra: frames overlapped and divided by what their windows add up to.",
  forward: (...args: Istft): Tensor => {
    const [input, nFft, hop = null, win = null, window = null, center = true, normalized = false] = args;
    const [onesided = null, length = null, returnComplex = false] = args.slice(7) as [
      (boolean | null)?,
      (number | null)?,
      boolean?,
    ];
    check(
      isComplex(input),
      "istft requires a complex-valued input tensor matching the output from stft with return_complex=True.",
    );
    const hopLength = hop ?? Math.floor(nFft / 4);
    const winLength = win ?? nFft;
    const failure = (text: string): TorchError =>
      new TorchError(
        "RuntimeError",
        `istft(CPU${input.dtype.scalarName}Type${formatSizes(input.sizes)}, n_fft=${nFft}, hop_length=${hopLength}, ` +
          `win_length=${winLength}, window=${windowText(window)}, center=${flag(center)}, ` +
          `normalized=${flag(normalized)}, onesided=${flag(onesided)}, length=${length ?? "None"}, ` +
          `return_complex=${flag(returnComplex)})${text}`,
      );
    const fail = (condition: boolean, text: string): void => {
      if (!condition) throw failure(` : expected ${text}`);
    };
    const [bins, frames] = input.sizes.slice(-2);
    fail(input.ndim === 2 || input.ndim === 3, `a tensor with 3 or 4 dimensions, but got ${input.ndim + 1}`);
    const half = onesided ?? !isComplex(window);
    const wanted = half ? Math.floor(nFft / 2) + 1 : nFft;
    fail(
      bins === wanted,
      `the frequency dimension (3rd to the last) of the input tensor to match n_fft${half ? " / 2 + 1" : ""} when ` +
        `onesided=${half ? "True" : "False"}, but got ${bins}`,
    );
    fail(hopLength > 0 && hopLength <= winLength, "0 < hop_length <= win_length");
    fail(winLength > 0 && winLength <= nFft, "0 < win_length <= n_fft");
    check(!returnComplex || !half, "Cannot have onesided output if window or input is complex");
    const shape = widened(window, input, winLength, nFft) ?? filled([nFft], realOf(input.dtype), 1, input.isAbstract);
    const factor = normalized ? 1 / Math.sqrt(nFft) : 1 / nFft;
    const spectra = transpose(input.ndim === 2 ? unsqueeze(input, 0) : input, 1, 2);
    const pieces = returnComplex
      ? complexTransform(spectra, [2], factor, true)
      : toReal(half ? spectra : slice(spectra, 2, 0, Math.floor(nFft / 2) + 1), [2], factor, nFft);
    const total = nFft + hopLength * (frames - 1);
    const overlapped = unfoldBackward(mul(pieces, shape), [spectra.sizes[0], total], 1, nFft, hopLength);
    const squares = expand(reshape(pow(shape, 2), [1, 1, nFft]), [1, frames, nFft]);
    const envelope = unfoldBackward(squares, [1, total], 1, nFft, hopLength);
    const start = center ? Math.floor(nFft / 2) : 0;
    const end = length !== null ? start + length : center ? -start : total;
    const [signal, weight] = [overlapped, envelope].map((y) => slice(y, 1, start, end));
    if (!weight.isAbstract && Number(any(lt(abs(weight), 1e-11)).storage.data[0]) !== 0) {
      throw failure(" window overlap add min: 1\n[ CPUBoolType{} ]");
    }
    const result = div(signal, isComplex(signal) ? toDType(weight, complexOf(weight.dtype)) : weight);
    const missing = length === null ? 0 : length - result.sizes[1];
    const whole = missing > 0 ? constantPad(result, [0, missing], 0) : result;
    return input.ndim === 2 ? squeeze(whole, 0) : whole;
  },
});
