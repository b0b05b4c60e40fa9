import { prefixHolds, selects } from './naive-selectors.ts'
import { asList, asLoose, type End, isGiven, type Loose, type Question, type World } from './plain-objects.ts'

/**
 * What the NetworkPolicies of the subject's namespace decide: nothing where none isolates it, else what some rule
 * allows. As the API describes it, object by object.
 */
export function networkPoliciesDecide(world: World, question: Question): 'allow' | 'deny' | 'nothing' {
  const { subject, direction } = question
  const { pod } = subject
  if (pod === undefined || pod.hostNetwork) return 'nothing'
  const isolating = world.objects.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' &&
      (metadata.namespace ?? 'default') === pod.namespace &&
      typesOf(spec).includes(direction) &&
      selects(asLoose(spec?.podSelector), pod.labels),
  )
  if (isolating.length === 0) return 'nothing'
  const allows = isolating.some(({ metadata, spec }) => {
    const rules = asList(direction === 'Ingress' ? spec?.ingress : spec?.egress)
    return rules.some((rule) => ruleAllows(world, metadata.namespace ?? 'default', rule, question))
  })
  return allows ? 'allow' : 'deny'
}

export function typesOf(spec: Loose | undefined): readonly unknown[] {
  const written = spec?.policyTypes
  if (Array.isArray(written) && written.length > 0) return written
  return asList(spec?.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

export function ruleAllows(world: World, own: string, rule: Loose, question: Question): boolean {
  const peers = asList(question.direction === 'Ingress' ? rule.from : rule.to)
  const ports = asList(rule.ports)
  const peerFits = peers.length === 0 || peers.some((item) => peerMatches(world, own, item, question.peer))
  return peerFits && (ports.length === 0 || ports.some((item) => portMatches(item, question)))
}

function peerMatches(world: World, own: string, item: Loose, { pod, ip }: End): boolean {
  if (isGiven(item.ipBlock)) return ip !== undefined && blockHolds(asLoose(item.ipBlock), ip)
  if (pod === undefined || pod.hostNetwork) return false
  const namespaceFits = isGiven(item.namespaceSelector)
    ? selects(asLoose(item.namespaceSelector), world.namespaceLabels(pod.namespace))
    : pod.namespace === own
  return namespaceFits && (!isGiven(item.podSelector) || selects(asLoose(item.podSelector), pod.labels))
}

function blockHolds({ cidr, except }: Loose, ip: string): boolean {
  const excluded: readonly unknown[] = Array.isArray(except) ? except : []
  return prefixHolds(String(cidr), ip) && !excluded.some((item) => prefixHolds(String(item), ip))
}

function portMatches({ protocol, port, endPort }: Loose, { destination: { pod }, packet }: Question): boolean {
  if ((protocol ?? 'TCP') !== packet.protocol) return false
  if (!isGiven(port)) return true
  if (typeof port === 'number')
    return packet.port >= port && packet.port <= (typeof endPort === 'number' ? endPort : port)
  return (
    pod?.ports.some(
      ({ name, protocol: declared, number }) => name === port && declared === packet.protocol && number === packet.port,
    ) === true
  )
}
