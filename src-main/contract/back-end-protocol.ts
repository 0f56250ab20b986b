import type { AppEvent } from './api/app-event.ts'
import type { SerializedError } from './errors.ts'

/** Messages between the desktop host and the back end, which runs in a plain Node process of its own. */

export type ToBackEnd =
  /** The first message. `databasePath` null: the user's own database. */
  | { readonly type: 'open'; readonly databasePath: string | null }
  /** One call as wire text; `id` comes back with its answer. */
  | { readonly type: 'call'; readonly id: number; readonly body: string }
  /** A page that the host has printed, or why it could not. */
  | {
      readonly type: 'printed'
      readonly id: number
      readonly result: { readonly pdf: Uint8Array } | { readonly error: SerializedError }
    }

export type FromBackEnd =
  | { readonly type: 'ready'; readonly databasePath: string }
  /** The database cannot be opened; the process ends after this. */
  | { readonly type: 'failed'; readonly error: SerializedError }
  | { readonly type: 'answer'; readonly id: number; readonly text: string }
  | { readonly type: 'event'; readonly event: AppEvent }
  /** A page to print as PDF. */
  | { readonly type: 'print'; readonly id: number; readonly html: string }
  /** A bug in a method, for the log. */
  | { readonly type: 'bug'; readonly method: string; readonly stack: string }
