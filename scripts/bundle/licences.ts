import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Licences that may be shipped inside an Apache-2.0 work without a further duty than to keep their text. */
const allowedLicences: ReadonlySet<string> = new Set([
  '(Apache-2.0 AND BSD-3-Clause)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Python-2.0',
])

/** One package whose code is inside a bundle. `text` is undefined where the package ships no licence file. */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly text: string | undefined
}

/** Folder of the package a module belongs to; undefined for our own and for virtual modules. */
export function packageFolder(moduleId: string): string | undefined {
  const path = moduleId.split('?')[0] ?? ''
  const match = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)
  return path.startsWith('\0') ? undefined : match?.[0]
}

/** Packages behind the modules, once each, sorted by name and version. */
export function shippedPackages(moduleIds: Iterable<string>): readonly ShippedPackage[] {
  const folders = new Set([...moduleIds].map(packageFolder).filter((folder) => folder !== undefined))
  const packages = new Map([...folders].map(readPackage).map((one) => [`${one.name}@${one.version}`, one]))
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** Sentences about packages that may not be shipped; empty when all may. */
export function licenceProblems(packages: readonly ShippedPackage[]): readonly string[] {
  return packages
    .filter((one) => !allowedLicences.has(one.licence))
    .map((one) => `${one.name}@${one.version} has licence ${one.licence}, which is not on the list of allowed licences`)
}

/** The file beside the bundles: every package with its licence text. The same packages give the same bytes. */
export function licenceNotice(packages: readonly ShippedPackage[]): string {
  const head = 'The bundles in this folder contain code of the packages below, under the licences given here.\n'
  return [head, ...packages.map(section)].join(`\n${'-'.repeat(80)}\n\n`)
}

function section(one: ShippedPackage): string {
  const text = one.text ?? `The package ships no licence text; its package.json declares ${one.licence}.`
  return `${one.name} ${one.version}\nLicence: ${one.licence}\n\n${text.replaceAll('\r\n', '\n').trim()}\n`
}

function readPackage(folder: string): ShippedPackage {
  const manifest = readManifest(folder)
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
  return { ...manifest, text: texts.length === 0 ? undefined : texts.join('\n\n') }
}

function readManifest(folder: string): Omit<ShippedPackage, 'text'> {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) throw new Error(`no package.json in ${dirname(file)}`)
  const { name, version, license } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  return { name: String(name), version: String(version), licence: String(license ?? 'none') }
}
