import { describe, expect, test } from 'vitest'
import { judgeCase } from './judge-case.ts'
import { printResults, resultsAsJson } from './print-results.ts'
import { groupOf } from './profiles.ts'
import { inFolder, shop, shopCase } from './shop-case.ts'

const [checkout, payments] = ['shop/checkout[Pod]', 'shop/payments[Pod]']
const passed = { kind: 'passed' }

function differencesOf(expected: object, files?: Readonly<Record<string, string>>): readonly string[] {
  const result = judgeCase(shopCase(expected, files))
  return result.kind === 'failed' ? result.differences : [result.kind]
}

describe('connlist', () => {
  const row = { src: checkout, dst: payments, conns: { TCP: ['8443'] } }

  test('passes when it lists exactly what is allowed', () => {
    expect(judgeCase(shopCase({ kind: 'connlist', connections: [row] }))).toEqual(passed)
  })

  test('names a row that is missing and one that is too many', () => {
    expect(differencesOf({ kind: 'connlist', connections: [{ ...row, src: payments, dst: checkout }] })).toEqual([
      `${checkout} → ${payments}: expected None, got TCP 8443`,
      `${payments} → ${checkout}: expected TCP 8443, got None`,
    ])
  })

  test('names other ports', () => {
    expect(differencesOf({ kind: 'connlist', connections: [{ ...row, conns: 'All' }] })).toEqual([
      `${checkout} → ${payments}: expected TCP 1-65535 UDP 1-65535 SCTP 1-65535, got TCP 8443`,
    ])
  })

  test('ranges of addresses may be cut anywhere', () => {
    const open = inFolder('manifests', {
      'namespace.yaml': shop['namespace.yaml'] ?? '',
      'checkout.yaml': shop['checkout.yaml'] ?? '',
    })
    const rows = (middle: string, after: string) => [
      { src: checkout, dst: `0.0.0.0-${middle}`, conns: 'All' },
      { src: checkout, dst: `${after}-255.255.255.255`, conns: 'All' },
      { src: '0.0.0.0-255.255.255.255', dst: checkout, conns: 'All' },
    ]
    expect(differencesOf({ kind: 'connlist', connections: rows('9.255.255.255', '10.0.0.0') }, open)).toEqual([
      'passed',
    ])
    expect(differencesOf({ kind: 'connlist', connections: rows('9.255.255.255', '10.0.0.1') }, open)).toHaveLength(1)
  })
})

test('diff: a policy that goes away opens a pair', () => {
  const { 'payments-in.yaml': _, ...without } = shop
  const files = { ...inFolder('base', without), ...inFolder('head', shop) }
  const row = { src: checkout, dst: payments, base: 'None', head: { TCP: ['8443'] }, type: 'added' }
  expect(differencesOf({ kind: 'diff', connections: [row] }, files)).toEqual(['passed'])
  expect(differencesOf({ kind: 'diff', connections: [] }, files)).toEqual([
    `${checkout} → ${payments}: expected None, got None ⇒ TCP 8443`,
  ])
})

test('eval: single connections and everything between two peers', () => {
  const query = { src: 'shop/checkout', dst: 'shop/payments', protocol: 'TCP', port: 8443 }
  expect(differencesOf({ kind: 'eval', queries: [{ ...query, allowed: true }] })).toEqual(['passed'])
  expect(differencesOf({ kind: 'eval', queries: [{ ...query, allowed: false }] })).not.toEqual(['passed'])
  expect(differencesOf({ kind: 'eval', queries: [{ ...query, dst: 'shop/nobody', allowed: true }] })).toEqual([
    'shop/checkout → shop/nobody: no such peer',
  ])
})

test('probes: directions by themselves, ports by name', () => {
  const ends = {
    from: { namespace: 'shop', pod: 'checkout' },
    to: { namespace: 'shop', pod: 'payments' },
    protocol: 'TCP',
  }
  const split = { ...ends, port: 80, allowed: false, egressAllowed: true, ingressAllowed: false }
  expect(differencesOf({ kind: 'probes', probes: [split, { ...ends, port: 'http', allowed: true }] })).toEqual([
    'passed',
  ])
  expect(differencesOf({ kind: 'probes', probes: [{ ...split, egressAllowed: false }] })).toHaveLength(2)
})

test('explain: the deciding policies and rules', () => {
  const side = (result: string, effect: string, name: string, rule?: string) => ({
    result,
    reasons: [{ policy: { kind: 'NetworkPolicy', name: `shop/${name}` }, effect, ...(rule && { rule }) }],
  })
  const verdict = {
    result: 'allow',
    conns: { TCP: ['8443'] },
    egress: side('allow', 'allow', 'checkout-out', '#1'),
    ingress: side('allow', 'allow', 'payments-in', '#1'),
  }
  const pair = (changes: object) => ({
    kind: 'explain',
    systemDefaultPairs: [],
    pairs: [{ src: checkout, dst: payments, verdicts: [{ ...verdict, ...changes }] }],
  })
  expect(differencesOf(pair({}))).toEqual(['passed'])
  expect(differencesOf(pair({ ingress: side('allow', 'allow', 'closed', '#1') }))).toHaveLength(1)
})

test('validation: whether a manifest is refused, and where', () => {
  const files = { 'manifests/bad.yaml': (shop['payments-in.yaml'] ?? '').replace('8443', '0') }
  const result = { file: 'manifests/bad.yaml', valid: false, path: 'spec.ingress[0].ports[0].port' }
  expect(differencesOf({ kind: 'validation', results: [result] }, files)).toEqual(['passed'])
  expect(differencesOf({ kind: 'validation', results: [{ ...result, path: 'spec.podSelector' }] }, files)).toHaveLength(
    1,
  )
  expect(differencesOf({ kind: 'validation', results: [{ ...result, valid: true }] }, files)).toHaveLength(1)
})

test('errors: by their class', () => {
  const files = inFolder('manifests', {
    ...shop,
    'payments-in.yaml': (shop['payments-in.yaml'] ?? '').replace(
      '{podSelector: {matchLabels: {app: checkout}}}',
      '{ipBlock: {cidr: 10.0.0.0/40}}',
    ),
  })
  const expected = { kind: 'error', severity: 'fatal', errorClass: 'invalid-cidr' }
  expect(differencesOf(expected, files)).toEqual(['passed'])
  expect(differencesOf(expected)).toEqual([
    'invalid-cidr: expected cidr-invalid or except-invalid on NetworkPolicy or AdminNetworkPolicy or BaselineAdminNetworkPolicy, got nothing',
  ])
  expect(differencesOf({ ...expected, errorClass: 'never-heard-of' }, files)).toEqual(['passed'])
  expect(differencesOf({ ...expected, errorClass: 'never-heard-of' })).toEqual([
    'never-heard-of: expected some problem, got none',
  ])
})

describe('unusual input that has an answer', () => {
  const warning = (...errorClasses: readonly string[]) => ({
    kind: 'warning',
    warnings: errorClasses.map((errorClass) => ({ errorClass })),
  })
  const { 'namespace.yaml': namespace = '', 'closed.yaml': closed = '', 'checkout.yaml': checkoutPod = '' } = shop
  const without = { pods: { namespace, closed }, policies: { namespace, checkoutPod } }
  const asFiles = (texts: Readonly<Record<string, string>>) =>
    inFolder('manifests', Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${name}.yaml`, text])))

  test('a tree without workloads speaks of pods that may come', () => {
    expect(differencesOf(warning('no-workloads'), asFiles(without.pods))).toEqual(['passed'])
    expect(differencesOf(warning('no-workloads'))).toEqual(['no-workloads: expected no workload'])
  })

  test('a tree without policies is open', () => {
    expect(differencesOf(warning('no-policies'), asFiles(without.policies))).toEqual(['passed'])
    expect(differencesOf(warning('no-policies'))).toEqual(['no-policies: expected no policy'])
  })

  test('documents of other tools are counted', () => {
    const files = { ...inFolder('manifests', shop), 'manifests/rows.json': '[{"src": "checkout", "dst": "payments"}]' }
    expect(differencesOf(warning('json-not-an-object'), files)).toEqual(['passed'])
    expect(differencesOf(warning('json-not-an-object'))).toEqual([
      'json-not-an-object: expected a document without an object',
    ])
  })

  test('a port name beside an ipBlock admits nothing', () => {
    const named = closed.replace(
      'podSelector: {}',
      'podSelector: {}\n  egress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: http}]}]',
    )
    expect(differencesOf(warning('named-port-on-ipblock'), asFiles({ named, checkoutPod }))).toEqual(['passed'])
    expect(differencesOf(warning('named-port-on-ipblock'))).toEqual([
      'named-port-on-ipblock: expected a finding of named-port-unresolved',
    ])
  })

  test('pods of one owner with different labels stand apart', () => {
    const owner = 'ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: till, uid: u}]'
    const till = (name: string, app: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${app}}, ${owner}}\nspec: {containers: []}\n`
    const files = asFiles({ namespace, one: till('till-1', 'till'), two: till('till-2', 'spare') })
    expect(differencesOf(warning('owner-label-gap'), files)).toEqual(['passed'])
    expect(differencesOf(warning('owner-label-gap'))).toEqual(['owner-label-gap: expected pods of one owner apart'])
  })

  test('limits of the source alone make a case not applicable', () => {
    expect(differencesOf(warning('ipv6-unsupported'))).toEqual(['not-applicable'])
    expect(differencesOf(warning('ipv6-unsupported', 'no-policies'))).toEqual(['no-policies: expected no policy'])
  })
})

test('a kind of policy that is not compiled yet makes a case not applicable, with the reason', () => {
  const mesh = 'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: closed}\nspec: {}\n'
  const result = judgeCase(
    shopCase({ kind: 'connlist', connections: [] }, inFolder('manifests', { ...shop, 'mesh.yaml': mesh })),
  )
  expect(result).toEqual({ kind: 'not-applicable', reason: 'the mesh layer is compiled by a later policy kind' })
})

test('groups are found on the path', () => {
  expect(groupOf('/somewhere/semantics/kubernetes/001-empty')).toBe('semantics/kubernetes')
  expect(groupOf('/somewhere/cyclonus/deep/er/case')).toBe('cyclonus')
  expect(groupOf('/somewhere/else/case')).toBe('else')
})

test('the last line counts, failures and reasons are told', () => {
  const found = shopCase({ kind: 'connlist', connections: [] })
  const judged = [
    { found, result: judgeCase(found) },
    { found, result: { kind: 'passed' } as const },
    { found, result: { kind: 'not-applicable', reason: 'the shop is closed' } as const },
  ]
  const lines = printResults(judged).split('\n')
  expect(lines[0]).toBe('shop-cases: 1 passed, 1 failed, 1 not applicable')
  expect(lines).toContain('  1 × the shop is closed')
  expect(lines).toContain(`  shop-cases/one: ${checkout} → ${payments}: expected None, got TCP 8443`)
  expect(lines.at(-1)).toBe('1 passed, 1 failed')
  expect(JSON.parse(resultsAsJson(judged)).cases).toHaveLength(3)
})

describe('query: counts over sets of policies', () => {
  const rule = (name: string, spec: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`
  const fromCheckout = '{from: [{podSelector: {matchLabels: {app: checkout}}}]}'
  const files = inFolder('manifests', {
    'pods.yaml': [shop['namespace.yaml'], shop['checkout.yaml'], shop['payments.yaml']].join('---\n'),
    'closed.yaml': rule('closed', '{podSelector: {}}'),
    'payments.yaml': rule('payments', `{podSelector: {matchLabels: {app: payments}}, ingress: [${fromCheckout}]}`),
    'twice.yaml': rule(
      'payments',
      `{podSelector: {matchLabels: {app: payments}}, ingress: [${fromCheckout}, ${fromCheckout}]}`,
    ),
    'open.yaml': rule('open', '{podSelector: {}, ingress: [{}]}'),
    'typo.yaml': rule('typo', '{podSelector: {matchLabels: {app: paymnets}}}'),
    'nobody.yaml': rule('nobody', '{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: cart}}}]}]}'),
  })
  const sets = {
    none: [],
    closed: ['closed'],
    payments: ['payments'],
    both: ['closed', 'payments'],
    twice: ['twice'],
    open: ['open'],
    slips: ['typo', 'nobody'],
  }
  const configs = Object.fromEntries(
    Object.entries(sets).map(([name, policies]) => [
      name,
      {
        namespaces: ['manifests/pods.yaml'],
        pods: ['manifests/pods.yaml'],
        policies: policies.map((policy) => `manifests/${policy}.yaml`),
      },
    ]),
  )

  test.each([
    ['emptiness', ['slips', 'both'], 2, 'a policy without pods and a rule without peers'],
    ['redundancy', ['both'], 0, 'each of the two is needed'],
    ['redundancy', ['twice'], 2, 'either of two equal rules'],
    ['redundancy', ['open'], 1, 'a policy that lets everybody in is as good as none'],
    ['vacuity', ['open', 'none', 'closed'], 2, 'what lets everybody in changes nothing'],
    ['disjointness', ['both', 'slips'], 1, 'both policies select payments'],
    ['allCaptured', ['payments'], 3, 'checkout in both directions, payments for egress'],
    ['containment', ['closed', 'payments', 'both'], 0, 'the closed set lets nobody in'],
    ['containment', ['payments', 'closed', 'both', 'none'], 2, 'the closed ones lie within'],
    ['permits', ['closed', 'payments', 'open'], 2, 'both let somebody in on purpose'],
    ['permits', ['open', 'closed', 'payments'], 0, 'everything is permitted'],
    ['forbids', ['closed', 'payments', 'open'], 0, 'nothing gets through'],
    ['forbids', ['payments', 'both'], 1, 'checkout still reaches payments'],
    ['interferes', ['closed', 'payments', 'none'], 1, 'payments lets in what closed did not'],
    ['pairwiseInterferes', ['closed', 'payments'], 1, 'one of the two ways round'],
    ['equivalence', ['payments', 'twice', 'none'], 2, 'repeating a rule changes nothing'],
    ['equivalence', ['both/shop/payments', 'payments'], 0, 'one policy out of a set'],
    ['strongEquivalence', ['payments', 'twice'], 0, 'the same names, the same effects'],
    ['strongEquivalence', ['open', 'none'], 1, 'equal effects, but not policy by policy'],
    ['twoWayContainment', ['none', 'open'], 3, 'the same'],
    ['twoWayContainment', ['closed', 'open'], 2, 'the first lies within'],
    ['twoWayContainment', ['open', 'closed'], 1, 'the second lies within'],
    ['twoWayContainment', ['open', 'open'], 0, 'one set is no pair'],
  ])('%s of %j: %i (%s)', (query, names, expected) => {
    const ask = (count: number) => ({
      kind: 'query',
      configs,
      queries: [{ name: 'asked', query, configs: names, expected: count }],
    })
    expect(differencesOf(ask(expected), files)).toEqual(['passed'])
    expect(differencesOf(ask(9), files)).toEqual([`asked: expected ${query} 9, got ${expected}`])
  })
})
