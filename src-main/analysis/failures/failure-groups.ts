import { type MessageDescriptor, messageToJson } from '../../core/errors/message.ts'
import { getOrInsertComputed } from '../../core/values/get-or-insert-computed.ts'
import type { FailureClass, TrialRecord } from '../../core/trial/trial.ts'

/** Attempts that failed in the same way. */
export interface FailureGroup {
  readonly class: FailureClass
  /** Of the first of them. */
  readonly reason: MessageDescriptor
  /** Whether values differ: the step, what a program printed last. */
  readonly differ: boolean
  readonly attempts: number
  /** Numbers of the trials concerned, rising, without repetition. */
  readonly trials: readonly number[]
}

/** Failures of all attempts by class and code, most frequent first; words that are not ours tell failures apart as well. */
export function groupFailures(trials: readonly TrialRecord[]): FailureGroup[] {
  const groups = new Map<
    string,
    FailureGroup & { attempts: number; trials: number[]; differ: boolean }
  >()
  for (const trial of trials) {
    for (const { failure } of trial.attempts) {
      if (failure === null) continue
      const { class: failureClass, reason } = failure
      const key = `${failureClass}\n${hasOwnText(reason) ? messageToJson(reason) : reason.code}`
      const group = getOrInsertComputed(groups, key, () => ({
        class: failureClass,
        reason,
        differ: false,
        attempts: 0,
        trials: [],
      }))
      group.attempts++
      group.differ ||= messageToJson(group.reason) !== messageToJson(reason)
      if (group.trials.at(-1) !== trial.number) group.trials.push(trial.number)
    }
  }
  return [...groups.values()].sort((a, b) => b.attempts - a.attempts)
}

function hasOwnText({ code }: MessageDescriptor): boolean {
  return code === 'verbatim'
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
