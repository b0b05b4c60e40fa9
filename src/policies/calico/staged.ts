import { isUnset, valueAt } from '../../manifests/node.ts'
import { isSet, textAt } from '../../model/fields.ts'
import { type Context, refuse, specOf } from './context.ts'

const actions: readonly string[] = ['Set', 'Delete', 'Learn', 'Ignore']

/** Checks what a staged kind has beside its enforced one, and says whether it is meant to replace something. */
export function readStagedAction(context: Context): string {
  const spec = specOf(context.reader.resource)
  const node = valueAt(spec, 'stagedAction')
  if (isUnset(node) || context.reader.isTemplate(node, 'stagedAction')) return 'Set'
  const action = textAt(node) ?? ''
  if (!actions.includes(action))
    refuse(context, 'staged-action-invalid', node, `stagedAction is one of ${actions.join(', ')}`)
  const filled = ['selector', 'podSelector', 'ingress', 'egress', 'types', 'policyTypes'].filter((field) =>
    isSet(spec, field),
  )
  if (action === 'Delete' && filled.length > 0)
    refuse(context, 'staged-action-invalid', node, `with Delete the spec holds nothing else, not ${filled.join(', ')}`)
  return action
}
