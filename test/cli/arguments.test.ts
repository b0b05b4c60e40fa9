import { describe, expect, test } from 'vitest'
import { commandSpecs } from '../../src/cli/command-spec.ts'
import { helpText, overviewText } from '../../src/cli/help.ts'
import { version } from '../../src/run/version.ts'
import { temporaryFolder } from '../trees/shop-repository.ts'
import { runCli } from './run-cli.ts'

describe('usage errors end with 3, on standard error, with the nearest name', () => {
  test.each([
    { args: ['chek'], message: 'there is no command chek', hint: 'Did you mean check?' },
    { args: ['frobnicate'], message: 'there is no command frobnicate', hint: 'The commands are check, diff' },
    { args: ['--verison'], message: 'there is no option --verison', hint: 'Did you mean --version?' },
    { args: ['check', '--bsae', 'main'], message: 'check has no option --bsae', hint: 'Did you mean --base?' },
    { args: ['check', '--whatever'], message: 'check has no option --whatever', hint: 'It has --base, --head' },
    { args: ['check', '--format', 'jsn'], message: '--format cannot be "jsn"', hint: 'Did you mean json?' },
    { args: ['check', '--format', 'toml'], message: '--format cannot be "toml"', hint: 'It is one of text, markdown' },
    { args: ['check', '--base'], message: 'check: ', hint: 'Usage: portcullis check' },
    { args: ['init', '--force=yes'], message: 'init: ', hint: 'Usage: portcullis init' },
    { args: ['check', 'main'], message: 'check does not know what to do with "main"', hint: 'Usage: portcullis check' },
    { args: ['diff', 'main'], message: 'diff needs HEAD', hint: 'Usage: portcullis diff BASE HEAD' },
    { args: ['connections'], message: 'connections needs DIR', hint: 'Usage: portcullis connections DIR' },
    { args: ['connections', 'nowhere'], message: 'nowhere is not a folder', hint: 'Name one that exists' },
    { args: ['explain', '.'], message: 'explain needs --from', hint: '--to PEER' },
    { args: ['schema', 'reprot'], message: 'there is no schema "reprot"', hint: 'Did you mean report?' },
    {
      args: ['rules', 'egres-any-ip'],
      message: 'there is no rule "egres-any-ip"',
      hint: 'Did you mean egress-any-ip?',
    },
    { args: ['help', 'exposre'], message: 'there is no command exposre', hint: 'Did you mean exposure?' },
    { args: ['check', '--directory', '../other'], message: '--directory ../other', hint: 'from their root' },
  ])('$args', async ({ args, message, hint }) => {
    const { exitCode, stdout, stderr } = await runCli(temporaryFolder(), ...withSides(args))
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain('portcullis: ')
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
    expect(stderr).not.toContain('bug')
  })
})

/** Sides that exist, for what is wrong elsewhere. */
const withSides = (args: readonly string[]): readonly string[] =>
  args.includes('--directory') ? [...args, '--base', '.', '--head', '.'] : args

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('%j is the overview', async (args) => {
    const { exitCode, stdout } = await runCli('/', ...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: overviewText() })
  })

  test.each(Object.keys(commandSpecs))('of %s names its options', async (command) => {
    const { exitCode, stdout } = await runCli('/', command, '--help')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`portcullis ${command}`)
    const spec = commandSpecs[command as keyof typeof commandSpecs]
    for (const option of Object.keys(spec.options)) expect(stdout).toContain(`--${option}`)
  })

  test('fits 100 columns', () => {
    expect(
      helpText()
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([])
  })

  test('the version is that of the package', async () => {
    expect(await runCli('/', '--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })
})
