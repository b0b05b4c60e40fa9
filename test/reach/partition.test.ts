import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { CLUSTER, SERVICE_ACCOUNT } from '../../src/model/identity-labels.ts'
import {
  everything,
  expressionKey,
  type LabelExpression,
  nothing,
  requirement,
} from '../../src/model/label-expression.ts'
import { NAME_LABEL } from '../../src/model/namespace-labels.ts'
import type { Entity, PeerSelector, PodSelector, PolicyEntry } from '../../src/policies/entry.ts'
import { namespacesNamedBy, partition } from '../../src/reach/partition.ts'
import type { SideInput, Universe } from '../../src/reach/universe.ts'
import { syntheticSpan as span } from '../../src/source/span.ts'
import { mention } from '../mention.ts'
import { calico } from '../policies/calico-store.ts'
import { manifest } from '../policies/store.ts'

const is = (key: string, ...values: readonly string[]): LabelExpression => requirement(key, 'In', values)
const not = (of: LabelExpression): LabelExpression => ({ kind: 'not', of })
const each = (kind: 'all' | 'any', ...of: readonly LabelExpression[]): LabelExpression => ({ kind, of })

/** Pods with labels, of one namespace or of those that a condition takes in. */
const pods = (labels: LabelExpression, namespaces: string | LabelExpression = everything): PodSelector => ({
  target: 'pods',
  namespaces:
    typeof namespaces === 'string' ? { kind: 'named', name: namespaces } : { kind: 'matching', expression: namespaces },
  labels,
})
const peer = (selector: PodSelector): PeerSelector => ({ kind: 'pods', span, ...selector })
const nodes = (labels: LabelExpression): PeerSelector => ({ kind: 'nodes', which: 'all', labels, span })
const entities = (named: readonly Entity[], besides: readonly Entity[] = []): PeerSelector => ({
  kind: 'entities',
  entities: named,
  besides,
  span,
})
const ofSubject = (subject: PodSelector): PolicyEntry => ({ ...mention(), subject })

function side(entries: readonly PolicyEntry[], ...manifests: readonly string[]): SideInput {
  const { resources } = parseManifests({ path: 'shop.yaml', text: manifests.join('\n---\n') })
  return { cluster: buildCluster({ name: 'shop', open: false, profile: calico(), resources }), entries }
}

/** A partition of one namespace, the shop, by what entries of both sides ask. */
const shop = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: shop}}\n'
const cut = (...entries: readonly PolicyEntry[]): Universe => partition(side(entries, shop), side(entries, shop))

const cellsIn = ({ byNamespace }: Universe, namespace: string): number =>
  (byNamespace.get(namespace) ?? []).filter(({ kind }) => kind === 'cell').length

const stalls = Array.from({ length: 70 }, (_, index) => `stall-${index}`)

describe('classes of endpoints', () => {
  const named = ({ entities, nodes }: Universe) => [
    ...entities.map(({ entity }) => entity),
    ...nodes.map(({ place }) => `${place} machine`),
  ]
  const select = (labels: LabelExpression): PolicyEntry => ofSubject({ ...pods(labels, 'shop'), entities: ['init'] })

  test.each<{ name: string; entry: PolicyEntry; classes: readonly string[] }>([
    { name: 'nobody names', entry: mention(peer(pods(is('app', 'web')))), classes: [] },
    { name: 'a peer names', entry: mention(entities(['health', 'ingress'])), classes: ['health', 'ingress'] },
    { name: 'a peer covers besides', entry: mention(entities(['health'], ['init'])), classes: ['health'] },
    {
      name: 'a combination names',
      entry: mention({ kind: 'none-of', of: [entities(['kube-apiserver'])], span }),
      classes: ['kube-apiserver'],
    },
    { name: 'a policy selects alone', entry: select(nothing), classes: ['init'] },
    { name: 'a policy selects beside pods', entry: select(is('app', 'web')), classes: [] },
    {
      name: 'the machine of the other end',
      entry: mention(entities(['host'])),
      classes: ['own machine', 'other machine'],
    },
    { name: 'other machines', entry: mention(entities(['remote-node'])), classes: ['own machine', 'other machine'] },
    {
      name: 'machines by their labels',
      entry: mention(nodes(is('rack', 'low'))),
      classes: ['any machine', 'any machine'],
    },
    { name: 'all machines', entry: mention(nodes(everything)), classes: ['any machine'] },
    {
      name: 'machines that a policy selects',
      entry: ofSubject({ ...pods(is('rack', 'low')), target: 'nodes' }),
      classes: ['any machine', 'any machine'],
    },
  ])('$name', ({ entry, classes }) => {
    expect(named(cut(entry))).toEqual(classes)
    expect(named(partition(side([], shop), side([entry], shop)))).toEqual(classes)
  })

  test('of machines that several policies ask the same', () => {
    expect(cut(mention(nodes(is('rack', 'low')), nodes(is('rack', 'low')))).nodes).toHaveLength(2)
  })
})

describe('host endpoints', () => {
  const gate = (name: string, role: string): string =>
    manifest(
      'projectcalico.org/v3',
      'HostEndpoint',
      `{name: ${name}, labels: {role: ${role}}}`,
      'node: shelf\ninterfaceName: eth0',
    )
  const hosts = [gate('door', 'front'), gate('window', 'front'), gate('hatch', 'back')]
  const role = (name: string): PodSelector => ({ ...pods(is('role', name)), target: 'host-endpoints' })
  const told = (entry: PolicyEntry) => {
    const input = side([entry], ...hosts)
    const found = partition(input, input).classes.filter((one) => one.kind === 'workloads' && one.isHost)
    return found.map((one) => (one.kind === 'workloads' ? one.members.map(({ head }) => head?.id.name) : []))
  }

  test.each([
    { name: 'that a policy selects', entry: ofSubject(role('front')), classes: [['door', 'window'], ['hatch']] },
    { name: 'that are the other end', entry: mention(peer(role('back'))), classes: [['door', 'window'], ['hatch']] },
    {
      name: 'of which a policy asks nothing',
      entry: ofSubject(pods(is('role', 'front'))),
      classes: [['door', 'window', 'hatch']],
    },
  ])('$name', ({ entry, classes }) => {
    expect(told(entry)).toEqual(classes)
  })
})

describe('unseen pods', () => {
  test('are told apart where a selector speaks of them and nowhere else', () => {
    const office = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: office, labels: {team: office}}\n'
    const entries = [
      ofSubject(pods(is('app', 'web'), 'shop')),
      mention(peer(pods(is('tier', 'edge'), is('team', 'shop')))),
    ]
    const universe = partition(side(entries, shop, office), side([], shop, office))
    expect(['shop', 'office', 'kube-system'].map((name) => cellsIn(universe, name))).toEqual([4, 1, 2])
    expect(universe.elsewhere).toHaveLength(3)
  })

  test.each([
    { name: 'by what it asks', expression: requirement(SERVICE_ACCOUNT, 'Exists') },
    { name: 'negated', expression: not(requirement(SERVICE_ACCOUNT, 'DoesNotExist')) },
    { name: 'in a conjunction', expression: each('all', requirement(SERVICE_ACCOUNT, 'Exists'), everything) },
    { name: 'in a disjunction', expression: each('any', requirement(SERVICE_ACCOUNT, 'Exists'), is('app', 'web')) },
  ])('have a service account, whichever: $name', ({ expression }) => {
    expect(cellsIn(cut(ofSubject(pods(expression, 'shop'))), 'shop')).toBe(1)
  })

  test('have a service account where one of several selectors asks for it', () => {
    const selectors = [requirement(SERVICE_ACCOUNT, 'Exists'), is('app', 'web')]
    expect(cellsIn(cut(...selectors.map((labels) => ofSubject(pods(labels, 'shop')))), 'shop')).toBe(2)
  })

  test('are told apart where a selector speaks of their namespace on one side', () => {
    const entries = [mention(peer(pods(is('app', 'web'), is('team', 'shop'))))]
    const renamed = shop.replace('team: shop', 'team: annex')
    for (const [base, head] of [
      [shop, renamed],
      [renamed, shop],
    ] as const)
      expect(cellsIn(partition(side(entries, base), side(entries, head)), 'shop')).toBe(2)
  })

  test('are not told apart by a selector of all', () => {
    const [cell] = cut(ofSubject(pods(everything, 'shop'))).byNamespace.get('shop') ?? []
    expect(cell?.kind === 'cell' && [...cell.pods.truths.keys()]).toEqual([])
  })

  test('nor by one of host endpoints', () => {
    const selector: PodSelector = { ...pods(is('role', 'front')), target: 'host-endpoints' }
    expect(cellsIn(cut(mention(peer(selector))), 'shop')).toBe(1)
  })

  test('of other clusters are told apart by selectors that look into those', () => {
    const clusters = { expression: is(CLUSTER, 'harbour'), own: false }
    const own = mention(peer(pods(is('tier', 'edge'))))
    expect(cut(own, mention(peer({ ...pods(is('app', 'web'), 'shop'), clusters }))).remote).toHaveLength(8)
  })

  test('of other clusters are in none that has the name of the own', () => {
    const clusters = { expression: is(CLUSTER, 'default'), own: true }
    expect(cut(mention(peer({ ...pods(is('app', 'web')), clusters }))).remote).toHaveLength(2)
  })

  test('of other clusters are those of every cluster, namespace and label that a selector tells apart', () => {
    const clusters = { expression: is(CLUSTER, 'harbour'), own: false }
    const selector: PodSelector = { ...pods(is('app', 'web'), is('team', 'shop')), clusters }
    const { remote, expressions } = cut(mention(peer(selector)))
    expect(remote).toHaveLength(8)
    expect([...expressions.keys()]).toEqual(
      [is('app', 'web'), is('team', 'shop'), is(CLUSTER, 'harbour')].map(expressionKey),
    )
    expect(cut(mention(peer(pods(is('app', 'web'))))).remote).toEqual([])
  })
})

describe('selectors beyond the limit are left out and counted', () => {
  const clusters = (name: string) => ({ expression: is(CLUSTER, name), own: false })
  test.each<{ name: string; entries: readonly PolicyEntry[]; coarse: number }>([
    { name: 'none', entries: stalls.slice(0, 63).map((app) => ofSubject(pods(is('app', app), 'shop'))), coarse: 0 },
    { name: 'of a namespace', entries: stalls.map((app) => ofSubject(pods(is('app', app), 'shop'))), coarse: 7 },
    {
      name: 'of every namespace',
      entries: stalls.map((app) => mention(peer(pods(is('app', app))))),
      coarse: 3 * 7,
    },
    {
      name: 'of namespaces',
      entries: stalls.map((team) => mention(peer(pods(everything, is('team', team))))),
      coarse: 7,
    },
    { name: 'of machines', entries: stalls.map((rack) => mention(nodes(is('rack', rack)))), coarse: 7 },
    {
      name: 'of clusters',
      entries: stalls.map((name) => mention(peer({ ...pods(everything, 'shop'), clusters: clusters(name) }))),
      coarse: 7,
    },
    {
      name: 'of namespaces, here and in other clusters',
      entries: stalls.map((team) =>
        mention(peer({ ...pods(everything, is('team', team)), clusters: clusters('harbour') })),
      ),
      coarse: 7 + 7,
    },
    {
      name: 'of pods of other clusters',
      entries: stalls.map((app) => mention(peer({ ...pods(is('app', app), 'shop'), clusters: clusters('harbour') }))),
      coarse: 7 + 7,
    },
  ])('$name', ({ entries, coarse }) => {
    expect(cut(...entries).coarse).toBe(coarse)
  })

  test.each<{ name: string; base: readonly string[]; head: readonly string[] }>([
    { name: 'a policy of the head alone', base: [], head: ['press'] },
    { name: 'a policy of the base alone', base: ['press'], head: [] },
  ])('after those of $name', ({ base, head }) => {
    const shared = stalls.map((app) => ofSubject(pods(is('app', app), 'shop')))
    const own = (apps: readonly string[]) => apps.map((app) => ofSubject(pods(is('app', app), 'shop')))
    const universe = partition(side([...shared, ...own(base)], shop), side([...shared, ...own(head)], shop))
    const isAsked = (app: string): boolean =>
      (universe.byNamespace.get('shop') ?? []).some(
        (found) => found.kind === 'cell' && found.pods.truths.get(expressionKey(is('app', app))) === true,
      )
    expect(isAsked('press')).toBe(true)
    expect(stalls.filter(isAsked)).toEqual(stalls.slice(0, 62))
  })

  test('and one that a policy of each side asks is none that changes', () => {
    const own = (...apps: readonly string[]) => apps.map((app) => ofSubject(pods(is('app', app), 'shop')))
    const head = own(...stalls.slice(0, 40), 'press', ...stalls.slice(40))
    const universe = partition(side(own(...stalls, 'till'), shop), side(head, shop))
    const answered = (app: string): boolean | undefined => {
      const [cell] = universe.byNamespace.get('shop') ?? []
      return cell?.kind === 'cell' ? cell.pods.truths.get(expressionKey(is('app', app))) : undefined
    }
    expect(['press', 'till'].map((app) => answered(app) !== undefined)).toEqual([true, true])
  })
})

describe('namespaces with a trace', () => {
  const spoken = (expression: LabelExpression): string[] =>
    [...cut(mention(peer(pods(everything, expression)))).byNamespace.keys()].sort()

  test.each([
    { name: 'by its name label', expression: is(NAME_LABEL, 'annex') },
    { name: 'that it does not have', expression: not(is(NAME_LABEL, 'annex')) },
    { name: 'as one condition of all', expression: each('all', is('team', 'shop'), is(NAME_LABEL, 'annex')) },
    { name: 'as one of several', expression: each('any', is(NAME_LABEL, 'annex'), is('team', 'shop')) },
  ])('are those that a selector names: $name', ({ expression }) => {
    expect(spoken(expression)).toEqual(['annex', 'kube-system', 'shop'])
  })

  test('are not those of other labels', () => {
    expect(spoken(is('team', 'annex'))).toEqual(['kube-system', 'shop'])
  })

  test('are that of the DNS, unless there is none', () => {
    const { cluster, entries } = side([], shop)
    const without = { cluster: { ...cluster, profile: { ...cluster.profile, dns: undefined } }, entries }
    expect([...partition(without, without).byNamespace.keys()]).toEqual(['shop'])
    expect([...partition(without, side([], shop)).byNamespace.keys()].sort()).toEqual(['kube-system', 'shop'])
  })

  test('are those of either side, with the labels of that side where the other has none', () => {
    const { byNamespace, namespaces } = partition(side([], shop), side([]))
    expect(byNamespace.has('shop')).toBe(true)
    expect(namespaces.head.get('shop')?.values.get('team')?.value).toBe('shop')
    expect(namespaces.base.get('kube-system')?.complete).toBe(false)
  })

  test('that policies name, their own or by the name label', () => {
    const entries = [
      ofSubject(pods(everything, 'shop')),
      mention(peer(pods(everything, is(NAME_LABEL, 'annex', 'office'))), nodes(is(NAME_LABEL, 'shelf'))),
      ofSubject({ ...pods(everything, 'hall'), target: 'nodes' }),
    ]
    expect([...namespacesNamedBy(entries)]).toEqual(['shop', 'annex', 'office'])
  })
})

describe('a universe', () => {
  const web = is('app', 'web')
  const clusters = { expression: is(CLUSTER, 'harbour'), own: false }
  test.each<{ name: string; entry: PolicyEntry; asked: readonly LabelExpression[] }>([
    { name: 'pods of a namespace', entry: mention(peer(pods(web, 'shop'))), asked: [web] },
    {
      name: 'pods of namespaces',
      entry: mention(peer(pods(web, is('team', 'shop')))),
      asked: [web, is('team', 'shop')],
    },
    {
      name: 'pods of a namespace in other clusters',
      entry: mention(peer({ ...pods(web, 'shop'), clusters })),
      asked: [web, is(NAME_LABEL, 'shop'), clusters.expression],
    },
    { name: 'machines', entry: mention(nodes(is('rack', 'low'))), asked: [is('rack', 'low')] },
  ])('knows what selectors ask of $name', ({ entry, asked }) => {
    expect([...cut(entry).expressions.keys()]).toEqual(asked.map(expressionKey))
  })

  test('has its namespaces in one order, whichever way manifests are given', () => {
    const annex = shop.replace('name: shop', 'name: annex')
    for (const manifests of [
      [shop, annex],
      [annex, shop],
    ])
      expect([...partition(side([], ...manifests), side([])).byNamespace.keys()]).toEqual([
        'annex',
        'kube-system',
        'shop',
      ])
  })
})
