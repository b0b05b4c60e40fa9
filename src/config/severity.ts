/** How bad a finding is, worst first: `error` can block a merge, `note` only informs. */
export const severities = ['error', 'warning', 'note'] as const

export type Severity = (typeof severities)[number]
