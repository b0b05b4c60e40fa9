import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import { textAt } from '../model/fields.ts'
import { type Direction, directions } from '../policies/entry.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { workloadsIn } from '../reach/peers.ts'
import { appendItem, fixIn } from './edit.ts'
import type { Fix, RuleHit } from './finding.ts'
import { showSubject, showWorkloads, typeName } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { typesNode } from './rule-node.ts'
import { subjectClasses } from './subject-classes.ts'
export default defineRule({
  id: 'policy-types-mismatch',
  title: 'Rules for a direction that policyTypes leaves out',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.networkPolicies) {
      if (spec.typesSpan === undefined || !isReadable(spec)) continue
      for (const direction of directions) {
        if (!spec.isolates[direction] && spec.rules[direction].length > 0) yield hit(view, spec, direction)
      }
    }
  },
})

/** A misspelt type is reported as such. */
const isReadable = (spec: NetworkPolicySpec): boolean =>
  typesNode(spec)?.items.every((item) => textAt(item) === 'Ingress' || textAt(item) === 'Egress') ?? false

function hit(view: SideView, spec: NetworkPolicySpec, direction: Direction): RuleHit {
  const listed = directions.filter((other) => spec.isolates[other]).map((other) => typeName[other])
  const count = spec.rules[direction].length
  const span = spec.rulesSpan[direction] ?? spec.podSelectorSpan
  return {
    object: spec.id,
    discriminator: direction,
    at: { side: view.side, span },
    ...(spec.typesSpan === undefined
      ? {}
      : {
          related: [
            { at: { side: view.side, span: spec.typesSpan }, message: `only ${listed.join(' and ')} is listed here` },
          ],
        }),
    confidence: 'certain',
    message:
      `${showId(spec.id)}: policyTypes lists only ${listed.join(' and ')}, so its ${count === 1 ? `${direction} rule does` : `${count} ${direction} rules do`} nothing. ` +
      effect(view, spec, direction),
    remedy: `Add ${typeName[direction]} to policyTypes, or remove the ${direction} rules. Some plugins (Cilium, AWS) act on such rules all the same, so the policy means different things on different clusters.`,
    ...addType(spec, direction),
  }
}

/** What the pods may do in the direction as things stand. */
function effect(view: SideView, spec: NetworkPolicySpec, direction: Direction): string {
  const open = subjectClasses(view, spec).filter((found) => view.reach.isolated(found, direction) !== 'yes')
  const workloads = open.flatMap((found) => workloadsIn(view.reach, found))
  const whom = workloads.length > 0 ? showWorkloads(workloads) : showSubject(spec)
  if (open.length === 0)
    return `Other policies isolate ${showSubject(spec)}, and these rules add nothing to what they allow.`
  return direction === 'ingress'
    ? `Everybody may connect to ${whom}.`
    : `${whom} may connect to anybody, the internet included.`
}

function addType(spec: NetworkPolicySpec, direction: Direction): { readonly fix?: Fix } {
  const list = typesNode(spec)
  if (list === undefined) return {}
  return fixIn(spec.resource, `List ${typeName[direction]} under policyTypes`, [
    appendItem(spec.resource.provenance.file, list, typeName[direction]),
  ])
}
