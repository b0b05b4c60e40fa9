import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { type GateSide, gate } from '../../src/gate.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Finding, TextEdit } from '../../src/rules/finding.ts'
import type { Rule } from '../../src/rules/rule.ts'
import type { Example } from './page.ts'

/** One closed cluster of all files, with every rule on. */
const wholeTree = `version: 1
extends: strict
clusters: {shop: {sources: [{manifests: "**"}]}}
`

/** What the gate says of an example by these rules: new or worse findings only. */
export function runExample(example: Example, ...rules: readonly Rule[]): Finding[] {
  const { report } = gate({
    base: sideOf(example.files.base),
    head: sideOf(example.files.head),
    config: configOf(example, rules),
    configuration: { path: undefined, sha: undefined },
    configDiagnostics: { base: [], head: [] },
    rules,
    version: '0.0.0',
    now: new Date('2027-01-31T00:00:00Z'),
    notes: [],
  })
  return report.findings.filter(({ status }) => status === 'new' || status === 'worse')
}

function configOf({ config, name }: Example, rules: readonly Rule[]): Config {
  const loaded = loadConfig({ path: '.github/portcullis.yml', text: config ?? wholeTree }, rules)
  if (loaded.config === undefined)
    throw new Error(`${name}: ${loaded.diagnostics.map(({ message }) => message).join('; ')}`)
  return loaded.config
}

function sideOf(files: ReadonlyMap<string, string>): GateSide {
  const parsed = [...files].map(([path, text]) => parseManifests({ path, text }))
  return { label: 'example', sha: undefined, files: parsed, diagnostics: [], skippedLinks: 0 }
}

/** The example with the edits made on its head side. */
export function applyEdits(example: Example, edits: readonly TextEdit[]): Example {
  const head = new Map(example.files.head)
  const sorted = [...edits].sort((a, b) => b.span.start - a.span.start)
  for (const { span, text } of sorted) {
    const before = head.get(span.file.path) ?? ''
    head.set(span.file.path, before.slice(0, span.start) + text + before.slice(span.end))
  }
  return { ...example, files: { base: example.files.base, head } }
}
