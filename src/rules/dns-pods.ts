import type { SideView } from '../delta/side-view.ts'
import { SERVICE_ACCOUNT } from '../model/identity-labels.ts'
import { type LabelExpression, matchLabels, showExpression } from '../model/label-expression.ts'
import type { DnsService } from '../model/network-profile.ts'
import { classOfWorkload } from '../reach/peers.ts'
import type { CellClass, PeerClass } from '../reach/universe.ts'
import { workloadsOfNamespace } from './selected-workloads.ts'

/** `pods k8s-app=kube-dns of kube-system` */
export const showDns = ({ labels, namespace }: DnsService): string => `pods ${showExpression(labels)} of ${namespace}`

/**
 * Classes that answer DNS queries: workloads of the tree, else the pods that are not in it and carry exactly the
 * labels the profile names. Empty where those labels do not say what a pod looks like.
 */
export function dnsClasses(view: SideView, { namespace, labels }: DnsService): PeerClass[] {
  const workloads = workloadsOfNamespace(view, namespace).filter(
    (workload) => matchLabels(labels, workload.labels) === 'yes',
  )
  if (workloads.length > 0) return [...new Set(workloads.map((workload) => classOfWorkload(view.reach, workload)))]
  const pairs = pairsOf(labels)
  if (pairs === undefined) return []
  return classesIn(view, namespace).filter((found) => found.kind === 'cell' && holdsPod(found, pairs))
}

/** Every class of the namespace that DNS lives in. */
export const classesIn = ({ reach }: SideView, namespace: string): readonly PeerClass[] =>
  reach.universe.byNamespace.get(namespace) ?? []

/** Labels a pod has that meets a conjunction of `key = value`. */
function pairsOf(labels: LabelExpression): ReadonlyMap<string, string> | undefined {
  const parts = labels.kind === 'all' ? labels.of : [labels]
  const pairs = new Map([[SERVICE_ACCOUNT, 'default']])
  for (const part of parts) {
    const value = part.kind === 'requirement' && part.operator === 'In' ? part.values[0] : undefined
    if (part.kind !== 'requirement' || value === undefined) return undefined
    pairs.set(part.key, value)
  }
  return pairs
}

/** Whether a pod with these labels and no others lies in a cell. */
function holdsPod({ pods }: CellClass, pairs: ReadonlyMap<string, string>): boolean {
  return pods.conjunctions.some((conjunction) =>
    [...conjunction].every(([key, { kind, values, absent }]) => {
      const value = pairs.get(key)
      return value === undefined ? absent : (kind === 'only') === values.has(value)
    }),
  )
}
