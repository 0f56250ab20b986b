import type { SerializedError } from '../../core/errors/errors.ts'
import type { ProcessUsage } from '../../core/trial/resources.ts'

/** Messages over the IPC channel between a process and its owner. Each side numbers its own questions. */
export type ToProcess =
  | {
      readonly type: 'call'
      readonly id: number
      readonly method: string
      readonly argument: unknown
    }
  | Answer

export type FromProcess =
  | { readonly type: 'ready'; readonly protocol: number }
  /** A question or word of it while it works on a call; `id` is null where it wants no answer. */
  | {
      readonly type: 'ask'
      readonly call: number
      readonly id: number | null
      readonly name: string
      readonly argument: unknown
    }
  /** It lives; what it uses. */
  | { readonly type: 'beat'; readonly usage: ProcessUsage }
  | Answer

type Answer = { readonly type: 'answer'; readonly id: number } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: SerializedError }
)
