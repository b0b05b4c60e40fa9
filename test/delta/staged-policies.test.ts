import { describe, expect, test } from 'vitest'
import { stagedNotes } from '../../src/delta/staged-policies.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { calico, np, staged } from '../policies/calico-store.ts'
import { manifest } from '../policies/store.ts'

const shop = `apiVersion: v1
kind: Namespace
metadata: {name: store}
---
apiVersion: v1
kind: Pod
metadata: {name: till, namespace: store, labels: {app: till}}
spec: {containers: [{name: main, image: till}]}
---
apiVersion: v1
kind: Pod
metadata: {name: door, namespace: store, labels: {app: door}}
spec: {containers: [{name: main, image: door}]}
`
const resourcesOf = (...texts: readonly string[]): readonly Resource[] =>
  texts.flatMap((text, index) => parseManifests({ path: `file-${index}.yaml`, text }).resources)

const base = resourcesOf(shop)

function notes(added: readonly string[], before: readonly string[] = []): readonly string[] {
  const kept = [...base, ...resourcesOf(...before)]
  return stagedNotes({
    name: 'store',
    open: false,
    profile: calico(),
    base: kept,
    head: [...kept, ...resourcesOf(...added)],
  })
}

const closes =
  'selector: app == "till"\ntypes: [Ingress]\ningress: [{action: Allow, source: {selector: app == "door"}}]'

describe('what enforcing a staged policy would do', () => {
  test('what it would close', () => {
    const [note, ...more] = notes([staged(closes, 'trial')])
    expect(more).toEqual([])
    expect(note).toMatch(/^if StagedNetworkPolicy store\/trial were enforced: /)
    expect(note).toContain('store/till')
  })

  test('it takes the place of the enforced policy of its name', () => {
    const enforced = np('selector: app == "till"\ntypes: [Ingress]', 'trial')
    const [note] = notes([staged(closes, 'trial')], [enforced])
    expect(note).toContain('store/door can now reach store/till')
  })

  test('with Delete it takes the enforced one away', () => {
    const enforced = np('selector: app == "till"\ntypes: [Ingress]', 'trial')
    const [note] = notes([staged('stagedAction: Delete', 'trial')], [enforced])
    expect(note).toContain('can now reach store/till')
  })

  test('one that would change nothing says so', () => {
    expect(notes([staged(closes, 'trial')], [np(closes, 'other')])).toEqual([
      "if StagedNetworkPolicy store/trial were enforced, nobody's access would change",
    ])
  })

  test('policies of Kubernetes can be staged too', () => {
    const plain = manifest(
      'projectcalico.org/v3',
      'StagedKubernetesNetworkPolicy',
      '{name: trial, namespace: store}',
      'podSelector: {matchLabels: {app: till}}\npolicyTypes: [Ingress]',
    )
    expect(notes([plain])[0]).toContain('StagedKubernetesNetworkPolicy store/trial were enforced: ')
  })

  test('what the change does not touch is not told, and of many only some', () => {
    expect(notes([], [staged(closes, 'trial')])).toEqual([])
    expect(notes([staged(closes, 'trial')], [staged(closes, 'trial')])).toEqual([])
    const many = Array.from({ length: 7 }, (_, index) => staged(closes, `trial-${index}`))
    const told = notes(many)
    expect(told).toHaveLength(6)
    expect(told.at(-1)).toBe('2 more staged policies changed, which are not told about')
  })
})
