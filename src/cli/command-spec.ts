export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** What stands for the value in the help, such as `FILE`; for a choice the words themselves are shown. */
  readonly value?: string
  readonly choices?: readonly string[]
  readonly help: string
}

/** What the command line accepts for one command; help and parsing are both made of it. */
export interface CommandSpec {
  readonly name: string
  /** Names of what follows the command, in order; those in brackets may be left out. */
  readonly operands: readonly string[]
  readonly summary: string
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Paragraphs for the command's own help. */
  readonly details: readonly string[]
}

const sideHelp = 'a directory, or a revision where no such directory exists'
const config = {
  type: 'string',
  value: 'FILE',
  help: 'configuration to use, trusted as it is',
} as const satisfies OptionSpec
const output = {
  type: 'string',
  value: 'FILE',
  help: 'write the result to a file instead of standard output',
} as const satisfies OptionSpec
const directory = {
  type: 'string',
  value: 'DIR',
  help: 'only files below this folder of the trees',
} as const satisfies OptionSpec
const chdir = {
  type: 'string',
  short: 'C',
  value: 'DIR',
  help: 'run as if started in this folder',
} as const satisfies OptionSpec
const cluster = {
  type: 'string',
  value: 'NAME',
  help: 'only this cluster; all of them by default',
} as const satisfies OptionSpec

const formatOf = <const Choices extends readonly string[]>(...choices: Choices) =>
  ({ type: 'string', choices, help: `form of the output (default: ${choices[0]})` }) as const

const configDetail =
  'Without --config the file .github/portcullis.yml in DIR says which manifests make a cluster and what surrounds it.'
const gapDetail =
  'What could not be read is told on standard error, and the exit code is 2 where the answer could be wrong because of it.'

/** The commands, in the order in which the help lists them. */
export const commandSpecs = {
  check: {
    name: 'check',
    operands: [],
    summary: 'the gate: what a change opens, and whether it may pass',
    options: {
      base: { type: 'string', value: 'REV|DIR', help: `state before the change: ${sideHelp}` },
      head: { type: 'string', value: 'REV|DIR', help: `state after the change: ${sideHelp}` },
      config,
      format: formatOf('text', 'markdown', 'json', 'sarif'),
      output,
      'fail-on': {
        type: 'string',
        choices: ['error', 'warning', 'note', 'none'],
        help: 'least severity that fails, whatever the configuration says',
      },
      directory,
      chdir,
    },
    details: [
      'By default head is the working tree (files that Git ignores left out), and base is its merge base with the default branch of the remote.',
      'The configuration is .github/portcullis.yml of the base side; without one, the preset recommended gates.',
    ],
  },
  diff: {
    name: 'diff',
    operands: ['BASE', 'HEAD'],
    summary: 'what changes in who can reach whom, and why, without judging it',
    options: { config, format: formatOf('text', 'json'), output, directory, chdir },
    details: [
      `BASE and HEAD are each ${sideHelp}.`,
      'The exit code is 0 whatever changed, and 2 when something new could not be analysed.',
    ],
  },
  connections: {
    name: 'connections',
    operands: ['DIR'],
    summary: 'who can talk to whom',
    options: { format: formatOf('text', 'json', 'dot', 'mermaid'), cluster, config, output },
    details: [configDetail, gapDetail],
  },
  explain: {
    name: 'explain',
    operands: ['DIR'],
    summary: 'why a connection is allowed or denied, entry by entry',
    options: {
      from: { type: 'string', value: 'PEER', help: 'who connects' },
      to: { type: 'string', value: 'PEER', help: 'who is connected to' },
      port: { type: 'string', value: 'PORT', help: '5432 (TCP), udp/53, or the name of a container port' },
      format: formatOf('text', 'json'),
      cluster,
      config,
      output,
    },
    details: [
      'A PEER is NAMESPACE/NAME of a workload or Service, NAMESPACE/KIND/NAME where that is not enough, NAMESPACE/* for a pod without labels there, * for one in a namespace nobody has seen, an IP address, or internet.',
      configDetail,
      gapDetail,
    ],
  },
  exposure: {
    name: 'exposure',
    operands: ['DIR'],
    summary: 'what is exposed and what is isolated, with the namespaces to look at first',
    options: { format: formatOf('text', 'json'), cluster, config, output },
    details: [configDetail, gapDetail],
  },
  rules: {
    name: 'rules',
    operands: ['[ID]'],
    summary: 'the catalogue of rules, or one of them',
    options: { format: formatOf('text', 'json') },
    details: [],
  },
  schema: {
    name: 'schema',
    operands: ['[config|report]'],
    summary: 'JSON Schema of the configuration file (default) or of the JSON report',
    options: {},
    details: [],
  },
  init: {
    name: 'init',
    operands: ['[DIR]'],
    summary: 'write a starting configuration to .github/portcullis.yml',
    options: { force: { type: 'boolean', help: 'replace a file that is there' } },
    details: [],
  },
  help: {
    name: 'help',
    operands: ['[COMMAND]'],
    summary: 'this text, or that of one command',
    options: {},
    details: [],
  },
} as const satisfies Readonly<Record<string, CommandSpec>>

export type CommandName = keyof typeof commandSpecs

/** Values of a command's options as parsed; what was not given is undefined. */
export type OptionValues<Name extends CommandName> = {
  readonly [Key in keyof (typeof commandSpecs)[Name]['options']]: OptionValue<
    (typeof commandSpecs)[Name]['options'][Key]
  >
}

type OptionValue<Option> = Option extends { readonly type: 'boolean' }
  ? boolean | undefined
  : Option extends { readonly choices: readonly (infer Choice)[] }
    ? Choice | undefined
    : string | undefined

/** What a command is given: what follows it, and its options, checked against its spec. */
export interface Arguments<Name extends CommandName> {
  readonly operands: readonly string[]
  readonly options: OptionValues<Name>
}
