import { describe, expect, test } from 'vitest'
import { everything, expressionKey, type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import type { PeerSelector } from '../../src/policies/entry.ts'
import type { LabelCell } from '../../src/reach/label-space.ts'
import { partition } from '../../src/reach/partition.ts'
import type { Side, Universe, WorkloadClass } from '../../src/reach/universe.ts'
import { syntheticSpan as span } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { storeWith } from '../policies/store.ts'

interface Pod {
  readonly labels?: string
  readonly spec?: string
  readonly ports?: string
  readonly address?: string
}

const pod = (name: string, { labels = 'app: till', spec = '', ports = '', address }: Pod): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {${labels}}}\nspec: {${spec}containers: [{name: main, image: till, ports: [${ports}]}]}\n${address === undefined ? '' : `status: {podIP: ${address}}\n`}`

const pods = (labels: LabelExpression, namespaces: LabelExpression = everything): PeerSelector => ({
  kind: 'pods',
  target: 'pods',
  namespaces: { kind: 'matching', expression: namespaces },
  labels,
  span,
})
const app = requirement('app', 'In', ['till'])
const stage = requirement('stage', 'Exists')

function universeOf(base: readonly string[], head: readonly string[], peers = [pods(app), pods(stage)]): Universe {
  const side = (manifests: readonly string[]) => {
    const { input } = storeWith(manifests)
    return { ...input, entries: [...input.entries, mention(...peers)] }
  }
  return partition(side(base), side(head))
}

const classOf = ({ classOf: found }: Universe, name: string, side: Side = 'head') =>
  found.get(`${side} /Pod/shop/${name}`) as WorkloadClass

describe('policies cannot tell apart', () => {
  const http = '{name: http, containerPort: 80}'
  const dns = '{name: dns, containerPort: 53, protocol: UDP}'
  test.each<{ name: string; first: Pod; second: Pod }>([
    { name: 'pods that are alike', first: {}, second: {} },
    { name: 'labels that none asks for', first: { labels: 'app: till, floor: one' }, second: {} },
    { name: 'ports without a name', first: { ports: '{containerPort: 80}' }, second: {} },
    { name: 'the order of ports', first: { ports: `${http}, ${dns}` }, second: { ports: `${dns}, ${http}` } },
    { name: 'machines that pods are bound to', first: { spec: 'nodeName: shelf, ' }, second: {} },
    {
      name: 'pods on the network of one machine',
      first: { spec: 'hostNetwork: true, nodeName: shelf, ' },
      second: { spec: 'hostNetwork: true, nodeName: shelf, ' },
    },
  ])('$name', ({ first, second }) => {
    const universe = universeOf([], [pod('till-one', first), pod('till-two', second)])
    expect(classOf(universe, 'till-one')).toBe(classOf(universe, 'till-two'))
    expect(classOf(universe, 'till-one').members).toHaveLength(2)
  })
})

describe('policies can tell apart', () => {
  const http = (port: number, protocol = 'TCP') => `{name: http, containerPort: ${port}, protocol: ${protocol}}`
  test.each<{ name: string; first: Pod; second: Pod }>([
    { name: 'labels', first: { labels: 'app: till, stage: live' }, second: {} },
    { name: 'a label nobody can read', first: { labels: 'app: "{{ .Values.app }}"' }, second: {} },
    { name: 'service accounts', first: { spec: 'serviceAccountName: cashier, ' }, second: {} },
    { name: 'names of ports', first: { ports: http(80) }, second: {} },
    { name: 'numbers of named ports', first: { ports: http(80) }, second: { ports: http(8080) } },
    { name: 'protocols of named ports', first: { ports: http(80) }, second: { ports: http(80, 'UDP') } },
    { name: 'addresses', first: { address: '10.20.9.1' }, second: { address: '10.20.9.2' } },
    { name: 'an address that is stated', first: { address: '10.20.9.1' }, second: {} },
    { name: 'the network of a machine', first: { spec: 'hostNetwork: true, ' }, second: {} },
    {
      name: 'machines on whose network pods are',
      first: { spec: 'hostNetwork: true, nodeName: shelf, ' },
      second: { spec: 'hostNetwork: true, nodeName: cellar, ' },
    },
  ])('$name', ({ first, second }) => {
    const universe = universeOf([], [pod('till-one', first), pod('till-two', second)])
    expect(classOf(universe, 'till-one')).not.toBe(classOf(universe, 'till-two'))
  })

  test.each<{ name: string; base: readonly string[]; head: readonly string[] }>([
    { name: 'a pod that is new', base: [pod('till-one', {})], head: [pod('till-one', {}), pod('till-two', {})] },
    {
      name: 'a pod whose labels change',
      base: [pod('till-one', {}), pod('till-two', { labels: 'stage: live' })],
      head: [pod('till-one', {}), pod('till-two', {})],
    },
  ])('$name', ({ base, head }) => {
    const universe = universeOf(base, head)
    expect(classOf(universe, 'till-one')).not.toBe(classOf(universe, 'till-two'))
    expect(classOf(universe, 'till-one', 'base')).toBe(classOf(universe, 'till-one', 'head'))
  })
})

describe('unseen pods like a workload', () => {
  const cellOf = (universe: Universe, index: number | undefined): string[] | undefined => {
    const cell = universe.classes.find((found) => found.index === index)
    return cell?.kind === 'cell' ? [...cell.pods.truths.agreed] : undefined
  }

  test('are those whose labels say the same to every selector, on each side', () => {
    const universe = universeOf([pod('till', {})], [pod('till', { labels: 'stage: live' })])
    const { cells, namespace } = classOf(universe, 'till')
    expect(namespace).toBe('shop')
    expect(cellOf(universe, cells.base)).toEqual([expressionKey(app)])
    expect(cellOf(universe, cells.head)).toEqual([expressionKey(stage)])
  })

  test('are not known where nobody can read its labels, nor on a side it is not on', () => {
    const universe = universeOf([], [pod('till', { labels: 'app: "{{ .Values.app }}"' })])
    expect(classOf(universe, 'till').cells).toEqual({ base: undefined, head: undefined })
    expect(classOf(universeOf([], [pod('till', {})]), 'till').cells).toMatchObject({ base: undefined })
  })

  test('are not known where a selector that the workload matches was left out', () => {
    const unreadable: LabelExpression = { kind: 'any', of: [app, { kind: 'unreadable' }] }
    const universe = universeOf([], [pod('till', {})], [pods(unreadable)])
    expect(classOf(universe, 'till').cells.head).toBeUndefined()
  })
})

describe('a universe', () => {
  const team = requirement('team', 'In', ['store'])
  const floor = requirement('floor', 'Exists')
  const both: LabelExpression = { kind: 'all', of: [team, requirement('hall', 'Exists')] }
  const mixed = () =>
    universeOf(
      [pod('till', {})],
      [],
      [
        pods(app),
        pods(stage, floor),
        pods(app, team),
        pods(requirement('stage', 'DoesNotExist'), requirement('team', 'NotIn', ['office'])),
        pods(app, both),
        { kind: 'entities', entities: ['host', 'health'], span },
      ],
    )

  test('numbers its classes in their order', () => {
    const universe = mixed()
    expect(universe.classes.map(({ index }) => index)).toEqual([...universe.classes.keys()])
    expect(new Set(universe.classes.map(({ kind }) => kind))).toEqual(
      new Set(['cell', 'workloads', 'nodes', 'entity', 'addresses']),
    )
  })

  test('calls an unlabelled pod in a namespace without labels anybody', () => {
    const { namespace, pods: labels } = mixed().anyPod
    const answers = (cell: LabelCell, ...expressions: readonly LabelExpression[]) =>
      expressions.map((expression) => cell.truths.get(expressionKey(expression)))
    expect(answers(namespace as LabelCell, floor, team, both)).toEqual([false, false, false])
    expect(answers(namespace as LabelCell, requirement('team', 'NotIn', ['office']))).toEqual([true])
    expect(answers(labels, app, requirement('stage', 'DoesNotExist'))).toEqual([false, true])
  })
})
