import type { Span } from '../source/span.ts'
import type { ClusterConfig, Config, GateSettings, ManifestSource, RuleSetting } from './config.ts'
import { defaultGate, presetRules } from './default-config.ts'
import type { KnownRule } from './known-rule.ts'
import type { PresetName } from './presets.ts'
import type { WrittenConfig, WrittenRule } from './schema.ts'
import { surroundingsOf } from './surroundings.ts'

/** Place of the value at a path of keys and indexes. */
export type Locate = (path: readonly (string | number)[]) => Span

/** The typed configuration behind a valid file, with every default filled in. */
export function buildConfig(written: WrittenConfig, known: readonly KnownRule[], locate: Locate): Config {
  const presets = presetsOf(written)
  return {
    presets,
    gate: gateOf(written.gate),
    clusters: Object.keys(written.clusters ?? {}).map((name) => clusterOf(written, name, locate)),
    surroundings: surroundingsOf(written),
    rules: rulesOf(presets, written.rules ?? {}, known),
  }
}

function presetsOf({ extends: names }: WrittenConfig): readonly PresetName[] {
  if (names === undefined) return ['recommended']
  return typeof names === 'string' ? [names] : names
}

function gateOf(written: WrittenConfig['gate'] = {}): GateSettings {
  return {
    failOn: written['fail-on'] ?? defaultGate.failOn,
    scope: written.scope ?? defaultGate.scope,
    incomplete: written.incomplete ?? defaultGate.incomplete,
    reportOnlyUntil: written['report-only-until'],
  }
}

function clusterOf(written: WrittenConfig, name: string, locate: Locate): ClusterConfig {
  const { sources = [], ...own } = written.clusters?.[name] ?? {}
  return {
    name,
    sources: sources.map((source, index) =>
      sourceOf(source, (path) => locate(['clusters', name, 'sources', index, ...path])),
    ),
    surroundings: surroundingsOf(written, own),
  }
}

type WrittenSource = NonNullable<WrittenConfig['clusters']>[string]['sources'][number]

function sourceOf({ manifests, namespace = 'default' }: WrittenSource, locate: Locate): ManifestSource {
  if (typeof manifests === 'string')
    return { manifests: [{ value: manifests, span: locate(['manifests']) }], namespace }
  return { manifests: manifests.map((value, index) => ({ value, span: locate(['manifests', index]) })), namespace }
}

function rulesOf(
  presets: readonly PresetName[],
  written: Readonly<Record<string, WrittenRule>>,
  known: readonly KnownRule[],
): ReadonlyMap<string, RuleSetting> {
  const rules = presetRules(presets)
  for (const { id, severity } of known) {
    const setting = Object.hasOwn(written, id) ? written[id] : undefined
    if (setting === undefined) continue
    const found = ruleOf(setting, rules.get(id) ?? { severity, chosenBy: 'preset', options: {} })
    if (found === 'off') rules.delete(id)
    else rules.set(id, found)
  }
  return rules
}

function ruleOf(written: WrittenRule, usual: RuleSetting): RuleSetting | 'off' {
  const { severity, ...options } = typeof written === 'object' ? written : { severity: written }
  if (severity === 'off' || severity === false) return 'off'
  return severity === undefined ? { ...usual, options } : { severity, chosenBy: 'repository', options }
}
