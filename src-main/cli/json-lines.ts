import { trialValuesToJson } from '../contract/metric-value.ts'
import type { RunnerListener } from '../running/runner-events.ts'
import type { CliContext } from './context.ts'

/** Progress as one JSON object a line, for programs that read along. */
export function jsonLines(context: CliContext): RunnerListener {
  return {
    trialStarted: ({ number, attempt, slot, parameters }) => {
      context.printJson({ event: 'trialStarted', number, attempt, slot, parameters })
    },
    attemptFailed: (number, failure) => {
      context.printJson({
        event: 'attemptFailed',
        number,
        class: failure.class,
        reason: failure.fact,
      })
    },
    trialFinished: ({ number, state, reason, durationMs, ...values }) => {
      context.printJson({
        event: 'trialFinished',
        number,
        state,
        ...trialValuesToJson(values),
        reason,
        durationMs,
      })
    },
    trialSuspended: number => {
      context.printJson({ event: 'trialSuspended', number })
    },
    trialUnsuspended: number => {
      context.printJson({ event: 'trialUnsuspended', number })
    },
    stateChanged: (state, reason) => {
      context.printJson({ event: 'state', state, reason })
    },
  }
}
