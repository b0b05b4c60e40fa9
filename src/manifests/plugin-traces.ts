import type { Resource } from './resource.ts'

/**
 * Objects beside policies that show which network plugin a cluster has, by API group and kind, with what their text has to
 * mention: most objects of these kinds are about something else, and are not worth reading.
 */
const traces: ReadonlyMap<string, RegExp | undefined> = new Map([
  ['/ConfigMap', /\bcilium-config\b/],
  ['argoproj.io/Application', /\b(?:cilium|tigera-operator)\b/],
  ['config.openshift.io/Network', undefined],
  ['helm.cattle.io/HelmChart', /\b(?:cilium|tigera-operator)\b/],
  ['helm.toolkit.fluxcd.io/HelmRelease', /\b(?:cilium|tigera-operator)\b/],
  ['operator.openshift.io/Network', undefined],
  ['operator.tigera.io/Installation', undefined],
])

type Type = Pick<Resource, 'group' | 'kind'>

/** Whether an object of this kind may show the plugin, by the text of its document. */
export function mayShowPlugin({ group, kind }: Type, text: () => string): boolean {
  const name = `${group}/${kind}`
  return traces.has(name) && (traces.get(name)?.test(text()) ?? true)
}

/** Whether the arguments of its containers say if a plugin enforces policies. */
export function mayShowArguments({ kind }: Type, text: () => string): boolean {
  return kind === 'DaemonSet' && /\b(?:aws-node|kube-router)\b/.test(text())
}
