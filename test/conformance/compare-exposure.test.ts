import { describe, expect, test } from 'vitest'
import { judgeCase } from './judge-case.ts'
import { inFolder, shop, shopCase } from './shop-case.ts'

const [checkout, payments] = ['shop/checkout[Pod]', 'shop/payments[Pod]']
const inShop = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }
const labelled = (app: string) => ({ namespaceSelector: inShop, podSelector: { matchLabels: { app } } })

const monitored = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: monitored, namespace: shop}
spec:
  podSelector: {matchLabels: {app: checkout}}
  ingress:
    - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: scraper}}}]
      ports: [{port: 9090}]
`
const files = inFolder('manifests', { ...shop, 'monitored.yaml': monitored })

const fromScrapers = {
  workload: checkout,
  direction: 'ingress',
  peer: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'scraper' } } },
  conns: { TCP: ['9090'] },
}
const expected = {
  kind: 'exposure',
  connections: [{ src: checkout, dst: payments, conns: { TCP: ['8443'] } }],
  exposure: [fromScrapers],
  unprotected: [],
}

function differencesOf(changed: object, manifests = files): readonly string[] {
  const result = judgeCase(shopCase({ ...expected, ...changed }, manifests))
  return result.kind === 'failed' ? result.differences : [result.kind]
}

describe('exposure', () => {
  test('passes when rows say what unseen pods get, even those that a real pod hides', () => {
    expect(differencesOf({})).toEqual(['passed'])
  })

  test('names every kind of unseen pod that gets more than the rows say', () => {
    const differences = differencesOf({ exposure: [] })
    expect(differences.length).toBeGreaterThan(1)
    for (const text of differences)
      expect(text).toMatch(/^shop\/checkout\[Pod\] ingress .* at most nothing, got TCP 909/)
  })

  test('names unseen pods that get less than a row says', () => {
    const row = { ...fromScrapers, peer: labelled('courier') }
    expect(differencesOf({ exposure: [fromScrapers, row] })).toEqual([
      'shop/checkout[Pod] ingress pods (not app In ["checkout"] and not app In ["payments"] and not app In ["scraper"] and app In ["courier"]) of shop: expected at least TCP 9090, got nothing',
    ])
  })

  test('pods that meet two selectors get what both rows say', () => {
    const everywhere = { ...fromScrapers, peer: 'entire-cluster', conns: { TCP: ['8080'] } }
    const [first] = differencesOf({ exposure: [fromScrapers, everywhere] })
    expect(first).toMatch(/expected at least TCP 8080/)
    expect(differencesOf({ exposure: [fromScrapers, everywhere] }).join()).toMatch(/expected at least TCP 8080, 9090/)
  })

  test('names a workload that is selected by a policy although it is said not to be', () => {
    expect(differencesOf({ unprotected: [{ workload: payments, direction: 'egress' }] })).toEqual([
      'shop/payments[Pod] egress: expected no policy',
    ])
  })

  test('compares connections between workloads as well', () => {
    expect(differencesOf({ connections: [] })).toEqual([`${checkout} → ${payments}: expected None, got TCP 8443`])
  })

  test('in focus are single workloads, directions and connections', () => {
    const options = { focusWorkloads: ['shop/payments'], focusDirection: 'egress' }
    expect(differencesOf({ options, connections: [], exposure: [] })).toEqual(['passed'])
    const row = { workload: checkout, direction: 'ingress', peer: fromScrapers.peer }
    expect(differencesOf({ focusConn: { protocol: 'TCP', port: 9090 }, connections: [], exposure: [row] })).toEqual([
      'passed',
    ])
  })

  test('ports keep their names towards pods that nobody declares', () => {
    const byName = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: by-name, namespace: shop}
spec:
  podSelector: {matchLabels: {app: payments}}
  policyTypes: [Egress]
  egress: [{to: [{podSelector: {matchLabels: {app: courier}}}], ports: [{port: parcels}]}]
`
    const row = { workload: payments, direction: 'egress', peer: labelled('courier'), conns: { TCP: ['name:parcels'] } }
    const manifests = { ...files, ...inFolder('manifests', { 'by-name.yaml': byName }) }
    expect(differencesOf({ exposure: [fromScrapers, row] }, manifests)).toEqual(['passed'])
    expect(differencesOf({ exposure: [fromScrapers, { ...row, conns: { TCP: ['80'] } }] }, manifests)).toHaveLength(2)
  })
})
