import { z } from 'zod'
import type { MessageDescriptor } from '../../../core/errors/message.ts'
import { PrivateJsonFile } from '../../../platform/files/private-json.ts'
import { removeEntrySync } from '../../../platform/files/remove.ts'
import { isOwnProcess } from '../../../platform/files/temporary.ts'
import type { Answer } from './conversation.ts'

/**
 * A process that has the database open, such as the application, takes the lines of `tunewright suggest` from other processes of the same
 * user: at a port of this machine, with a key from a file beside the database that its owner alone can read. The first frame is the key; then
 * each frame is lines that came together, and gets one frame of answers. A frame is JSON on one line.
 */
const endpointSchema = z.strictObject({
  /** Of the frames; another one is no endpoint. */
  version: z.literal(2),
  process: z.int().min(1),
  port: z.int().min(1).max(65_535),
  key: z.string().min(32).max(100),
})
export type SuggestEndpointAddress = z.output<typeof endpointSchema>

/** The answers to one frame of lines. */
export interface AnswerFrame {
  readonly answers: readonly Answer[]
  /** Why the studies that these lines opened have their samplers. */
  readonly samplers: readonly MessageDescriptor[]
  /** Whether a line of this connection opened a study. */
  readonly isOpen: boolean
}

/** Lines of a frame are at most so many characters; one that is longer goes alone. */
export const MAX_FRAME_LENGTH = 1_000_000

export function writeEndpoint(
  file: string,
  address: Omit<SuggestEndpointAddress, 'version'>,
): void {
  new PrivateJsonFile(file, endpointSchema).write({ version: 2, ...address })
}

export function removeEndpoint(file: string): void {
  removeEntrySync(file)
}

/** @returns null if no process takes lines; one that was killed leaves its file */
export function readEndpoint(file: string): SuggestEndpointAddress | null {
  try {
    const address = new PrivateJsonFile(file, endpointSchema).read()
    return address !== null && isOwnProcess(address.process) ? address : null
  } catch {
    return null
  }
}

/** JSON on one line; NaN and infinities, which it has not, are texts. */
export function toFrame(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  )
  return `${text}\n`
}
