import { ownValue } from '../core/values/named-values.ts'
import os from 'node:os'
import { goalValues } from '../core/trial/cost-metrics.ts'
import { metricRow } from '../core/trial/metric-value.ts'
import type { AttemptOutcome, StartMessage } from '../core/processes/trainer-protocol.ts'
import type { CommandOutput, Report } from '../platform/user-code/command-output.ts'
import { checkEnd } from '../platform/user-code/program-end.ts'
import type { AttemptListener } from './executors/executor.ts'

/** A shell's exit code above this is a signal. */
export const LAST_OWN_CODE = 128

export type StopReason = 'prune' | 'cancel'

/** A program that is followed from here, and may be told to end at any of its steps. */
export interface FollowedProgram {
  /** What it was told; null: nothing yet. */
  readonly stopping: StopReason | null
  /** Whether it has ended with exit code 0, though what it printed is still read. */
  readonly hasEndedWell: boolean
  stop(why: StopReason): void
}

/** Hands on what a program reports, and ends it where its trial is pruned; one that has ended by itself is whole, and pruning saves nothing. */
export function judgedReport(
  program: FollowedProgram,
  { goals: [goal], isFirstOfSeveral }: StartMessage,
  listener: Pick<AttemptListener, 'metrics' | 'judge'>,
): Report {
  return async ({ step, metrics }) => {
    listener.metrics(metricRow(step, metrics))
    const value = goal === undefined ? undefined : ownValue(metrics, goal.metric)
    const action = value === undefined ? 'continue' : await listener.judge(step, value)
    const isWhole = program.hasEndedWell && isFirstOfSeveral !== true
    if (action === 'prune' && !isWhole) program.stop('prune')
    return program.stopping === null ? 'continue' : 'stop'
  }
}

/** The end of a program that was told to end, however it took that. */
export function stoppedOutcome(why: StopReason): AttemptOutcome {
  return { state: why === 'prune' ? 'pruned' : 'canceled' }
}

/**
 * The end of a program that ended by itself.
 * @param code of the shell that ran it
 * @throws AppError as `checkEnd`, and where a value is missing
 */
export async function concludeProgram(
  program: FollowedProgram,
  output: CommandOutput,
  code: number,
  { goals }: StartMessage,
): Promise<AttemptOutcome> {
  const signal = code > LAST_OWN_CODE ? signalName(code - LAST_OWN_CODE) : null
  checkEnd({ exitCode: code, signal }, output.tail)
  await output.conclude()
  // Its results file may have been judged, or somebody canceled meanwhile.
  if (program.stopping !== null) return stoppedOutcome(program.stopping)
  const { best } = output.track
  return {
    state: 'complete',
    values: goalValues(goals, best, {}),
    bestStep: best?.step ?? null,
    artifacts: [],
  }
}

function signalName(number: number): NodeJS.Signals | null {
  const entry = Object.entries(os.constants.signals).find(([, value]) => value === number)
  return (entry?.[0] as NodeJS.Signals | undefined) ?? null
}
