import type { Workload } from '../model/cluster.ts'
import { showExpression } from '../model/label-expression.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { CellClass, PeerClass } from '../reach/universe.ts'

/** Peers that bring the traffic of Ingresses, Gateways and routes in. */
export interface Controllers {
  /** `configured`: the configuration names them; else they are told by their names. */
  readonly known: 'configured' | 'guessed'
  readonly classes: readonly PeerClass[]
}

/** Namespaces in which the usual controllers are installed. */
const usualNamespaces: ReadonlySet<string> = new Set([
  'contour',
  'emissary',
  'envoy-gateway-system',
  'haproxy-controller',
  'ingress',
  'ingress-controller',
  'ingress-nginx',
  'istio-ingress',
  'istio-system',
  'kong',
  'nginx-gateway',
  'nginx-ingress',
  'openshift-ingress',
  'projectcontour',
  'traefik',
])

/** Names of controllers, and the labels by which policies admit the router of OpenShift, on the host network too. */
const usualNames = /ingress|traefik|contour|haproxy|\bkong\b|gateway|openshift.*router|emissary|policy-group\.network/i

const found = new WeakMap<Reachability, Controllers>()

/**
 * Those of the configuration; else workloads and namespaces with the name of a controller, pods not in the tree that a
 * policy selects by such a name, and the proxy of the network plugin where a policy names it. A pod without labels in an unknown namespace stands for the rest: where anybody
 * is admitted, so is the controller.
 */
export function controllersOf(reach: Reachability): Controllers {
  const known = found.get(reach)
  if (known !== undefined) return known
  const made = findControllers(reach)
  found.set(reach, made)
  return made
}

function findControllers(reach: Reachability): Controllers {
  const { universe, matcher } = reach
  const configured = reach.input.cluster.profile.ingressControllers
  if (configured.length > 0) {
    const matches = configured.flatMap(({ namespace, labels }) => [
      ...matcher.select({ target: 'pods', namespaces: { kind: 'named', name: namespace }, labels }).may,
    ])
    const classes = matches.flatMap((index) => universe.classes[index] ?? [])
    return { known: 'configured', classes: classes.length > 0 ? classes : [universe.anyPod] }
  }
  const inNamespaces = [...usualNamespaces].flatMap((name) => universe.byNamespace.get(name) ?? [])
  const byName = universe.classes.filter((candidate) => workloadsIn(reach, candidate).some(isController))
  const elsewhere = universe.elsewhere.filter((cell) => usualNames.test(textOf(cell, reach)))
  const proxies = universe.entities.filter(({ entity }) => entity === 'ingress')
  const classes = new Set([universe.anyPod, ...inNamespaces, ...byName, ...elsewhere, ...proxies])
  return { known: 'guessed', classes: [...classes] }
}

function isController({ id, labels }: Workload): boolean {
  const name = labels.values.get('app.kubernetes.io/name')?.value ?? id.name
  return /(?:ingress-?nginx|nginx-ingress|traefik|contour|haproxy-ingress|ingress-controller|ingress-?gateway)/.test(
    name,
  )
}

/** What holds for the pods of a cell and their namespace, as text. */
function textOf({ namespace, pods }: CellClass, { universe }: Reachability): string {
  const holding = [...pods.truths.agreed, ...(typeof namespace === 'string' ? [] : namespace.truths.agreed)]
  return holding
    .flatMap((key) => universe.expressions.get(key) ?? [])
    .map(showExpression)
    .join(' ')
}
