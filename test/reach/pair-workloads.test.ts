import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import type { Workload } from '../../src/model/cluster.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { pairWorkloads } from '../../src/reach/pair-workloads.ts'

interface Stall {
  readonly name: string
  readonly labels?: string
  readonly namespace?: string
  readonly kind?: 'Deployment' | 'StatefulSet'
}

/** Workloads of one side, in the order given. */
function workloads(stalls: readonly Stall[]): Workload[] {
  const documents = stalls.map(
    ({ name, labels = 'app: till', namespace = 'shop', kind = 'Deployment' }) => `apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec: {containers: [{name: main, image: till}]}`,
  )
  const { resources } = parseManifests({ path: 'shop.yaml', text: documents.join('\n---\n') })
  const found = buildCluster({ name: 'shop', open: false, profile: defaultProfile, resources }).workloads
  return stalls.map(({ name }) => found.find(({ id }) => id.name === name) as Workload)
}

/** Each pair as `before → after`, `-` where a side has none. */
const paired = (base: readonly Stall[], head: readonly Stall[]): string[] =>
  pairWorkloads(workloads(base), workloads(head))
    .map((pair) => `${pair.base?.id.name ?? '-'} → ${pair.head?.id.name ?? '-'}`)
    .sort()

const till: Stall = { name: 'till' }
const counter: Stall = { name: 'counter' }
const ledger: Stall = { name: 'ledger', labels: 'app: ledger' }

describe('a workload of the base is', () => {
  test('the one of the same name, whatever its labels are now', () => {
    expect(paired([till, ledger], [ledger, { name: 'till', labels: 'app: counter' }])).toEqual([
      'ledger → ledger',
      'till → till',
    ])
  })

  test('the one new workload with its labels, when its name is gone', () => {
    expect(paired([till, ledger], [ledger, counter])).toEqual(['ledger → ledger', 'till → counter'])
  })

  test('the same after a change of kind', () => {
    expect(paired([till], [{ name: 'till', kind: 'StatefulSet' }])).toEqual(['till → till'])
  })

  test('not one that had these labels before', () => {
    expect(paired([till, counter], [counter])).toEqual(['counter → counter', 'till → -'])
    expect(paired([counter], [counter, till])).toEqual(['- → till', 'counter → counter'])
  })

  test('renamed beside one of the same labels that stays', () => {
    expect(paired([till, counter], [counter, { name: 'kiosk' }])).toEqual(['counter → counter', 'till → kiosk'])
  })

  test('in doubt, and so gone, where two new ones have its labels', () => {
    expect(paired([till], [counter, { name: 'kiosk' }])).toEqual(['- → counter', '- → kiosk', 'till → -'])
  })

  test('in doubt, and so gone, where two with its labels are gone', () => {
    expect(paired([till, counter], [{ name: 'kiosk' }])).toEqual(['- → kiosk', 'counter → -', 'till → -'])
  })

  test('gone where the new one has other labels, or another namespace', () => {
    expect(paired([till], [ledger])).toEqual(['- → ledger', 'till → -'])
    expect(paired([till], [{ name: 'counter', namespace: 'office' }])).toEqual(['- → counter', 'till → -'])
  })

  test('renamed whatever the order of its labels', () => {
    const [one, other] = ['app: till, tier: front', 'tier: front, app: till']
    expect(paired([{ name: 'till', labels: one }], [{ name: 'kiosk', labels: other }])).toEqual(['till → kiosk'])
  })

  test('gone where it has no labels to know it by', () => {
    expect(paired([{ name: 'till', labels: '' }], [{ name: 'kiosk', labels: '' }])).toEqual(['- → kiosk', 'till → -'])
  })
})
