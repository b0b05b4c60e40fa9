import { describe, expect, test } from 'vitest'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { reachOf, storeWith, verdict } from '../policies/store.ts'

const admits = (labels: string): string =>
  `podSelector: {matchLabels: {app: web}}\ningress: [{from: [{namespaceSelector: {matchLabels: {${labels}}}}]}]`
const clerk = (namespace: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: clerk, namespace: ${namespace}}\nspec: {containers: [{name: main, image: c}]}`

describe('namespaces', () => {
  test('25. a written name label is overridden', () => {
    const decoy =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: decoy, labels: {kubernetes.io/metadata.name: office}}'
    const reachability = reachOf(storeWith([admits('kubernetes.io/metadata.name: office'), decoy, clerk('decoy')]))
    expect(verdict(reachability, 'clerk → web TCP 8080')).toBe('deny')
    expect(verdict(reachability, 'auditor → web TCP 8080')).toBe('allow')
  })

  test('33. an undeclared namespace is known by its name', () => {
    const reachability = reachOf(storeWith([admits('kubernetes.io/metadata.name: billing'), clerk('billing')]))
    expect(verdict(reachability, 'clerk → web TCP 8080')).toBe('allow')
  })

  test('34. its other labels are unknown', () => {
    const reachability = reachOf(storeWith([admits('team: billing'), clerk('billing')]))
    expect(verdict(reachability, 'clerk → web TCP 8080')).toBe('unknown')
    expect(verdict(reachability, 'auditor → web TCP 8080')).toBe('deny')
  })

  test('one that the configuration describes is known', () => {
    const profile = { ...defaultProfile, externalNamespaces: new Map([['billing', new Map([['team', 'billing']])]]) }
    const reachability = reachOf(storeWith([admits('team: billing'), clerk('billing')], profile))
    expect(verdict(reachability, 'clerk → web TCP 8080')).toBe('allow')
  })

  test('34. some pod of a namespace nobody knows may be admitted', () => {
    const reachability = reachOf(storeWith([admits('team: billing')]))
    const answers = reachability.universe.elsewhere.map((cell) => {
      const web = reachability.universe.classOf.get('head /Pod/store/web')
      return web === undefined ? undefined : reachability.connections(cell, web).must.has('TCP', 8080)
    })
    expect(new Set(answers)).toEqual(new Set([true, false]))
  })
})

test('48. whether a block of all addresses holds pods is unknown until the plugin is', () => {
  const spec = 'podSelector: {matchLabels: {app: web}}\ningress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]'
  const reachability = reachOf(storeWith([spec], defaultProfile))
  expect(verdict(reachability, 'world → web TCP 8080')).toBe('allow')
  expect(verdict(reachability, 'auditor → web TCP 8080')).toBe('unknown')
})
