import fc from 'fast-check'

/** The words of shops whose cluster runs Cilium. */

export const ciliumNamespaces = ['shop', 'payments', 'default'] as const
export const accounts = ['default', 'deployer'] as const
export const ciliumNumbers = [53, 80, 443, 8080, 8081, 9090] as const
export const ciliumPortNames = ['http', 'admin'] as const
export const names = ['api.example.com', 'example.com', 'eu.api.example.com'] as const
export const partners = ['couriers', 'banks'] as const
/** Addresses outside, one at least in every part that the blocks cut. */
export const ciliumOutside = [
  '203.0.113.7',
  '203.0.113.200',
  '198.51.100.9',
  '192.168.7.1',
  '10.9.9.9',
  '10.0.1.5',
  '2001:db8:7::1',
  '2001:db8:8::1',
] as const

const values = ['web', 'checkout'] as const
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.'

/** Labels of namespaces and machines. */
export const plainLabels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom(...values), {
  noNullPrototype: true,
})
/** Labels of pods; policies cannot see the hash. */
export const podLabels = fc.dictionary(
  fc.constantFrom('app', 'tier', 'app.kubernetes.io/name', 'pod-template-hash'),
  fc.constantFrom(...values),
  { noNullPrototype: true },
)

interface Word {
  readonly keys: readonly string[]
  readonly values: readonly string[]
}

const own: Word = {
  keys: ['app', 'tier', 'any:app', 'k8s:app', 'k8s:tier', 'app.kubernetes.io/name', 'pod-template-hash'],
  values,
}
const account: Word = {
  keys: ['io.cilium.k8s.policy.serviceaccount', 'k8s:io.cilium.k8s.policy.serviceaccount'],
  values: accounts,
}
const cluster: Word = {
  keys: ['io.cilium.k8s.policy.cluster', 'k8s:io.cilium.k8s.policy.cluster'],
  values: ['default', 'annex'],
}
const namespace: Word = {
  keys: ['io.kubernetes.pod.namespace', 'any:io.kubernetes.pod.namespace', 'k8s:io.kubernetes.pod.namespace'],
  values: ciliumNamespaces,
}
const ofNamespace: Word = {
  keys: [`${NAMESPACE_LABELS}app`, `k8s:${NAMESPACE_LABELS}tier`],
  values,
}
const nameOfNamespace: Word = {
  keys: [`${NAMESPACE_LABELS}kubernetes.io/metadata.name`],
  values: ciliumNamespaces,
}
const endpoint: Word = {
  keys: ['host', 'remote-node', 'world', 'kube-apiserver', 'ingress', 'health', 'init'].map(
    (name) => `reserved:${name}`,
  ),
  values: [''],
}

const pair = ({ keys, values: own }: Word): fc.Arbitrary<[string, string]> =>
  fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...own))

const requirement = ({ keys, values: own }: Word): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({
      key: fc.constantFrom(...keys),
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.uniqueArray(fc.constantFrom(...own), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  )

/** Selectors that speak of some words more often than of others. */
function selectorOf(words: readonly { readonly weight: number; readonly word: Word }[]): fc.Arbitrary<object> {
  const among = <T>(make: (word: Word) => fc.Arbitrary<T>): fc.Arbitrary<T> =>
    fc.oneof(...words.map(({ weight, word }) => ({ weight, arbitrary: make(word) })))
  const oneOrTwo = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.oneof({ weight: 3, arbitrary: fc.tuple(item) }, { weight: 1, arbitrary: fc.tuple(item, item) })
  const matchLabels = oneOrTwo(among(pair)).map((pairs) => Object.fromEntries(pairs))
  const matchExpressions = oneOrTwo(among(requirement))
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: fc.record({ matchLabels }) },
    { weight: 3, arbitrary: fc.record({ matchExpressions }) },
    { weight: 1, arbitrary: fc.record({ matchLabels, matchExpressions }) },
  )
}

/** Of the pods that a policy is about. */
export const subjectSelector = selectorOf([
  { weight: 10, word: own },
  { weight: 2, word: account },
  { weight: 1, word: cluster },
  { weight: 4, word: namespace },
  { weight: 2, word: ofNamespace },
  { weight: 1, word: endpoint },
])
/** Of the pods that they may talk to. */
export const peerSelector = selectorOf([
  { weight: 8, word: own },
  { weight: 2, word: account },
  { weight: 1, word: cluster },
  { weight: 5, word: namespace },
  { weight: 3, word: ofNamespace },
  { weight: 2, word: nameOfNamespace },
  { weight: 3, word: endpoint },
])
/** Of machines and of Services: their own labels, without sources. */
export const plainSelector = selectorOf([{ weight: 1, word: { keys: ['app', 'tier'], values } }])

const groupWord: Word = { keys: ['partner'], values: partners }
/** Of groups of addresses; those that ask for what is missing hold for every address, so they ask for one thing alone. */
export const groupSelector = fc.oneof(
  fc.constant({}),
  pair(groupWord).map((found) => ({ matchLabels: Object.fromEntries([found]) })),
  fc.tuple(requirement(groupWord)).map((matchExpressions) => ({ matchExpressions })),
)
