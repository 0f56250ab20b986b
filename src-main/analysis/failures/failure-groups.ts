import type { FailureClass, TrialRecord } from '../../contract/trial.ts'

/** Attempts that failed in the same way. */
export interface FailureGroup {
  readonly class: FailureClass
  readonly message: string
  readonly attempts: number
  /** Numbers of the trials concerned, rising, without repetition. */
  readonly trials: readonly number[]
}

/** Failures of all attempts by class and message, most frequent first. */
export function groupFailures(trials: readonly TrialRecord[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup & { attempts: number; trials: number[] }>()
  for (const trial of trials) {
    for (const { failure } of trial.attempts) {
      if (failure === null) continue
      const key = `${failure.class}\n${failure.message}`
      let group = groups.get(key)
      if (group === undefined) {
        group = { class: failure.class, message: failure.message, attempts: 0, trials: [] }
        groups.set(key, group)
      }
      group.attempts++
      if (group.trials.at(-1) !== trial.number) group.trials.push(trial.number)
    }
  }
  return [...groups.values()].sort((a, b) => b.attempts - a.attempts)
}

/** Rising numbers as people write them: `1–4, 7, 9–10`. */
export function formatNumberRanges(numbers: readonly number[]): string {
  const parts: string[] = []
  for (let from = 0; from < numbers.length;) {
    let to = from
    while (numbers[to + 1] === (numbers[to] ?? 0) + 1) to++
    parts.push(to === from ? `${numbers[from]}` : `${numbers[from]}–${numbers[to]}`)
    from = to + 1
  }
  return parts.join(', ')
}
