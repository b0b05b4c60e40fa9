import { expect, test } from 'vitest'
import { deltaOf, type Manifests, policy, shop, showCause } from './shop-delta.ts'

const adminPolicy = (name: string, spec: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: ${name}
spec:
${spec
  .trim()
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`

const shopSubject = `subject:
  namespaces:
    matchLabels: {team: shop}`

const closedToOps = adminPolicy(
  'guard',
  `tier: Admin
priority: 10
${shopSubject}
ingress:
  - name: ops
    action: Deny
    from:
      - namespaces:
          matchLabels: {team: ops}`,
)

const opened = adminPolicy(
  'window',
  `tier: Admin
priority: 20
${shopSubject}
ingress:
  - action: Accept
    from:
      - namespaces:
          matchLabels: {team: ops}`,
)

const passed = closedToOps.replace('action: Deny', 'action: Pass')
const webOnly = policy('web-only', 'podSelector: {}\ningress:\n  - from:\n      - podSelector: {}')
const baselineDeny = adminPolicy(
  'floor',
  `tier: Baseline
priority: 0
${shopSubject}
ingress:
  - action: Deny
    from:
      - namespaces:
          matchLabels: {team: ops}`,
)

const [ops, shops] = ['any pod in namespaces team=ops', 'any pod in namespaces team=shop']
const opsMayCome = `${ops} can now reach ${shops} on every port`
const opsMayNoLongerCome = `${ops} can no longer reach ${shops} (it was every port)`
/** Labels of the one namespace that no manifest declares. */
const declared = { externalNamespaces: new Map([['kube-system', new Map<string, string>()]]) }

interface Story {
  readonly name: string
  readonly base: Manifests
  readonly head: Manifests
  readonly sentences: readonly string[]
  readonly causes: readonly string[]
}

const files = (...texts: readonly string[]): Manifests =>
  Object.fromEntries([shop, ...texts].map((text, index) => [index === 0 ? 'shop.yaml' : `policy-${index}.yaml`, text]))

const stories: readonly Story[] = [
  {
    name: 'a deny that is gone opens, and is the cause',
    base: files(closedToOps),
    head: files(),
    sentences: [opsMayCome],
    causes: ['base policy-1.yaml:15 ClusterNetworkPolicy guard was removed'],
  },
  {
    name: 'a deny that comes closes, at its rule',
    base: files(),
    head: files(closedToOps),
    sentences: [opsMayNoLongerCome],
    causes: ['head policy-1.yaml:15 ClusterNetworkPolicy guard was added'],
  },
  {
    name: 'a deny turned into an accept opens at its action',
    base: files(closedToOps, webOnly),
    head: files(closedToOps.replace('action: Deny', 'action: Accept'), webOnly),
    sentences: [opsMayCome],
    causes: ['head policy-1.yaml:13 ClusterNetworkPolicy guard: ingress rule 1, action changed'],
  },
  {
    name: 'a priority alone opens',
    base: files(closedToOps, opened),
    head: files(closedToOps, opened.replace('priority: 20', 'priority: 5')),
    sentences: [opsMayCome],
    causes: ['head policy-2.yaml:7 ClusterNetworkPolicy window: priority changed'],
  },
  {
    name: 'accept in place of pass takes the say from the namespace',
    base: files(passed, webOnly),
    head: files(passed.replace('action: Pass', 'action: Accept'), webOnly),
    sentences: [`${ops} can now reach any pod in shop on every port`],
    causes: ['head policy-1.yaml:13 ClusterNetworkPolicy guard: ingress rule 1, action changed'],
  },
  {
    name: 'the last NetworkPolicy of a pod hands it to the baseline',
    base: files(baselineDeny, policy('open', 'podSelector: {}\ningress: [{}]')),
    head: files(baselineDeny),
    sentences: [`${ops} can no longer reach any pod in shop (it was every port)`],
    causes: ['base policy-2.yaml:8 NetworkPolicy shop/open was removed'],
  },
  {
    name: 'a first NetworkPolicy takes a pod from the baseline',
    base: files(baselineDeny),
    head: files(baselineDeny, policy('open', 'podSelector: {}\ningress: [{}]')),
    sentences: [`${ops} can now reach any pod in shop on every port`],
    causes: ['head policy-2.yaml:8 NetworkPolicy shop/open was added'],
  },
  {
    name: 'the order of rules alone opens',
    base: files(`${closedToOps}    - {action: Accept, from: [{namespaces: {}}]}\n`),
    head: files(
      adminPolicy(
        'guard',
        `tier: Admin
priority: 10
${shopSubject}
ingress:
  - {action: Accept, from: [{namespaces: {}}]}
  - name: ops
    action: Deny
    from:
      - namespaces:
          matchLabels: {team: ops}`,
      ),
    ),
    sentences: [opsMayCome],
    causes: ['head policy-1.yaml:13 ClusterNetworkPolicy guard: ingress rule 2 moved'],
  },
]

test.each(stories)('$name', ({ base, head, sentences, causes }) => {
  const delta = deltaOf(base, head, declared)
  expect(delta.sentences.map(({ text }) => text)).toEqual(sentences)
  expect([...new Set(delta.changes.flatMap((change) => change.causes.map(showCause)))]).toEqual(causes)
})

test('the same both ways: what one change opens its reverse closes', () => {
  for (const { base, head } of stories) {
    const there = deltaOf(base, head, declared)
      .changes.map(({ kind }) => kind)
      .sort()
    const back = deltaOf(head, base, declared)
      .changes.map(({ kind }) => kind)
      .sort()
    const swapped: Readonly<Record<string, string>> = {
      added: 'removed',
      removed: 'added',
      widened: 'narrowed',
      narrowed: 'widened',
    }
    expect(back).toEqual(there.map((kind) => swapped[kind] ?? kind).sort())
  }
})
