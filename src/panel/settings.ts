import { INITIALIZATIONS, type Initialization, NORMALIZATIONS, type Normalization } from "../statistics/format";
import { ACTIVATIONS, type ModelChoice } from "../statistics/panel_protocol";
import { type ListEntry, ListField, NumberField, TextField } from "./controls/fields";
import { Segmented } from "./controls/segmented";
import { element } from "./element";
import { initializationName, normalizationName } from "./names";
import type { Panel } from "./panel";
import { DESCRIBED, isDescription, modelOf, type PanelState, settingsFor } from "./state";
import { t } from "./strings";

const OTHER = "described:";

/** The controls above the charts. */
export class Settings {
  readonly root: HTMLElement;
  private readonly model = new ListField((value) => this.chooseModel(value));
  private readonly description = new TextField(/^(mlp|cnn):[0-9x-]+:\w+$/i, (model) => this.panel.choose({ model }));
  private readonly activation = new ListField((value) => this.panel.choose({ activation: value || null }));
  private readonly input = new ListField((value) =>
    this.panel.choose({ input: value === "note" ? "note" : "generated" }),
  );
  private readonly gain = new NumberField({ min: 0, max: 1000, step: "any", optional: true }, (gain) =>
    this.panel.choose({ gain }),
  );
  private readonly batch = new NumberField({ min: 1, max: 8192, step: 1 }, (batch) =>
    this.panel.choose({ batch: batch ?? 1 }),
  );
  private readonly seed = new NumberField({ min: 0, max: 4294967295, step: 1 }, (seed) =>
    this.panel.choose({ seed: seed ?? 0 }),
  );
  private readonly seeds = new ListField((value) => this.panel.chooseSeeds(Number(value)));
  private readonly norm = new Segmented<Normalization>((norm) => this.panel.choose({ norm }));
  private readonly init = new Segmented<Initialization>((init) => this.panel.choose({ init, gain: null }));

  constructor(private readonly panel: Panel) {
    const fields = [this.model, this.description, this.activation, this.input, this.batch, this.seed, this.seeds];
    this.root = element(
      "form",
      { class: "settings", "aria-label": t("What to measure") },
      element("div", { class: "fields" }, ...fields.map((field) => field.root)),
      this.norm.root,
      element("div", { class: "with-gain" }, this.init.root, this.gain.root),
    );
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  update(state: PanelState): void {
    const { choice } = state;
    const listed = modelOf(state);
    const described = isDescription(choice.model);
    this.model.update(t("Network"), modelEntries(state.models), listed ? choice.model : OTHER);
    this.description.root.hidden = !described || listed !== undefined;
    this.description.update(
      t("Description"),
      choice.model,
      t("For example mlp:512x10:tanh, mlp:784-256-10:relu or cnn:3-16x6:relu"),
    );
    const own = listed?.activation ?? (described ? choice.model.split(":")[2]! : null);
    this.activation.update(
      t("Activation"),
      [
        { value: "", label: own === null ? t("the network's own") : t("the network's own ({0})", own) },
        ...ACTIVATIONS.map((name) => ({ value: name, label: name })),
      ],
      choice.activation ?? "",
    );
    this.input.root.hidden = !listed?.hasInput;
    this.input.update(
      t("Input"),
      [
        { value: "note", label: t("last one in the note") },
        { value: "generated", label: t("random, unit normal") },
      ],
      choice.input,
    );
    this.batch.update(t("Batch"), choice.batch, { disabled: choice.input === "note" });
    this.seed.update(t("Seed"), choice.seed);
    this.seeds.update(
      t("Repeats"),
      [1, 4, 16].map((n) => ({ value: String(n), label: n === 1 ? t("one seed") : t("{0} seeds", n) })),
      String(state.seeds),
    );
    this.norm.update(
      t("Normalization"),
      NORMALIZATIONS.map((value) => ({ value, label: normalizationName(value) })),
      choice.norm,
    );
    this.init.update(
      t("Initialisation"),
      INITIALIZATIONS.map((value) => ({ value, label: initializationName(value, !described) })),
      choice.init,
    );
    const gains: Partial<Record<Initialization, string>> = {
      constant: t("Value"),
      normal: t("Std"),
      uniform: t("Upper bound"),
    };
    this.gain.update(gains[choice.init] ?? t("Gain"), choice.gain, {
      placeholder: t("auto"),
      disabled: choice.init === "default",
    });
  }

  private chooseModel(id: string): void {
    const model = this.panel.state.models.find((each) => each.id === id);
    if (model) this.panel.choose(settingsFor(model));
    else {
      const { model: current } = this.panel.state.choice;
      this.panel.choose({
        model: isDescription(current) ? `${DESCRIBED.replace("256", "512")}` : DESCRIBED,
        input: "generated",
      });
    }
  }
}

function modelEntries(models: readonly ModelChoice[]): readonly ListEntry[] {
  const groups = { note: t("In the note"), offered: t("Deep enough to show depth"), described: t("Described") };
  return [
    ...models.map((model) => ({
      value: model.id,
      label:
        model.source === "note"
          ? t("{0}: {1}, {2} parameters", model.id, model.type, model.parameters.toLocaleString())
          : describedName(model),
      group: groups[model.source],
    })),
    { value: OTHER, label: t("another network…"), group: groups.described },
  ];
}

function describedName(model: ModelChoice): string {
  return [`${model.weightLayers} × ${model.width}`, model.activation].filter((part) => part !== null).join(", ");
}
