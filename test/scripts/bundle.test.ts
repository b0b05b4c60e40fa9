import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildBundles } from '../../scripts/bundle/build-bundles.ts'
import { bundledFiles, bundleFolder } from '../../scripts/bundle/bundle-options.ts'
import { licenceProblems, packageFolder } from '../../scripts/bundle/licences.ts'
import { bundleCurrent } from '../../scripts/check/bundle-current.ts'

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-bundle-test-'))
const shop = join(scratch, 'shop')

beforeAll(() => writeShop(shop, 'MIT'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the bundles', () => {
  test('are two files and the licences of both', async () => {
    await buildBundles(shop, join(shop, bundleFolder))
    const read = (name: string) => readFileSync(join(shop, bundleFolder, name), 'utf8')
    expect(read('cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(read('index.js')).toContain('open for business')
    expect(read('THIRD-PARTY-LICENSES.txt')).toContain('prices 1.0.0\nLicence: MIT\n\nPrices may be used by anybody.')
    expect(read('THIRD-PARTY-LICENSES.txt')).not.toContain('unused')
  })

  test('are the same bytes wherever the sources lie, and hold no path of the machine', async () => {
    const elsewhere = join(scratch, 'else', 'where')
    cpSync(shop, elsewhere, { recursive: true })
    await buildBundles(shop, join(scratch, 'first'))
    await buildBundles(elsewhere, join(scratch, 'second'))
    for (const name of bundledFiles) {
      const first = readFileSync(join(scratch, 'first', name), 'utf8')
      expect(first).toBe(readFileSync(join(scratch, 'second', name), 'utf8'))
      expect(first).not.toContain(scratch)
    }
  })

  test('are current until a source changes', async () => {
    await buildBundles(shop, join(shop, bundleFolder))
    expect(await bundleCurrent(shop)).toMatchObject({ ok: true })
    writeFileSync(join(shop, 'src/cli/index.ts'), "console.log('closed')\n")
    const { ok, output } = await bundleCurrent(shop)
    expect(ok).toBe(false)
    expect(output).toContain('dist/cli.js is not what its sources give')
    expect(output).not.toContain('dist/index.js')
  })

  test('are not built with a licence that is not allowed', async () => {
    const other = join(scratch, 'other')
    writeShop(other, 'SSPL-1.0')
    await expect(buildBundles(other, join(other, bundleFolder))).rejects.toThrow('prices@1.0.0 has licence SSPL-1.0')
  })
})

describe('licences', () => {
  test('a package without one may not be shipped', () => {
    const problems = licenceProblems([{ name: 'prices', version: '1.0.0', licence: 'none', text: undefined }])
    expect(problems).toHaveLength(1)
  })

  test.each([
    { module: '/shop/src/web.ts', folder: undefined },
    { module: '\0rolldown/runtime.js', folder: undefined },
    { module: '/shop/node_modules/prices/lib/a.js?commonjs', folder: '/shop/node_modules/prices' },
    { module: '/shop/node_modules/@till/cash/a.js', folder: '/shop/node_modules/@till/cash' },
    { module: '/shop/node_modules/a/node_modules/b/c.js', folder: '/shop/node_modules/a/node_modules/b' },
  ])('the package of $module is $folder', ({ module, folder }) => {
    expect(packageFolder(module)).toBe(folder)
  })
})

/** A project whose action uses the package `prices`, under the given licence, and no other. */
function writeShop(folder: string, licence: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('package.json', '{"type":"module"}')
  write('src/action/index.ts', "import { price } from 'prices'\nconsole.log('open for business', price('apple'))\n")
  write('src/cli/index.ts', "console.log('at the counter')\n")
  for (const name of ['prices', 'unused']) {
    const manifest = { name, version: '1.0.0', license: licence, type: 'module', exports: './index.js' }
    write(`node_modules/${name}/package.json`, JSON.stringify(manifest))
    write(`node_modules/${name}/index.js`, 'export function price(item) {\n  return globalThis.till?.get(item)\n}\n')
    write(`node_modules/${name}/LICENSE`, 'Prices may be used by anybody.\n')
  }
}
