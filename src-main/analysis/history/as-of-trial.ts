import type { ChartTrial } from './progress.ts'

/**
 * Trials as they stood when trial `last` had ended (or, while it runs, when it started): later ones are not there, those that
 * ended later still run.
 */
export function asOfTrial<Trial extends ChartTrial>(
  trials: readonly Trial[],
  last: number,
): Trial[] {
  const trial = trials.find(({ number }) => number === last)
  if (trial === undefined) return [...trials]
  const untilMs = trial.finishedAtMs ?? trial.startedAtMs
  return trials
    .filter(({ number, startedAtMs }) => number <= last || startedAtMs <= untilMs)
    .map(trial => {
      if (trial.finishedAtMs !== null && trial.finishedAtMs <= untilMs) return trial
      const { constraints: _, ...withoutConstraints } = trial
      return {
        ...withoutConstraints,
        state: 'running',
        values: [],
        finishedAtMs: null,
      } as unknown as Trial
    })
}
