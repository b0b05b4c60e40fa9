import type { PolicyKind } from '../policy-kind.ts'
import { compileNetworkPolicy } from './compile.ts'
import { readNetworkPolicy } from './read.ts'

/** Kubernetes NetworkPolicy. `extensions/v1beta1` is gone from clusters since 1.16 and meant the same. */
export const kind: PolicyKind = {
  objects: ['networking.k8s.io/NetworkPolicy', 'extensions/NetworkPolicy'],
  compile(resource, namespace, { profile }, report) {
    const spec = readNetworkPolicy(resource, namespace, report)
    return { id: spec.id, entries: compileNetworkPolicy(spec, profile), networkPolicy: spec }
  },
}
