import { describe, expect, test } from 'vitest'
import { idKey } from '../../src/model/cluster.ts'
import { type CompiledPolicies, compilePolicies } from '../../src/policies/compile-policies.ts'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import { manifest, storeWith } from './store.ts'

const entriesOf = (policy: string): readonly PolicyEntry[] => storeWith([policy]).input.entries
const store = 'subject: {namespaces: {matchLabels: {team: store}}}'
const office = '{namespaces: {matchLabels: {team: office}}}'
const admin = (rules: string): string => `tier: Admin\npriority: 1\n${store}\n${rules}`
const web = 'podSelector: {matchLabels: {app: web}}'

describe('a rule is called by its direction and number, and stands where it is written', () => {
  const show = ({ origin: { rule, index, span } }: PolicyEntry): string => `${rule} (${index}): ${textOf(span)}`

  test('of an admin policy with its name, if it has one', () => {
    const first = `{name: no-office, action: Deny, from: [${office}]}`
    const second = `{action: Accept, from: [${office}]}`
    const out = `{name: quiet, action: Deny, to: [${office}]}`
    expect(entriesOf(admin(`ingress: [${first}, ${second}]\negress: [${out}]`)).map(show)).toEqual([
      `ingress rule 1 "no-office" (0): ${first}`,
      `ingress rule 2 (1): ${second}`,
      `egress rule 1 "quiet" (0): ${out}`,
    ])
  })

  test('of a NetworkPolicy behind what isolates', () => {
    const entries = entriesOf(`${web}\ningress: [{ports: [{port: 80}]}, {}]\negress: [{}]`)
    expect(entries.map(show)).toEqual([
      'isolates its pods for ingress (-1): ingress: [{ports: [{port: 80}]}, {}]',
      'ingress rule 1 (0): {ports: [{port: 80}]}',
      'ingress rule 2 (1): {}',
      'isolates its pods for egress (-1): egress: [{}]',
      'egress rule 1 (0): {}',
    ])
    expect(entries.map(({ isolates }) => isolates)).toEqual([true, false, false, true, false])
    expect(entries.map(({ origin }) => origin.policy.name)).toEqual(Array(5).fill('policy-0'))
  })

  test.each([
    { name: 'the types', spec: `${web}\npolicyTypes: [Ingress]\ningress: []`, place: 'policyTypes: [Ingress]' },
    { name: 'the rules without types', spec: `${web}\npolicyTypes: []\ningress: []`, place: 'ingress: []' },
    { name: 'the selector without either', spec: web, place: web },
    { name: 'an empty spec', spec: '{}', place: 'spec: {}' },
  ])('isolation stands at $name', ({ spec, place }) => {
    expect(entriesOf(spec).map(({ origin }) => textOf(origin.span))).toEqual([place])
  })

  test('without a spec isolation stands at the name', () => {
    const bare = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: till, namespace: store}\n'
    expect(entriesOf(bare).map(({ origin }) => textOf(origin.span))).toEqual(['till'])
  })
})

describe('every port item stands with what it opens', () => {
  const show = ({ origin }: PolicyEntry): readonly string[] =>
    origin.ports.map(({ connections, span }) => `${textOf(span)} = ${connections.show()}`)

  test.each([
    {
      name: 'a NetworkPolicy, nothing for isolation',
      spec: `${web}\ningress: [{ports: [{port: 80}, {port: 53, protocol: UDP}]}]`,
      ports: [[], ['{port: 80} = TCP 80', '{port: 53, protocol: UDP} = UDP 53']],
    },
    { name: 'a NetworkPolicy without ports', spec: `${web}\ningress: [{}]`, ports: [[], []] },
    {
      name: 'an admin policy',
      spec: admin(`ingress: [{action: Deny, from: [${office}], protocols: [{tcp: {destinationPort: {number: 80}}}]}]`),
      ports: [['{tcp: {destinationPort: {number: 80}}} = TCP 80']],
    },
    {
      name: 'an admin policy without ports',
      spec: admin(`ingress: [{action: Deny, from: [${office}]}]`),
      ports: [[]],
    },
    {
      name: 'an admin policy, nothing for an item that cannot be read',
      spec: admin(
        `ingress: [{action: Deny, from: [${office}], protocols: [{tcp: {destinationPort: {number: 0}}}, {udp: {destinationPort: {number: 53}}}]}]`,
      ),
      ports: [['{udp: {destinationPort: {number: 53}}} = UDP 53'], ['{udp: {destinationPort: {number: 53}}} = UDP 53']],
    },
  ])('$name', ({ spec, ports }) => {
    expect(entriesOf(spec).map(show)).toEqual(ports)
  })
})

describe('what was read in full is exact, what was not is unknown', () => {
  const from = (rest: string): string => admin(`ingress: [{${rest}}]`)
  const templated = '"{{ .Values.peer }}"'
  const tcp80 = '{tcp: {destinationPort: {number: 80}}}'
  const unreadablePort = '{tcp: {destinationPort: {number: 0}}}'

  test.each([
    { name: 'a rule of an admin policy', spec: from(`action: Deny, from: [${office}]`) },
    { name: 'its ports', spec: from(`action: Deny, from: [${office}], protocols: [${tcp80}]`) },
    { name: 'a NetworkPolicy open to all', spec: `${web}\ningress: [{}]` },
    { name: 'its peers and ports', spec: `${web}\ningress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]` },
  ])('exact: $name', ({ spec }) => {
    expect(new Set(entriesOf(spec).map(({ effect }) => effect))).toEqual(new Set(['exact']))
  })

  test.each([
    { name: 'an action', spec: from(`action: ${templated}, from: [${office}]`), verdicts: ['deny', 'allow'] },
    { name: 'the only peer', spec: from(`action: Deny, from: [${templated}]`), verdicts: ['deny'] },
    { name: 'one peer of two', spec: from(`action: Deny, from: [${office}, ${templated}]`), verdicts: ['deny'] },
    {
      name: 'one port of two',
      spec: from(`action: Deny, from: [${office}], protocols: [${tcp80}, ${unreadablePort}]`),
      verdicts: ['deny', 'deny'],
    },
  ])('unknown in an admin policy: $name', ({ spec, verdicts }) => {
    const entries = entriesOf(spec)
    expect(entries.map(({ effect }) => effect)).toEqual(verdicts.map(() => 'unknown'))
    expect(entries.map(({ verdict }) => verdict)).toEqual(verdicts)
  })

  test.each([
    {
      name: 'one peer of two',
      spec: `${web}\ningress: [{from: [{podSelector: {}}, ${templated}]}]`,
      effects: ['exact', 'unknown'],
    },
    {
      name: 'one port of two',
      spec: `${web}\ningress: [{ports: [{port: 80}, {port: "{{ .Values.port }}"}]}]`,
      effects: ['exact', 'unknown', 'unknown'],
    },
    { name: 'whose pods they are', spec: 'podSelector: {{ .Values.selector }}', effects: ['unknown'] },
  ])('unknown in a NetworkPolicy: $name', ({ spec, effects }) => {
    expect(entriesOf(spec).map(({ effect }) => effect)).toEqual(effects)
  })
})

describe('the policies of a side', () => {
  const policy = (namespace: string, name: string): string =>
    manifest('networking.k8s.io/v1', 'NetworkPolicy', `{name: ${name}, namespace: ${namespace}}`, 'podSelector: {}')
  const documents = [
    policy('store', 'till'),
    policy('office', 'desk'),
    admin('ingress: []'),
    policy('store', 'counter'),
  ]
  const compiled = (): CompiledPolicies => compilePolicies(storeWith(documents).input.cluster)

  test('come in the order of namespaces and names, whatever the order of the documents', () => {
    const names = (texts: readonly string[]): readonly string[] =>
      storeWith(texts).input.entries.map(({ origin: { policy } }) => `${policy.namespace}/${policy.name}`)
    expect(names(documents)).toEqual(['office/desk', 'store/counter', 'store/till'])
    expect(names(documents.toReversed())).toEqual(names(documents))
  })

  test('NetworkPolicies are kept as they were read, and no others', () => {
    expect(compiled().networkPolicies.map(({ id }) => id.name)).toEqual(['desk', 'counter', 'till'])
  })

  test('the manifest of each is found by its identity', () => {
    const { manifests, networkPolicies } = compiled()
    const ids = [...manifests].map(([key, { name, namespace }]) => [key, namespace?.value, name.value])
    const own = networkPolicies.map(({ id }) => [idKey(id), id.namespace, id.name])
    expect(ids).toEqual(expect.arrayContaining(own))
    expect(ids.map(([, , name]) => name).sort()).toEqual(['counter', 'desk', 'policy-2', 'till'])
  })

  test('sets and tiers of Calico have identities of their own', () => {
    const objects = [
      manifest('projectcalico.org/v3', 'GlobalNetworkSet', '{name: partners}', 'nets: []'),
      manifest('projectcalico.org/v3', 'NetworkSet', '{name: partners, namespace: store}', 'nets: []'),
      manifest('cilium.io/v2', 'CiliumCIDRGroup', '{name: partners, namespace: store}', 'externalCIDRs: []'),
    ]
    const { policies } = compilePolicies(storeWith(objects).input.cluster)
    expect(policies.map(({ id }) => idKey(id)).sort()).toEqual([
      'cilium.io/CiliumCIDRGroup//partners',
      'projectcalico.org/GlobalNetworkSet//partners',
      'projectcalico.org/NetworkSet/store/partners',
    ])
  })

  test('what is wrong with one is told by both sides that have it', () => {
    const side = storeWith([
      manifest('networking.k8s.io/v1', 'NetworkPolicy', '{name: till, namespace: store}', 'ingress: [null]'),
    ])
    const again = [compilePolicies(side.input.cluster), compilePolicies(side.input.cluster)]
    for (const { diagnostics } of again) expect(diagnostics.map(({ code }) => code)).toEqual(['null-item'])
  })
})
