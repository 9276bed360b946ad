/** How tensors are printed; `torch.set_printoptions`. */
export interface PrintOptions {
  /** Digits after the point. */
  precision: number;
  /** Tensors with more elements are summarised. */
  threshold: number;
  /** Items shown at either end of a summarised dimension. */
  edgeitems: number;
  /** Characters a line may have. */
  linewidth: number;
  /** Scientific notation always, never, or (null) when the values call for it. */
  sciMode: boolean | null;
}

const PROFILES: Readonly<Record<string, Partial<PrintOptions>>> = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80 },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80 },
};

export const printOptions: PrintOptions = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null };

/** What is not given stays as it is, except `sciMode`, which every call sets. */
export function setPrintOptions(changes: Partial<PrintOptions> & { profile?: string | null }): void {
  const { profile, sciMode = null, ...given } = changes;
  if (profile) Object.assign(printOptions, PROFILES[profile.toLowerCase()]);
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== undefined) Object.assign(printOptions, { [name]: value });
  }
  printOptions.sciMode = sciMode;
}

/** Runs with other options and puts the present ones back. */
export function withPrintOptions<T>(changes: Partial<PrintOptions>, run: () => T): T {
  const before = { ...printOptions };
  try {
    setPrintOptions(changes);
    return run();
  } finally {
    Object.assign(printOptions, before);
  }
}
