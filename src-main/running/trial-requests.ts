import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { removeEntrySync } from '../platform/files/remove.ts'
import { isOwnFile } from '../platform/files/require-own.ts'
import type { StudyRunner } from './loop/study-runner.ts'
import type { StudyStore } from '../platform/storage/study-store.ts'
import type { Workspace } from '../platform/storage/workspace.ts'

/**
 * How another process asks the one that runs a study to suspend a trial or let it go on: an empty file in a folder beside the
 * database, `STUDY-TRIAL-suspend` or `-unsuspend`, which the running process removes when it has done so. Those of
 * another user are removed and not followed.
 */
export interface TrialRequest {
  readonly studyId: number
  readonly trialNumber: number
  readonly what: 'suspend' | 'unsuspend'
}

const LOOK_EVERY_MS = 300
const fileName = /^(\d{1,9})-(\d{1,9})-(suspend|unsuspend)$/

/** Leaves a request. @returns whether it is still there, i.e. nobody has taken it yet */
export function leaveRequest(
  { requestDirectory }: Workspace,
  { studyId, trialNumber, what }: TrialRequest,
): { isWaiting(): boolean; withdraw(): void } {
  mkdirSync(requestDirectory, { recursive: true, mode: 0o700 })
  const file = path.join(requestDirectory, `${studyId}-${trialNumber}-${what}`)
  writeFileSync(file, '')
  return {
    isWaiting: () => existsSync(file),
    withdraw: () => removeEntrySync(file),
  }
}

/** Follows the requests for a study while it runs; those that an earlier session left are gone first. */
export function followRequests(
  { requestDirectory }: Workspace,
  studyId: number,
  follow: (request: TrialRequest) => void,
): { close(): void } {
  take(requestDirectory, studyId)
  const timer = setInterval(() => {
    for (const request of take(requestDirectory, studyId)) follow(request)
  }, LOOK_EVERY_MS)
  return {
    close: () => clearInterval(timer),
  }
}

/** Meets a request if that is possible; one that came too late changes nothing. */
export function meetRequest(
  store: StudyStore,
  runner: StudyRunner,
  { studyId, trialNumber, what }: TrialRequest,
  atMs: number,
): void {
  if (what === 'suspend') {
    runner.suspendTrial(trialNumber)
    return
  }
  if (store.trials(studyId, { metrics: false })[trialNumber]?.suspended !== true) return
  store.unsuspendTrial(studyId, trialNumber, atMs)
  runner.unsuspendTrial(trialNumber)
}

function take(directory: string, studyId: number): TrialRequest[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory).flatMap(name => {
    const [, study, trial, what] = fileName.exec(name) ?? []
    if (Number(study) !== studyId) return []
    const file = path.join(directory, name)
    const isOwn = isOwnFile(file)
    removeEntrySync(file)
    if (!isOwn) return []
    return [{ studyId, trialNumber: Number(trial), what: what as TrialRequest['what'] }]
  })
}
