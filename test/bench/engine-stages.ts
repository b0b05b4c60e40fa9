import { execFileSync } from 'node:child_process'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { SideInput } from '../../src/reach/universe.ts'

/** Runs the stages up to the rows of both sides of a repository, and prints how long each took. */
const [folder = '.', head = 'HEAD'] = process.argv.slice(2)
let last = performance.now()
const stages: string[] = []
function done(stage: string): void {
  const now = performance.now()
  stages.push(`${stage} ${((now - last) / 1000).toFixed(2)} s`)
  last = now
}

const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', folder, ...words], { encoding: 'utf8', maxBuffer: 1 << 30 })
const parsed = new Map<string, readonly Resource[]>()

/** Blobs of one revision; equal ones are read once. */
function resourcesAt(revision: string): Resource[] {
  const lines = git('ls-tree', '-r', revision).trimEnd().split('\n')
  const blobs = lines.map((line) => ({ id: line.split(/\s/)[2] as string, path: line.split('\t')[1] as string }))
  const missing = blobs.filter(({ id }) => !parsed.has(id))
  const texts = execFileSync('git', ['-C', folder, 'cat-file', '--batch'], {
    input: `${missing.map(({ id }) => id).join('\n')}\n`,
    maxBuffer: 1 << 30,
  })
  let offset = 0
  for (const { id, path } of missing) {
    const end = texts.indexOf(10, offset)
    const size = Number(texts.toString('latin1', offset, end).split(' ')[2])
    parsed.set(id, parseManifests({ path, text: texts.toString('utf8', end + 1, end + 1 + size) }).resources)
    offset = end + 1 + size + 1
  }
  return blobs.flatMap(({ id }) => parsed.get(id) ?? [])
}

function sideAt(revision: string): SideInput {
  const resources = resourcesAt(revision)
  done(`parse ${revision}`)
  const cluster = buildCluster({ name: 'bench', open: false, profile: defaultProfile, resources })
  const input = { cluster, entries: compilePolicies(cluster).entries }
  done(`model ${revision}`)
  return input
}

function rowKeys(side: Reachability): Set<string> {
  const keys = new Set<string>()
  for (const found of side.universe.classes) {
    for (const direction of ['ingress', 'egress'] as const) keys.add(side.row(found, direction).must.key)
  }
  return keys
}

const [base, changed] = [sideAt('main'), sideAt(head)]
const universe = partition(base, changed)
done('partition')
const rows = [reach(universe, 'base', base), reach(universe, 'head', changed)].map(rowKeys)
done('rows')
console.log(
  `${universe.classes.length} classes, ${universe.coarse} left out, ${rows.map((keys) => keys.size).join(' and ')} rows; ${stages.join(', ')}`,
)
