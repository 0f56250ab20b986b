import { metricToJson } from '../../core/trial/metric-value.ts'
import type { SavedCheckpoint } from '../../core/trial/checkpoint.ts'
import { isUserCode } from '../../core/study/study-specification.ts'
import type { AttemptOutcome, MetricColumns } from '../../core/processes/trainer-protocol.ts'
import {
  type RemoteResult,
  savedLine,
  type RemoteTrial,
} from '../../core/processes/remote-trial.ts'
import { describeCode } from '../../platform/user-code/describe-code.ts'
import { TrainerSession } from './trainer-session.ts'

/** One trial from its beginning to its end, printed as lines as by a program. */
export class RemoteTrialRun {
  readonly #trial: RemoteTrial
  readonly #printLine: (line: string) => void
  readonly #session = new TrainerSession(() => undefined)

  constructor(trial: RemoteTrial, printLine: (line: string) => void) {
    this.#trial = trial
    this.#printLine = printLine
  }

  cancel(): void {
    const { attemptId } = this.#trial.start
    this.#session.steer({ attemptId, what: 'cancel' })
  }

  async run(): Promise<RemoteResult> {
    const { prepare, start, codeDirectory } = this.#trial
    const { objective } = prepare
    // Whoever sent it has asked for trust; here it is what was sent.
    const code =
      codeDirectory === null || !isUserCode(objective)
        ? null
        : { ...(await describeCode(objective, codeDirectory)), studyDirectory: codeDirectory }
    const prepared = await this.#session.prepare({
      ...prepare,
      ...(code === null ? {} : { userCode: code }),
    })
    if (!prepared.ok) {
      return { engine: null, outcome: { state: 'failed', failure: prepared.failure } }
    }
    const outcome: AttemptOutcome = await this.#session.run(start, {
      notify: (name, payload) => {
        if (name === 'metrics') this.#printMetrics(payload as MetricColumns)
        if (name === 'checkpoint') this.#printLine(savedLine(payload as SavedCheckpoint))
      },
      // Nobody is asked: the study judges what it reads, and drops what comes after.
      ask: async name => (name === 'judge' ? 'continue' : {}) as never,
    })
    return { engine: prepared.engine, outcome }
  }

  #printMetrics({ names, steps, values }: MetricColumns): void {
    for (const [row, step] of steps.entries()) {
      const metricEntries = names.map((name, column) => {
        return [name, metricToJson(values[row * names.length + column] ?? Number.NaN)] as const
      })
      this.#printLine(JSON.stringify({ step, ...Object.fromEntries(metricEntries) }))
    }
  }
}
