import { describe, expect, test } from 'vitest'
import { account, calico, globalSet, gnp, knp, np, pod, staged, tier } from './calico-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const checkout = 'selector: app == "checkout"'
const web = '{selector: app == "web"}'
const webIn = 'web → checkout TCP 8081'
const ledgerIn = 'ledger → checkout TCP 8081'

/** A policy of the cluster that says one thing of what web sends to checkout. */
const says = (action: string, tierName: string, name = action.toLowerCase()): string =>
  gnp(`tier: ${tierName}\n${checkout}\ntypes: [Ingress]\ningress: [{action: ${action}, source: ${web}}]`, name)

describe('which of two tiers is asked first', () => {
  /** Of `first` the policy denies, of `second` it allows. */
  const order = (first: string, second: string, ...tiers: readonly string[]): string =>
    verdict(reachOf(built(...tiers, says('Deny', first), says('Allow', second))), webIn)

  test.each([
    ['of a lower order', 'early', 'late', [tier('order: 1', 'early'), tier('order: 2', 'late')]],
    ['of an order below zero', 'early', 'late', [tier('order: -1', 'early'), tier('order: 0', 'late')]],
    ['one that has an order', 'till', 'desk', [tier('order: 99999999', 'till'), tier('{}', 'desk')]],
    ['of two without order by name', 'desk', 'till', [tier('{}', 'till'), tier('{}', 'desk')]],
    ['of two of one order by name', 'desk', 'till', [tier('order: 7', 'till'), tier('order: 7', 'desk')]],
    ['beside the built-in one by name, before', 'alpha', 'default', [tier('order: 1000000', 'alpha')]],
    ['beside the built-in one by name, behind', 'default', 'zeta', [tier('order: 1000000', 'zeta')]],
    ['far beyond all orders, one that has one', 'till', 'desk', [tier('order: 1e300', 'till'), tier('{}', 'desk')]],
    ['of two of order zero by name', 'desk', 'till', [tier('order: 0', 'till'), tier('order: 0', 'desk')]],
    [
      'of two of one order, the second before default',
      'till',
      'default',
      [tier('order: 7', 'till'), tier('order: 7', 'desk')],
    ],
    ['of two that are missing by name', 'desk', 'till', []],
    ['one that is there before one that is not', 'till', 'desk', [tier('{}', 'till')]],
    ['the tier of admins before default', 'kube-admin', 'default', []],
    ['default before the baseline', 'default', 'kube-baseline', []],
    ['an order of zero before the tier of admins', 'early', 'kube-admin', [tier('order: 0', 'early')]],
  ])('%s', (_, first, second, tiers) => {
    expect(order(first, second, ...tiers)).toBe('deny')
    expect(verdict(reachOf(built(...tiers, says('Allow', first), says('Deny', second))), webIn)).toBe('allow')
  })

  test.each([
    ['alpha', 'deny'],
    ['zeta', 'allow'],
  ])(
    '%s, of the order of default: what it denies of what a NetworkPolicy of Kubernetes allows: %s',
    (name, expected) => {
      const allow = knp(
        'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]',
      )
      expect(verdict(reachOf(built(tier('order: 1000000', name), says('Deny', name), allow)), webIn)).toBe(expected)
    },
  )

  test('of two that are missing by name, whichever is written first', () => {
    expect(verdict(reachOf(built(says('Allow', 'till', 'a'), says('Deny', 'desk', 'b'))), webIn)).toBe('deny')
    expect(verdict(reachOf(built(says('Allow', 'desk', 'b'), says('Deny', 'till', 'a'))), webIn)).toBe('allow')
  })

  test('of one declared twice the last counts', () => {
    const twice = [
      tier('order: 1', 'early'),
      tier('order: 1', 'early').replace('order: 1', 'order: 1\n  defaultAction: Pass'),
    ]
    expect(verdict(reachOf(built(...twice, says('Allow', 'early'))), ledgerIn)).toBe('allow')
    expect(verdict(reachOf(built(...twice.toReversed(), says('Allow', 'early'))), ledgerIn)).toBe('deny')
  })
})

describe('tiers that Calico brings with it', () => {
  test.each([
    ['adminnetworkpolicy', '3.28', false],
    ['adminnetworkpolicy', '3.29', true],
    ['baselineadminnetworkpolicy', '3.29', false],
    ['baselineadminnetworkpolicy', '3.30', true],
    ['adminnetworkpolicy', '3.32', false],
    ['kube-admin', '3.31', false],
    ['kube-admin', '3.32', true],
    ['kube-baseline', '3.32', true],
    ['default', '3.28', true],
  ])('%s is there in %s: %s', (name, version, isThere) => {
    const side = storeWith([np(`tier: ${name}\ntypes: [Ingress]`, `${name}.till`)], calico(version))
    expect(showProblems(side)).toEqual(isThere ? [] : [`tier-missing at tier: ${name}`])
  })

  check(
    ['kube-admin', 'kube-baseline'].map((name) => ({
      name: `${name} passes on what is left over`,
      policies: [says('Allow', name)],
      allows: [webIn, ledgerIn],
    })),
    calico(),
  )

  check(
    ['adminnetworkpolicy', 'baselineadminnetworkpolicy'].map((name) => ({
      name: `${name} passes on what is left over until 3.31`,
      policies: [says('Allow', name, `${name}.open`)],
      allows: [webIn, ledgerIn],
    })),
    calico('3.31'),
  )

  test.each([
    ['order: 1000000\n', 'default', []],
    ['defaultAction: Deny\n', 'default', []],
    ['defaultAction: Pass\n', 'default', ['tier-invalid at defaultAction: Pass']],
    ['defaultAction: Pass\norder: 1000', 'kube-admin', []],
    ['order: 1001', 'kube-admin', ['tier-invalid at order: 1001']],
    ['order: null\ndefaultAction: null', 'kube-baseline', []],
    ['order: 10000000\n', 'kube-baseline', []],
    ['defaultAction: Pass', 'x'.repeat(63), []],
  ])('%j of %s', (spec, name, problems) => expect(showProblems(built(tier(spec, name)))).toEqual(problems))

  test('cannot be moved by what is written', () => {
    const moved = tier('order: 5000000000', 'default')
    expect(verdict(reachOf(built(moved, says('Deny', 'default'), says('Allow', 'kube-baseline'))), webIn)).toBe('deny')
  })
})

describe('what a template writes', () => {
  const template = '"{{ .Values.till }}"'
  test.each([
    ['the spec of a tier', tier('{}', 'early').replace('spec: {}', `spec: ${template}`)],
    ['the order of a tier', tier(`order: ${template}`, 'early')],
  ])('%s: its policies are perhaps not asked then', (_, text) => {
    const side = built(text, says('Deny', 'early'))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), webIn)).toBe('unknown')
  })

  test.each([
    ['defaultAction', tier(`defaultAction: ${template}`, 'early')],
    ['the tier of a policy', np(`tier: ${template}\ntypes: [Ingress]`)],
    ['stagedAction', staged(`stagedAction: ${template}\ntypes: [Ingress]`)],
    ['an entry of a set', globalSet('{role: partner}', '{{ .Values.till }}')],
  ])('%s is told and not refused', (_, text) => {
    expect(showProblems(built(text))).toEqual([`template-value at ${template}`])
  })
})

describe('staged policies', () => {
  test.each([
    ['Set with rules', 'stagedAction: Set\ntypes: [Ingress]', []],
    ['Delete with nothing', 'stagedAction: Delete', []],
    ['Delete with an order', 'stagedAction: Delete\norder: 5', []],
    ['Learn', 'stagedAction: Learn\nselector: all()', []],
    ['none', 'selector: all()', []],
    ['Delete with types', 'stagedAction: Delete\ntypes: [Ingress]', ['staged-action-invalid at Delete']],
    ['Delete with rules', 'stagedAction: Delete\ningress: [{action: Deny}]', ['staged-action-invalid at Delete']],
    ['a null action', 'stagedAction: null\nselector: all()', []],
    ['an action that is no text', 'stagedAction: 5', ['staged-action-invalid at 5']],
  ])('%s', (_, spec, problems) => {
    const side = built(staged(spec))
    expect(showProblems(side)).toEqual(problems)
    expect(side.input.entries).toEqual([])
  })

  test('of Kubernetes are read as those that are enforced, but for their action', () => {
    const text = (spec: string): string =>
      manifest('projectcalico.org/v3', 'StagedKubernetesNetworkPolicy', '{name: trial, namespace: store}', spec)
    expect(showProblems(built(text('stagedAction: Set\npodSelector: {}')))).toEqual([])
    expect(showProblems(built(text('stagedAction: Delete\npodSelector: {}')))).toEqual([
      'staged-action-invalid at Delete',
    ])
    expect(showProblems(built(text('stagedAction: Set\npodSelector: {}\nsign: open')))).toEqual([
      'unknown-field at sign: open',
    ])
    expect(built(text('podSelector: {}\npolicyTypes: [Ingress]')).input.entries).toEqual([])
  })
})

describe('what conditions find', () => {
  const partner = '198.51.100.9 → checkout TCP 80'
  const from = (entity: string): string =>
    gnp(`${checkout}\ntypes: [Ingress]\ningress: [{action: Allow, source: ${entity}}]`)
  const set = (namespace: string): string =>
    manifest(
      'projectcalico.org/v3',
      'NetworkSet',
      `{name: partners, namespace: ${namespace}, labels: {role: partner}}`,
      'nets: [198.51.100.0/24, 203.0.113.7, "2001:db8::/32"]',
    )
  check(
    [
      {
        name: 'sets by labels of their namespace, and bare addresses among their entries',
        policies: [from('{selector: role == "partner", namespaceSelector: team == "store"}'), set('store')],
        allows: [partner, '203.0.113.7 → checkout TCP 80', '2001:db8::44 → checkout TCP 80'],
        denies: ['203.0.113.8 → checkout TCP 80'],
      },
      {
        name: 'but not of another',
        policies: [from('{selector: role == "partner", namespaceSelector: team == "office"}'), set('store')],
        denies: [partner],
      },
      {
        name: 'sets by the name of their namespace',
        policies: [from('{namespaceSelector: projectcalico.org/name == "store"}'), set('store')],
        allows: [partner],
      },
      {
        name: 'sets by what Calico calls their namespace',
        policies: [from('{selector: projectcalico.org/namespace == "store" && has(role)}'), set('store')],
        allows: [partner],
        denies: ['visitor → checkout TCP 80'],
      },
      {
        name: 'sets of a namespace nobody declared perhaps',
        policies: [from('{namespaceSelector: team == "annexe"}'), set('annexe')],
        unknown: [partner],
      },
      {
        name: 'a set of the cluster has no labels of a namespace',
        policies: [
          from('{selector: role == "partner" && !has(pcns.team)}'),
          globalSet('{role: partner}', '198.51.100.0/24'),
        ],
        allows: [partner],
      },
      {
        name: 'no set where it is refused for certain',
        policies: [
          from('{selector: role == "partner"}'),
          globalSet('{role: partner, projectcalico.org/namespace: store}', '198.51.100.0/24'),
        ],
        unknown: [partner],
      },
      {
        name: 'pods by accounts of either namespace',
        policies: [
          from('{serviceAccounts: {selector: trusted == "yes"}}'),
          pod('robot', 'store', '{app: robot}', '{serviceAccountName: robot}', '10.20.1.9'),
          pod('helper', 'store', '{app: helper}', '{serviceAccountName: helper}', '10.20.1.10'),
          account('robot', 'store', '{trusted: "yes"}'),
          account('helper', 'store', '{}'),
        ],
        allows: ['robot → checkout TCP 80'],
        denies: ['helper → checkout TCP 80'],
      },
    ],
    calico(),
  )
})
