import { z } from 'zod'
import { list } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import { unlabelledPod } from '../reach/peers.ts'
import type { CellClass } from '../reach/universe.ts'
import { both } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule } from './rule.ts'

const systemNamespaces = ['kube-system', 'calico-system', 'calico-apiserver', 'tigera-operator', 'cilium']

export default defineRule({
  id: 'global-deny-hits-control-plane',
  title: 'A cluster-wide policy shuts the system namespaces off',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.2', 'correctness', 'availability'],
  scope: 'side',
  options: z.strictObject({
    namespaces: z.array(z.string()).default(systemNamespaces).describe('Namespaces that the cluster itself lives in.'),
  }),
  *check({ view, options }) {
    const cuts = options.namespaces.flatMap((namespace) => cutsOf(view, namespace))
    for (const group of Map.groupBy(cuts, ({ entry }) => entry.origin.policy).values()) yield hit(view, group)
  },
})

/** A direction in which nothing is left to a pod of a system namespace, and the entry that closes it. */
interface Cut {
  readonly namespace: string
  readonly direction: Direction
  readonly entry: PolicyEntry
}

function cutsOf(view: SideView, namespace: string): Cut[] {
  const pod = unlabelledPod(view.reach, namespace)
  if (pod === undefined) return []
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const entry = isShut(view, pod, direction) ? closingEntry(view, pod, direction) : undefined
    return entry === undefined ? [] : [{ namespace, direction, entry }]
  })
}

/** Whether nothing certainly or perhaps passes, the own machine aside. */
function isShut({ reach }: SideView, pod: CellClass, direction: Direction): boolean {
  const spared = reach.ownMachine(pod, direction, 'may')
  return reach.row(pod, direction).may.blocks.every(({ peers }) => peers.isSubsetOf(spared))
}

/** The first entry of a policy of the whole cluster that isolates the pod or denies it everything. */
function closingEntry({ reach }: SideView, pod: CellClass, direction: Direction): PolicyEntry | undefined {
  const uses = reach.uses(pod, direction).filter(({ entry, applies }) => applies === 'yes' && isClusterWide(entry))
  return uses.find(({ entry }) => entry.isolates || deniesAll(entry))?.entry
}

const isClusterWide = ({ origin, subject }: PolicyEntry): boolean =>
  origin.policy.namespace === '' && subject.namespaces.kind === 'matching'

const deniesAll = ({ verdict, peers, connections }: PolicyEntry): boolean =>
  verdict === 'deny' && peers === 'any' && connections.isAll

function hit(view: SideView, group: readonly Cut[]): RuleHit {
  const [{ entry }] = group as [Cut]
  const namespaces = [...new Set(group.map(({ namespace }) => namespace))]
  const directions = (['ingress', 'egress'] as const).filter((direction) =>
    group.some((cut) => cut.direction === direction),
  )
  return {
    object: entry.origin.policy,
    discriminator: directions.join(' '),
    at: { side: view.side, span: entry.origin.span },
    confidence: view.cluster.open ? 'possible' : 'certain',
    ...(view.cluster.open ? { severity: 'warning' as const } : {}),
    message: `${showId(entry.origin.policy)} speaks for ${list(namespaces, 3)} as well, and leaves a new pod there no ${both(directions)}: DNS, the network plugin and webhooks of the API server may stop with it.`,
    remedy:
      'Leave the system namespaces out of its selector, or allow there what the cluster needs before this policy.',
    witness: `any pod in ${namespaces[0]}, ${both(directions)}: denied`,
    measure: new Set(namespaces.flatMap((namespace) => directions.map((direction) => `${namespace} ${direction}`))),
  }
}
