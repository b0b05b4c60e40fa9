import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { explainFailure } from '../../src/cli/explain-failure.ts'
import { UnreadableSideError, UsageError } from '../../src/cli/usage-error.ts'
import { GitError, MissingCommitError } from '../../src/trees/git.ts'

describe('what went wrong decides the exit code', () => {
  test('a wrong command line is 3, with its hint', () => {
    const { exitCode, text } = explainFailure(new UsageError('there is no command chek', 'Did you mean check?'))
    expect({ exitCode, text }).toEqual({
      exitCode: 3,
      text: 'portcullis: there is no command chek\nDid you mean check?\n',
    })
  })

  test.each([
    new MissingCommitError('1234567'),
    new GitError('git cat-file ended early'),
    new UnreadableSideError('the side is not there', 'Fetch it.'),
  ])('a side that cannot be read is 2: $name', (error) => {
    const { exitCode, text } = explainFailure(error)
    expect(exitCode).toBe(2)
    expect(text).toContain('incomplete')
    expect(text).not.toContain(' at ')
  })

  test('what the system refuses is 3, in a sentence without a stack', () => {
    const { exitCode, text } = explainFailure(refusal())
    expect(exitCode).toBe(3)
    expect(text).toMatch(/^portcullis: ENOENT.*\nName a path that exists\.\n$/)
  })

  test('anything else is our bug, with its stack', () => {
    const { exitCode, text } = explainFailure(new RangeError('set sizes differ'))
    expect(exitCode).toBe(3)
    expect(text).toContain('this is a bug')
    expect(text).toContain('RangeError: set sizes differ')
    expect(text).toContain('explain-failure.test.ts')
  })

  test('text from elsewhere is no workflow command', () => {
    expect(explainFailure(new UsageError('x', '::error::gone')).text).not.toMatch(/^::/m)
  })
})

function refusal(): unknown {
  try {
    readFileSync('/nowhere/at/all')
  } catch (error) {
    return error
  }
  return undefined
}
