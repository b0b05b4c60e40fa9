export interface StepResult {
  readonly ok: boolean
  /** What the step printed; shown where it failed. */
  readonly output: string
}

/** One thing `npm run check` looks at. */
export interface Step {
  readonly name: string
  run(): Promise<StepResult>
}
