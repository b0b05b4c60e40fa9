import type { Config } from '../config/config.ts'
import type { Severity } from '../config/severity.ts'

const strictness: Readonly<Record<Severity | 'none', number>> = { none: 0, error: 1, warning: 2, note: 3 }

/** The workflow file comes from the pull request, so an input may make the gate stricter and never laxer. */
export function tightenWith(failOn: Severity | undefined): (config: Config) => Config {
  return (config) => {
    if (failOn === undefined || strictness[failOn] <= strictness[config.gate.failOn]) return config
    return { ...config, gate: { ...config.gate, failOn } }
  }
}
