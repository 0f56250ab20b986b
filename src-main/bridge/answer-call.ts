import type { Api } from '../contract/api/methods.ts'
import { LARGEST_IMPORT_BYTES } from '../contract/import.ts'
import { decodeWire, encodeWire } from '../contract/api/wire.ts'
import { callApi } from './call-api.ts'

/** A file of another program in base 64, with the rest of its call; everything else is far smaller. */
export const LARGEST_CALL_BYTES = Math.ceil(LARGEST_IMPORT_BYTES / 3) * 4 + 64 * 1024

export interface CallMessage {
  readonly method: string
  readonly payload: unknown
}

/** The call in a wire text; null if it is none. */
export function parseCall(body: string): CallMessage | null {
  try {
    const message = decodeWire(body)
    if (typeof message !== 'object' || message === null) return null
    const { method, payload } = message as Readonly<Record<string, unknown>>
    return typeof method === 'string' ? { method, payload } : null
  } catch {
    return null
  }
}

/** Answers a call as every host does: the envelope as wire text. */
export async function answerCall(
  api: Api,
  { method, payload }: CallMessage,
  onBug?: (method: string, error: unknown) => void,
): Promise<string> {
  return encodeWire(await callApi(api, method, payload, onBug))
}
