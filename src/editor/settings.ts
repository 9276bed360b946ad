/** The extension's settings, read when they are needed. */
import * as vscode from "vscode";

export interface Settings {
  readonly "outputs.display": "belowCell" | "endOfLine" | "off";
  readonly "outputs.maxLines": number;
  readonly codeLens: boolean;
  readonly inlayHints: boolean;
  readonly "inference.enabled": boolean;
  readonly "inference.budget": number;
  readonly detectNotes: boolean;
  readonly dimSavedOutputs: boolean;
  readonly completion: boolean;
  /** MiB. */
  readonly memoryLimit: number;
}

/** The defaults stand in package.json; these apply only while VS Code has not read it. */
const FALLBACKS: Settings = {
  "outputs.display": "belowCell",
  "outputs.maxLines": 24,
  codeLens: true,
  inlayHints: true,
  "inference.enabled": true,
  "inference.budget": 2000,
  detectNotes: true,
  dimSavedOutputs: true,
  completion: true,
  memoryLimit: 2048,
};

export function setting<K extends keyof Settings>(name: K, scope?: vscode.ConfigurationScope): Settings[K] {
  return vscode.workspace.getConfiguration("notegrad", scope).get<Settings[K]>(name) ?? FALLBACKS[name];
}

export function onSettingsChange(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("notegrad")) listener();
  });
}
