import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TrainingPosition } from '../../src-main/core/trial/checkpoint.ts'
import {
  readCheckpointFile,
  writeCheckpointFile,
} from '../../src-main/trainer/models/checkpoint-file.ts'
import type {
  CheckpointHost,
  ObjectiveHost,
  ObjectiveResult,
  StartingCheckpoint,
} from '../../src-main/training/objectives/objective-host.ts'
import { recordingHost, type RecordingHost } from './recording-host.ts'

type Train = (host: ObjectiveHost) => Promise<ObjectiveResult>

export interface Interrupted {
  /** What both halves reported, in order. */
  readonly reports: RecordingHost['reports']
  readonly result: ObjectiveResult
}

/**
 * Trains until a position, keeps what was saved there in a file, throws the training away, and trains on from the file.
 * @throws Error if the training passes the position without being asked for a checkpoint
 */
export async function trainInterrupted(
  train: Train,
  position: TrainingPosition,
): Promise<Interrupted> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tunewright-interrupted-'))
  try {
    const file = path.join(folder, 'checkpoint.safetensors')
    const first = savingHost(null, position, file)
    await train(first.host)
    if (!first.saved()) throw new Error(`nothing was saved at ${JSON.stringify(position)}`)
    const second = savingHost({ mode: 'resume', checkpoint: await readCheckpointFile(file) })
    const result = await train(second.host)
    return { reports: [...first.reports, ...second.reports], result }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A host that wants one checkpoint, at a place, and stops the training there.
 * @param start what it begins with
 */
export function savingHost(
  start: StartingCheckpoint | null,
  position: TrainingPosition | null = null,
  file = '',
): {
  readonly host: ObjectiveHost
  readonly reports: RecordingHost['reports']
  saved(): boolean
} {
  let saved = false
  const recording = recordingHost()
  const checkpoints: CheckpointHost = {
    start,
    isDue: ({ step, batch }) => !saved && step === position?.step && batch === position.batch,
    save: async (_position, _isEnd, checkpoint) => {
      await writeCheckpointFile(file, checkpoint)
      saved = true
    },
  }
  const host: ObjectiveHost = {
    ...recording,
    checkpoints,
    yieldNow: async () => (saved ? 'stop' : 'continue'),
  }
  return { host, reports: recording.reports, saved: () => saved }
}
