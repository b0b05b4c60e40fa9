import { type CiliumSettings, ciliumDefaults, habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import type { Entity } from '../../src/policies/entry.ts'
import { manifest } from './store.ts'

/** A cluster that runs Cilium, of the newest version unless told. */
export function ciliumProfile(settings: Partial<CiliumSettings> = {}, version?: string): NetworkProfile {
  const cni = { name: 'cilium', version }
  return { ...defaultProfile, ...habitsOf(cni), cni, cilium: { ...ciliumDefaults, ...settings } }
}

/** Endpoints that the tables ask about. */
export const told: readonly Entity[] = ['host', 'remote-node', 'kube-apiserver', 'ingress', 'health']

export const clusterwide = (spec: string, name = 'fence'): string =>
  manifest('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', `{name: ${name}}`, spec)

/** Selects the checkout of the store. */
export const onCheckout = (rules: string): string => `endpointSelector: {matchLabels: {app: checkout}}\n${rules}`
export const onStore = (rules: string): string => `endpointSelector: {}\n${rules}`
