import os from 'node:os'
import { goalValues } from '../contract/cost-metrics.ts'
import type { AttemptOutcome, StartMessage } from '../contract/trainer-protocol.ts'
import type { CommandOutput } from '../user-code/command-output.ts'
import { checkEnd } from '../user-code/program-end.ts'

/** A shell's exit code above this is a signal. */
export const LAST_OWN_CODE = 128

/** @param code of the shell that ran the program @throws AppError as `checkEnd`, and where a value is missing */
export async function concludeProgram(output: CommandOutput, code: number): Promise<void> {
  const signal = code > LAST_OWN_CODE ? signalName(code - LAST_OWN_CODE) : null
  checkEnd({ exitCode: code, signal }, output.tail)
  await output.conclude()
}

/** What a program has reported that ended well. */
export function completeOutcome(
  { track: { best } }: CommandOutput,
  { goals }: StartMessage,
): AttemptOutcome {
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
