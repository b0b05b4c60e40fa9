import { nameEntry } from '../delta/entry-reach.ts'
import { controllersOf } from '../delta/ingress-controllers.ts'
import { type NewExposure, newExposures } from '../delta/internet-exposure.ts'
import type { SideView } from '../delta/side-view.ts'
import { traceConnection } from '../delta/trace-connection.ts'
import { classOfWorkload } from '../reach/peers.ts'
import { placeOfCause, relatedCauses } from './change-words.ts'
import type { Confidence, RuleHit, Severity } from './finding.ts'
import { showWorkload } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'new-internet-exposure',
  title: 'The internet can reach something it could not reach before',
  severity: 'error',
  fix: 'none',
  tags: ['mitre-t1190', 'mitre-t1133', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head }) {
    for (const exposure of newExposures(base, head)) yield hit(exposure, head)
  },
})

function hit(exposure: NewExposure, head: SideView): RuleHit {
  const { object, causes, gained, way, confidence } = exposure
  const [cause] = causes
  return {
    object,
    discriminator: 'internet',
    ...placeOfCause(cause, head),
    related: relatedCauses(causes),
    message: `${sentence(exposure)}: ${path(exposure, head)}. ${cause.text}.`,
    remedy:
      'If this is not meant, take the way in away or make it internal; if it is, let the policy admit only the controller or the clients it is for.',
    ...surely(exposure, head),
    ...(confidence === 'possible' ? {} : { witness: `internet → ${showWorkload(way.workload)} ${gained.show()}` }),
    trace:
      way.from === undefined ? [] : traceConnection(head, way.from, classOfWorkload(head.reach, way.workload), gained),
  }
}

function sentence({ object, isFirst, confidence, gained }: NewExposure): string {
  const name = `${object.namespace}/${object.name}`
  if (confidence === 'possible') return `The internet may be able to reach ${name} now`
  return isFirst
    ? `The internet can now reach ${name}`
    : `The internet can now reach ${name} on ${gained.show()} as well`
}

/** `Ingress shop/front (shop.example/) → shop/web TCP 8080` */
function path({ way, gained }: NewExposure, head: SideView): string {
  return `${nameEntry(way.entry, head)} → ${showWorkload(way.workload)} ${gained.show()}`
}

/** Where the controller is only guessed at, a rule that admits such pods makes the exposure likely. */
function surely(
  { confidence, way }: NewExposure,
  head: SideView,
): { readonly confidence: Confidence; readonly severity?: Severity } {
  if (confidence === 'possible') return { confidence, severity: 'note' }
  if (confidence === 'likely') return { confidence, severity: 'warning' }
  const { known } = controllersOf(head.reach)
  const guessed = way.entry.seenAs === 'controller' && known === 'guessed' && way.from !== head.reach.universe.anyPod
  return { confidence: guessed ? 'likely' : 'certain' }
}
