import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import type { z } from 'zod'
import {
  type DesktopApi,
  type DesktopMethod,
  desktopRequestSchemas,
} from '../contract/api/desktop.ts'
import { encodeWire } from '../contract/api/wire.ts'
import { callChannel } from '../contract/channels.ts'
import { AppError, serializeError } from '../contract/errors.ts'
import { type Fact, fact } from '../contract/fact.ts'
import { parseWithProblems } from '../contract/schema-problems.ts'
import { LARGEST_CALL_BYTES, parseCall } from '../bridge/answer-call.ts'
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
    if (typeof body !== 'string') return refusal(fact('rule.callText'))
    if (Buffer.byteLength(body) > LARGEST_CALL_BYTES) {
      return refusal(fact('rule.bytes.atMost', { limit: LARGEST_CALL_BYTES }))
    }
    const call = parseCall(body)
    if (call === null) return refusal(fact('rule.callShape'))
    if (!isDesktopMethod(call.method)) return options.forward(body)
    return answerDesktop(options.desktop, call.method, call.payload)
  })
}

async function answerDesktop(
  desktop: DesktopApi,
  method: DesktopMethod,
  payload: unknown,
): Promise<string> {
  try {
    const schema: z.ZodType = desktopRequestSchemas[method]
    const request = parseWithProblems(schema, payload, [])
    if (!request.ok) throw new AppError('request.invalid', { method, problems: request.problems })
    // The schema of a method gives the request that this method takes, which the compiler cannot see.
    const perform = desktop[method] as (request: unknown) => Promise<unknown>
    return encodeWire({ ok: true, value: await perform(request.value) })
  } catch (error) {
    return failure(error)
  }
}

function isDesktopMethod(method: string): method is DesktopMethod {
  return Object.hasOwn(desktopRequestSchemas, method)
}

function refusal(rule: Fact): string {
  const problems = [{ path: [], value: null, rule }]
  return failure(new AppError('request.invalid', { method: '', problems }))
}

function failure(error: unknown): string {
  const { stack: _, ...plain } = serializeError(error)
  return encodeWire({ ok: false, error: plain })
}
