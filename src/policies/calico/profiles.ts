import { valueAt } from '../../manifests/node.ts'
import type { Resource, ResourceId } from '../../manifests/resource.ts'
import { readLabels } from '../../model/read-labels.ts'
import { type Context, specOf } from './context.ts'
import { calicoFields } from './fields.ts'
import { readRules } from './read-rule.ts'
import type { CalicoRule } from './spec.ts'

/** Rules of last resort. Pods have profiles of their own that allow everything; others matter to host endpoints. */
export interface CalicoProfile {
  readonly id: ResourceId
  readonly rules: readonly CalicoRule[]
  readonly isCertain: boolean
}

export function readProfile(context: Context): CalicoProfile {
  const { reader } = context
  const { resource } = reader
  const spec = specOf(resource)
  reader.checkFields(resource.node, calicoFields.Profile.object)
  reader.checkFields(spec, calicoFields.Profile.spec)
  readLabels(resource, valueAt(spec, 'labelsToApply'), (problem) =>
    reader.report(problem.code, problem.span, problem.message, problem.effect, problem.hint),
  )
  const rules = (['ingress', 'egress'] as const).flatMap((direction) => readRules(spec, direction, context))
  return { id: idOf(resource), rules, isCertain: !reader.isRefused }
}

const idOf = ({ group, kind, name }: Resource): ResourceId => ({ group, kind, namespace: '', name: name.value })
