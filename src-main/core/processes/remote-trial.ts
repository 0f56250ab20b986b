import { z } from 'zod'
import type { SavedCheckpoint } from '../trial/checkpoint.ts'
import { messageSchema } from '../errors/message.ts'
import { decodeMetricJson, metricToJson } from '../trial/metric-value.ts'
import type { AttemptOutcome, PrepareMessage, StartMessage } from './trainer-protocol.ts'
import { failureClasses } from '../trial/trial.ts'
import type { EngineInfo } from '../machine/engine.ts'

/** A trial of a task, a module or a function that another machine trains as a program of its own. */
export interface RemoteTrial {
  /** The folder of prepared data, and that of code, are those on the machine. */
  readonly prepare: Omit<PrepareMessage, 'userCode'>
  readonly start: StartMessage
  /** Where code of the user lies; null without. */
  readonly codeDirectory: string | null
  /** How it ended is written there. */
  readonly outcomeFile: string
}

const savedSchema = z.object({
  step: z.int().min(0),
  batch: z.int().min(0),
  /** Over there. */
  path: z.string(),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** A line of a remote trainer that has saved. */
export function savedLine(checkpoint: SavedCheckpoint): string {
  return JSON.stringify({ checkpoint })
}

/** Null for every other line. */
export function readSavedLine(line: string): SavedCheckpoint | null {
  if (!line.startsWith('{"checkpoint":')) return null
  try {
    return z.object({ checkpoint: savedSchema }).parse(JSON.parse(line)).checkpoint
  } catch {
    return null
  }
}

/** What a remote trainer writes at its end. */
const remoteResultSchema = z.object({
  engine: z.custom<EngineInfo>(value => typeof value === 'object').nullable(),
  outcome: z.discriminatedUnion('state', [
    z.object({
      state: z.literal('complete'),
      values: z.array(z.number().or(z.string())).max(100),
      bestStep: z.int().nullable(),
      artifacts: z
        .array(
          z.object({
            kind: z.string(),
            path: z.string(),
            bytes: z.int().min(0),
            sha256: z.string().regex(/^[0-9a-f]{64}$/),
          }),
        )
        .max(1_000),
      checkpoint: savedSchema.exactOptional(),
    }),
    z.object({ state: z.enum(['pruned', 'canceled']), checkpoint: savedSchema.exactOptional() }),
    z.object({
      state: z.literal('failed'),
      failure: z.object({
        class: z.enum(failureClasses),
        reason: messageSchema,
        stack: z.string().exactOptional(),
        endsStudy: z.boolean().exactOptional(),
        lostCheckpoint: z.literal(true).exactOptional(),
      }),
    }),
  ]),
})

export interface RemoteResult {
  readonly engine: EngineInfo | null
  readonly outcome: AttemptOutcome
}

export function remoteResultText({ engine, outcome }: RemoteResult): string {
  const outcomeJson =
    outcome.state === 'complete'
      ? { ...outcome, values: outcome.values.map(metricToJson) }
      : outcome.state === 'suspended'
        ? { state: 'canceled' }
        : outcome
  return JSON.stringify({ engine, outcome: outcomeJson })
}

/** Null for what no trainer has written. */
export function readRemoteResult(text: string): RemoteResult | null {
  try {
    const { engine, outcome } = remoteResultSchema.parse(JSON.parse(text))
    if (outcome.state !== 'complete') return { engine, outcome: outcome as AttemptOutcome }
    return { engine, outcome: { ...outcome, values: outcome.values.map(decodeMetricJson) } }
  } catch {
    return null
  }
}
