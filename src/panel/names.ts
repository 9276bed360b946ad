import type { Initialization, Normalization, RegularizationCurve } from "../statistics/format";
import { t } from "./strings";

const normalizations: Readonly<Record<Normalization, string>> = {
  none: "None",
  batch: "Batch",
  layer: "Layer",
  instance: "Instance",
  group: "Group",
};

const initializations: Readonly<Record<Initialization, string>> = {
  default: "Default",
  constant: "Constant",
  uniform: "Uniform",
  normal: "Normal",
  xavier_uniform: "Xavier uniform",
  xavier_normal: "Xavier normal",
  kaiming_uniform: "Kaiming uniform",
  kaiming_normal: "Kaiming normal",
  orthogonal: "Orthogonal",
};

const penalties: Readonly<Record<RegularizationCurve["penalty"], string>> = {
  none: "No penalty",
  l1: "L1 (lasso)",
  l2: "L2 (ridge)",
  weight_decay: "weight_decay",
};

export const normalizationName = (norm: Normalization): string => t(normalizations[norm]);

/** @param own whether "default" means the weights that the note's model has */
export const initializationName = (init: Initialization, own: boolean): string =>
  init === "default" && own ? t("As in note") : t(initializations[init]);

export const penaltyName = (penalty: RegularizationCurve["penalty"]): string => t(penalties[penalty]);
