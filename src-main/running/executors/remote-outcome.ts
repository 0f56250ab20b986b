import { statSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import type { AttemptOutcome, WrittenArtifact } from '../../core/processes/trainer-protocol.ts'
import { isReturned } from './job-queue/node/returned-files.ts'

type Complete = Extract<AttemptOutcome, { state: 'complete' }>

/**
 * A complete trial as another machine says that it is: one value for each goal, and files that have come.
 * @param directory where they lie under their names; null: none are kept
 * @throws AppError `protocol.invalid`
 */
export function checkRemoteOutcome(
  outcome: Complete,
  goals: number,
  directory: string | null,
): Complete {
  const { length } = outcome.values
  if (length !== goals) throw invalid('values', length, msg('rule.onePerGoal', { count: goals }))
  const artifacts =
    directory === null ? [] : outcome.artifacts.map(artifact => artifactIn(directory, artifact))
  return { ...outcome, artifacts }
}

function artifactIn(directory: string, artifact: WrittenArtifact): WrittenArtifact {
  const { path: name, bytes } = artifact
  const file = path.join(directory, name)
  const hasArrived = isReturned(name, null) && sizeOf(file) === bytes
  if (!hasArrived) throw invalid('artifacts', name, msg('rule.fileCame', { bytes }))
  return { ...artifact, path: file }
}

function sizeOf(file: string): number | null {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats?.isFile() === true ? stats.size : null
}

function invalid(field: string, value: string | number, rule: MessageDescriptor): AppError {
  return new AppError('protocol.invalid', { from: 'trainer', field, value, rule })
}
