import { msg } from '../../../core/errors/message.ts'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { Interventions } from '../node/interventions.ts'
import { offlineHost } from '../node/offline-host.ts'
import { refused } from '../node/refused.ts'
import { leaveRequest, type TrialRequest } from '../../../running/trial-requests.ts'
import {
  type AddCommands,
  type CliContext,
  wholeNumber,
  withReader,
  withStore,
} from '../../command-line/context.ts'
import { studyCommand } from '../../command-line/study-command.ts'

/** Until the session has taken a request, and until the trial has saved. */
const LIMIT_MS = 60_000
const LOOK_EVERY_MS = 200

/** `suspend` and `unsuspend`: one trial waits, or goes on; the process that runs the study is asked, if there is one. */
export const addCommands: AddCommands = (program, t) => {
  for (const what of ['suspend', 'unsuspend'] as const) {
    program
      .command(what)
      .description(t(`cli.help.${what}`))
      .argument('<study>', t('cli.help.study'))
      .argument('<trial>', t('cli.help.trial'))
      .run(async (context, name: string, trial: string) => {
        const trialNumber = wholeNumber(trial, 'trial')
        const study = await withReader(context, reader => {
          const namedStudy = reader.findStudy(name)
          checkState(namedStudy, reader.trial(namedStudy.id, trialNumber), what)
          return namedStudy
        })
        const request = { studyId: study.id, trialNumber, what }
        const answer = await steer(context, request)
        const number = trialNumber
        const text =
          what === 'suspend'
            ? t('cli.trialSuspended', {
                number,
                command: studyCommand(context, 'unsuspend', study, number),
              })
            : t('cli.trialUnsuspended', {
                number,
                command: answer ? null : studyCommand(context, 'resume', study),
              })
        context.printValues(text, { event: `trial.${what}ed`, number, asked: answer })
      })
  }
}

function checkState(
  study: { readonly name: string },
  { number, state, suspended }: TrialRecord,
  what: TrialRequest['what'],
): void {
  if (what === 'unsuspend') {
    if (suspended !== true) throw refused(study, msg('rule.trial.notSuspended', { trial: number }))
  } else if (suspended === true) {
    throw refused(study, msg('rule.trial.suspended', { trial: number }))
  } else if (state !== 'running' && state !== 'interrupted') {
    const values = { trial: number, state: msg(`state.${state}`) }
    throw refused(study, msg('rule.trial.notRunning', values))
  }
}

/** @returns whether a session was asked; else nothing runs, and the database has been changed here */
async function steer(context: CliContext, request: TrialRequest): Promise<boolean> {
  const { studyId, trialNumber, what } = request
  try {
    await withStore(context, async store => {
      if (what === 'suspend') store.suspendTrial(studyId, trialNumber, context.now())
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
  const requestFile = leaveRequest(context.workspace, request)
  const wanted = what === 'suspend'
  const endMs = context.now() + LIMIT_MS
  try {
    for (;;) {
      const done = await withReader(context, reader => {
        const { suspended, state } = reader.trial(studyId, trialNumber)
        return (suspended === true) === wanted || (state !== 'running' && state !== 'interrupted')
      })
      if (done && !requestFile.isWaiting()) return
      // The process that has the database runs another study, or nothing.
      if (context.now() > endMs) throw locked
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
    }
  } finally {
    requestFile.withdraw()
  }
}
