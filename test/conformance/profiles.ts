/** What the tool or suite behind a group takes for granted and manifests do not say. */
export interface Assumptions {
  /** The network plugin that the source is about; undefined: none in particular. */
  readonly plugin: string | undefined
  /** Whether an ipBlock also speaks of pods with such an address. */
  readonly ipBlockMatchesPods: 'yes' | 'no'
  /** Labels of namespaces nobody declares: none but the name, or unknown. */
  readonly undeclaredNamespaces: 'unlabelled' | 'unknown'
  /** Whether pods on the host network are left out of policies, or policed as any other pod. */
  readonly hostNetwork: 'outside' | 'ordinary'
  /** What `All` stands for: every port of TCP, UDP and SCTP, or every IP protocol. */
  readonly all: 'ports' | 'protocols'
  /** How an Ingress is read: as a way to its backends, or as an egress policy on the controller's own pods. */
  readonly ingress: 'way-in' | 'controller-egress'
  /** Numbers by which an Ingress may name a backend's port: the Service's own, or the pod's as well. */
  readonly backendPort: 'service' | 'service-or-pod'
  /** Whether a document with a syntax error hides those that follow in the file. */
  readonly syntaxError: 'skips-the-document' | 'ends-the-file'
  /** Objects the API server refuses: perhaps not there, or taken as they are written. */
  readonly refused: 'perhaps-missing' | 'as-written'
  /** How policies of Calico with one order stand: by their names, or as they are listed. */
  readonly equalOrders: 'by-name' | 'as-listed'
  /** Ports of host endpoints that no policy closes: open, or not known to the source. */
  readonly failsafePorts: 'open' | 'unknown'
  /** Whether pods of one owner with different labels are one row where policies treat them alike. */
  readonly unlikePods: 'apart' | 'joined-when-treated-alike'
}

const kubernetes: Assumptions = {
  plugin: undefined,
  ipBlockMatchesPods: 'yes',
  undeclaredNamespaces: 'unlabelled',
  hostNetwork: 'outside',
  all: 'ports',
  ingress: 'way-in',
  backendPort: 'service',
  syntaxError: 'skips-the-document',
  refused: 'perhaps-missing',
  equalOrders: 'by-name',
  failsafePorts: 'open',
  unlikePods: 'apart',
}
const calico: Assumptions = { ...kubernetes, plugin: 'calico' }
const analyzer: Assumptions = {
  ...kubernetes,
  ipBlockMatchesPods: 'no',
  hostNetwork: 'ordinary',
  backendPort: 'service-or-pod',
  syntaxError: 'ends-the-file',
  refused: 'as-written',
  unlikePods: 'joined-when-treated-alike',
}
const configAnalyzer: Assumptions = {
  ...analyzer,
  all: 'protocols',
  backendPort: 'service',
  syntaxError: 'skips-the-document',
}
/** Its pods have no addresses, so no block speaks of them. */
const simulator: Assumptions = { ...kubernetes, ipBlockMatchesPods: 'no' }

/** Groups by name and what each assumes: the one place that knows a group. */
const groups: Readonly<Record<string, Assumptions>> = {
  'npguard-connlist': analyzer,
  'npguard-exposure': analyzer,
  'npguard-diff': analyzer,
  'npguard-eval': analyzer,
  'npguard-explain': analyzer,
  'npguard-error': analyzer,
  'npguard-multinet': analyzer,
  'npguard-baseline': analyzer,
  'nca-k8s': configAnalyzer,
  'nca-ingress': { ...configAnalyzer, ingress: 'controller-egress' },
  'nca-calico': { ...configAnalyzer, plugin: 'calico', equalOrders: 'as-listed', failsafePorts: 'unknown' },
  'nca-istio': configAnalyzer,
  'nca-query': configAnalyzer,
  'k8s-netpol-e2e': kubernetes,
  recipes: kubernetes,
  cyclonus: simulator,
  'anp-conformance': kubernetes,
  'calico-policies': calico,
  'calico-selectors': calico,
  'cilium-examples': { ...kubernetes, plugin: 'cilium', ipBlockMatchesPods: 'no' },
  'semantics/kubernetes': kubernetes,
  'semantics/validation': kubernetes,
  'semantics/admin-network-policy': kubernetes,
  'semantics/calico': calico,
  'semantics/istio': kubernetes,
}

export function assumptionsOf(group: string): Assumptions {
  return groups[group] ?? kubernetes
}

/** Group a case folder belongs to: the deepest known one on its path, else the folder that holds it. */
export function groupOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  for (let end = parts.length; end > 0; end--) {
    const names = [parts.slice(end - 2, end).join('/'), parts[end - 1] as string]
    const known = names.find((name) => name in groups)
    if (known !== undefined) return known
  }
  return parts.at(-2) ?? path
}
