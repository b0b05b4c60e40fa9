import { parseArgs } from 'node:util'
import { nearest } from '../source/nearest.ts'
import { type CommandName, type CommandSpec, commandSpecs, type OptionSpec } from './command-spec.ts'
import { synopsisOf } from './help.ts'
import { UsageError } from './usage-error.ts'

/** What the user asked for. */
export type Invocation =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | {
      readonly kind: 'command'
      readonly command: Exclude<CommandName, 'help'>
      readonly operands: readonly string[]
      /** Options given, by name; choices are checked. */
      readonly options: Readonly<Record<string, string | boolean>>
    }

/** Reads the command line. Throws `UsageError` naming what was probably meant. */
export function parseArguments(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', command: undefined }
  if (first === '--version' || first === '-V') return { kind: 'version' }
  if (!isCommand(first)) throw unknownCommand(first)
  if (rest.some((argument) => argument === '--help' || argument === '-h')) return { kind: 'help', command: first }
  const { operands, options } = parseCommand(commandSpecs[first], rest)
  if (first === 'help') return { kind: 'help', command: commandNamed(operands[0]) }
  return { kind: 'command', command: first, operands, options }
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commandSpecs, name)

function commandNamed(name: string | undefined): CommandName | undefined {
  if (name === undefined || isCommand(name)) return name
  throw unknownCommand(name)
}

function unknownCommand(name: string): UsageError {
  const commands = Object.keys(commandSpecs)
  const meant = nearest(name, name.startsWith('-') ? ['--help', '--version'] : commands)
  const thing = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(
    `there is no ${thing} ${name}`,
    meant === undefined ? `The commands are ${commands.join(', ')}.` : `Did you mean ${meant}?`,
  )
}

interface Parsed {
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, string | boolean>>
}

function parseCommand(spec: CommandSpec, args: readonly string[]): Parsed {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
  )
  refuseUnknown(spec, args, options)
  const { values, positionals } = strictly(spec, () =>
    parseArgs({ args: [...args], options, allowPositionals: true, strict: true }),
  )
  const given = Object.entries(values).filter((entry): entry is [string, string | boolean] => isValue(entry[1]))
  for (const [name, value] of given) checkChoice(name, value, spec.options[name])
  checkOperands(spec, positionals)
  return { operands: positionals, options: Object.fromEntries(given) }
}

const isValue = (value: unknown): value is string | boolean => typeof value === 'string' || typeof value === 'boolean'

function refuseUnknown(
  spec: CommandSpec,
  args: readonly string[],
  options: Readonly<Record<string, { type: 'string' | 'boolean'; short?: string }>>,
) {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name))
  if (unknown?.kind !== 'option') return
  const known = Object.keys(options)
  const meant = nearest(unknown.name, known)
  const others = known.length === 0 ? 'It has no options.' : `It has ${known.map((name) => `--${name}`).join(', ')}.`
  throw new UsageError(
    `${spec.name} has no option ${unknown.rawName}`,
    meant === undefined ? others : `Did you mean --${meant}?`,
  )
}

/** Node's own complaints (a missing value, a value where there can be none) are sentences already. */
function strictly<T>(spec: CommandSpec, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new UsageError(`${spec.name}: ${error.message.split('\n')[0]}`, `Usage: ${synopsisOf(spec)}`)
  }
}

function checkChoice(name: string, value: string | boolean, option: OptionSpec | undefined): void {
  const { choices } = option ?? {}
  if (choices === undefined || typeof value !== 'string' || choices.includes(value)) return
  const meant = nearest(value, choices)
  throw new UsageError(
    `--${name} cannot be ${JSON.stringify(value)}`,
    meant === undefined ? `It is one of ${choices.join(', ')}.` : `Did you mean ${meant}?`,
  )
}

function checkOperands(spec: CommandSpec, given: readonly string[]): void {
  const needed = spec.operands.filter((operand) => !operand.startsWith('[')).length
  const missing = given.length < needed ? spec.operands[given.length] : undefined
  if (missing !== undefined) throw new UsageError(`${spec.name} needs ${missing}`, `Usage: ${synopsisOf(spec)}`)
  const surplus = given[spec.operands.length]
  if (surplus !== undefined) {
    throw new UsageError(
      `${spec.name} does not know what to do with ${JSON.stringify(surplus)}`,
      `Usage: ${synopsisOf(spec)}`,
    )
  }
}
