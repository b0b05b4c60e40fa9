import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConfiguredCluster, type Discovery, discoverClusters } from '../../src/manifests/discover.ts'
import type { ManifestFile } from '../../src/manifests/manifest-sides.ts'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { regionOf } from '../../src/source/span.ts'

/** Objects by path, each as `Kind namespace/name` or `Kind name`. */
type Files = Readonly<Record<string, readonly string[]>>

const versions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
}

function manifest(object: string): string {
  const [kind = '', id = ''] = object.split(' ')
  const [name, namespace] = id.split('/').reverse()
  const home = namespace === undefined ? '' : `, namespace: ${namespace}`
  return `apiVersion: ${versions[kind] ?? 'v1'}\nkind: ${kind}\nmetadata: {name: "${name}"${home}}\n`
}

function side(files: Files): ManifestFile[] {
  return Object.entries(files).map(([path, objects]) =>
    parseManifests({ path, text: objects.map(manifest).join('---\n') }),
  )
}

function discover(base: Files, head: Files = base, configured: readonly ConfiguredCluster[] = []): Discovery {
  return discoverClusters({ base: side(base), head: side(head) }, configured)
}

/** Paths of each cluster on head. */
function clustersOf({ clusters }: Discovery): Record<string, readonly string[]> {
  return Object.fromEntries(clusters.map(({ name, files }) => [name, files.head]))
}

const web = ['Deployment shop/web', 'Service shop/web']
const payments = ['Deployment shop/payments', 'NetworkPolicy shop/payments']

describe('raw manifests without configuration', () => {
  const tables: readonly {
    readonly name: string
    readonly files: Files
    readonly clusters: Record<string, readonly string[]>
  }[] = [
    { name: 'nothing at all', files: {}, clusters: {} },
    {
      name: 'one tree without repeats is one cluster',
      files: { 'web/all.yaml': web, 'payments/all.yaml': payments },
      clusters: { '.': ['payments/all.yaml', 'web/all.yaml'] },
    },
    {
      name: 'environments with the same objects are a cluster each',
      files: { 'env/prod/web.yaml': web, 'env/prod/payments.yaml': payments, 'env/test/web.yaml': web },
      clusters: { 'env/prod': ['env/prod/payments.yaml', 'env/prod/web.yaml'], 'env/test': ['env/test/web.yaml'] },
    },
    {
      name: 'only directories that repeat are cut',
      files: { 'apps/web.yaml': web, 'env/prod/x.yaml': payments, 'env/test/x.yaml': payments },
      clusters: { apps: ['apps/web.yaml'], 'env/prod': ['env/prod/x.yaml'], 'env/test': ['env/test/x.yaml'] },
    },
    {
      name: 'files beside an overlay that repeats them stay together',
      files: { 'web.yaml': web, 'payments.yaml': payments, 'prod/web.yaml': web },
      clusters: { '.': ['payments.yaml', 'web.yaml'], prod: ['prod/web.yaml'] },
    },
    {
      name: 'variants side by side are a cluster each',
      files: {
        'manifests/install.yaml': [...web, ...payments],
        'manifests/core.yaml': [...web, 'Deployment shop/payments'],
      },
      clusters: {
        'manifests/core.yaml': ['manifests/core.yaml'],
        'manifests/install.yaml': ['manifests/install.yaml'],
      },
    },
    {
      name: 'one object written again beside many is a mistake, not a variant',
      files: { 'shop/all.yaml': [...web, ...payments], 'shop/copy.yaml': ['NetworkPolicy shop/payments'] },
      clusters: { '.': ['shop/all.yaml', 'shop/copy.yaml'] },
    },
    {
      name: 'the same name in another namespace or of another kind is no repeat',
      files: {
        'a/x.yaml': ['Service shop/web', 'Service bank/web'],
        'b/x.yaml': ['Service web', 'Deployment shop/web'],
      },
      clusters: { '.': ['a/x.yaml', 'b/x.yaml'] },
    },
    {
      name: 'objects that do not matter to the network neither cut nor count',
      files: { 'a/x.yaml': ['ConfigMap shop/web', 'Service shop/web'], 'b/x.yaml': ['ConfigMap shop/web'] },
      clusters: { '.': ['a/x.yaml'] },
    },
    {
      name: 'names that a template gives are not compared',
      files: { 'a/x.yaml': ['Service {{.name}}'], 'b/x.yaml': ['Service {{.name}}'] },
      clusters: { '.': ['a/x.yaml', 'b/x.yaml'] },
    },
  ]

  it.each(tables)('$name', ({ files, clusters }) => {
    expect(clustersOf(discover(files))).toEqual(clusters)
  })

  it('are open', () => {
    expect(discover({ 'web.yaml': web }).clusters.map(({ open }) => open)).toEqual([true])
  })

  it('count files in which nothing matters', () => {
    expect(discover({ 'a.yaml': ['ConfigMap a'], 'b.yaml': web }).irrelevantFiles).toBe(1)
  })

  it('do not depend on the order of files', () => {
    const kinds = fc.constantFrom(
      'Service shop/web',
      'Deployment shop/web',
      'Service shop/db',
      'NetworkPolicy shop/db',
      'ConfigMap x',
    )
    const paths = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
      .map((parts) => `${parts.join('/')}.yaml`)
    const trees = fc.dictionary(paths, fc.array(kinds, { maxLength: 3 }), { maxKeys: 8 })
    fc.assert(
      fc.property(trees, trees, fc.infiniteStream(fc.nat()), (base, head, order) => {
        const shuffled = (files: Files): ManifestFile[] =>
          side(files)
            .map((file) => ({ file, rank: order.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ file }) => ({ ...file, resources: file.resources.toReversed() }))
        const again = discoverClusters({ base: shuffled(base), head: shuffled(head) }, [])
        const found = discover(base, head)
        expect(again.clusters.map(({ name, files }) => ({ name, files }))).toEqual(
          found.clusters.map(({ name, files }) => ({ name, files })),
        )
        expect(again.overlays).toEqual(found.overlays)
      }),
      { numRuns: 200 },
    )
  })

  it('put every file that matters into one cluster on each side', () => {
    const paths = fc
      .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 })
      .map((parts) => `${parts.join('/')}.yaml`)
    const trees = fc.dictionary(
      paths,
      fc.array(fc.constantFrom('Service web', 'Service db', 'Pod db'), { minLength: 1, maxLength: 3 }),
    )
    fc.assert(
      fc.property(trees, trees, (base, head) => {
        const { clusters } = discover(base, head)
        expect(clusters.flatMap(({ files }) => files.base).sort()).toEqual(Object.keys(base).sort())
        expect(clusters.flatMap(({ files }) => files.head).sort()).toEqual(Object.keys(head).sort())
      }),
    )
  })
})

describe('both sides', () => {
  it('an object that moved is no repeat', () => {
    const { clusters } = discover(
      { 'old/web.yaml': web, 'old/pay.yaml': payments },
      { 'new/web.yaml': web, 'old/pay.yaml': payments },
    )
    expect(clusters).toMatchObject([
      { name: '.', files: { base: ['old/pay.yaml', 'old/web.yaml'], head: ['new/web.yaml', 'old/pay.yaml'] } },
    ])
  })

  it('a repeat on head cuts base as well', () => {
    const { clusters } = discover({ 'prod/web.yaml': web }, { 'prod/web.yaml': web, 'test/web.yaml': web })
    expect(clusters.map(({ name, files }) => [name, files])).toEqual([
      ['prod', { base: ['prod/web.yaml'], head: ['prod/web.yaml'] }],
      ['test', { base: [], head: ['test/web.yaml'] }],
    ])
  })

  it('a renamed overlay is matched by its objects', () => {
    const base = { 'env/prod/x.yaml': [...web, ...payments], 'env/test/x.yaml': web }
    const head = { 'env/production/x.yaml': [...web, ...payments], 'env/test/x.yaml': web }
    expect(discover(base, head).clusters).toMatchObject([
      {
        name: 'env/production',
        renamedFrom: 'env/prod',
        files: { base: ['env/prod/x.yaml'], head: ['env/production/x.yaml'] },
      },
      { name: 'env/test', renamedFrom: undefined },
    ])
  })

  it('overlays with the same objects that move together are matched by the ends of their paths', () => {
    const at = (root: string): Files => ({ [`${root}/prod/x.yaml`]: web, [`${root}/test/x.yaml`]: web })
    const { clusters } = discover(at('overlays'), at('environments'))
    expect(clusters.map(({ name, renamedFrom }) => [name, renamedFrom])).toEqual([
      ['environments/prod', 'overlays/prod'],
      ['environments/test', 'overlays/test'],
    ])
  })

  it('a new overlay that shares little is new', () => {
    const base = { 'env/prod/x.yaml': [...web, ...payments], 'env/test/x.yaml': web }
    const head = {
      'env/other/x.yaml': ['Service shop/web', 'Service shop/a', 'Service shop/b'],
      'env/test/x.yaml': web,
    }
    expect(discover(base, head).clusters.map(({ name, renamedFrom }) => [name, renamedFrom])).toEqual([
      ['env/other', undefined],
      ['env/prod', undefined],
      ['env/test', undefined],
    ])
  })
})

describe('what is said about repeats', () => {
  it('a tree of overlays is one counted line', () => {
    const overlays = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`env/e${index}/x.yaml`, index < 2 ? [...web, ...payments] : web]),
    )
    const { overlays: said, diagnostics } = discover(overlays)
    expect(said).toMatchObject({
      splitInto: 40,
      repeatedIdentities: 4,
      example: {
        id: { group: '', kind: 'Service', namespace: 'shop', name: 'web' },
        paths: ['env/e0/x.yaml', 'env/e1/x.yaml', 'env/e10/x.yaml'],
      },
    })
    expect(diagnostics).toEqual({ config: [], base: [], head: [] })
  })

  it('nothing where nothing had to be cut, nor where a cluster only moved', () => {
    expect(discover({ 'a/web.yaml': web, 'b/pay.yaml': payments }).overlays).toBeUndefined()
  })

  it('two objects of one name in a file are told at the second', () => {
    const { diagnostics } = discover(
      { 'web.yaml': web },
      { 'web.yaml': [...web, 'Pod shop/x', 'Service shop/web', 'Pod shop/y'] },
    )
    expect(diagnostics.base).toEqual([])
    expect(
      diagnostics.head.map(({ code, span, message, effect }) => [code, regionOf(span).start.line, message, effect]),
    ).toEqual([['object-repeated', 15, 'Service web is already in web.yaml, line 7', 'none']])
  })

  it('two that differ make the answer unsure', () => {
    const text = `${manifest('Service shop/web')}---\n${manifest('Service shop/web')}spec: {type: LoadBalancer}\n`
    const files = [parseManifests({ path: 'web.yaml', text })]
    expect(discoverClusters({ base: files, head: files }, []).diagnostics.head).toMatchObject([{ effect: 'unknown' }])
  })

  it('very many are told in part, the last one counting the rest', () => {
    const many = Array.from({ length: 100 }, () => 'Service shop/web')
    const { head } = discover({ 'web.yaml': many }).diagnostics
    expect(head).toHaveLength(20)
    expect(head.at(-1)).toMatchObject({ message: expect.stringContaining('79 more'), effect: 'unknown' })
  })
})

describe('configured clusters', () => {
  const file = { path: '.github/portcullis.yml', text: 'shop/**' }
  const cluster = (name: string, ...patterns: readonly string[]): ConfiguredCluster => ({
    name,
    sources: [
      { manifests: patterns.map((value) => ({ value, span: { file, start: 0, end: 7 } })), namespace: 'default' },
    ],
  })
  const files = { 'shop/.base/web.yaml': web, 'shop/prod/pay.yaml': payments, 'bank/web.yaml': web }

  it('take what their patterns match, dotfiles too, and are closed', () => {
    const { clusters, unclaimed, diagnostics } = discover(files, files, [
      cluster('prod', 'shop/**'),
      cluster('base', 'shop/.base/*'),
    ])
    expect(clusters).toMatchObject([
      { name: 'prod', open: false, root: undefined, files: { head: ['shop/.base/web.yaml', 'shop/prod/pay.yaml'] } },
      { name: 'base', files: { base: ['shop/.base/web.yaml'] } },
    ])
    expect(unclaimed).toEqual(['bank/web.yaml'])
    expect(diagnostics.config).toEqual([])
  })

  it('report repeats instead of being cut', () => {
    const { clusters, diagnostics } = discover(files, files, [cluster('all', '**')])
    expect(clusters).toHaveLength(1)
    expect(diagnostics.head).toHaveLength(2)
  })

  it('complain once of a file that two of them take', () => {
    const twice = { 'web.yaml': ['Service web', 'Service web'] }
    expect(discover(twice, twice, [cluster('a', '**'), cluster('b', '**')]).diagnostics.head).toHaveLength(1)
  })

  it('give their namespace to manifests that name none', () => {
    const [prod] = discover(files, files, [
      {
        ...cluster('prod', 'shop/**'),
        sources: [
          {
            ...cluster('prod', 'shop/**').sources[0],
            manifests: cluster('prod', 'shop/prod/*').sources[0]?.manifests ?? [],
            namespace: 'web',
          },
        ],
      },
    ]).clusters
    expect(prod?.namespaces).toEqual(new Map([['shop/prod/pay.yaml', 'web']]))
  })

  it('a pattern that matches on one side is fine', () => {
    expect(discover({}, files, [cluster('prod', 'shop/**')]).diagnostics.config).toEqual([])
  })

  it.each([
    ['the whole cluster is empty', ['shpo/**'], 'unknown'],
    ['other patterns match', ['shop/**', 'shpo/**'], 'none'],
  ])('a pattern that matches nothing is told at its place; %s', (_, patterns, effect) => {
    const { config } = discover(files, files, [cluster('prod', ...patterns)]).diagnostics
    expect(config).toMatchObject([{ code: 'config-pattern-unmatched', effect, span: { file, start: 0 } }])
  })
})

/** What is quadratic here would run into the time limit that every test has. */
describe('size', () => {
  it('ten thousand files come to an end', () => {
    const tree = (count: number): ManifestFile[] =>
      Array.from({ length: count }, (_, index) => {
        const path = `apps/team-${index % 97}/app-${index}/${'deep/'.repeat(index % 12)}x.yaml`
        return parseManifests({ path, text: manifest(`Service shop/app-${index}`) })
      })
    const files = tree(10_000)
    expect(discoverClusters({ base: files, head: files }, []).clusters).toHaveLength(1)
  })

  it('thousands of overlays that move together come to an end', () => {
    const tree = (root: string): ManifestFile[] =>
      Array.from({ length: 3000 }, (_, index) =>
        parseManifests({ path: `${root}/e${index}/x.yaml`, text: web.map(manifest).join('---\n') }),
      )
    const sides = { base: tree('overlays'), head: tree('environments') }
    const { clusters } = discoverClusters(sides, [])
    expect(clusters.filter(({ renamedFrom }) => renamedFrom !== undefined)).toHaveLength(3000)
  })
})
