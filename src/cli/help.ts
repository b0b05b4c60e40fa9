import { type CommandName, type CommandSpec, commandSpecs, type OptionSpec } from './command-spec.ts'

const width = 100

/** Everything there is to say, or the help of one command. Its lines are the same on every terminal: the documentation holds them. */
export function helpText(command?: CommandName): string {
  if (command !== undefined) return `${commandHelp(commandSpecs[command])}\n`
  const commands = specs.filter(({ name }) => name !== 'help')
  return `${[...overviewSections(), ...commands.map(commandHelp)].join('\n\n')}\n`
}

/** What somebody sees who asks for nothing in particular: the commands, and where to read on. */
export function overviewText(): string {
  const more = 'Options of a command: portcullis help COMMAND'
  return `${[...overviewSections(), more].join('\n\n')}\n`
}

const specs: readonly CommandSpec[] = Object.values(commandSpecs)

function overviewSections(): string[] {
  return [
    'Portcullis, the gate for the network exposure of Kubernetes manifests.',
    'Usage: portcullis COMMAND [OPTIONS]\n       portcullis --version',
    ['Commands:', ...rows(specs.map((spec) => [spec.name, spec.summary]))].join('\n'),
    ['Exit codes:', ...rows(exitCodes)].join('\n'),
  ]
}

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'pass: nothing stands against the change'],
  ['1', 'fail: a rule is broken'],
  ['2', 'incomplete: something could not be analysed, so the answer could be wrong'],
  ['3', 'the command line is wrong, or the program failed'],
]

function commandHelp(spec: CommandSpec): string {
  const options = Object.entries<OptionSpec>(spec.options).map(
    ([name, option]) => [flagOf(name, option), option.help] as const,
  )
  const paragraphs = [
    [synopsisOf(spec)],
    wrapAt(capitalised(`${spec.summary}.`), '  '),
    ...spec.details.map((detail) => wrapAt(detail, '  ')),
    rows(options),
  ]
  const told = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return told.join('\n\n')
}

/** `portcullis diff BASE HEAD [OPTIONS]` */
export function synopsisOf({ name, operands, options }: CommandSpec): string {
  const words = ['portcullis', name, ...operands, ...(Object.keys(options).length > 0 ? ['[OPTIONS]'] : [])]
  return words.join(' ')
}

function flagOf(name: string, { type, short, value, choices }: OptionSpec): string {
  const long = `--${name}${type === 'boolean' ? '' : ` ${choices?.join('|') ?? value ?? 'VALUE'}`}`
  return short === undefined ? long : `-${short}, ${long}`
}

/** Two columns; a first one that is too long has its line to itself. */
function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const room = Math.min(30, Math.max(0, ...pairs.map(([first]) => first.length)))
  const indent = ' '.repeat(room + 4)
  return pairs.flatMap(([first, second]) => {
    const text = wrapAt(second, indent)
    return first.length > room
      ? [`  ${first}`, ...text]
      : [`  ${first.padEnd(room)}  ${text[0]?.trimStart()}`, ...text.slice(1)]
  })
}

function wrapAt(text: string, indent: string): string[] {
  const lines = [indent]
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line.length + word.length + 1 > width) lines.push(indent + word)
    else lines[lines.length - 1] = line === indent ? line + word : `${line} ${word}`
  }
  return lines
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
