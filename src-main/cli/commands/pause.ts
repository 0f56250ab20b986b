import { fact } from '../../contract/fact.ts'
import type { Command } from 'commander'
import { AppError, isAppError } from '../../contract/errors.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import { Interventions } from '../../study/interventions/interventions.ts'
import { offlineHost } from '../../study/interventions/offline-host.ts'
import { refused } from '../../study/interventions/refused.ts'
import { leaveRequest, type TrialRequest } from '../../running/trial-requests.ts'
import { type CliContext, createContext, withReader, withStore } from '../context.ts'
import { wholeNumber } from '../usage-error.ts'
import type { Translate } from '../../i18n/translate.ts'

/** Until the session has taken a request, and until the trial has saved. */
const LIMIT_MS = 60_000
const LOOK_EVERY_MS = 200

/** `pause` and `unpause`: one trial waits, or goes on; the process that runs the study is asked, if there is one. */
export function addPauseCommands(program: Command, t: Translate): void {
  for (const what of ['pause', 'unpause'] as const) {
    program
      .command(what)
      .description(what === 'pause' ? t('cli.help.pause') : t('cli.help.unpause'))
      .argument('<study>', t('cli.help.study'))
      .argument('<trial>', t('cli.help.trial'))
      .action(async (name: string, trial: string, _: unknown, command: Command) => {
        const context = createContext(command)
        const trialNumber = wholeNumber(trial, 'trial')
        const study = await withReader(context, reader => {
          const found = reader.findStudy(name)
          checkState(found, reader.trial(found.id, trialNumber), what)
          return found
        })
        const request = { studyId: study.id, trialNumber, what }
        const asked = await steer(context, request)
        if (context.json) context.printJson({ event: `trial.${what}d`, number: trialNumber, asked })
        else if (what === 'pause')
          context.print(context.t('cli.trialPaused', { number: trialNumber }))
        else
          context.print(
            context.t('cli.trialUnpaused', {
              number: trialNumber,
              study: asked ? null : study.name,
            }),
          )
      })
  }
}

function checkState(
  study: { readonly name: string },
  { number, state, paused }: TrialRecord,
  what: TrialRequest['what'],
): void {
  if (what === 'unpause') {
    if (paused !== true) throw refused(study, fact('rule.trial.notSuspended', { trial: number }))
  } else if (paused === true) {
    throw refused(study, fact('rule.trial.suspended', { trial: number }))
  } else if (state !== 'running' && state !== 'interrupted') {
    const values = { trial: number, state: fact(`state.${state}`) }
    throw refused(study, fact('rule.trial.notRunning', values))
  }
}

/** @returns whether a session was asked; else nothing runs, and the database has been changed here */
async function steer(context: CliContext, request: TrialRequest): Promise<boolean> {
  const { studyId, trialNumber, what } = request
  try {
    await withStore(context, async store => {
      if (what === 'pause') store.suspendTrial(studyId, trialNumber, context.now())
      else {
        const interventions = new Interventions({ store, host: offlineHost, now: context.now })
        interventions.unsuspend(studyId, trialNumber)
      }
    })
    return false
  } catch (error) {
    if (!isAppError(error, 'database.locked')) throw error
    await askSession(context, request, error)
    return true
  }
}

async function askSession(
  context: CliContext,
  request: TrialRequest,
  locked: AppError,
): Promise<void> {
  const { studyId, trialNumber, what } = request
  const left = leaveRequest(context.workspace, request)
  const wanted = what === 'pause'
  const endMs = context.now() + LIMIT_MS
  try {
    for (;;) {
      const done = await withReader(context, reader => {
        const { paused, state } = reader.trial(studyId, trialNumber)
        return (paused === true) === wanted || (state !== 'running' && state !== 'interrupted')
      })
      if (done && !left.isWaiting()) return
      // The process that has the database runs another study, or nothing.
      if (context.now() > endMs) throw locked
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
    }
  } finally {
    left.withdraw()
  }
}
