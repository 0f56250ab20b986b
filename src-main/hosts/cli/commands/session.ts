import { machineTimeZone } from '../../../platform/machine/time-zone.ts'
import { observeForNotifications } from '../../../features/notifications/node/study-notifier.ts'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensembleToJson } from '../../../analysis/summary/ensemble.ts'
import { testedModelMessage } from '../../../analysis/summary/test-gap.ts'
import { isAppError, toAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { displayedState } from '../../../core/study/displayed-state.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { repeatedTrainings } from '../../../core/study/trainings.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { writeOutput } from '../../../platform/files/write-output.ts'
import type { StudyRunner } from '../../../running/loop/study-runner.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import { readErrorsOfBest } from '../../../features/error-analysis/node/read-error-analysis.ts'
import { QueryService } from '../../../features/analysis/node/query-service.ts'
import { interruptedTrials } from '../../../running/loop/attempt-start.ts'
import { runStudy, type StudyRunResult } from '../../../running/run-study.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { CliContext } from '../../../features/command-line/context.ts'
import { isClosedOutput } from '../../../features/command-line/closed-output.ts'
import {
  onEnding,
  outliveSignals,
  SAME_KEY_PRESS_MS,
} from '../../../features/command-line/ending-signals.ts'
import { exitCodeOfEnd } from '../../../features/command-line/exit-codes.ts'
import { jsonLines } from '../../../features/command-line/json-lines.ts'
import { ProgressFollower } from '../progress-follower.ts'
import { studyCommand } from '../../../features/command-line/study-command.ts'
import { buildReport } from '../../../features/reports/node/build-report.ts'
import { reportFileName } from '../../../features/reports/node/report-file-name.ts'
import { printBest } from '../../../features/studies/cli/print-best.ts'

/**
 * One session of a study on a terminal: progress while it runs, Ctrl-C as pause and stop, the best
 * trial and the report at the end. Sets the exit code.
 */
export async function runSession(
  context: CliContext,
  store: StudyStore,
  study: StudyRecord,
  greeting: string,
  reportPath: string | null,
): Promise<StudyRunResult> {
  const follower = context.json
    ? null
    : new ProgressFollower(context, study, store.finishedPace(study.id))
  const listener = follower?.listener ?? jsonLines(context)
  const steering = new Steering(context, follower)
  let result: StudyRunResult
  const reportFile = reportPath ?? defaultReport(context, study)
  try {
    result = await runStudy({
      store,
      study,
      workspace: context.workspace,
      now: context.now,
      listener,
      observers: [observeForNotifications],
      onRunner: runner => {
        if (!context.json) context.print(greeting)
        steering.take(runner)
        follower?.start(runner)
      },
    })
  } catch (error) {
    if (!isAppError(error, 'study.finished') || existsSync(reportFile)) throw error
    // A session that was killed after its last trial has left its report to do.
    result = {
      end: { state: 'finished', reason: study.reason ?? msg('ending.stopped') },
      winner: store.winner(study.id),
      testFailure: null,
    }
  } finally {
    steering.release()
    follower?.finish()
  }
  // How it went is said in any case.
  const { report, unsaved } = await saveReport(context, store, study, reportFile).then(
    written => ({ report: written, unsaved: null }),
    (error: unknown) => ({ report: null, unsaved: toAppError(error) }),
  )
  process.exitCode = exitCodeOfEnd(result.end)
  if (context.json) {
    context.printJson({
      event: 'end',
      study: study.name,
      ...result.end,
      best: store.studyById(study.id).best,
      test: result.winner?.metrics ?? null,
      testModel:
        result.winner === null ? null : testedModelMessage(repeatedTrainings(study.specification)),
      testLooks: result.winner?.looks ?? null,
      ensemble: ensembleToJson(store.events(study.id)),
      testFailure: result.testFailure,
      database: context.workspace.databasePath,
      report,
    })
    if (unsaved !== null) throw unsaved
    return result
  }
  const { t } = context
  const { trials } = store.studyById(study.id)
  const displayed = displayedState({ state: result.end.state, trials })
  const state = t(`studyState.${displayed}`)
  context.print(t('cli.ended', { state, reason: result.end.reason }))
  const stopped = interruptedTrials(store, study.id)
  if (result.end.state === 'finished') printStopped(context, store, study, stopped)
  printBest(context, store, study)
  if (result.testFailure !== null) context.print(t('cli.notTested', { reason: result.testFailure }))
  context.print(t('list.named', { name: t('cli.database'), value: context.workspace.databasePath }))
  if (report !== null) context.print(t('list.named', { name: t('cli.report'), value: report }))
  const command = studyCommand(context, 'resume', study)
  if (displayed !== 'finished') context.print(t('cli.resumeHint', { command }))
  else if (stopped.length > 0) context.print(t('cli.stoppedHint', { command }))
  else context.print(t('cli.openHint', { command: studyCommand(context, 'open', study) }))
  if (unsaved !== null) throw unsaved
  return result
}

/** Trials that the limit of time stopped, with their checkpoints. */
function printStopped(
  { t, print }: CliContext,
  store: StudyStore,
  { id }: StudyRecord,
  stopped: readonly TrialRecord[],
): void {
  for (const { number, lastStep } of stopped) {
    const saved = store.checkpoints(id, number).at(-1)?.step
    print(t('cli.stoppedTrial', { number, step: lastStep ?? undefined, saved }))
  }
}

function defaultReport({ workspace }: CliContext, { name, id }: StudyRecord): string {
  return path.join(workspace.reportDirectory, `${reportFileName(name, id)}.html`)
}

/** The report of so many trials takes no more memory than the session did; that of more is built by a process of its own. */
const MAX_OWN_TRIALS = 5_000

/** Writes the HTML report; gives its path. */
async function saveReport(
  context: CliContext,
  store: StudyStore,
  { id: studyId }: StudyRecord,
  file: string,
): Promise<string> {
  const { databasePath } = context.workspace
  const options = { language: context.language, generatedAtMs: context.now() }
  const { trials } = store.studyById(studyId)
  if (Object.values(trials).reduce((sum, count) => sum + count, 0) > MAX_OWN_TRIALS) {
    const service = new QueryService({ store, databasePath, now: context.now })
    try {
      const task = { kind: 'report', studyId, format: 'html', sections: null, ...options } as const
      return await writeOutput(file, (await service.ask(task)).content)
    } finally {
      await service.close()
    }
  }
  const { content } = await buildReport(store.snapshot(studyId), 'html', {
    errors: await readErrorsOfBest(store, studyId, databasePath),
    version: tunewrightVersion(),
    timeZone: machineTimeZone(),
    ...options,
  })
  return writeOutput(file, content)
}

/**
 * Ctrl-C once pauses (running trials end first), twice stops at once, three times ends the process.
 * A closed terminal or pipe, SIGTERM and a launcher that is gone stop at once.
 */
class Steering {
  readonly #context: CliContext
  readonly #follower: ProgressFollower | null
  #runner: StudyRunner | null = null
  #interrupts = 0
  #stopping = false
  #interruptedAtMs = Number.NEGATIVE_INFINITY
  readonly #releaseEnding: () => void

  constructor(context: CliContext, follower: ProgressFollower | null) {
    this.#context = context
    this.#follower = follower
    process.on('SIGINT', this.#onInterrupt)
    this.#releaseEnding = onEnding(this.#onTerminate)
    process.stdout.on('error', this.#onOutputError)
  }

  take(runner: StudyRunner): void {
    this.#runner = runner
    if (this.#interrupts > 0) runner.stop()
  }

  release(): void {
    this.#releaseEnding()
    // One that came already may come a second time, through the launcher.
    if (this.#interrupts === 0) process.off('SIGINT', this.#onInterrupt)
    process.stdout.off('error', this.#onOutputError)
  }

  readonly #onInterrupt = (): void => {
    const nowMs = performance.now()
    if (nowMs - this.#interruptedAtMs < SAME_KEY_PRESS_MS) return
    this.#interruptedAtMs = nowMs
    this.#interrupts++
    if (this.#interrupts === 1) outliveSignals()
    if (this.#interrupts > 2) process.exit(130)
    if (this.#interrupts === 1) {
      this.#notice(this.#context.t('cli.pausing', { running: this.#runner?.runningCount ?? 0 }))
      this.#runner?.pause()
    } else {
      this.#onTerminate()
    }
  }

  readonly #onOutputError = (error: Error): void => {
    if (isClosedOutput(error)) this.#onTerminate()
  }

  readonly #onTerminate = (): void => {
    if (this.#stopping) return
    this.#stopping = true
    this.#interrupts = Math.max(this.#interrupts, 2)
    this.#notice(this.#context.t('cli.stopping'))
    this.#runner?.stop()
  }

  #notice(text: string): void {
    if (this.#follower === null) this.#context.printJson({ event: 'notice', text })
    else this.#follower.notice(text)
  }
}
