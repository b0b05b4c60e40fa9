import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { starterConfig } from '../../src/config/starter.ts'
import { commit, shopRepository, temporaryFolder, write } from '../trees/shop-repository.ts'
import { runCli } from './run-cli.ts'
import { deployment, openShop, policy, service, shop } from './shop.ts'

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  write(folder, files)
  return folder
}

/** Stages of one shop, each a cluster of its own. */
const stages = Object.fromEntries(
  ['dev', 'prod'].flatMap((stage) => Object.entries(shop).map(([path, text]) => [`${stage}/${path}`, text])),
)

describe('connections', () => {
  test('lists who reaches each workload', async () => {
    const { exitCode, stdout, stderr } = await runCli(folderOf(shop), 'connections', '.')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('to payments/api\n  from shop/checkout: TCP 8443\n')
  })

  test('as JSON, pair by pair', async () => {
    const { stdout } = await runCli(folderOf(shop), 'connections', '.', '--format', 'json')
    const [cluster] = JSON.parse(stdout).clusters
    const toPayments = cluster.connections.filter(
      ({ destination }: { destination: { name?: string } }) => destination.name === 'api',
    )
    expect(toPayments).toEqual([
      {
        source: { kind: 'workload', workload: 'Deployment', namespace: 'shop', name: 'checkout' },
        destination: { kind: 'workload', workload: 'Deployment', namespace: 'payments', name: 'api' },
        connections: 'TCP 8443',
        certainty: 'certain',
      },
    ])
    expect(cluster).toMatchObject({ name: '.', complete: true })
  })

  test('as JSON, anybody stands for those nobody has seen', async () => {
    const { stdout } = await runCli(folderOf(openShop), 'connections', '.', '--format', 'json')
    const rows: readonly { source: { kind: string; namespace?: string | null }; destination: { name?: string } }[] =
      JSON.parse(stdout).clusters[0].connections
    const sources = rows.filter(({ destination }) => destination.name === 'api').map(({ source }) => source)
    expect(sources).toContainEqual({ kind: 'any-pod', namespace: null })
    expect(sources).toContainEqual({ kind: 'addresses', cidrs: ['0.0.0.0/0', '::/0'] })
  })

  test.each([
    ['dot', /^digraph connections \{\n[\s\S]*n\d+ -> n\d+ \[label="TCP 8443"\]\n[\s\S]*\}\n$/],
    ['mermaid', /^flowchart LR\n[\s\S]* -->\|"TCP 8443"\| n\d+\n/],
  ])('as %s', async (format, wanted) => {
    const { stdout } = await runCli(folderOf(shop), 'connections', '.', '--format', format)
    expect(stdout).toMatch(wanted)
  })

  test('each stage is a cluster, and one of them can be chosen', async () => {
    const folder = folderOf(stages)
    const all = await runCli(folder, 'connections', '.')
    expect(all.stdout).toMatch(/Cluster dev\n[\s\S]*Cluster prod\n/)
    const one = await runCli(folder, 'connections', '.', '--cluster', 'prod')
    expect(one.stdout).not.toContain('Cluster')
    const none = await runCli(folder, 'connections', '.', '--cluster', 'prdo')
    expect(none).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Did you mean prod?') })
  })

  test('the configuration of the folder names clusters', async () => {
    const config = 'version: 1\nclusters: {live: {sources: [{manifests: "prod/**"}]}}\n'
    const { stdout } = await runCli(
      folderOf({ ...stages, '.github/portcullis.yml': config }),
      'connections',
      '.',
      '--format',
      'json',
    )
    expect(JSON.parse(stdout).clusters.map(({ name }: { name: string }) => name)).toEqual(['live'])
  })

  test('what cannot be read is told, and the rest is listed', async () => {
    const { exitCode, stdout, stderr } = await runCli(
      folderOf({ ...shop, 'k8s/broken.yaml': 'kind: [\napiVersion: v1\n' }),
      'connections',
      '.',
    )
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^k8s\/broken\.yaml:\d+:\d+: document-unparsable: /)
    expect(stdout).toContain('to payments/api')
  })

  test('a folder without manifests says so', async () => {
    expect(await runCli(temporaryFolder(), 'connections', '.')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('no manifests'),
    })
  })

  test('names from the manifests cannot break out of a graph or a log', async () => {
    const open = policy('shop', 'evil', 'ingress: [{}]')
    const named = deployment('shop', 'evil', 'http', 8080).replace('name: evil,', `name: "\\"]; \\n::error::gone",`)
    const hostile = `${named}---\n${open}`
    for (const format of ['text', 'dot', 'mermaid']) {
      const { stdout } = await runCli(
        folderOf({ ...shop, 'k8s/evil.yaml': hostile }),
        'connections',
        '.',
        '--format',
        format,
      )
      expect(stdout).toContain('gone')
      expect(stdout).not.toMatch(/^\s*::error/m)
      expect(stdout).not.toMatch(/label="[^"\\]*"\]; ::/)
    }
  })
})

describe('explain', () => {
  test('names the policy and line that deny', async () => {
    const { exitCode, stdout } = await runCli(
      folderOf(shop),
      'explain',
      '.',
      '--from',
      'shop/web',
      '--to',
      'payments/api',
    )
    expect(exitCode).toBe(0)
    expect(stdout).toContain('shop/web → payments/api: denied')
    expect(stdout).toContain('NetworkPolicy shop/deny-all (k8s/shop.yaml:31): isolates it for egress')
    expect(stdout).toMatch(
      /entering payments\/api: denied\n(?:.*isolates it for ingress.*\n)+ {4}1 rule speaks of other peers only\n/,
    )
  })

  test('names the rules that allow, both ways', async () => {
    const { stdout } = await runCli(
      folderOf(shop),
      'explain',
      '.',
      '--from',
      'shop/checkout',
      '--to',
      'payments/api',
      '--port',
      'api',
    )
    expect(stdout).toContain('shop/checkout → payments/api on TCP 8443: allowed')
    expect(stdout).toMatch(
      /leaving shop\/checkout: allowed[\s\S]*NetworkPolicy shop\/checkout, egress rule 1 \(k8s\/shop\.yaml:\d+\): allows TCP 8443/,
    )
    expect(stdout).toMatch(
      /entering payments\/api: allowed[\s\S]*NetworkPolicy payments\/api, ingress rule 1 \(.*\): allows TCP 8443/,
    )
  })

  test.each([
    { from: 'internet', to: 'payments/api', verdict: 'denied' },
    { from: '203.0.113.7', to: 'payments/api', verdict: 'denied' },
    { from: '*', to: 'payments/api', verdict: 'denied' },
    { from: 'payments/*', to: 'payments/api', verdict: 'denied' },
    { from: 'shop/Deployment/checkout', to: 'payments/deployment/api', verdict: 'partly' },
    { from: 'shop/checkout', to: 'shop/Service/web', verdict: 'denied' },
    { from: 'payments/api', to: '2001:db8::1', verdict: 'denied' },
  ])('$from → $to: $verdict', async ({ from, to, verdict }) => {
    const { stdout } = await runCli(folderOf(shop), 'explain', '.', '--from', from, '--to', to, '--format', 'json')
    const { answers } = JSON.parse(stdout)
    expect(answers.map((answer: { verdict: string }) => answer.verdict)).toEqual([verdict])
  })

  test('a name for peers that fare differently gives an answer for each', async () => {
    const bank = policy('payments', 'api', 'ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]').replace(
      'name: api',
      'name: bank',
    )
    const { stdout } = await runCli(
      folderOf({ ...shop, 'k8s/bank.yaml': bank }),
      'explain',
      '.',
      '--from',
      'internet',
      '--to',
      'payments/api',
    )
    expect(stdout).toContain('203.0.113.0/24 → payments/api: allowed on every port')
    expect(stdout).toMatch(/the internet.* → payments\/api: denied/)
  })

  test('stages with one answer are told once', async () => {
    const { stdout } = await runCli(
      folderOf(stages),
      'explain',
      '.',
      '--from',
      '*',
      '--to',
      'shop/web',
      '--port',
      '8080',
      '--format',
      'json',
    )
    expect(
      JSON.parse(stdout)
        .answers.flatMap(({ clusters }: { clusters: string[] }) => clusters)
        .sort(),
    ).toEqual(['dev', 'prod'])
  })

  test.each([
    {
      args: ['--from', 'shop/wbe', '--to', 'shop/web'],
      told: '--from shop/wbe: there is no such peer\nDid you mean shop/web?',
    },
    {
      args: ['--from', 'shop/web', '--to', 'shop/api'],
      told: '--to shop/api: there is no such peer\nDid you mean payments/api?',
    },
    { args: ['--from', 'shop/web', '--to', 'payments/api', '--port', 'apis'], told: 'Did you mean api?' },
    { args: ['--from', 'shop/web', '--to', 'payments/api', '--port', '70000'], told: '--port 70000 is no port' },
  ])('$args', async ({ args, told }) => {
    const { exitCode, stderr } = await runCli(folderOf(shop), 'explain', '.', ...args)
    expect(exitCode).toBe(3)
    expect(stderr).toContain(told)
  })
})

describe('exposure', () => {
  const counter = {
    ...openShop,
    'k8s/front.yaml': service('shop', 'web', 'LoadBalancer').replace('name: web', 'name: front'),
  }

  test('lists metrics with members, and namespaces with the terms of their rank', async () => {
    const { exitCode, stdout } = await runCli(folderOf(counter), 'exposure', '.')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/Services offered to the internet: 1\n {2}shop\/front through /)
    expect(stdout).toMatch(/^ +\d+ {2}shop$/m)
    expect(stdout).toMatch(/^ +\d+ {2}shop\/front = 16 × log2\(1 \+ 1 × 1 × 1 × 1\): offered outside, nothing open/m)
    expect(stdout).toMatch(/^Workloads isolated for ingress: \d+ \/ \d+ \(\d+ %\)$/m)
  })

  test('counts workloads that nothing isolates', async () => {
    const { 'k8s/front.yaml': front } = counter
    const web =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: web, image: shop.example/web, ports: [{name: http, containerPort: 8080}]}]}\n'
    const { stdout } = await runCli(folderOf({ 'k8s/front.yaml': front, 'k8s/web.yaml': web }), 'exposure', '.')
    expect(stdout).toMatch(/^ +5 {2}1 workload not isolated for egress × 5$/m)
    expect(stdout).toMatch(/^ +\d+ {2}shop\/front = .*: reachable from the internet, reaches all of the internet, /m)
  })

  test('as JSON the points are the sum of the terms, highest first', async () => {
    const { stdout } = await runCli(folderOf(counter), 'exposure', '.', '--format', 'json')
    const [{ namespaces, metrics }] = JSON.parse(stdout).clusters
    const points = namespaces.map(({ points }: { points: number }) => points)
    expect(points).toEqual(points.toSorted((a: number, b: number) => b - a))
    for (const { points, terms, services } of namespaces) {
      for (const { score, terms: factors } of services) {
        const values = Object.values(factors).map((factor) => (factor as { value: number }).value)
        expect(
          Math.min(100, Math.round(16 * Math.log2(1 + values.reduce((product, value) => product * value, 1)))),
        ).toBe(score)
      }
      expect(
        terms.reduce((sum: number, term: { count: number; weight: number }) => sum + term.count * term.weight, 0),
      ).toBe(points)
    }
    expect(metrics.find(({ metric }: { metric: string }) => metric === 'internet-services').count).toBe(1)
  })
})

describe('diff', () => {
  test('tells what opened and why, and does not judge', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    commit(folder, openShop)
    const { exitCode, stdout } = await runCli(folder, 'diff', 'HEAD^', 'HEAD')
    expect(exitCode).toBe(0)
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /Opened \+ .* can now reach payments\/api on every port because of k8s\/payments-policy\.yaml:7/,
    )
    expect(stdout).not.toContain('Portcullis:')
  })

  test('swapped, what opened is closed', async () => {
    const folder = folderOf({})
    write(folder, Object.fromEntries([...entriesBelow('a', openShop), ...entriesBelow('b', shop)]))
    const { stdout } = await runCli(folder, 'diff', 'a', 'b')
    expect(stdout).toContain('Closed')
    expect(stdout).not.toContain('Opened')
  })

  test('of the same state is empty', async () => {
    const folder = folderOf({})
    write(folder, Object.fromEntries(entriesBelow('a', shop)))
    expect((await runCli(folder, 'diff', 'a', 'a')).stdout).toContain('Nothing changes in who can reach whom.')
    const { stdout } = await runCli(folder, 'diff', 'a', 'a', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ clusters: [], gaps: [] })
  })

  test('a new gap makes it incomplete', async () => {
    const folder = folderOf({})
    write(
      folder,
      Object.fromEntries([
        ...entriesBelow('a', shop),
        ...entriesBelow('b', { ...shop, 'broken.yaml': 'kind: [\napiVersion: v1\n' }),
      ]),
    )
    const { exitCode, stderr } = await runCli(folder, 'diff', 'a', 'b')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^broken\.yaml:\d+:\d+: document-unparsable/)
  })
})

const entriesBelow = (folder: string, files: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])

describe('rules, schema, init', () => {
  test('rules lists the catalogue, sorted', async () => {
    const { stdout } = await runCli('/', 'rules')
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0])
    expect(ids).toContain('egress-any-ip')
    expect(ids).toEqual(ids.toSorted())
  })

  test('rules as JSON give severities by preset, and options as a schema', async () => {
    const { stdout } = await runCli('/', 'rules', 'egress-any-ip', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'egress-any-ip',
      presets: { recommended: 'error', pitfalls: 'off' },
    })
  })

  test('one rule in words', async () => {
    const { stdout } = await runCli('/', 'rules', 'egress-any-ip')
    expect(stdout).toMatch(/^egress-any-ip: .+\n\nseverity {2}\w+\npresets {3}pitfalls off, recommended error/)
  })

  test.each(['config', 'report'])('schema %s is a JSON Schema', async (name) => {
    const { exitCode, stdout } = await runCli('/', 'schema', name)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: expect.stringContaining('json-schema.org'),
      $id: `portcullis-${name}-1`,
    })
  })

  test('init writes a configuration once', async () => {
    const folder = temporaryFolder()
    const file = join(folder, '.github/portcullis.yml')
    expect((await runCli(folder, 'init')).exitCode).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(starterConfig)
    write(folder, { '.github/portcullis.yml': 'version: 1\n' })
    expect(await runCli(folder, 'init')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('--force') })
    expect(readFileSync(file, 'utf8')).toBe('version: 1\n')
    expect((await runCli(folder, 'init', '--force')).exitCode).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(starterConfig)
  })

  test('init writes below another folder', async () => {
    const folder = temporaryFolder()
    await runCli(folder, 'init', 'shop')
    expect(existsSync(join(folder, 'shop/.github/portcullis.yml'))).toBe(true)
  })
})
