import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { InputError } from '../../src/action/inputs.ts'
import { placeInCheckout } from '../../src/action/place-in-checkout.ts'

/** A workspace with a folder, a link to it, and a link out of the workspace. */
function workspace(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workspace-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'deploy/prod'), { recursive: true })
  symlinkSync('deploy', join(folder, 'link'))
  symlinkSync(tmpdir(), join(folder, 'out'))
  return folder
}

describe('the working directory', () => {
  const cases = [
    { wanted: '', existing: '', rest: '' },
    { wanted: 'deploy/prod', existing: 'deploy/prod', rest: '' },
    { wanted: 'deploy/gone/below', existing: 'deploy', rest: 'gone/below' },
    { wanted: 'deploy/../deploy', existing: 'deploy', rest: '' },
  ]
  test.each(cases)('"$wanted" is found as far as the checkout has it', ({ wanted, existing, rest }) => {
    const root = workspace()
    expect(placeInCheckout(root, wanted)).toEqual({ existing: join(root, existing), rest })
  })

  test.each(['..', '../other', '/', 'deploy/../../x'])('%j leaves the workspace', (wanted) => {
    expect(() => placeInCheckout(workspace(), wanted)).toThrow(InputError)
  })

  test.each(['link', 'link/prod', 'out'])('%j runs through a link', (wanted) => {
    expect(() => placeInCheckout(workspace(), wanted)).toThrow('symbolic link')
  })

  test('a workspace that is a link itself is the runner’s business', () => {
    const root = workspace()
    const alias = `${root}-alias`
    symlinkSync(root, alias)
    onTestFinished(() => rmSync(alias))
    expect(placeInCheckout(alias, 'deploy')).toEqual({ existing: join(root, 'deploy'), rest: '' })
  })
})
