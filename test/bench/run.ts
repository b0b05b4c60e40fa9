import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ClusterFacts } from './cluster-facts.ts'
import { type Measured, measure, median } from './measure.ts'
import { type GeneratedShop, generateShop, type PolicyLanguage, policyLanguages } from './shop-files.ts'
import { branches, writeRepository } from './write-repository.ts'

const bundle = new URL('../../dist/cli.js', import.meta.url).pathname
const parseOnly = new URL('parse-only.ts', import.meta.url).pathname
const clusterFacts = new URL('cluster-facts.ts', import.meta.url).pathname

/** What is measured at each size, in the order of running. */
const programs = {
  'parse only (js-yaml loadAll)': (folder: string) => [parseOnly, folder],
  'check, cluster-wide change': () => checkWords(branches.clusterWide),
  'check, one file changed': () => checkWords(branches.oneFile),
} as const
type Program = keyof typeof programs
const names = Object.keys(programs) as Program[]
const yardstick: Program = 'parse only (js-yaml loadAll)'

interface SizeResult {
  readonly workloads: number
  readonly measured: Readonly<Record<Program, Measured>>
}

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { policies: { type: 'string' } } })
  const language = policyLanguages.find((name) => name === (values.policies ?? 'kubernetes'))
  if (language === undefined) throw new Error(`--policies takes one of ${policyLanguages.join(', ')}`)
  const asked = positionals.map(Number)
  const sizes = asked.length > 0 ? asked : [100, 1000, 10_000, 30_000]
  small(language)
  printGrowth(sizes.map((size) => measureSize(size, language)))
}

const checkWords = (head: string): string[] => [bundle, 'check', '--base', branches.base, '--head', head]

/** A repository of one namespace, start to finish. */
function small(language: PolicyLanguage): void {
  const shop = generateShop(1, language)
  console.log(`${shop.files.size} manifest files; ${runs(5)}`)
  withRepository(shop, (folder) =>
    printLine('check, one file changed', repeat(5, checkWords(branches.oneFile), folder)),
  )
}

function measureSize(wanted: number, language: PolicyLanguage): SizeResult {
  const shop = generateShop(wanted, language)
  return withRepository(shop, (folder) => {
    const times = shop.workloads > 20_000 ? 1 : 3
    console.log(
      `\n${shop.workloads} workloads, ${shop.policies} policies, ${shop.namespaces} namespaces; ${runs(times)}`,
    )
    printFacts(shop, folder)
    const measured = {} as Record<Program, Measured>
    for (const name of names) {
      measured[name] = repeat(times, programs[name](folder), folder)
      printLine(name, measured[name], name === yardstick ? undefined : measured[yardstick])
    }
    return { workloads: shop.workloads, measured }
  })
}

const runs = (times: number): string => (times === 1 ? 'one run each' : `median of ${times} runs`)

const repeat = (times: number, words: readonly string[], folder: string): Measured =>
  median(Array.from({ length: times }, () => measure(words, folder)))

/** Throws where the cluster would be easier than it says. */
function printFacts(shop: GeneratedShop, folder: string): void {
  const facts: ClusterFacts = JSON.parse(measure([clusterFacts, folder], folder).output)
  const { workloads, policies, subjects, classes, workloadClasses, coarse } = facts
  console.log(
    `  ${subjects} distinct selectors that policies apply to, ${workloadClasses} classes of workloads, ${classes} in all, ${coarse} selectors left out of cells`,
  )
  const isHard =
    workloads === shop.workloads &&
    policies === shop.policies &&
    subjects >= policies &&
    workloadClasses * 2 >= workloads &&
    coarse === 0
  if (!isHard) throw new Error(`the generated cluster is not what it should be: ${JSON.stringify(facts)}`)
}

function withRepository<T>(shop: GeneratedShop, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'))
  try {
    writeRepository(folder, shop)
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function printLine(what: string, { seconds, cpuSeconds, megabytes, status }: Measured, parse?: Measured): void {
  const ratio =
    parse === undefined
      ? ''
      : `, ${(seconds / parse.seconds).toFixed(2)} × parse only (CPU ${(cpuSeconds / parse.cpuSeconds).toFixed(2)} ×)`
  console.log(
    `  ${what}: ${seconds.toFixed(2)} s (CPU ${cpuSeconds.toFixed(2)} s), ${megabytes.toFixed(0)} MB, exit ${status}${ratio}`,
  )
}

/** The exponent of time over size between neighbouring sizes: 1 is linear. */
function printGrowth(results: readonly SizeResult[]): void {
  console.log('')
  for (const [index, now] of results.entries()) {
    const before = results[index - 1]
    if (before === undefined) continue
    const exponents = names.map((name) => {
      const time = now.measured[name].seconds / before.measured[name].seconds
      return `${name} ${(Math.log(time) / Math.log(now.workloads / before.workloads)).toFixed(2)}`
    })
    console.log(`growth exponent ${before.workloads} → ${now.workloads}: ${exponents.join('; ')}`)
  }
}

main()
