import type { Context } from './context.ts'
import { findService } from './service-endpoints.ts'
import type { CalicoEntity, CalicoPolicySpec, CalicoRule } from './spec.ts'
import { findTier } from './tier-ranks.ts'

/** Reports what a policy refers to and the manifests do not hold. */
export function checkReferences(spec: CalicoPolicySpec, context: Context): void {
  const { reader, surroundings } = context
  if (findTier(spec.tier, surroundings) === undefined)
    reader.report(
      'tier-missing',
      spec.tierSpan,
      `the tier ${spec.tier} is not among the manifests; it counts as the last one, which denies what is left over`,
      'unknown',
      'Add the Tier to the manifests, or correct the name.',
    )
  for (const rule of [...spec.rules.ingress, ...spec.rules.egress])
    for (const entity of entitiesOf(rule)) checkService(entity, context)
}

const entitiesOf = ({ source, destination }: CalicoRule): CalicoEntity[] =>
  [source, destination].filter((entity) => entity !== undefined)

function checkService({ service }: CalicoEntity, { reader, surroundings }: Context): void {
  if (service === undefined || findService(service, surroundings) !== undefined) return
  reader.report(
    'reference-missing',
    service.span,
    `the Service ${service.namespace}/${service.name} is not among the manifests; the rule matches nobody`,
    'narrower',
    'Add the Service to the manifests, or correct its name.',
  )
}
