import { camelCase, pascalCase } from './names.ts'
import type { NewFile } from './new-file.ts'

/**
 * A policy kind: its fields, how it is read and compiled, its truth table and its page. What is written isolates the
 * selected pods for ingress and allows nothing; the table starts with the case that shows it.
 */
export function newKindFiles(name: string): readonly NewFile[] {
  return [
    { path: `src/policies/${name}/fields.ts`, text: fieldsText(name) },
    { path: `src/policies/${name}/read.ts`, text: readText(name) },
    { path: `src/policies/${name}/compile.ts`, text: compileText(name) },
    { path: `src/policies/${name}/kind.ts`, text: kindText(name) },
    { path: `test/policies/${name}.test.ts`, text: testText(name) },
    { path: `docs/policies/${name}.md`, text: pageText(name) },
  ]
}

function fieldsText(name: string): string {
  return `import type { Fields } from '../field-treatment.ts'

/** Every field of the kind, by the object that holds it, so that nothing is dropped silently. */
export const ${camelCase(name)}Fields: Readonly<Record<string, Fields>> = {
  object: { apiVersion: 'modelled', kind: 'modelled', metadata: 'modelled', spec: 'modelled', status: 'irrelevant' },
  spec: { podSelector: 'modelled' },
}
`
}

function readText(name: string): string {
  return `import { entryOf, spanOf, valueAt } from '../../manifests/node.ts'
import type { Resource, ResourceId } from '../../manifests/resource.ts'
import type { LabelExpression } from '../../model/label-expression.ts'
import type { Reporter } from '../../model/read-labels.ts'
import { readLabelSelector } from '../../model/read-selector.ts'
import { diagnostic } from '../../source/diagnostic.ts'
import type { Span } from '../../source/span.ts'
import { ${camelCase(name)}Fields } from './fields.ts'

export interface ${pascalCase(name)}Spec {
  readonly id: ResourceId
  readonly podSelector: LabelExpression
  readonly podSelectorSpan: Span
}

export function read${pascalCase(name)}(resource: Resource, namespace: string, report: Reporter): ${pascalCase(name)}Spec {
  const spec = valueAt(resource.node, 'spec')
  const selector = entryOf(spec, 'podSelector')
  reportUnknownFields(resource, report)
  return {
    id: { group: resource.group, kind: resource.kind, namespace, name: resource.name.value },
    podSelector: readLabelSelector(resource, selector?.value, report),
    podSelectorSpan: selector === undefined ? resource.name.span : spanOf(resource.provenance.file, selector),
  }
}

function reportUnknownFields(resource: Resource, report: Reporter): void {
  const spec = valueAt(resource.node, 'spec')
  for (const entry of spec?.kind === 'mapping' ? spec.entries : []) {
    if (Object.hasOwn(${camelCase(name)}Fields.spec ?? {}, entry.name)) continue
    const message = \`\${resource.kind} \${resource.name.value}: there is no field \${entry.name} here\`
    const hint = 'Correct the name, or remove the field.'
    report(diagnostic('unknown-field', spanOf(resource.provenance.file, entry), { message, hint, effect: 'unknown' }))
  }
}
`
}

function compileText(name: string): string {
  return `import type { NetworkProfile } from '../../model/network-profile.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import type { PolicyEntry } from '../entry.ts'
import type { ${pascalCase(name)}Spec } from './read.ts'

/** The policy as entries. The profile says which plugin enforces it, and so what it means. */
export function compile${pascalCase(name)}(spec: ${pascalCase(name)}Spec, _profile: NetworkProfile): PolicyEntry[] {
  return [
    {
      origin: { policy: spec.id, rule: 'isolates its pods for ingress', index: -1, span: spec.podSelectorSpan, ports: [] },
      layer: 'network',
      direction: 'ingress',
      tier: 1000,
      order: [],
      subject: { target: 'pods', namespaces: { kind: 'named', name: spec.id.namespace }, labels: spec.podSelector },
      peers: [],
      connections: ConnectionSet.none,
      verdict: 'allow',
      isolates: true,
      exists: 'yes',
      effect: spec.podSelector.kind === 'unreadable' ? 'unknown' : 'exact',
    },
  ]
}
`
}

function kindText(name: string): string {
  return `import type { PolicyKind } from '../policy-kind.ts'
import { compile${pascalCase(name)} } from './compile.ts'
import { read${pascalCase(name)} } from './read.ts'

/** Put the real group and kind here: whatever is listed is compiled and no longer reported as unread. */
export const kind: PolicyKind = {
  objects: ['${name}.example/${pascalCase(name)}'],
  compile(resource, namespace, { profile }, report) {
    const spec = read${pascalCase(name)}(resource, namespace, report)
    return { id: spec.id, entries: compile${pascalCase(name)}(spec, profile) }
  },
}
`
}

function testText(name: string): string {
  return `import { describe, expect, test } from 'vitest'
import { everything } from '../../src/model/label-expression.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { compile${pascalCase(name)} } from '../../src/policies/${name}/compile.ts'
import { ${camelCase(name)}Fields } from '../../src/policies/${name}/fields.ts'

const span = { file: { path: 'policies/payments.yaml', text: '' }, start: 0, end: 0 }
const id = { group: '', kind: '${pascalCase(name)}', namespace: 'shop', name: 'payments' }

describe('${name}', () => {
  test('isolates the pods it selects, and only for ingress', () => {
    const entries = compile${pascalCase(name)}({ id, podSelector: everything, podSelectorSpan: span }, defaultProfile)
    expect(entries.filter(({ isolates }) => isolates).map(({ direction }) => direction)).toEqual(['ingress'])
  })

  test('lists every field of its spec', () => {
    expect(Object.keys(${camelCase(name)}Fields.spec ?? {})).toEqual(['podSelector'])
  })
})
`
}

function pageText(name: string): string {
  return `# ${name}

Which API, which versions, and who enforces it.

## What it means

One claim a line, each with the version it was true for and a link to where that is written.

## What is approximated

| Field | How | The answer may be |
| --- | --- | --- |

## Where it stands among the others

Layer, tier and order, and what happens where two policies disagree.
`
}
