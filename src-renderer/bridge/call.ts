import { type MessageDescriptor, verbatim } from '../../src-main/core/errors/message.ts'
import type { Envelope } from '../../src-main/core/processes/call.ts'
import type { Answers, Method, RequestOf } from '../../src-main/features/api/common/methods.ts'
import { decodeWire, encodeWire } from '../../src-main/core/processes/wire.ts'
import { AppError, deserializeError, reasonOf } from '../../src-main/core/errors/errors.ts'
import { desktopBridge } from './desktop.ts'
import { sessionHeaders } from './session-key.ts'

/** Prints a link that signs a page in. */
export const LINK_COMMAND = 'tunewright serve --link'

/**
 * Asks the back end.
 * @throws AppError what the back end answered; `child.gone` when it cannot be reached, `page.signedOut` when it does not know this page
 */
export async function call<Name extends Method>(
  method: Name,
  payload: RequestOf<Name>,
): Promise<Answers[Name]> {
  const envelope = decodeWire(await send(encodeWire({ method, payload }))) as Envelope<
    Answers[Name]
  >
  if (envelope.ok) return envelope.value
  throw deserializeError(envelope.error)
}

async function send(body: string): Promise<string> {
  if (desktopBridge !== null) return desktopBridge.call(body)
  let response: Response
  try {
    response = await fetch('/api/call', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...sessionHeaders() },
      body,
    })
  } catch (error) {
    throw gone(reasonOf(error))
  }
  if (response.status === 401) {
    throw new AppError('page.signedOut', { command: LINK_COMMAND })
  }
  if (!response.ok) throw gone(verbatim(`${response.status} ${response.statusText}`))
  return response.text()
}

function gone(reason: MessageDescriptor): AppError {
  return new AppError('child.gone', { child: 'back end', reason })
}
