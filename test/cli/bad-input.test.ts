import { describe, expect, test } from 'vitest'
import { commit, shopRepository, temporaryFolder, write } from '../trees/shop-repository.ts'
import { runCli } from './run-cli.ts'
import { deployment, openShop, policy, shop } from './shop.ts'

/** A change on top of the shop, and the problem the gate must name, with its place. */
interface BadInput {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly code: string
  readonly at: { readonly line: number; readonly column: number }
}

const badInputs: readonly BadInput[] = [
  {
    name: 'a broken YAML document',
    file: 'k8s/broken.yaml',
    text: `${deployment('shop', 'till', 'http', 8080)}---\nkind: Service\napiVersion: v1\nmetadata: {name: [}\n`,
    code: 'document-unparsable',
    at: { line: 14, column: 19 },
  },
  {
    name: 'an unknown field in a policy',
    file: 'k8s/policy.yaml',
    text: policy('shop', 'stock', 'ingress: []').replace('podSelector', 'podSelectr: {}\n  podSelector'),
    code: 'unknown-field',
    at: { line: 5, column: 3 },
  },
  {
    name: 'an impossible CIDR',
    file: 'k8s/policy.yaml',
    text: policy('shop', 'stock', 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]'),
    code: 'cidr-invalid',
    at: { line: 7, column: 38 },
  },
  {
    name: 'a selector operator that does not exist',
    file: 'k8s/policy.yaml',
    text: policy('shop', 'stock', 'ingress: []').replace(
      'matchLabels: {app: stock}',
      'matchExpressions: [{key: app, operator: Includes, values: [stock]}]',
    ),
    code: 'selector-invalid',
    at: { line: 5, column: 36 },
  },
  {
    name: 'a manifest without a name',
    file: 'k8s/nameless.yaml',
    text: deployment('shop', 'till', 'http', 8080).replace('name: till, ', ''),
    code: 'name-missing',
    at: { line: 1, column: 1 },
  },
  {
    name: 'two objects of one name',
    file: 'k8s/twice.yaml',
    text: `${deployment('shop', 'till', 'http', 8080)}---\n${deployment('shop', 'till', 'web', 8081)}`,
    code: 'object-repeated',
    at: { line: 14, column: 18 },
  },
  {
    name: 'a bad configuration key',
    file: '.github/portcullis.yml',
    text: 'version: 1\ngate: {fail_on: error}\n',
    code: 'config-unknown-key',
    at: { line: 2, column: 8 },
  },
]

interface JsonGap {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly at: { readonly path: string; readonly start: { readonly line: number; readonly column: number } }
}

describe('bad input is told with its place and a hint, and the rest is analysed', () => {
  test.each(badInputs)('$name', async ({ file, text, code, at }) => {
    const folder = temporaryFolder()
    write(folder, withPrefix('base/', openShop))
    write(folder, withPrefix('head/', { ...shop, [file]: text }))
    const { exitCode, stdout, stderr } = await runCli(
      folder,
      'check',
      '--base',
      'base',
      '--head',
      'head',
      '--format',
      'json',
    )
    const report = JSON.parse(stdout)
    const gap = report.gaps.find((found: JsonGap) => found.code === code)
    expect(gap).toMatchObject({ at: { path: file, start: at }, status: 'new', blocking: true })
    expect(gap.hint).not.toBe('')
    expect({ exitCode, stderr, verdict: report.outcome.verdict }).toEqual({
      exitCode: 2,
      stderr: '',
      verdict: 'incomplete',
    })
    expect(report.clusters.flatMap(changed)).toContain('payments/api')
  })

  test('the text names file, line, column and hint', async () => {
    const folder = temporaryFolder()
    write(folder, withPrefix('base/', shop))
    const text = policy('shop', 'stock', 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]')
    write(folder, withPrefix('head/', { ...shop, 'k8s/stock.yaml': text }))
    const { exitCode, stdout } = await runCli(folder, 'check', '--base', 'base', '--head', 'head')
    expect(exitCode).toBe(2)
    expect(stdout).toContain('k8s/stock.yaml:7:38 cidr-invalid')
  })

  test('a missing base commit', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    const { exitCode, stdout, stderr } = await runCli(folder, 'check', '--base', 'a'.repeat(40))
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/incomplete: "a{40}" is neither a folder nor a commit of this clone\n.*git fetch/)
  })

  test('overlays read raw are one counted line', async () => {
    const folder = temporaryFolder()
    const overlays = ['dev', 'test', 'prod'].flatMap((stage) =>
      Object.entries(shop).map(([path, text]): [string, string] => [`${stage}/${path}`, text]),
    )
    write(folder, withPrefix('base/', Object.fromEntries(overlays)))
    write(
      folder,
      withPrefix('head/', {
        ...Object.fromEntries(overlays),
        'dev/k8s/extra.yaml': deployment('shop', 'till', 'http', 8080),
      }),
    )
    const { exitCode, stdout } = await runCli(folder, 'check', '--base', 'base', '--head', 'head')
    const told = stdout
      .replaceAll('\n', ' ')
      .match(/\d+ objects stand in more than one folder, so the tree was read as 3 clusters/g)
    expect(told).toHaveLength(1)
    expect(stdout).not.toContain('object-repeated')
    expect(exitCode).toBe(0)
  })
})

/** Who more or less can reach: the part of the change that has nothing wrong with it. */
function changed({ changes }: { readonly changes: readonly { readonly destinations: string }[] }): string[] {
  return changes.map(({ destinations }) => destinations)
}

function withPrefix(prefix: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}${path}`, text]))
}
