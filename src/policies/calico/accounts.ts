import { valueAt } from '../../manifests/node.ts'
import type { Labels } from '../../model/labels.ts'
import { readLabels } from '../../model/read-labels.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { landsIn } from './context.ts'

/** Labels of the declared service accounts, by namespace and name. */
export type Accounts = ReadonlyMap<string, ReadonlyMap<string, Labels>>

export function accountsOf(surroundings: PolicySurroundings): Accounts {
  const found = new Map<string, Map<string, Labels>>()
  for (const resource of surroundings.objects('/ServiceAccount')) {
    const namespace = landsIn(resource, surroundings)
    const accounts = found.get(namespace) ?? new Map<string, Labels>()
    found.set(namespace, accounts)
    const labels = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), () => undefined)
    accounts.set(resource.name.value, labels)
  }
  return found
}
