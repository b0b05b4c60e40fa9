import type { CiliumSettings } from './network-plugin.ts'

/** Text of an option, by its path; lists are joined with commas. Undefined where it is not written. */
export type Lookup = (...path: readonly string[]) => string | undefined

/** Options as the ConfigMap `cilium-config` holds them. */
export function optionsOfAgent(option: Lookup): Partial<CiliumSettings> {
  return known({
    enforcement: modeOf(option('enable-policy')),
    clusterName: nameOf(option('cluster-name')),
    hostFirewall: flagOf(option('enable-host-firewall')),
    nodeSelectors: flagOf(option('enable-node-selector-labels')),
    cidrMatches: matchesOf(option('policy-cidr-match-mode')),
    extendedProtocols: flagOf(option('enable-extended-ip-protocols')),
    clusterNetworkPolicies: flagOf(option('enable-k8s-cluster-network-policy')),
  })
}

/**
 * Options as values of the chart; `extraConfig` goes into the ConfigMap as it is, over the others.
 * @see https://docs.cilium.io/en/stable/helm-reference/
 */
export function optionsOfChart(value: Lookup): Partial<CiliumSettings> {
  return {
    ...known({
      enforcement: modeOf(value('policyEnforcementMode')),
      clusterName: nameOf(value('cluster', 'name')),
      hostFirewall: flagOf(value('hostFirewall', 'enabled')),
      nodeSelectors: flagOf(value('nodeSelectorLabels')),
      cidrMatches: matchesOf(value('policyCIDRMatchMode')),
      clusterNetworkPolicies: flagOf(value('k8sClusterNetworkPolicy', 'enabled')),
    }),
    ...optionsOfAgent((name = '') => value('extraConfig', name)),
  }
}

type Known<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> }

function known<T extends object>(options: T): Known<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Known<T>
}

const modes = ['default', 'always', 'never'] as const

const modeOf = (text: string | undefined): CiliumSettings['enforcement'] | undefined =>
  modes.find((mode) => mode === text)

function flagOf(text: string | undefined): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined
}

/** A name that a template writes is none. */
const nameOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^[a-z0-9][-a-z0-9]{0,31}$/.test(text) ? text : undefined

function matchesOf(text: string | undefined): CiliumSettings['cidrMatches'] | undefined {
  if (text === undefined) return undefined
  const modes = text.split(/[\s,[\]]+/).filter((mode) => mode !== '')
  return modes.every((mode) => mode === 'nodes' || mode === 'pods')
    ? { nodes: modes.includes('nodes'), pods: modes.includes('pods') }
    : undefined
}
