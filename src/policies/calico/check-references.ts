import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { type Context, specOf } from './context.ts'
import type { Facts } from './facts.ts'
import { findService } from './service-endpoints.ts'
import type { CalicoEntity, CalicoPolicySpec, CalicoRule } from './spec.ts'
import { findTier } from './tier-ranks.ts'

/** Rules for what machines forward are another matter than who may talk to them; told where there are such machines. */
export function noteHostRules(context: Context, { hasHosts }: Facts): void {
  const { reader } = context
  const spec = specOf(reader.resource)
  const flag = (['preDNAT', 'doNotTrack', 'applyOnForward'] as const).find((name) => isOn(valueAt(spec, name)))
  if (flag === undefined || !hasHosts()) return
  const what = flag === 'applyOnForward' ? 'what a host endpoint forwards' : `what ${flag} does on host endpoints`
  reader.report(
    'host-rules-not-modelled',
    reader.entrySpan(spec, flag),
    `${what} is not modelled: the policy may deny more there than the answer says`,
    'wider',
    'Review what it does to forwarded traffic by hand; pods themselves are not touched by it.',
  )
}

const isOn = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && node.value === true

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
