import { describe } from 'vitest'
import type { Entity } from '../../src/policies/entry.ts'
import { ciliumProfile, clusterwide, onCheckout, onStore, told } from './cilium-store.ts'
import { check } from './truth-table.ts'

const hashed = `
apiVersion: v1
kind: Pod
metadata: {name: copy, namespace: store, labels: {app: ledger, pod-template-hash: abc12}}
spec: {containers: [{name: main, image: ledger}]}
`

/** Where the naive evaluator in test/oracle found the engine wrong about Cilium. */

describe('enable-policy', () => {
  check(
    [
      {
        name: 'never: no policy of any kind is enforced',
        policies: [
          onStore('ingress: [{}]\negressDeny: [{toEntities: [all]}]'),
          'podSelector: {}\npolicyTypes: [Ingress, Egress]',
        ],
        allows: ['world → checkout TCP 8081', 'checkout → world TCP 443', 'web → ledger TCP 8082'],
      },
    ],
    ciliumProfile({ enforcement: 'never' }),
    told,
  )
  check(
    [
      {
        name: 'always: machines are isolated as well where policies apply to machines',
        policies: [onStore('egress: [{toEntities: [all]}]')],
        denies: ['checkout → remote-node TCP 10250', 'world → agent TCP 9100', 'agent → world TCP 443'],
      },
    ],
    ciliumProfile({ enforcement: 'always', hostFirewall: true }),
    told,
  )
  check(
    [
      {
        name: 'always: an entry that does not isolate is an entry, so the own machine comes through',
        policies: [onCheckout('enableDefaultDeny: {ingress: false}\ningress: [{}]')],
        allows: ['host → checkout TCP 8081'],
        denies: ['host → ledger TCP 8082', 'remote-node → checkout TCP 8081', 'web → checkout TCP 8081'],
      },
    ],
    ciliumProfile({ enforcement: 'always' }),
    told,
  )
})

describe('selectors that only rule out', () => {
  const notOffice = 'key: io.kubernetes.pod.namespace, operator: NotIn, values: [office]'
  const elsewhere = `${notOffice}}, {key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [annex]`
  check(
    [
      {
        name: 'take in what has no labels of pods, where they name namespace and cluster',
        policies: [onCheckout(`ingress: [{fromEndpoints: [{matchExpressions: [{${elsewhere}}]}]}]`)],
        allows: ['web → checkout TCP 8081', 'world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: 'take in pods alone where the cluster is added to them',
        policies: [onCheckout(`ingress: [{fromEndpoints: [{matchExpressions: [{${notOffice}}]}]}]`)],
        allows: ['web → checkout TCP 8081', 'visitor → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081', 'world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: 'take in pods alone where a clusterwide policy adds that there is a namespace',
        policies: [
          clusterwide(
            onCheckout(
              'ingress: [{fromEndpoints: [{matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: NotIn, values: [annex]}]}]}]',
            ),
          ),
        ],
        allows: ['auditor → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
    told,
  )
  check(
    [
      {
        name: 'take in everybody else until 1.18, where no cluster is added',
        policies: [onCheckout(`ingress: [{fromEndpoints: [{matchExpressions: [{${notOffice}}]}]}]`)],
        allows: ['web → checkout TCP 8081', 'world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
    ],
    ciliumProfile({}, '1.18.4'),
    told,
  )
  const atStart = (selector: string): string =>
    clusterwide(`endpointSelector: ${selector}\negress: [{toEndpoints: [{}]}]`)
  const notStarting = '{matchExpressions: [{key: "reserved:init", operator: DoesNotExist}]}'
  check(
    [
      {
        name: 'take in everybody until 1.18 in a policy that asks whether its pods are starting',
        policies: [atStart(notStarting)],
        allows: ['checkout → world TCP 443', 'checkout → remote-node TCP 10250'],
      },
      {
        name: 'take in pods alone in any other',
        policies: [atStart('{}')],
        allows: ['checkout → auditor TCP 9000'],
        denies: ['checkout → world TCP 443', 'checkout → remote-node TCP 10250'],
      },
    ],
    ciliumProfile({}, '1.18.4'),
    told,
  )
  check(
    [
      {
        name: 'take in pods of the cluster alone since 1.19, in such a policy too',
        policies: [atStart(notStarting)],
        allows: ['checkout → auditor TCP 9000'],
        denies: ['checkout → world TCP 443', 'checkout → remote-node TCP 10250'],
      },
    ],
    ciliumProfile(),
    told,
  )
})

describe('toServices', () => {
  const service = (selector: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: books, namespace: store}\nspec: {ports: [{port: 80}], selector: ${selector}}\n`
  const toBooks = onCheckout('egress: [{toServices: [{k8sService: {serviceName: books, namespace: store}}]}]')
  check(
    [
      {
        name: 'a Service by a label that policies cannot see leads to nobody',
        policies: [toBooks, service('{app: ledger, pod-template-hash: abc12}'), hashed],
        denies: ['checkout → ledger TCP 8082', 'checkout → copy TCP 8082'],
      },
      {
        name: 'a Service by others leads to its pods',
        policies: [toBooks, service('{app: ledger}'), hashed],
        allows: ['checkout → ledger TCP 8082', 'checkout → copy TCP 8082'],
      },
    ],
    ciliumProfile(),
    told,
  )
})

describe('endpoints of the plugin', () => {
  const asked: readonly Entity[] = [...told, 'unmanaged']
  check(
    [
      {
        name: 'are in no cluster, so a clusterwide policy that asks for one does not select them',
        policies: [
          clusterwide('endpointSelector: {matchLabels: {io.cilium.k8s.policy.cluster: default}}\ningress: [{}]'),
        ],
        allows: ['world → ingress TCP 443', 'web → health TCP 4240'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'are reached from their own machine like pods',
        policies: [clusterwide(onStore('ingress: [{}]'))],
        allows: ['host → ingress TCP 443', 'host → checkout TCP 8081'],
        denies: ['remote-node → ingress TCP 443', 'world → ingress TCP 443'],
      },
    ],
    ciliumProfile(),
    asked,
  )
})

describe('the API server', () => {
  check(
    [
      {
        name: 'inside is on a machine, and policies for all machines are for that one',
        policies: [
          clusterwide('nodeSelector: {}\ningressDeny: [{fromEndpoints: [{}]}]\ningress: [{fromEntities: [all]}]'),
        ],
        allows: ['world → kube-apiserver TCP 6443'],
        denies: ['checkout → kube-apiserver TCP 6443'],
      },
      {
        name: 'inside is on a machine of which nobody knows the labels',
        policies: [clusterwide('nodeSelector: {matchLabels: {rack: back-room}}\ningress: [{}]')],
        allows: ['kube-apiserver → world TCP 443'],
        unknown: ['checkout → kube-apiserver TCP 6443', 'world → kube-apiserver TCP 6443'],
      },
      {
        name: 'inside may be one of the machines that a selector of machines takes in',
        policies: [onCheckout('egress: [{toNodes: [{matchLabels: {rack: back-room}}]}]')],
        unknown: ['checkout → kube-apiserver TCP 6443'],
        denies: ['checkout → host TCP 6443', 'checkout → world TCP 443'],
      },
    ],
    ciliumProfile({ hostFirewall: true, nodeSelectors: true }),
    told,
  )
  check(
    [
      {
        name: 'outside may be in a group of the cloud',
        policies: [onCheckout('egress: [{toGroups: [{aws: {securityGroupsIds: [sg-1]}}]}]')],
        unknown: ['checkout → kube-apiserver TCP 6443', 'checkout → world TCP 443'],
        denies: ['checkout → web TCP 8080'],
      },
    ],
    { ...ciliumProfile(), apiServer: 'outside' },
    told,
  )
})
