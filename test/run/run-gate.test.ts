import { describe, expect, test } from 'vitest'
import { configPath, type RunInput } from '../../src/run/run-gate.ts'
import { checkoutPath, checkoutPolicy, opened, shop, shopWith, toRange } from '../action/shop.ts'
import { gated, treeOf } from './gate-in-memory.ts'

const loose = 'version: 1\ngate: {fail-on: none}\n'

describe('a run', () => {
  test('answers for what changes between its sides and hands the notes on', async () => {
    const { report } = await gated(shop, opened)
    expect(report.outcome.verdict).toBe('fail')
    expect(report.evaluatedAt).toBe('2026-11-20T00:00:00.000Z')
    expect(report.notes).toContain('a note of the shell')
    expect((await gated(shop, shop)).report.outcome).toEqual({ verdict: 'pass', reasons: [] })
  })

  test('reads what both sides have in common once', async () => {
    const reads: string[] = []
    await gated(shop, opened, {
      base: { label: 'base', sha: undefined, tree: treeOf(shop, reads) },
      head: { label: 'head', sha: undefined, tree: treeOf(opened, reads) },
    })
    expect(reads.filter((path) => path === 'deploy/shop.yaml')).toHaveLength(1)
    expect(reads.filter((path) => path === checkoutPath)).toHaveLength(2)
  })

  test('looks at one directory when asked, and at nothing that only starts like it', async () => {
    const beside = { 'deployed/policies/checkout.yaml': checkoutPolicy(toRange('0.0.0.0/0')) }
    const { report, sides } = await gated(shop, { ...shop, ...beside }, { directory: 'deploy' })
    expect(report.outcome.verdict).toBe('pass')
    expect(sides.head.entries.every(({ path }) => path.startsWith('deploy/'))).toBe(true)
  })

  test('does not call a rule fixed that now opens more', async () => {
    const dnsTo = (to: string): string =>
      [
        'apiVersion: networking.k8s.io/v1',
        'kind: NetworkPolicy',
        'metadata: {name: dns, namespace: shop}',
        'spec:',
        '  podSelector: {matchLabels: {app: checkout}}',
        '  policyTypes: [Egress]',
        '  egress:',
        `    - {${to}ports: [{port: 53, protocol: UDP}]}`,
        '',
      ].join('\n')
    const base = shopWith({ 'deploy/dns.yaml': dnsTo('to: [{ipBlock: {cidr: 0.0.0.0/0}}], ') })
    const statuses = async (head: string) => {
      const { report } = await gated(base, shopWith({ 'deploy/dns.yaml': head }))
      return report.findings.filter(({ rule }) => rule === 'egress-any-ip').map(({ status }) => status)
    }
    expect(await statuses(dnsTo(''))).toEqual([])
    expect(await statuses(dnsTo('to: [{ipBlock: {cidr: 203.0.113.0/24}}], '))).toEqual(['fixed'])
  })

  test('counts links and does not follow them', async () => {
    const head = shopWith({ 'deploy/link.yaml': { symlink: '/etc/passwd' } })
    const { report, sides } = await gated(shop, head)
    expect(sides.head.skipped.symlinks).toBe(1)
    expect(report.outcome.verdict).toBe('pass')
  })
})

describe('the configuration', () => {
  const cases = [
    { name: 'none: the preset gates', base: {}, head: {}, verdict: 'fail', path: undefined },
    { name: 'of base gates', base: { [configPath]: loose }, head: {}, verdict: 'pass', path: configPath },
    { name: 'of head does not gate yet', base: {}, head: { [configPath]: loose }, verdict: 'fail', path: undefined },
    {
      name: 'that is broken on base leaves it to the preset',
      base: { [configPath]: 'version: 9\n' },
      head: { [configPath]: loose },
      verdict: 'fail',
      path: undefined,
    },
    {
      name: 'that is a link is none',
      base: { [configPath]: { symlink: '/etc/loose.yml' } },
      head: {},
      verdict: 'fail',
      path: undefined,
    },
  ]
  test.each(cases)('$name', async ({ base, head, verdict, path }) => {
    const { report } = await gated({ ...shop, ...base }, { ...opened, ...head })
    expect(report.outcome.verdict).toBe(verdict)
    expect(report.configuration.path).toBe(path)
    expect(report.configuration.sha).toBe(path && 'c0ffee')
  })

  test('of head is previewed: its problems are told, and what it would say', async () => {
    const broken = await gated(shop, { ...shop, [configPath]: 'version: 1\nclustres: {}\n' })
    expect(broken.report.outcome.verdict).toBe('incomplete')
    expect(broken.report.gaps.map(({ diagnostic }) => `${diagnostic.message} ${diagnostic.hint}`).join()).toMatch(
      /clustres.*clusters/,
    )
    const valid = await gated(shop, { ...opened, [configPath]: loose })
    expect(valid.report.notes.join('\n')).toContain('the outcome would be pass')
  })

  test('of head that is larger than a manifest may be is not read', async () => {
    const huge = `${loose}#${'x'.repeat(20_000_000)}\n`
    const { report } = await gated(shop, { ...shop, [configPath]: huge })
    expect(report.outcome.verdict).toBe('incomplete')
    expect(report.gaps).toMatchObject([{ diagnostic: { code: 'file-limit' } }])
  })

  test('that somebody named has to be there', async () => {
    const tree = treeOf(shop)
    const { report } = await gated(shop, shop, { config: { path: 'gate.yml', tree, sha: undefined, required: true } })
    expect(report.outcome.verdict).toBe('incomplete')
  })

  test('of a trusted file gates, whatever the sides hold', async () => {
    const file = { path: 'mine.yml', text: loose }
    const { report } = await gated(shop, opened, { config: { file } })
    expect(report.outcome.verdict).toBe('pass')
    expect(report.configuration.path).toBe('mine.yml')
  })

  test('is tightened after it was read', async () => {
    const tighten: RunInput['tighten'] = (config) => ({ ...config, gate: { ...config.gate, failOn: 'error' } })
    const { report } = await gated({ ...shop, [configPath]: loose }, { ...opened, [configPath]: loose }, { tighten })
    expect(report.outcome.verdict).toBe('fail')
  })
})
