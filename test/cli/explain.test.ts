import { expect, test } from 'vitest'
import { temporaryFolder, write } from '../trees/shop-repository.ts'
import { runCli } from './run-cli.ts'
import { deployment, policy } from './shop.ts'

const namespace = (name: string, labels = ''): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}${labels === '' ? '' : `, labels: {${labels}}`}}\n`
const people = [
  namespace('shop', 'team: shop'),
  deployment('shop', 'web', 'http', 8080),
  deployment('shop', 'payments', 'api', 8443),
  deployment('monitoring', 'scraper', 'http', 9000),
].join('---\n')

/** What `explain` says of a shop with these policies, each in a file of its own: `p0.yaml`, `p1.yaml`. */
async function explain(
  policies: readonly string[],
  from: string,
  to: string,
  ...options: readonly string[]
): Promise<string> {
  const folder = temporaryFolder()
  write(folder, {
    'people.yaml': people,
    ...Object.fromEntries(policies.map((text, index) => [`p${index}.yaml`, text])),
  })
  const { stdout } = await runCli(folder, 'explain', '.', '--from', from, '--to', to, ...options)
  return stdout
}

const admits = (name: string, peer: string, port: number): string =>
  policy('shop', 'payments', `ingress: [{from: [${peer}], ports: [{port: ${port}}]}]`).replace(
    'name: payments',
    `name: ${name}`,
  )
const app = (name: string): string => `{podSelector: {matchLabels: {app: ${name}}}}`

const guard = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: guard}
spec:
  priority: 10
  subject: {namespaces: {matchLabels: {team: shop}}}
  ingress:
    - {name: no-ssh, action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 22}}]}
    - {name: teams-decide, action: Pass, from: [{namespaces: {matchLabels: {team: shop}}}]}
`
const baseline = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress:
    - {action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {protocol: TCP, port: 8080}}]}
`

test('entries of every tier stand in the order in which they decided', async () => {
  const told = await explain([admits('payments-in', app('web'), 8443), guard, baseline], 'shop/web', 'shop/payments')
  expect(told).toBe(`shop/web → shop/payments: allowed on TCP 8443, denied otherwise

  leaving shop/web: allowed
    system default: no policy selects it for egress, so everything passes
  entering shop/payments: allowed in part
    AdminNetworkPolicy guard, ingress rule 1 "no-ssh" (p1.yaml:8): denies TCP 22
    AdminNetworkPolicy guard, ingress rule 2 "teams-decide" (p1.yaml:9): leaves every port but TCP 22 to later policies
    NetworkPolicy shop/payments-in, ingress rule 1 (p0.yaml:7): allows TCP 8443
    NetworkPolicy shop/payments-in (p0.yaml:6): isolates it for ingress, which denies what no rule allows
    1 rule comes too late, since all of it is decided above
`)
})

test('where nothing isolates, the system default takes what no rule decides', async () => {
  const told = await explain([guard, baseline], 'shop/web', 'shop/payments')
  expect(told).toMatch(/BaselineAdminNetworkPolicy default, ingress rule 1 \(p1\.yaml:7\): denies TCP 8080\n/)
  expect(told).toMatch(
    /system default: nothing isolates it for ingress and no rule decides the rest, so every port but TCP 22, 8080 passes\n$/,
  )
})

test('entries that say nothing of the pair, or nothing new, are one count each', async () => {
  const others = Array.from({ length: 40 }, (_, index) => admits(`other-${index}`, app(`till-${index}`), 9000))
  const again = Array.from({ length: 30 }, (_, index) => admits(`again-${index}`, app('web'), 8443))
  const told = await explain([...others, ...again], 'shop/web', 'shop/payments', '--port', '8443')
  expect(told.split('\n').length).toBeLessThan(15)
  expect(told).toContain('NetworkPolicy shop/again-0, ingress rule 1 (p40.yaml:7): allows TCP 8443\n')
  expect(told).toContain(
    '    29 more say the same\n    70 policies isolate it, which takes nothing of this away\n    40 rules speak of other peers only\n',
  )
})

test('of many policies that isolate three are named', async () => {
  const others = Array.from({ length: 9 }, (_, index) => admits(`other-${index}`, app(`till-${index}`), 9000))
  const told = await explain(others, 'shop/web', 'shop/payments')
  expect(told.match(/isolates it for ingress/g)).toHaveLength(3)
  expect(told).toContain('    6 more say the same\n    9 rules speak of other peers only\n')
})

test('a rule for another port is told, since it nearly answers', async () => {
  const told = await explain([admits('payments-in', app('web'), 8443)], 'shop/web', 'shop/payments', '--port', '443')
  expect(told).toContain('shop/web → shop/payments on TCP 443: denied')
  expect(told).toContain('NetworkPolicy shop/payments-in, ingress rule 1 (p0.yaml:7): speaks of TCP 8443 only')
})

test('what is unknown comes with its reason, once each, and the line that would settle it', async () => {
  const bySelector = admits('by-team', '{namespaceSelector: {matchLabels: {team: sre}}}', 8443)
  const byAddress = (index: number): string => admits(`by-address-${index}`, '{ipBlock: {cidr: 10.0.0.0/8}}', 9090)
  const policies = [bySelector, byAddress(0), byAddress(1)]
  const told = await explain(policies, 'monitoring/scraper', 'shop/payments')
  expect(told).toContain('monitoring/scraper → shop/payments: unknown (perhaps TCP 8443, 9090)')
  expect(told.match(/unknown, because .*/g)).toEqual([
    'unknown, because the network plugin decides whether an ipBlock also matches pods: name it in the configuration, as in `network: {cni: calico}`',
    'unknown, because no manifest declares the labels of namespace monitoring: write them down in the configuration, as in `external-namespaces: {monitoring: {}}`',
  ])
})

test('a policy that the API server rejects is said to be perhaps missing', async () => {
  const told = await explain([admits('broken', app('web'), 0)], 'shop/web', 'shop/payments')
  expect(told).toContain(
    'NetworkPolicy shop/broken (p0.yaml:6): may isolate it for ingress, which denies what no rule allows',
  )
  expect(told).toContain(
    'unknown, because the API server rejects this policy as it stands, or a template writes the action, so it may not be there',
  )
  expect(told).not.toContain('of other peers')
})

test('as values: the steps in their order, and how many entries were left out', async () => {
  const policies = [admits('payments-in', app('web'), 8443), admits('other', app('till'), 9000)]
  const told = await explain(policies, 'shop/web', 'shop/payments', '--format', 'json')
  const [{ egress, ingress }] = JSON.parse(told).answers
  expect(egress.steps).toMatchObject([{ entry: 'system default', place: '', decides: true }])
  expect(ingress).toMatchObject({
    verdict: 'partly',
    steps: [
      { entry: 'NetworkPolicy shop/payments-in, ingress rule 1', place: 'p0.yaml:7', effect: 'allows TCP 8443' },
      { entry: 'NetworkPolicy shop/other' },
      { entry: 'NetworkPolicy shop/payments-in' },
    ],
    others: { silent: 1, same: 0, isolating: 0, late: 0 },
  })
})

test('a name that stands for many peers gets ten answers and a count', async () => {
  const banks = Array.from({ length: 14 }, (_, index) =>
    admits(`bank-${index}`, `{ipBlock: {cidr: 203.0.${index}.0/24}}`, 9000 + index),
  )
  const told = await explain(banks, 'internet', 'shop/payments')
  expect(told.match(/→ shop\/payments: /g)).toHaveLength(10)
  expect(told).toMatch(/\n5 more answers: name a narrower peer or a port, or ask for --format json\n$/)
})
