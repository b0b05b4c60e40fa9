import type { NodeChange } from './node-diff.ts'

type Path = NodeChange['path']

/** The path within one rule set: Cilium's policies may hold several, each of which is a `spec` to itself. */
function inSpec(path: Path): Path {
  if (path[0] === 'specs' && typeof path[1] === 'number') return path.slice(2)
  return path[0] === 'spec' ? path.slice(1) : path
}

const isOfSpec = (path: Path): boolean => path[0] === 'spec' || path[0] === 'specs'

/** What decides in which directions the pods are isolated. */
const typeFields: ReadonlySet<string> = new Set(['policyTypes', 'types', 'enableDefaultDeny'])
/** Lists of rules; one that appears or goes may isolate by itself. */
const ruleLists: ReadonlySet<string> = new Set(['egress', 'ingressDeny', 'egressDeny'])

const subjectFields: ReadonlySet<string> = new Set([
  'podSelector',
  'subject',
  'endpointSelector',
  'nodeSelector',
  'selector',
  'namespaceSelector',
  'serviceAccountSelector',
])

function isTypeChange(path: Path): boolean {
  if (!isOfSpec(path)) return false
  const [field, ...rest] = inSpec(path)
  if (field === undefined || typeFields.has(String(field))) return true
  return rest.length === 0 && (ruleLists.has(String(field)) || (field === 'ingress' && path[0] === 'specs'))
}

/** Whether a change may have other pods selected, or isolate them in other directions. */
export const isSubjectChange = (path: Path): boolean =>
  isTypeChange(path) || (isOfSpec(path) && subjectFields.has(String(inSpec(path)[0]))) || path[0] === 'metadata'

const rankFields: ReadonlySet<string> = new Set(['priority', 'tier', 'order'])

/** Whether it may have the policy asked earlier or later. */
export const isRankChange = (path: Path): boolean => isOfSpec(path) && rankFields.has(String(inSpec(path)[0]))

const otherRuleFields: ReadonlySet<string> = new Set([
  'ports',
  'protocols',
  'action',
  'toPorts',
  'icmps',
  'authentication',
  'protocol',
  'notProtocol',
  'icmp',
  'notICMP',
  'http',
])

/** Whether a change is in a field that says who the peers of a rule are, as a whole. */
export const isPeerField = ({ path }: NodeChange): boolean =>
  /^(from|to)(?!Ports$)|^(source|destination)$/.test(String(path.at(-1)))

/** Whether it is in a field of a rule as a whole. */
export const isRuleField = (change: NodeChange): boolean =>
  isPeerField(change) || otherRuleFields.has(String(change.path.at(-1)))
