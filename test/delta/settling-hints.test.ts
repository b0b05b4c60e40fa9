import { expect, test } from 'vitest'
import { settlingHints } from '../../src/delta/settling-hints.ts'
import { analyse, policy, shop } from './shop-delta.ts'

const closed = policy('web', 'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Ingress, Egress]')
const toEverywhere = policy(
  'web',
  'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Ingress, Egress]\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]',
)
const fromOps = policy(
  'web',
  'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Ingress, Egress]\ningress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]',
)
const hintsOf = (head: string, ipBlockMatchesPods: 'yes' | 'unknown') =>
  settlingHints([
    analyse({ 'shop.yaml': shop, 'web.yaml': closed }, { 'shop.yaml': shop, 'web.yaml': head }, { ipBlockMatchesPods }),
  ])

test('an ipBlock under an unknown plugin asks for the plugin', () => {
  expect(hintsOf(toEverywhere, 'unknown').join('\n')).toContain('network: {cni: calico}')
  expect(hintsOf(toEverywhere, 'yes').join('\n')).not.toContain('cni')
})

test('a namespace that no manifest declares asks for its labels', () => {
  expect(hintsOf(fromOps, 'yes')).toEqual([expect.stringContaining('external-namespaces: {kube-system: {}}')])
})

test('nothing is asked where nothing changed', () => {
  expect(hintsOf(closed, 'unknown')).toEqual([])
})

test('a plugin of which it is not established asks for the answer itself', () => {
  const analysed = analyse(
    { 'shop.yaml': shop, 'web.yaml': closed },
    { 'shop.yaml': shop, 'web.yaml': toEverywhere },
    { ipBlockMatchesPods: 'unknown', cni: { name: 'aws-vpc-cni', version: '1.19' } },
  )
  expect(settlingHints([analysed])).toEqual([expect.stringContaining('`network: {ip-block-matches-pods: true}`')])
  expect(settlingHints([analysed, analysed])).toHaveLength(1)
})
