import type { SideView } from '../delta/side-view.ts'
import { showId, type Workload } from '../model/cluster.ts'
import { targetOf, targetPort } from '../model/service-endpoints.ts'
import type { PolicyPort } from '../policies/kubernetes/spec.ts'
import { classOfWorkload } from '../reach/peers.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { Span } from '../source/span.ts'
import { fixIn, replaceText } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { peersText, showRule, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { destinationsOf } from './selected-workloads.ts'
import { servicePortsOf } from './services-of.ts'

export default defineRule({
  id: 'service-port-used',
  title: 'A rule names the port of a Service instead of the port of its pods',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      const { rule } = found
      if (rule.ports === 'any' || (rule.direction === 'egress' && rule.peers === 'any')) continue
      for (const port of rule.ports) {
        const misuse =
          typeof port.port === 'number' && port.endPort === undefined
            ? misuseOf(view, found, port, port.port)
            : undefined
        if (misuse !== undefined) yield hit(view, found, port, misuse)
      }
    }
  },
})

interface Misuse {
  readonly workloads: readonly Workload[]
  /** Where the Service sends connections on its port to. */
  readonly target: ConnectionSet
  readonly service: string
  readonly serviceSpan: Span
}

/** Undefined where some destination listens at the port, or where the rule admits the right one as well. */
function misuseOf(view: SideView, found: EnforcedRule, { protocol }: PolicyPort, number: number): Misuse | undefined {
  const { certain, possible } = destinationsOf(view, found)
  if (certain.length === 0 || possible.some((workload) => listensAt(view, workload, protocol, number))) return undefined
  const misused = certain.flatMap((workload) => {
    const used = servicePortsOf(view, workload).find(({ port }) => port.port === number && port.protocol === protocol)
    const target = used === undefined ? ConnectionSet.none : targetOf(used.port, workload)
    return used === undefined || target.isEmpty ? [] : [{ workload, target, used }]
  })
  const [first] = misused
  if (first === undefined) return undefined
  const target = ConnectionSet.union(misused.map((misuse) => misuse.target))
  if (
    target.subtract(view.reach.matcher.resolveOn(found.entry.connections, classOfWorkload(view.reach, first.workload)))
      .isEmpty
  )
    return undefined
  return {
    workloads: misused.map(({ workload }) => workload),
    target,
    service: showId(first.used.service.id),
    serviceSpan: first.used.port.span,
  }
}

/** Whether a container declares the port, or a Service sends traffic there. */
function listensAt(view: SideView, workload: Workload, protocol: PolicyPort['protocol'], number: number): boolean {
  if (workload.ports.some((port) => port.port === number && port.protocol === protocol)) return true
  return servicePortsOf(view, workload).some(
    ({ port }) => port.protocol === protocol && targetPort(port, workload) === number,
  )
}

function hit(view: SideView, found: EnforcedRule, port: PolicyPort, misuse: Misuse): RuleHit {
  const { spec, rule } = found
  const whom = showWorkloads(misuse.workloads)
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${port.protocol} ${port.port} ${peersText(rule)}`,
    at: { side: view.side, span: port.portSpan ?? port.span },
    related: [
      {
        at: { side: view.side, span: misuse.serviceSpan },
        message: `${misuse.service} sends its port ${port.port} to ${misuse.target.show()}`,
      },
    ],
    confidence: 'certain',
    message:
      `${showRule(spec, rule)} opens ${port.protocol} ${port.port}, the port of ${misuse.service}. Policies see the port of the pod, ` +
      `which is ${misuse.target.show()} on ${whom}: connections through the Service are denied.`,
    remedy: `Write the port of the pods, ${misuse.target.show()}. Plugins that judge before the Service address is translated (AWS) need both.`,
    witness: `${rule.direction === 'ingress' ? 'any peer of the rule' : spec.id.namespace} → ${whom} ${misuse.target.show()} is denied`,
    ...useTarget(found, port, misuse.target),
  }
}

/** Only where every destination is served on one number. */
function useTarget(
  { spec }: EnforcedRule,
  { portSpan, protocol }: PolicyPort,
  target: ConnectionSet,
): { readonly fix?: Fix } {
  const { numbers } = target.portsOf(protocol)
  if (portSpan === undefined || numbers.length !== 2 || numbers[0] !== numbers[1]) return {}
  return fixIn(spec.resource, `Open ${protocol} ${numbers[0]} instead`, [
    replaceText(portSpan.file, portSpan, `${numbers[0]}`),
  ])
}
