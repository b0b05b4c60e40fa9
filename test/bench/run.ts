import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastest, type Measured, measure } from './measure.ts'
import { generateShop } from './shop-files.ts'
import { branches, writeRepository } from './write-repository.ts'

/** Measurements of one size; `gate` is undefined where the bundle was not built. */
interface Row {
  readonly workloads: number
  readonly parseOnly: Measured
  readonly gate: { readonly clusterWide: Measured; readonly oneFile: Measured } | undefined
}

const bundle = new URL('../../dist/cli.js', import.meta.url).pathname
const parseOnly = new URL('parse-only.ts', import.meta.url).pathname
const engineStages = new URL('engine-stages.ts', import.meta.url).pathname

function main(): void {
  const asked = process.argv.slice(2).map(Number)
  const sizes = asked.length > 0 ? asked : [100, 1000, 10_000]
  if (!existsSync(bundle))
    console.log('dist/cli.js is not built: only parsing and the engine are measured (npm run build)')
  small()
  const rows = sizes.map(measureSize)
  printGrowth(rows)
}

/** 50 manifests, start to finish: 25 files of a workload and its Service. */
function small(): void {
  if (!existsSync(bundle)) return
  withRepository(25, (folder) =>
    printLine(
      '50 manifests: check',
      fastest(3, () => check(folder, branches.oneFile)),
    ),
  )
}

function measureSize(workloads: number): Row {
  return withRepository(workloads, (folder, shop) => {
    console.log(`\n${shop.workloads} workloads, ${shop.policies} policies, ${shop.namespaces} namespaces`)
    const times = workloads < 5000 ? 3 : 1
    const parse = fastest(times, () => measure([parseOnly, folder], folder))
    printLine('parse only (js-yaml loadAll)', parse)
    const engine = measure([engineStages, folder, branches.clusterWide], folder)
    printLine('engine up to rows', engine, parse)
    console.log(`    ${engine.output.trim()}`)
    if (!existsSync(bundle)) return { workloads, parseOnly: parse, gate: undefined }
    const clusterWide = fastest(times, () => check(folder, branches.clusterWide))
    printLine('check, cluster-wide change', clusterWide, parse)
    const oneFile = fastest(times, () => check(folder, branches.oneFile))
    printLine('check, one file changed', oneFile, parse)
    return { workloads, parseOnly: parse, gate: { clusterWide, oneFile } }
  })
}

function check(folder: string, head: string): Measured {
  return measure([bundle, 'check', '--base', branches.base, '--head', head], folder)
}

function withRepository<T>(workloads: number, use: (folder: string, shop: ReturnType<typeof generateShop>) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'))
  try {
    const shop = generateShop(workloads)
    writeRepository(folder, shop)
    return use(folder, shop)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function printLine(what: string, { seconds, megabytes, status }: Measured, yardstick?: Measured): void {
  const ratio = yardstick === undefined ? '' : `, ${(seconds / yardstick.seconds).toFixed(2)} × parse only`
  console.log(`  ${what}: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB, exit ${status}${ratio}`)
}

/** The exponent of time over size between neighbouring sizes: 1 is linear. */
function printGrowth(rows: readonly Row[]): void {
  console.log('')
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before === undefined) continue
    const exponent = (now: number, then: number): string =>
      (Math.log(now / then) / Math.log(row.workloads / before.workloads)).toFixed(2)
    const gate =
      row.gate === undefined || before.gate === undefined
        ? ''
        : `, check ${exponent(row.gate.clusterWide.seconds, before.gate.clusterWide.seconds)}`
    console.log(
      `growth ${before.workloads} → ${row.workloads}: parse only ${exponent(row.parseOnly.seconds, before.parseOnly.seconds)}${gate}`,
    )
  }
}

main()
