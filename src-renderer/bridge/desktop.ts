import type {
  DesktopAnswers,
  DesktopBridge,
  DesktopMethod,
  DesktopPush,
  DesktopRequestOf,
} from '../../src-main/features/desktop/common/desktop.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { bridgeName } from '../../src-main/core/processes/channels.ts'
import type { Envelope } from '../../src-main/core/processes/call.ts'
import { deserializeError } from '../../src-main/core/errors/errors.ts'

/** The offer of the desktop host's preload script; null in a browser. */
export const desktopBridge: DesktopBridge | null =
  (globalThis as unknown as Readonly<Record<string, DesktopBridge | undefined>>)[bridgeName] ?? null

/** Asks the desktop host itself; null in a browser. @throws AppError what the host answered */
export async function callDesktop<Name extends DesktopMethod>(
  method: Name,
  payload: DesktopRequestOf<Name>,
): Promise<DesktopAnswers[Name] | null> {
  if (desktopBridge === null) return null
  const answer = await desktopBridge.call(encodeWire({ method, payload }))
  const envelope = decodeWire(answer) as Envelope<DesktopAnswers[Name]>
  if (envelope.ok) return envelope.value
  throw deserializeError(envelope.error)
}

/** Hears what the desktop host tells; nothing ever in a browser. @returns what ends it */
export function followDesktop(listener: (message: DesktopPush) => void): () => void {
  if (desktopBridge === null) return () => undefined
  return desktopBridge.subscribe(text => {
    listener(decodeWire(text) as DesktopPush)
  })
}
