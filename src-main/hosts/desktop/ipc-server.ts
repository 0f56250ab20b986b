import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import { type DesktopApi, desktopRequestSchemas } from '../../features/desktop/common/desktop.ts'
import { encodeWire } from '../../core/processes/wire.ts'
import { callChannel } from '../../core/processes/channels.ts'
import { AppError, plainError } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { LARGEST_CALL_BYTES, parseCall, perform } from '../calls/answer-call.ts'
import { withoutEcho } from '../calls/without-echo.ts'
import { isOwnAddress } from './page-address.ts'

export interface IpcServerOptions {
  /** The host's own methods. */
  readonly desktop: DesktopApi
  /** Everything else goes to the back end as it came: it checks method and schema. */
  readonly forward: (body: string) => Promise<string>
}

/** The sender of a message is the main frame of a page of ours; a frame that is gone is null. */
function isOwnSender({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  if (senderFrame === null || senderFrame !== sender.mainFrame) return false
  return senderFrame.parent === null && isOwnAddress(senderFrame.url)
}

/**
 * The only place where the page's messages arrive. Order of the checks: sender, size, then the method and its
 * schema, here for `desktop.*` and in the back end for the rest.
 */
export function serveCalls(ipcMain: Pick<IpcMain, 'handle'>, options: IpcServerOptions): void {
  ipcMain.handle(callChannel, async (event, body: unknown) => {
    if (!isOwnSender(event)) throw new Error('This channel serves its own page only.')
    if (typeof body !== 'string') return refusal(msg('rule.callText'))
    if (Buffer.byteLength(body) > LARGEST_CALL_BYTES) {
      return refusal(msg('rule.bytes.atMost', { limit: LARGEST_CALL_BYTES }))
    }
    const call = parseCall(body)
    if (call === null) return refusal(msg('rule.callShape'))
    if (!Object.hasOwn(desktopRequestSchemas, call.method)) return options.forward(body)
    return encodeWire(withoutEcho(await perform(desktopRequestSchemas, options.desktop, call)))
  })
}

function refusal(rule: MessageDescriptor): string {
  const problems = [{ path: [], value: null, rule }]
  const error = new AppError('request.invalid', { method: '', problems })
  return encodeWire({ ok: false, error: plainError(error) })
}
