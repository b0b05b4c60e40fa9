import type { Answer } from './explain-answers.ts'

/** Answers as JSON, in the order of the text. */
export function explainJson(answers: readonly Answer[]): string {
  return `${JSON.stringify({ schemaVersion: '1.0', answers }, undefined, 2)}\n`
}
