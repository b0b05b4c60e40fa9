import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import type { Cluster, Workload } from '../../src/model/cluster.ts'
import { equalityOf, matchLabels } from '../../src/model/label-expression.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'

function clusterOf(...documents: readonly string[]): Cluster {
  const { resources } = parseManifests({ path: 'shop.yaml', text: documents.join('\n---\n') })
  return buildCluster({ name: 'shop', open: false, profile: defaultProfile, resources })
}

const labelsOf = ({ labels }: Workload): Record<string, string> =>
  Object.fromEntries([...labels.values].map(([key, { value }]) => [key, value]))

function only(cluster: Cluster): Workload {
  expect(cluster.workloads).toHaveLength(1)
  return cluster.workloads[0] as Workload
}

const deployment = (name: string, label: string, extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop, labels: {app: ${label}, listed: "true"}}
spec:
  ${extra}
  selector: {matchLabels: {app: ${label}}}
  template:
    metadata: {labels: {app: ${label}}}
    spec: {containers: [{name: main, image: basket, ports: [{name: http, containerPort: 8080}]}]}`

describe('pod labels', () => {
  test('97. labels of an owner are not those of its pods', () => {
    const basket = only(clusterOf(deployment('basket', 'basket')))
    expect(labelsOf(basket)).toEqual({ app: 'basket' })
    expect(matchLabels(equalityOf([['listed', 'true']]), basket.labels)).toBe('no')
  })

  test('99. a CronJob keeps them two templates deep', () => {
    const report = only(
      clusterOf(`apiVersion: batch/v1
kind: CronJob
metadata: {name: closing, namespace: shop, labels: {app: outer}}
spec:
  schedule: "0 0 * * *"
  jobTemplate:
    metadata: {labels: {app: middle}}
    spec: {template: {metadata: {labels: {app: closing}}, spec: {containers: [{name: main, image: i}]}}}`),
    )
    expect(labelsOf(report)).toMatchObject({ app: 'closing' })
  })

  test('100. the index label of a StatefulSet picks some of its pods', () => {
    const ledger = only(
      clusterOf(`apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger, namespace: shop}
spec: {selector: {matchLabels: {app: ledger}}, template: {metadata: {labels: {app: ledger}}, spec: {containers: [{name: main, image: i}]}}}`),
    )
    expect(matchLabels(equalityOf([['statefulset.kubernetes.io/pod-name', 'ledger-0']]), ledger.labels)).toBe('unknown')
    expect(matchLabels(equalityOf([['app', 'ledger']]), ledger.labels)).toBe('yes')
  })

  test('a Job has the label of its name', () => {
    const migration = only(
      clusterOf(`apiVersion: batch/v1
kind: Job
metadata: {name: migration, namespace: shop}
spec: {template: {metadata: {labels: {app: migration}}, spec: {containers: [{name: main, image: i}]}}}`),
    )
    expect(labelsOf(migration)).toMatchObject({ 'batch.kubernetes.io/job-name': 'migration', 'job-name': 'migration' })
  })
})

/** Where each kind keeps its pods, the labels the system gives them, and a label of which only the key is known. */
describe('every kind that makes pods', () => {
  const pods =
    'metadata: {labels: {app: till}}, spec: {containers: [{name: main, image: i, ports: [{containerPort: 8090}]}]}'
  const ofTemplate = `{template: {${pods}}}`
  const machine = 'metadata: {labels: {app: till}}, spec: {domain: {devices: {}}}'
  const kinds: readonly {
    readonly version: string
    readonly kind: string
    readonly spec?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly unknown?: string
    readonly ports?: readonly number[]
  }[] = [
    { version: 'v1', kind: 'ReplicationController' },
    { version: 'apps/v1', kind: 'Deployment', unknown: 'pod-template-hash' },
    { version: 'apps/v1beta1', kind: 'Deployment', unknown: 'pod-template-hash' },
    { version: 'extensions/v1beta1', kind: 'Deployment', unknown: 'pod-template-hash' },
    { version: 'apps/v1', kind: 'ReplicaSet', unknown: 'pod-template-hash' },
    { version: 'apps/v1', kind: 'StatefulSet', unknown: 'apps.kubernetes.io/pod-index' },
    { version: 'apps/v1', kind: 'DaemonSet', unknown: 'controller-revision-hash' },
    {
      version: 'batch/v1',
      kind: 'Job',
      labels: { 'batch.kubernetes.io/job-name': 'till', 'job-name': 'till' },
      unknown: 'controller-uid',
    },
    { version: 'batch/v1', kind: 'CronJob', spec: `{jobTemplate: {spec: ${ofTemplate}}}`, unknown: 'job-name' },
    { version: 'argoproj.io/v1alpha1', kind: 'Rollout', unknown: 'rollouts-pod-template-hash' },
    {
      version: 'serving.knative.dev/v1',
      kind: 'Configuration',
      labels: { 'serving.knative.dev/configuration': 'till' },
      unknown: 'serving.knative.dev/service',
      ports: [8090, 8012, 8013, 8022, 9090, 9091],
    },
    {
      version: 'apps.openshift.io/v1',
      kind: 'DeploymentConfig',
      labels: { deploymentconfig: 'till' },
      unknown: 'deployment',
    },
    {
      version: 'kubevirt.io/v1',
      kind: 'VirtualMachine',
      spec: `{template: {${machine}}}`,
      labels: { 'kubevirt.io': 'virt-launcher', 'vm.kubevirt.io/name': 'till' },
      unknown: 'kubevirt.io/created-by',
      ports: [],
    },
    {
      version: 'pool.kubevirt.io/v1alpha1',
      kind: 'VirtualMachinePool',
      spec: `{virtualMachineTemplate: {spec: {template: {${machine}}}}}`,
      unknown: 'vm.kubevirt.io/name',
      ports: [],
    },
  ]
  test.each(kinds)('$version $kind', ({ version, kind, spec = ofTemplate, labels = {}, unknown, ports = [8090] }) => {
    const till = only(
      clusterOf(`apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: till, labels: {app: owner}}\nspec: ${spec}`),
    )
    expect(labelsOf(till)).toEqual({ app: 'till', ...labels })
    if (unknown !== undefined) expect(matchLabels(equalityOf([[unknown, 'x']]), till.labels)).toBe('unknown')
    expect(till.ports.map(({ port }) => port)).toEqual(ports)
  })

  test('a PodTemplate makes none', () => {
    const cluster = clusterOf(`apiVersion: v1\nkind: PodTemplate\nmetadata: {name: till}\ntemplate: {${pods}}`)
    expect(cluster.workloads).toEqual([])
  })
})

describe('owners', () => {
  test('98. a selector that misses its own template is reported', () => {
    const cluster = clusterOf(
      deployment('basket', 'basket').replace(
        'template:\n    metadata: {labels: {app: basket}}',
        'template:\n    metadata: {labels: {app: trolley}}',
      ),
    )
    expect(cluster.diagnostics.map(({ code }) => code)).toEqual(['owner-selector-mismatch'])
  })

  test('101. two owners with one label are two workloads', () => {
    const cluster = clusterOf(deployment('basket-blue', 'basket'), deployment('basket-green', 'basket'))
    expect(cluster.workloads.map(({ id }) => id.name)).toEqual(['basket-blue', 'basket-green'])
  })

  test('106. no replicas are a workload all the same', () => {
    expect(only(clusterOf(deployment('basket', 'basket', 'replicas: 0'))).id.name).toBe('basket')
  })

  test('105. a Knative Service makes pods and is no core Service', () => {
    const cluster = clusterOf(`apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: basket, namespace: shop}
spec: {template: {metadata: {labels: {tier: core}}, spec: {containers: [{image: i, ports: [{containerPort: 8888}]}]}}}`)
    expect(cluster.services).toEqual([])
    expect(labelsOf(only(cluster))).toMatchObject({ tier: 'core', 'serving.knative.dev/service': 'basket' })
    expect(only(cluster).ports.map(({ port }) => port)).toEqual(expect.arrayContaining([8888, 8012, 8013]))
  })

  const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: basket, namespace: shop}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: basket}}`

  test('107. a Rollout by reference and its Deployment are one workload', () => {
    const basket = only(clusterOf(rollout, deployment('basket', 'basket')))
    expect(basket.id.kind).toBe('Rollout')
    expect(matchLabels(equalityOf([['app', 'basket']]), basket.labels)).toBe('yes')
    expect(basket.ports.map(({ name }) => name)).toEqual(['http'])
  })

  test.each([
    ['canary', 'canaryMetadata'],
    ['canary', 'stableMetadata'],
    ['blueGreen', 'previewMetadata'],
    ['blueGreen', 'activeMetadata'],
  ])('labels that a Rollout gives some pods for a time may be there: %s, %s', (strategy, metadata) => {
    const passing = `${rollout.slice(0, -1)}, strategy: {${strategy}: {${metadata}: {labels: {phase: new, app: other}}}}}`
    const basket = only(clusterOf(passing, deployment('basket', 'basket')))
    expect(matchLabels(equalityOf([['phase', 'new']]), basket.labels)).toBe('unknown')
    expect(matchLabels(equalityOf([['app', 'basket']]), basket.labels)).toBe('unknown')
    expect(matchLabels(equalityOf([['tier', 'core']]), basket.labels)).toBe('no')
  })

  test('107. a Rollout whose Deployment is elsewhere has unknown labels', () => {
    const cluster = clusterOf(rollout)
    expect(cluster.diagnostics.map(({ code }) => code)).toContain('reference-missing')
    expect(matchLabels(equalityOf([['app', 'basket']]), only(cluster).labels)).toBe('unknown')
  })

  test('replicas of one owner are one workload, unlike pods stay apart', () => {
    const pod = (name: string, tier: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {tier: ${tier}, pod-template-hash: x${name}}, ownerReferences: [{kind: ReplicaSet, name: till, controller: true}]}\nspec: {containers: [{name: main, image: i}]}`
    expect(only(clusterOf(pod('till-1', 'edge'), pod('till-2', 'edge'))).id).toMatchObject({
      kind: 'ReplicaSet',
      name: 'till',
    })
    const unlike = clusterOf(pod('till-1', 'edge'), pod('till-2', 'core'))
    expect(unlike.workloads.map(({ id }) => `${id.kind} ${id.name}`)).toEqual(['Pod till-1', 'Pod till-2'])
  })
})

describe('reading', () => {
  test('102. an item takes its kind from a list that names one', () => {
    const cluster = clusterOf(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicyList
items: [{metadata: {name: closed, namespace: shop}, spec: {podSelector: {matchLabels: {app: web}}}}]`)
    expect(compilePolicies(cluster).networkPolicies.map(({ id }) => id.name)).toEqual(['closed'])
  })

  test('103. a plain List gives its items no kind', () => {
    const parsed = parseManifests({
      path: 'shop.yaml',
      text: 'apiVersion: v1\nkind: List\nitems: [{metadata: {name: closed}, spec: {}}]\n',
    })
    expect(parsed.resources).toEqual([])
    expect(parsed.diagnostics.map(({ code }) => code)).toEqual(['kind-missing'])
  })

  test('104. a policy and a workload without namespace meet', () => {
    const cluster = clusterOf(
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed}\nspec: {podSelector: {}}',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: till}\nspec: {containers: [{name: main, image: i}]}',
    )
    expect(compilePolicies(cluster).networkPolicies[0]?.id.namespace).toBe(only(cluster).id.namespace)
  })

  test('a container port nobody can read is reported', () => {
    const cluster = clusterOf(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: till}\nspec: {containers: [{name: main, image: i, ports: [{containerPort: []}]}]}',
    )
    expect(cluster.diagnostics.map(({ code }) => code)).toEqual(['field-type'])
  })
})
