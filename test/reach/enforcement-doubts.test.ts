import { expect, test } from 'vitest'
import { describeDoubt } from '../../src/cli/describe-doubt.ts'
import { habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { explain } from '../../src/reach/explain.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { reachOf, storeWith } from '../policies/store.ts'

/** Why it is unknown what web may send to checkout, under a plugin. */
function doubts(name: string, policy: string): string[] {
  const cni = { name, version: undefined }
  const reach = reachOf(storeWith([policy], { ...defaultProfile, ...habitsOf(cni), cni }))
  const pod = (of: string) => reach.universe.classOf.get(`head /Pod/store/${of}`) as PeerClass
  const { entries } = explain(reach, pod('web'), pod('checkout')).ingress
  return [...new Set(entries.flatMap((entry) => entry.doubts.map(({ kind }) => kind)))]
}

const checkout = 'podSelector: {matchLabels: {app: checkout}}'
const deny =
  'priority: 1\nsubject: {namespaces: {matchLabels: {team: store}}}\ningress: [{action: Deny, from: [{namespaces: {matchLabels: {team: store}}}]}]'

test.each([
  ['a kind that the plugin may enforce', 'kube-router', deny, ['enforcement']],
  ['a range it may know', 'azure-cni', `${checkout}\ningress: [{ports: [{port: 1, endPort: 9}]}]`, ['enforcement']],
  ['a policy that is refused', 'azure-cni', `${checkout}\ningress: [{ports: [{port: 0}]}]`, ['refused']],
  [
    'one that is refused under a plugin that knows all of it',
    'calico',
    `${checkout}\ningress: [{ports: [{port: 0}]}]`,
    ['refused'],
  ],
])('%s is in doubt for its own reason', (_, plugin, policy, expected) => {
  expect(doubts(plugin, policy)).toEqual(expected)
})

test('what is not known of a plugin is said with the line that may settle it', () => {
  expect(describeDoubt({ kind: 'enforcement' })).toContain('network: {cni: cilium@1.18}')
})
