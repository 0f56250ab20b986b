import type { RunnerListener } from '../../running/runner-events.ts'
import type { CliContext } from './context.ts'

/** Progress as one JSON object a line, for programs that read along. */
export function jsonLines({ printJson }: CliContext): RunnerListener {
  return {
    trialStarted: ({ number, attempt, slot, parameters }) => {
      printJson({ event: 'trialStarted', number, attempt, slot, parameters })
    },
    attemptFailed: (number, failure) => {
      printJson({ event: 'attemptFailed', number, class: failure.class, reason: failure.reason })
    },
    trialFinished: ({ number, state, values, constraints, reason, durationMs }) => {
      printJson({
        event: 'trialFinished',
        number,
        state,
        values,
        constraints,
        reason,
        durationMs,
      })
    },
    trialSuspended: number => {
      printJson({ event: 'trialSuspended', number })
    },
    trialUnsuspended: number => {
      printJson({ event: 'trialUnsuspended', number })
    },
    slotWaiting: reason => {
      printJson({ event: 'slotWaiting', reason })
    },
    stateChanged: (state, reason) => {
      printJson({ event: 'state', state, reason })
    },
  }
}
