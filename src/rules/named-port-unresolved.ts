import type { SideView } from '../delta/side-view.ts'
import { entryOf, valueAt } from '../manifests/node.ts'
import type { ContainerPort, Workload } from '../model/cluster.ts'
import { targetOf } from '../model/service-endpoints.ts'
import type { PolicyPort } from '../policies/kubernetes/spec.ts'
import type { ProtocolName } from '../sets/connection-set.ts'
import { nearest } from '../source/nearest.ts'
import { fixIn, insertEntry, replaceText } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { peersText, showRule, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { destinationsOf } from './selected-workloads.ts'
import { servicePortsOf } from './services-of.ts'

export default defineRule({
  id: 'named-port-unresolved',
  title: 'A rule names a port that no destination declares',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      const { ports } = found.rule
      for (const port of ports === 'any' ? [] : ports) {
        if (typeof port.port === 'string' && port.valid) yield* judge(view, found, port, port.port)
      }
    }
  },
})

function* judge(view: SideView, found: EnforcedRule, port: PolicyPort, name: string): Generator<RuleHit> {
  if (speaksOfAddressesOnly(found)) {
    yield hit(
      view,
      found,
      port,
      'A name stands for a port of a container, and an address has none, so the rule admits nothing.',
      {},
    )
    return
  }
  const { certain, possible } = destinationsOf(view, found)
  if (certain.length === 0 || possible.some((workload) => declares(workload, port.protocol, name))) return
  const repair = repairOf(view, certain, port, name)
  const made = hit(view, found, port, sentence(certain, port, name), fixOf(found, port, repair))
  yield view.cluster.open ? { ...made, severity: 'note', confidence: 'possible' } : made
}

const speaksOfAddressesOnly = ({ rule }: EnforcedRule): boolean =>
  rule.direction === 'egress' && rule.peers !== 'any' && rule.peers.every(({ ipBlock }) => ipBlock !== undefined)

const declares = ({ ports }: Workload, protocol: ProtocolName, name: string): boolean =>
  ports.some((port) => port.name === name && port.protocol === protocol)

function sentence(destinations: readonly Workload[], { protocol }: PolicyPort, name: string): string {
  const other = destinations.flatMap(({ ports }) => ports.find((port) => port.name === name) ?? [])[0]
  if (other !== undefined)
    return `${showWorkloads(destinations)} declares ${name} for ${other.protocol}, not for ${protocol}, so the rule admits nothing.`
  const names = [...new Set(destinations.flatMap(({ ports }) => ports.flatMap((port) => port.name ?? [])))].sort()
  const declared = names.length === 0 ? 'no port names at all' : `only ${names.join(', ')}`
  return `${showWorkloads(destinations)} declares ${declared}, so the rule admits nothing.`
}

function hit(
  view: SideView,
  { spec, rule }: EnforcedRule,
  port: PolicyPort,
  why: string,
  fix: { readonly fix?: Fix },
): RuleHit {
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${port.protocol} ${port.port} ${peersText(rule)}`,
    at: { side: view.side, span: port.portSpan ?? port.span },
    confidence: 'certain',
    message: `${showRule(spec, rule)} opens ${port.protocol} port ${port.port}. ${why}`,
    remedy:
      'Write the number of the port, or the name as the container declares it (the name of a Service port is another thing).',
    ...fix,
  }
}

type Repair =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'protocol'; readonly protocol: ProtocolName }
  | undefined

/** What was meant: the same name of another protocol, the name of a Service port, a name spelt alike, the only port. */
function repairOf(view: SideView, destinations: readonly Workload[], { protocol }: PolicyPort, name: string): Repair {
  const ports = destinations.flatMap((workload) => workload.ports)
  const other = ports.find((port) => port.name === name)
  if (other !== undefined) return { kind: 'protocol', protocol: other.protocol }
  const same = ports.filter((port) => port.protocol === protocol)
  const served = destinations.flatMap((workload) => servedPorts(view, workload, protocol, name))
  const alike = nearest(name, new Set(same.flatMap((port) => port.name ?? [])))
  return (
    onlyNumber(served) ??
    onlyNumber(numbersOf(same.filter((port) => port.name === alike && alike !== undefined))) ??
    onlyNumber(numbersOf(same))
  )
}

function servedPorts(view: SideView, workload: Workload, protocol: ProtocolName, name: string): number[] {
  const named = servicePortsOf(view, workload).filter(({ port }) => port.name === name && port.protocol === protocol)
  return named.flatMap(({ port }) => targetOf(port, workload).portsOf(protocol).numbers.slice(0, 1))
}

const numbersOf = (ports: readonly ContainerPort[]): number[] => ports.map(({ port }) => port)

function onlyNumber(numbers: readonly number[]): Repair {
  const [number, ...others] = new Set(numbers)
  return number === undefined || others.length > 0 ? undefined : { kind: 'number', number }
}

function fixOf({ spec }: EnforcedRule, { node, portSpan }: PolicyPort, repair: Repair): { readonly fix?: Fix } {
  const { file } = spec.resource.provenance
  const entry = entryOf(node, 'port')
  if (repair === undefined || portSpan === undefined || node.kind !== 'mapping' || entry === undefined) return {}
  if (repair.kind === 'number')
    return fixIn(spec.resource, `Open ${repair.number}`, [replaceText(file, portSpan, `${repair.number}`)])
  const written = valueAt(node, 'protocol')
  const edit =
    written === undefined
      ? insertEntry(file, node, { entry, side: 'after' }, ['protocol', repair.protocol])
      : replaceText(file, written, repair.protocol)
  return fixIn(spec.resource, `Open it for ${repair.protocol}`, [edit])
}
