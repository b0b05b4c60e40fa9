import { type LostIsolation, lostIsolation } from '../delta/lost-isolation.ts'
import type { SideView } from '../delta/side-view.ts'
import { nameClass, traceConnection } from '../delta/trace-connection.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { both, placeOfCause, relatedCauses } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { showWorkload, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'isolation-lost',
  title: 'Workloads are no longer default-deny',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.2', 'mitre-m1030', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head }) {
    for (const lost of lostIsolation(base, head)) yield hit(lost, head)
  },
})

function hit(lost: LostIsolation, head: SideView): RuleHit {
  const { cause, others, workloads, directions, certainty } = lost
  const certain = certainty === 'certain'
  const are = workloads.length === 1 ? 'is' : 'are'
  const state = certain ? `${are} no longer isolated` : `may no longer be isolated`
  return {
    object: cause.object,
    discriminator: `${directions.join('+')} ${workloads.map(showWorkload).join(' ')}`,
    ...placeOfCause(cause, head),
    related: relatedCauses([cause, ...others]),
    message: `${showWorkloads(workloads)} ${state} for ${both(directions)}: ${cause.text}. ${consequence(lost)}`,
    remedy: `Keep a policy that selects ${workloads.length === 1 ? 'it' : 'them'} for ${both(directions)}; allow what is needed by a rule.`,
    confidence: certain ? 'certain' : 'possible',
    ...(certain ? {} : { severity: 'note' as const }),
    ...proof(lost, head),
  }
}

function consequence({ directions, workloads, certainty }: LostIsolation): string {
  const they = workloads.length === 1 ? 'it' : 'they'
  const them = workloads.length === 1 ? 'it' : 'them'
  if (certainty === 'possible') return `Whether a policy still applies to ${them} is unknown.`
  const open = directions.map((direction) =>
    direction === 'ingress' ? `any pod can connect to ${them}` : `${they} can connect anywhere`,
  )
  return `No policy applies to ${them} there, so ${open.join(' and ')}.`
}

function proof({ classes, directions, certainty }: LostIsolation, head: SideView): Pick<RuleHit, 'witness' | 'trace'> {
  const [found] = classes
  if (found === undefined || certainty === 'possible') return {}
  const anybody = head.reach.universe.anyPod
  const [source, destination] = directions.includes('ingress') ? [anybody, found] : [found, anybody]
  return {
    witness: `${nameClass(head, source)} → ${nameClass(head, destination)} ${head.reach.connections(source, destination).must.show()}`,
    trace: traceConnection(head, source, destination, ConnectionSet.all),
  }
}
