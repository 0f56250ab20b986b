import type { SerializedError } from '../contract/errors.ts'
import type { JsonValue } from '../contract/json.ts'

/** What a module says about itself. */
export type ModuleDescription =
  | {
      readonly ok: true
      /** As exported, unchecked; null if it exports none. */
      readonly space: JsonValue
      readonly trains: boolean
    }
  | { readonly ok: false; readonly error: SerializedError }
