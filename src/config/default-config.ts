import type { Config, GateSettings, RuleSetting } from './config.ts'
import { type PresetName, presets } from './presets.ts'
import { surroundingsOf } from './surroundings.ts'

export const defaultGate: GateSettings = {
  failOn: 'error',
  scope: 'changed',
  incomplete: 'fail',
  reportOnlyUntil: undefined,
}

/** What gates a repository without a configuration, or with one that cannot be read. */
export function defaultConfig(preset: PresetName = 'recommended'): Config {
  return {
    presets: [preset],
    gate: defaultGate,
    clusters: [],
    surroundings: surroundingsOf({}),
    rules: presetRules([preset]),
  }
}

/** Rules several presets switch on, the later ones on top. */
export function presetRules(names: readonly PresetName[]): Map<string, RuleSetting> {
  const severities = names.flatMap((name) => [...presets[name]])
  return new Map(severities.map(([id, severity]) => [id, { severity, chosenBy: 'preset', options: {} }]))
}
